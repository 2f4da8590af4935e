import { query } from '../database/query.js';
import { BY_MONEY_AT_RISK } from '../reconciliation/discrepancy.entity.js';
import { WAITS_FOR_APPROVER } from '../reconciliation/discrepancy.queries.js';
import { type RefundApprover, WAITS_FOR_APPROVAL, WAITS_FOR_PAYMENT } from '../refunds/refund.queries.js';
import type { StatementStatus } from '../statements/store/statement.entity.js';

/** What may wait for a person. */
export const KINDS_OF_TASKS = [
  'OPEN_DISCREPANCIES',
  'DISCREPANCIES_TO_APPROVE',
  'REFUNDS_TO_APPROVE',
  'REFUNDS_TO_PAY',
  'WEBHOOKS_GIVEN_UP',
  'NOTIFICATIONS_FAILED',
  'STATEMENTS_FAILED',
  'STATEMENTS_UNDER_WAY',
] as const;
export type KindOfTask = (typeof KINDS_OF_TASKS)[number];

/** More are not counted: a count must cost the same in trouble. */
export const TASKS_MAX = 1_000;

/** An index is in order within one status. */
function ofStatus(statuses: readonly StatementStatus[], more = ''): string {
  const each = statuses.map(
    (status) => `(select null::bigint as cents from statements
      where organization_id = $organizationId and status = '${status}' ${more} order by id limit ${TASKS_MAX + 1})`,
  );
  return `select cents from (${each.join(' union all ')}) as statement`;
}

/** Each selects `cents`, in the order of an index in which there is little else: in no order, all of a table might be read. */
const SOURCES: Readonly<Record<KindOfTask, string>> = {
  // With the most money first: where not all are counted, those that matter are.
  OPEN_DISCREPANCIES: `select money_at_risk_in_cents as cents from discrepancies
    where organization_id = $organizationId and status = 'OPEN' order by (${BY_MONEY_AT_RISK}), id`,
  DISCREPANCIES_TO_APPROVE: `select (correction->>'amountInCents')::bigint as cents from discrepancies
    where organization_id = $organizationId and ${WAITS_FOR_APPROVER} order by id`,
  REFUNDS_TO_APPROVE: `select amount_in_cents as cents from refunds
    where organization_id = $organizationId and ${WAITS_FOR_APPROVAL} order by id`,
  REFUNDS_TO_PAY: `select amount_in_cents as cents from refunds
    where organization_id = $organizationId and ${WAITS_FOR_PAYMENT} order by id`,
  WEBHOOKS_GIVEN_UP: `select null::bigint as cents from inbound_webhooks
    where organization_id = $organizationId and outcome = 'given_up' and due_at is null order by id`,
  NOTIFICATIONS_FAILED: `select null::bigint as cents from notifications
    where organization_id = $organizationId and due_at is null and delivered_at is null order by id`,
  // `waitsFor=PEOPLE` of the list says the same.
  STATEMENTS_FAILED: ofStatus(
    ['FAILED', 'REJECTED'],
    `and id >= $failedSince::uuid and (status = 'FAILED' or source = 'PROVIDER_LIST')`,
  ),
  STATEMENTS_UNDER_WAY: ofStatus(['RECEIVING', 'MATCHING']),
};

export interface TaskCount {
  kind: KindOfTask;
  /** At most `TASKS_MAX`. */
  count: number;
  hasMore: boolean;
  /** Of those that are counted; null where the kind is not about money. */
  amountInCents: string | null;
}

interface Wanted extends RefundApprover {
  organizationId: string;
  kinds: readonly KindOfTask[];
  askedBefore: Date;
  /** The first id of then. */
  failedSince: string;
}

/** One row for each kind that is wanted; the others are not read. */
export const COUNT_TASKS = query<Wanted, TaskCount>(
  'count tasks',
  KINDS_OF_TASKS.map(
    (kind) => `
      select '${kind}' as kind, least(count(*), ${TASKS_MAX})::int as count, count(*) > ${TASKS_MAX} as "hasMore",
             (sum(cents) filter (where place <= ${TASKS_MAX}))::text as "amountInCents"
      from (select cents, row_number() over () as place from (${SOURCES[kind]} limit ${TASKS_MAX + 1}) as source) as task
      where '${kind}' = any($kinds::text[])`,
  ).join(' union all '),
);
