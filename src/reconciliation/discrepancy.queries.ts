import { insertAuditEntries, type NewAuditEntry } from '../audit/audit.queries.js';
import { query, type Query, selected } from '../database/query.js';
import type { Stored } from '../database/stored-json.js';
import { EVENT_POSITION } from '../outbox/event-position.js';
import { insertNotifications } from '../outbox/fan-out.queries.js';
import type { OutgoingNotification } from '../outbox/fan-out.js';
import type { CorrectionRequest, Discrepancy, DiscrepancyKind } from '../payins/domain/discrepancy.js';
import type { Ranked } from '../http/page.js';
import { BY_MONEY_AT_RISK } from './discrepancy.entity.js';
import type { DiscrepancySort, ListDiscrepanciesQuery } from './list-discrepancies.dto.js';

/** Totals are of the newest that match, up to this many. */
export const TOTALS_MAX = 100_000;

type Amounts = 'expectedInCents' | 'actualInCents' | 'moneyAtRiskInCents';
export interface DiscrepancyRow
  extends Omit<Discrepancy, 'id' | Amounts | 'correction'>, Record<Amounts, string | null> {
  id: string;
  payinId: string | null;
  reference: string;
  currency: string;
  correction: Stored<CorrectionRequest> | null;
}

const COLUMNS = selected<DiscrepancyRow>({
  id: 'id',
  payinId: 'payin_id',
  reference: 'reference',
  provider: 'provider',
  kind: 'kind',
  status: 'status',
  expectedInCents: 'expected_in_cents::text',
  actualInCents: 'actual_in_cents::text',
  moneyAtRiskInCents: 'money_at_risk_in_cents::text',
  currency: 'currency',
  detail: 'detail',
  source: 'source',
  evidence: 'evidence',
  openedAt: 'opened_at',
  resolvedAt: 'resolved_at',
  resolution: 'resolution',
  resolvedBy: 'resolved_by',
  approvedBy: 'approved_by',
  note: 'note',
  correction: 'correction',
  refundId: 'refund_id',
});

/** A caller who may approve: `me` is their key or they themselves. */
export interface Approver {
  me: string;
  mePersonId: string;
}

/** SQL: it waits for a second person, who may be the approver. `decideAction` says the same. */
export const WAITS_FOR_APPROVER = `status = 'OPEN' and correction is not null and correction->>'by' <> $me::text
   and correction->>'personId' is distinct from $mePersonId::text`;

export type DiscrepancyFilters = Omit<ListDiscrepanciesQuery, 'cursor' | 'limit' | 'sort' | 'waitsFor'> &
  Partial<Approver>;

/** The SQL of each filter but `status` and `kind`. A query has only the filters that are given, so that each can use its index. */
const FILTERS = {
  me: WAITS_FOR_APPROVER,
  payinId: 'payin_id = $payinId::uuid',
  reference: 'reference = $reference',
  provider: 'provider = $provider',
  openedFrom: 'opened_at >= $openedFrom::timestamptz',
  openedTo: 'opened_at < $openedTo::timestamptz',
  minMoneyAtRiskInCents: 'money_at_risk_in_cents >= $minMoneyAtRiskInCents::bigint',
} as const satisfies Record<Exclude<keyof DiscrepancyFilters, 'status' | 'kind' | 'mePersonId'>, string>;

function filtersOf(filters: DiscrepancyFilters): { name: string; where: string } {
  const given = (Object.keys(FILTERS) as (keyof typeof FILTERS)[]).filter((filter) => filters[filter] !== undefined);
  // A literal: with a parameter, a plan that is kept could not use the index of the open ones.
  const status = filters.status?.length === 1 ? [`status = '${filters.status[0]}'`] : [];
  return {
    name: [...status, ...given].join(),
    where: ['organization_id = $organizationId', ...status, ...given.map((filter) => FILTERS[filter])].join(' and '),
  };
}

type Listed = DiscrepancyFilters & { organizationId: string };

interface Order {
  /** SQL: after the last row seen. */
  after: string;
  by: string;
  /** The same of what is selected. */
  bySelected: string;
}

const ORDERS: Readonly<Record<DiscrepancySort, Order>> = {
  NEWEST: { after: 'id < $id::uuid', by: 'id desc', bySelected: 'd.id desc' },
  OLDEST: { after: 'id > $id::uuid', by: 'id', bySelected: 'd.id' },
  MONEY_AT_RISK: {
    after: `(${BY_MONEY_AT_RISK}, id) > ($rank::bigint, $id::uuid)`,
    by: `(${BY_MONEY_AT_RISK}), id`,
    bySelected: '-coalesce(d."moneyAtRiskInCents"::bigint, -1), d.id',
  },
};

/** The first in their order, or with `isFurther` those behind a row. */
export function listDiscrepancies(
  filters: DiscrepancyFilters,
  sort: DiscrepancySort,
  isFurther: boolean,
): Query<Listed & Partial<Ranked> & { limit: number }, DiscrepancyRow> {
  const { name, where } = filtersOf(filters);
  const { after, by, bySelected } = ORDERS[sort];
  const select = (more: string) =>
    `select ${COLUMNS} from discrepancies where ${where} ${more} ${isFurther ? `and ${after}` : ''} order by ${by} limit $limit::int`;
  // An index is in order within one status or one kind: of several, the first of each are read.
  const each = (values: string, column: string, more = '') =>
    `select d.* from unnest(${values}) as one (one), lateral (${select(`and ${column} = one.one ${more}`)}) as d
     order by ${bySelected} limit $limit::int`;
  const kinds = filters.kind ? 'and kind = any($kind::text[])' : '';
  const label = `discrepancies ${sort} by ${name}`;
  const named = (how: string, text: string) =>
    query<Listed & Partial<Ranked> & { limit: number }, DiscrepancyRow>(
      `${label} ${how}${isFurther ? ' from' : ''}`,
      text,
    );
  if (sort === 'MONEY_AT_RISK' && filters.status?.length !== 1)
    return named(`each status${kinds && ' of kinds'}`, each("array['OPEN', 'RESOLVED']", 'status', kinds));
  if (sort !== 'MONEY_AT_RISK' && filters.kind) return named('each kind', each('$kind::text[]', 'kind'));
  return named(kinds && 'of kinds', select(kinds));
}

export interface Total {
  kind: DiscrepancyKind;
  count: number;
  moneyAtRiskInCents: string;
}

/** The money at risk of all that match, by kind. */
export function totalsOfDiscrepancies(filters: DiscrepancyFilters): Query<Listed, Total> {
  const { name, where } = filtersOf(filters);
  const kinds = filters.kind ? 'and kind = any($kind::text[])' : '';
  return query(
    `totals of discrepancies by ${name}${kinds && ' of kinds'}`,
    `select kind, count(*)::int as count, coalesce(sum(money_at_risk_in_cents), 0)::text as "moneyAtRiskInCents"
     from (select kind, money_at_risk_in_cents from discrepancies where ${where} ${kinds} order by id desc limit ${TOTALS_MAX}) as newest
     group by kind order by kind`,
  );
}

/** Of payins, more than they ever have. */
const OF_PAYINS_MAX = 10_000;

export const READ_DISCREPANCIES = query<
  { organizationId: string; ids: readonly string[]; payinIds: readonly string[] },
  DiscrepancyRow
>(
  'discrepancies by id or payin',
  `select ${COLUMNS} from discrepancies
   where organization_id = $organizationId and (id = any($ids::uuid[]) or payin_id = any($payinIds::uuid[]))
   order by id limit ${OF_PAYINS_MAX}`,
);

export const READ_DISCREPANCY = query<{ organizationId: string; id: string }, DiscrepancyRow>(
  'one discrepancy',
  `select ${COLUMNS} from discrepancies where organization_id = $organizationId and id = $id`,
);

/** The cause of discrepancies without a payin: at most one of them is open. */
interface Cause {
  organizationId: string;
  provider: string;
  reference: string;
  kind: DiscrepancyKind;
}

const SAME_CAUSE =
  'organization_id = $organizationId and provider = $provider and reference = $reference and kind = $kind and payin_id is null';

/** The database's time, and beside it each discrepancy of the cause; `id` is null where there is none. */
export const READ_WITHOUT_PAYIN = query<Cause, { now: Date } & (DiscrepancyRow | { id: null })>(
  'read discrepancies without a payin',
  `select now() as now, known.*
   from (select) as always left join (select ${COLUMNS} from discrepancies where ${SAME_CAUSE}) as known on true`,
);

const HAS_DUE_NOTIFICATIONS = `exists (select from new_notifications where due_at is not null) as "hasDueNotifications"`;

interface NewDiscrepancy extends Cause, Changeable {
  id: string;
  currency: string;
  openedAt: Date;
  /** How many of the cause were read. */
  known: number;
  notifications: readonly OutgoingNotification[];
}

/** What a cause that comes back may change of an open one. */
type Changeable = Pick<Discrepancy, 'actualInCents' | 'moneyAtRiskInCents' | 'detail' | 'source' | 'evidence'>;

/** Opens a discrepancy, if no other of its cause was opened since they were read. */
export const OPEN_WITHOUT_PAYIN = query<NewDiscrepancy, { hasDueNotifications: boolean }>(
  'open a discrepancy without a payin',
  `with opened as (
     insert into discrepancies (organization_id, id, provider, reference, kind, actual_in_cents, money_at_risk_in_cents, currency,
                                detail, source, evidence, opened_at)
     select $organizationId::uuid, $id::uuid, $provider::text, $reference::text, $kind::text, $actualInCents::bigint,
            $moneyAtRiskInCents::bigint, $currency, $detail, $source, $evidence::jsonb, $openedAt::timestamptz
     where (select count(*) from discrepancies where ${SAME_CAUSE}) = $known::int
     on conflict (organization_id, provider, reference, kind) where status = 'OPEN' and payin_id is null do nothing
     returning organization_id
   ), new_notifications as (${insertNotifications('(select organization_id, null::uuid as payin_id from opened)', 'true')}
   )
   select ${HAS_DUE_NOTIFICATIONS} from opened`,
);

interface Change extends Changeable {
  organizationId: string;
  id: string;
  evidenceAsRead: Discrepancy['evidence'];
  actualInCentsAsRead: bigint | null;
}

/** Writes that its cause came back, if it is as it was read. */
export const CHANGE_WITHOUT_PAYIN = query<Change, { id: string }>(
  'change a discrepancy without a payin',
  `update discrepancies
   set actual_in_cents = $actualInCents::bigint, money_at_risk_in_cents = $moneyAtRiskInCents::bigint, detail = $detail, source = $source,
       evidence = $evidence::jsonb
   where organization_id = $organizationId and id = $id and payin_id is null and status = 'OPEN'
     and evidence = $evidenceAsRead::jsonb and actual_in_cents is not distinct from $actualInCentsAsRead::bigint
   returning id`,
);

interface AsRead {
  organizationId: string;
  id: string;
  correctionAsRead: CorrectionRequest | null;
}

/** Nobody has settled it, proposed or rejected anything since it was read. */
const AS_READ = `organization_id = $organizationId and id = $id and payin_id is null and status = 'OPEN'
     and correction is not distinct from $correctionAsRead::jsonb`;

interface Ending extends AsRead {
  resolvedAt: Date;
  resolution: string;
  resolvedBy: string | null;
  approvedBy: string | null;
  note: string | null;
  correction: CorrectionRequest | null;
  notifications: readonly OutgoingNotification[];
  auditEntries: readonly NewAuditEntry[];
}

export const RESOLVE_WITHOUT_PAYIN = query<Ending, { hasDueNotifications: boolean }>(
  'resolve a discrepancy without a payin',
  `with resolved as (
     update discrepancies set status = 'RESOLVED', resolved_at = $resolvedAt::timestamptz, resolution = $resolution,
       resolved_by = $resolvedBy::uuid, approved_by = $approvedBy::uuid, note = $note, correction = $correction::jsonb,
       resolved_position = ${EVENT_POSITION}
     where ${AS_READ}
     returning organization_id
   ), new_audit_entries as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from resolved)')}
   ), new_notifications as (${insertNotifications('(select organization_id, null::uuid as payin_id from resolved)', 'true')}
   )
   select ${HAS_DUE_NOTIFICATIONS} from resolved`,
);

export const PROPOSE_WITHOUT_PAYIN = query<
  AsRead & { correction: CorrectionRequest | null; auditEntries: readonly NewAuditEntry[] },
  { id: string }
>(
  'propose about a discrepancy without a payin',
  `with proposed as (
     update discrepancies set correction = $correction::jsonb where ${AS_READ} returning id
   ), new_audit_entries as (${insertAuditEntries('$auditEntries::jsonb', 'exists (select from proposed)')}
   )
   select id from proposed`,
);
