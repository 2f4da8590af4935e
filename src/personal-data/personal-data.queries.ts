import { insertAuditEntries, type NewAuditEntry } from '../audit/audit.queries.js';
import type { Claimed } from '../database/due-work.js';
import { claimQuery, releaseQuery, STILL_CLAIMED } from '../database/due-work.queries.js';
import { query } from '../database/query.js';
import { FORGET_ANSWERS, FORGET_NOTIFICATIONS, HAS_DUE_NOTIFICATION } from '../notifications/forget.queries.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';
import {
  FORGET_EVENT_TEXTS,
  FORGET_OBSERVATIONS,
  FORGET_PAYINS,
  FORGET_TEXTS_IN_EVENTS,
  FORGET_UNINDEXED,
  forgetTerms,
  IS_OVER,
  IS_REMEMBERED,
} from '../payins/store/forget.queries.js';
import { MAY_BE_FORGOTTEN } from '../payins/store/payin.entity.js';
import type { PayinRequest } from '../payins/store/payin-request.js';
import {
  FORGET_DISCREPANCY_NOTES,
  FORGET_NOTES_WITHOUT_PAYIN,
  HAS_OPEN_DISCREPANCY,
  WITHOUT_PAYIN_MAY_BE_FORGOTTEN,
} from '../reconciliation/forget.queries.js';
import { FORGET_REFUNDS, HAS_OPEN_REFUND } from '../refunds/forget.queries.js';
import { FORGET_OLD_WEBHOOKS, FORGET_WEBHOOKS } from '../webhooks/forget.queries.js';
import { MAY_BE_FORGOTTEN as WEBHOOK_MAY_BE_FORGOTTEN } from '../webhooks/inbound-webhook.entity.js';
import type { SweepPhase } from './personal-data-sweep.entity.js';

/** What each feature forgets of the payins of the part `forgotten`. A table that is missing here fails the test of the canary. */
const PARTS = `
  forgotten_event_texts as (${FORGET_EVENT_TEXTS}),
  forgotten_texts_in_events as (${FORGET_TEXTS_IN_EVENTS}),
  forgotten_observations as (${FORGET_OBSERVATIONS}),
  forgotten_unindexed as (${FORGET_UNINDEXED}),
  forgotten_terms as (${forgetTerms('forgotten')}),
  forgotten_notifications as (${FORGET_NOTIFICATIONS}),
  forgotten_refunds as (${FORGET_REFUNDS}),
  forgotten_discrepancy_notes as (${FORGET_DISCREPANCY_NOTES}),
  forgotten_answers as (${FORGET_ANSWERS}),
  forgotten_webhooks as (${FORGET_WEBHOOKS})`;

/** SQL: somebody still needs what is known of a payin `p`. */
const IS_NEEDED = [HAS_OPEN_DISCREPANCY, HAS_OPEN_REFUND, HAS_DUE_NOTIFICATION]
  .map((needed) => `(${needed})`)
  .join(' or ');

/** SQL: nobody needs it, and it was over and not changed since a time. */
const IS_DUE = `${IS_OVER} and ($cutoff::timestamptz is null or greatest(p.result_at, p.updated_at) < $cutoff::timestamptz) and not (${IS_NEEDED})`;

interface Range {
  organizationId: string;
  limit: number;
}

/** How far a reading has come. */
export interface Position {
  after: string;
  /** Of a payin: with all its digits, so it is a text. */
  afterUpdatedAt: string;
}

interface Read {
  /** Rows that were read: fewer than the limit were the last. */
  read: number;
  /** The last of them. */
  last: { id: string; updatedAt: string } | null;
}

export interface Chosen extends Read {
  /** That somebody still needs, or that are not over. */
  kept: string[];
  due: { id: string; request: PayinRequest }[];
}

/**
 * Of some payins those that a condition chooses, and that are to be forgotten.
 * @param range selects `id` and `updated_at` of payins, in some order
 */
function choosePayins(range: string, chosen: string): string {
  return `
    with range as materialized (
      select row_number() over () as number, id, updated_at from (${range}) as read
    ), chosen as materialized (
      select p.id, p.request, ${IS_DUE} as is_due
      from range join payins p on p.organization_id = $organizationId and p.id = range.id
      where ${IS_REMEMBERED} and ${chosen}
    )
    select (select count(*)::int from range) as read,
           (select jsonb_build_object('id', id, 'updatedAt', updated_at) from range order by number desc limit 1) as last,
           (select coalesce(jsonb_agg(id), '[]') from chosen where not is_due) as kept,
           (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'request', request) order by id), '[]') from chosen where is_due) as due`;
}

/** Those that were over, and not changed since, at a time; what was changed longest ago comes first. */
export const CHOOSE_OLD_PAYINS = query<Range & Position & { cutoff: Date }, Chosen>(
  'choose old payins to forget',
  choosePayins(
    `select id, updated_at from payins
     where organization_id = $organizationId and ${MAY_BE_FORGOTTEN} and updated_at < $cutoff
       and (updated_at, id) > ($afterUpdatedAt::timestamptz, $after::uuid)
     order by updated_at, id limit $limit`,
    'true',
  ),
);

interface OfPayer extends Range {
  after: string;
  cutoff: null;
  idType: string;
  idNumbers: readonly string[];
}

const IS_OF_PAYER = `p.request -> 'inlineCustomer' ->> 'idType' = $idType::text and p.request -> 'inlineCustomer' ->> 'idNumber' = any ($idNumbers::text[])`;

/** Of payins that are not indexed yet, those of one payer. */
export const CHOOSE_UNINDEXED_OF_PAYER = query<OfPayer, Chosen>(
  'choose the unindexed payins of a payer to forget',
  choosePayins(
    `select payin_id as id, null as updated_at from unindexed_payins
     where organization_id = $organizationId and payin_id > $after order by payin_id limit $limit`,
    IS_OF_PAYER,
  ),
);

/** Of the payins that have one of these terms, those of one payer. */
export const CHOOSE_INDEXED_OF_PAYER = query<OfPayer & { terms: readonly string[] }, Chosen>(
  'choose the payins of a payer to forget',
  choosePayins(
    `select distinct found.payin_id as id, null as updated_at
     from unnest($terms::text[]) as one (term) cross join lateral (
       select s.payin_id from payin_search_terms s
       where s.organization_id = $organizationId and s.term = one.term and s.payin_id > $after order by s.payin_id limit $limit
     ) as found order by id limit $limit`,
    IS_OF_PAYER,
  ),
);

interface Forgetting {
  organizationId: string;
  cutoff: Date | null;
  /** With what they are found by, of their payers. */
  payins: readonly { id: string; terms: readonly string[] }[];
  /** `after.payins` becomes how many. */
  auditEntries: readonly NewAuditEntry[];
}

/** Forgets those of the payins that are still to be forgotten: one statement, one commit. */
export const FORGET_CHOSEN = query<Forgetting, { forgotten: number }>(
  'forget payers',
  `
    with due as materialized (
      -- Locked in the order in which decisions lock them, and as they are by then.
      select p.organization_id, p.id
      from jsonb_to_recordset($payins::jsonb) as one (id uuid) join payins p on p.organization_id = $organizationId and p.id = one.id
      where ${IS_REMEMBERED} and ${IS_DUE}
      order by p.organization_id, p.id for no key update of p
    ), forgotten as (${FORGET_PAYINS}
    ), ${PARTS},
    audited as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from forgotten)', `jsonb_build_object('payins', (select count(*) from forgotten))`)}
    )
    select (select count(*)::int from forgotten) as forgotten`,
);

/** Once more, of all that are forgotten by now: what was being indexed meanwhile is seen only by a later statement. */
export const FORGET_TERMS_AGAIN = query<Pick<Forgetting, 'organizationId' | 'payins'>>(
  'forget the search terms of payers',
  `with forgotten as materialized (
     select p.organization_id, p.id from jsonb_to_recordset($payins::jsonb) as one (id uuid)
     join payins p on p.organization_id = $organizationId and p.id = one.id where not (${IS_REMEMBERED})
   )
   ${forgetTerms('forgotten')}`,
);

/** Webhooks that came before a time and belong to no payin that is remembered. */
export const FORGET_WEBHOOKS_BEFORE = query<
  Range & { after: string; until: string; auditEntries: readonly NewAuditEntry[] },
  Read & { forgotten: number }
>(
  'forget old webhooks',
  `
    with range as materialized (
      select ctid as place, id from inbound_webhooks
      where organization_id = $organizationId and ${WEBHOOK_MAY_BE_FORGOTTEN} and id > $after and id < $until order by id limit $limit
    ), forgotten as (${FORGET_OLD_WEBHOOKS}
    ), audited as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from forgotten)', `jsonb_build_object('webhooks', (select count(*) from forgotten))`)}
    )
    select (select count(*)::int from range) as read, (select count(*)::int from forgotten) as forgotten,
           (select jsonb_build_object('id', id, 'updatedAt', null) from range order by id desc limit 1) as last`,
);

/** What people wrote at discrepancies that belong to no payin and ended before a time. */
export const FORGET_NOTES_BEFORE = query<
  Range & { after: string; cutoff: Date; auditEntries: readonly NewAuditEntry[] },
  Read & { forgotten: number }
>(
  'forget old notes',
  `
    with range as materialized (
      select ctid as place, id from discrepancies
      where organization_id = $organizationId and ${WITHOUT_PAYIN_MAY_BE_FORGOTTEN} and id > $after order by id limit $limit
    ), forgotten as (${FORGET_NOTES_WITHOUT_PAYIN}
    ), audited as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from forgotten)', `jsonb_build_object('discrepancies', (select count(*) from forgotten))`)}
    )
    select (select count(*)::int from range) as read, (select count(*)::int from forgotten) as forgotten,
           (select jsonb_build_object('id', id, 'updatedAt', null) from range order by id desc limit 1) as last`,
);

/** Two in the morning, in Colombia. */
const NEXT_NIGHT = `((date_trunc('day', now() at time zone 'America/Bogota') + interval '26 hours') at time zone 'America/Bogota')`;

export interface ClaimedSweep extends Claimed {
  phase: SweepPhase;
  after: string | null;
  afterUpdatedAt: string | null;
}

/** For every organization that has none yet. */
export const ADD_SWEEPS = query(
  'add personal data sweeps',
  `insert into personal_data_sweeps (organization_id, id, due_at)
   select o.id, o.id, ${NEXT_NIGHT} from (select id from organizations union all select '${NO_ORGANIZATION}'::uuid) as o
   where not exists (select from personal_data_sweeps s where s.organization_id = o.id)
   on conflict do nothing`,
);

export const CLAIM_SWEEP = claimQuery<ClaimedSweep>({
  label: 'personal data sweeps',
  table: 'personal_data_sweeps',
  columns: ['claimed.phase', 'claimed.after', 'claimed.after_updated_at::text as "afterUpdatedAt"'],
});
export const RELEASE_SWEEP = releaseQuery('personal_data_sweeps');

/** A service that forgets nothing has none. */
export const DELETE_SWEEPS = query('delete personal data sweeps', 'delete from personal_data_sweeps');

/** Saves the progress. Without a next phase it is finished, and the next one is in the coming night. */
export const SAVE_SWEEP = query<
  Pick<ClaimedSweep, 'phase' | 'after' | 'afterUpdatedAt'> & Claimed & { isFinished: boolean }
>(
  'save a personal data sweep',
  `update personal_data_sweeps set
     phase = $phase, after = $after::uuid, after_updated_at = $afterUpdatedAt::timestamptz,
     finished_at = case when $isFinished::boolean then now() else finished_at end,
     due_at = case when $isFinished::boolean then ${NEXT_NIGHT} else now() end
   where ${STILL_CLAIMED}`,
);

export const ORGANIZATIONS = query<object, { id: string }>(
  'organizations with payers',
  'select id from organizations order by id',
);
