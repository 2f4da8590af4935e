import { query, type Query, selected } from '../database/query.js';
import type { Refund, WrittenRefund } from '../payins/domain/refunds.js';
import type { ListRefundsQuery } from './refund.dto.js';

/** More refunds than a payin ever has. */
const OF_PAYIN_MAX = 1000;

export interface RefundRow extends Omit<WrittenRefund, 'amountInCents'> {
  payinId: string;
  currency: string;
  amountInCents: string;
}

/** `destination` is sealed; null where it went outside, or was forgotten. */
export interface FoundRefund extends Refund {
  payinId: string;
  currency: string;
  destination: string | null;
}

const COLUMNS = selected<RefundRow>({
  id: 'id',
  payinId: 'payin_id',
  status: 'status',
  amountInCents: 'amount_in_cents::text',
  currency: 'currency',
  reason: 'reason',
  note: 'note',
  reference: 'reference',
  discrepancyId: 'discrepancy_id',
  destination: 'destination',
  requestedAt: 'requested_at',
  requestedBy: 'requested_by',
  requestedByPersonId: 'requested_by_person_id',
  approvedAt: 'approved_at',
  approvedBy: 'approved_by',
  paidAt: 'paid_at',
  paidBy: 'paid_by',
  evidence: 'evidence',
  canceledAt: 'canceled_at',
  canceledBy: 'canceled_by',
});

export type RefundFilters = Omit<ListRefundsQuery, 'cursor' | 'limit'>;

/** The SQL of each filter. A query has only the filters that are given, so that each can use its index. */
const FILTERS = {
  status: 'status = $status',
  reason: 'reason = $reason',
  payinId: 'payin_id = $payinId::uuid',
  requestedFrom: 'requested_at >= $requestedFrom::timestamptz',
  requestedTo: 'requested_at < $requestedTo::timestamptz',
} as const satisfies Record<keyof RefundFilters, string>;

/** Newest first; with `before`, those that are older than this id. */
export function listRefunds(
  filters: RefundFilters,
  before: string | undefined,
): Query<RefundFilters & { organizationId: string; before: string | undefined; limit: number }, RefundRow> {
  const given = (Object.keys(FILTERS) as (keyof typeof FILTERS)[]).filter((filter) => filters[filter] !== undefined);
  const where = ['organization_id = $organizationId', ...given.map((filter) => FILTERS[filter])].join(' and ');
  return query(
    `refunds by ${given.join()}${before ? ' from' : ''}`,
    `select ${COLUMNS} from refunds
     where ${where} ${before ? 'and id < $before::uuid' : ''}
     order by id desc limit $limit::int`,
  );
}

export const READ_REFUND = query<{ organizationId: string; id: string }, RefundRow>(
  'one refund',
  `select ${COLUMNS} from refunds where organization_id = $organizationId and id = $id`,
);

export const REFUNDS_OF_PAYIN = query<{ organizationId: string; payinId: string }, RefundRow>(
  'refunds of a payin',
  `select ${COLUMNS} from refunds where organization_id = $organizationId and payin_id = $payinId
   order by id desc limit ${OF_PAYIN_MAX}`,
);

export const REFUND_BY_REFERENCE = query<{ organizationId: string; payinId: string; reference: string }, RefundRow>(
  'refund by reference',
  `select ${COLUMNS} from refunds where organization_id = $organizationId and payin_id = $payinId and reference = $reference`,
);
