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
const FORGOTTEN_FIELDS = ['inlineCustomer', 'pse', 'description', 'metadata', 'redirectUrl'];

/** The payins of the part `due`, with another version: a decision that rests on what was read before is taken anew. */
export const FORGET_PAYINS = `
  update payins p
  set request = (p.request - array[${sqlList(FORGOTTEN_FIELDS)}]) || jsonb_build_object('forgottenAt', ${FORGOTTEN_AT}),
      instructions = null, version = p.version + 1
  from due where p.organization_id = due.organization_id and p.id = due.id
  returning p.organization_id, p.id`;

/** What the payer was to do. */
export const FORGET_OBSERVATIONS = `
  update observations o set report = o.report - 'instructions'
  from forgotten f where o.organization_id = f.organization_id and o.payin_id = f.id and o.report ? 'instructions'`;

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
