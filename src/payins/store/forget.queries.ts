import { sqlList } from '../../database/query.js';
import { OPEN_STATUSES } from '../domain/status.js';

/**
 * What is forgotten of payins, as parts of one statement (`personal-data.queries.ts`): each is an `update` or a `delete` of rows of the payins of the
 * part `forgotten` (organization_id, id).
 */

/** SQL: a payin `p` is over, and was not changed for a time. */
export const IS_OVER = `p.status not in (${sqlList(OPEN_STATUSES)})`;

/** SQL: nothing of a payin `p` was forgotten yet. */
export const IS_REMEMBERED = `not p.request ? 'forgottenAt'`;

const FORGOTTEN_AT = `to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What the merchant said of the payer, or may have. The fingerprint stays: the same request again is still the same payin. */
const FORGOTTEN_FIELDS = ['inlineCustomer', 'pse', 'description', 'metadata', 'redirectUrl', 'firstForgottenAt'];

/** The payins of the part `due`, with another version: a decision that rests on what was read before is taken anew. */
export const FORGET_PAYINS = `
  update payins p
  set request = (p.request - array[${sqlList(FORGOTTEN_FIELDS)}] #- '{served,asked,metadata}') || jsonb_build_object('forgottenAt', coalesce(p.request ->> 'firstForgottenAt', ${FORGOTTEN_AT})),
      instructions = null, version = p.version + 1
  from due where p.organization_id = due.organization_id and p.id = due.id
  returning p.organization_id, p.id`;

/** SQL: the request of a payin `p` of which a person writes something after its payer was forgotten: that is to be forgotten, too. */
export const REMEMBERED_AGAIN = `case when p.request ? 'forgottenAt'
  then p.request - 'forgottenAt' || jsonb_build_object('firstForgottenAt', p.request -> 'forgottenAt') else p.request end`;

/** What the payer was to do. */
export const FORGET_OBSERVATIONS = `
  update observations o set report = o.report - 'instructions'
  from forgotten f where o.organization_id = f.organization_id and o.payin_id = f.id and o.report ? 'instructions'`;

/** What people wrote at lines of their history. */
export const FORGET_EVENT_TEXTS = `
  delete from payin_event_texts t using forgotten f where t.organization_id = f.organization_id and t.payin_id = f.id`;

/** A process of an earlier version, which may still run while a new one begins, writes it into the line itself. */
export const FORGET_TEXTS_IN_EVENTS = `
  update payin_events e set data = e.data - 'note' - 'because'
  from forgotten f
  where e.organization_id = f.organization_id and e.payin_id = f.id and (e.data ? 'note' or e.data ? 'because')`;

/** Nothing of them is indexed any more. */
export const FORGET_UNINDEXED = `
  delete from unindexed_payins u using forgotten f where u.organization_id = f.organization_id and u.payin_id = f.id`;

/** SQL: by the terms of `$payins`, as nothing leads from a payin to its terms. @param forgotten the part with the payins */
export function forgetTerms(forgotten: string): string {
  return `
  -- Each by its whole key, however common its term is.
  delete from payin_search_terms where ctid = any(array(
    select found.place
    from ${forgotten} f
    join jsonb_to_recordset($payins::jsonb) as one (id uuid, terms text[]) on one.id = f.id
    cross join lateral unnest(one.terms) as said (term)
    cross join lateral (
      select s.ctid as place from payin_search_terms s
      where s.organization_id = f.organization_id and s.term = said.term and s.payin_id = f.id limit 1
    ) as found))`;
}
