import type { Claimed } from '../database/due-work.js';
import { claimQuery, releaseQuery, STILL_CLAIMED } from '../database/due-work.queries.js';
import { query, type Query, selected } from '../database/query.js';
import type { Currency } from '@recaudo/payment-provider';
import { PROVIDER_ALONE_MS, type Refund, type WrittenRefund } from '../payins/domain/refunds.js';
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
  provider: 'provider',
  attemptId: 'attempt_id',
  askedAt: 'asked_at',
  providerStatus: 'provider_status',
  providerReason: 'provider_reason',
});

/** A caller who may approve: `me` is their key or they themselves. */
export interface RefundApprover {
  me: string;
  /** Empty: nobody, who approves only what needs no second person. */
  mePersonId: string;
  approvalAboveInCents: number;
}

/** SQL, of `refunds`: the approver may approve it. `approved` of a refund says the same. */
export const WAITS_FOR_APPROVAL = `status = 'REQUESTED' and (
  $mePersonId::text <> '' and requested_by::text <> $me::text and requested_by_person_id::text is distinct from $mePersonId::text
  or (select sum(o.amount_in_cents) from refunds o
      where o.organization_id = refunds.organization_id and o.payin_id = refunds.payin_id and o.status <> 'CANCELED') <= $approvalAboveInCents::bigint)`;

/** SQL: people are to pay it. `paid` says the same. */
export const WAITS_FOR_PAYMENT = `status = 'APPROVED' and (provider_status is distinct from 'ASKED' or asked_at <= $askedBefore::timestamptz)`;

/** People pay what a provider was asked to pay before then. */
export function askedBefore(now: Date): Date {
  return new Date(now.getTime() - PROVIDER_ALONE_MS);
}

export type RefundFilters = Omit<ListRefundsQuery, 'cursor' | 'limit' | 'waitsFor'> &
  Partial<RefundApprover> & { askedBefore?: Date };

/** The SQL of each filter. A query has only the filters that are given, so that each can use its index. */
const FILTERS = {
  me: WAITS_FOR_APPROVAL,
  askedBefore: WAITS_FOR_PAYMENT,
  status: 'status = $status',
  reason: 'reason = $reason',
  payinId: 'payin_id = $payinId::uuid',
  requestedFrom: 'requested_at >= $requestedFrom::timestamptz',
  requestedTo: 'requested_at < $requestedTo::timestamptz',
} as const satisfies Record<Exclude<keyof RefundFilters, 'mePersonId' | 'approvalAboveInCents'>, string>;

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

export const READ_REFUNDS = query<{ organizationId: string; ids: readonly string[] }, RefundRow>(
  'refunds by id',
  `select ${COLUMNS} from refunds where organization_id = $organizationId and id = any($ids::uuid[])`,
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

/** A refund that its provider is to be called about. */
export interface ClaimedRefund extends Claimed {
  payinId: string;
  /** Calls that have begun, with this one. */
  asks: number;
}

export const CLAIM_REFUNDS = claimQuery<ClaimedRefund, { provider: string }>({
  label: 'refunds to ask for',
  table: 'refunds',
  columns: ['claimed.payin_id as "payinId"', 'claimed.asks'],
  kind: 'provider = $provider',
  counter: 'asks',
});

export const RELEASE_REFUND = releaseQuery('refunds');

/** What the provider must know of it, and since when it may know. */
export interface AskedRefundRow {
  provider: string;
  amountInCents: string;
  currency: Currency;
  providerReference: string;
  externalId: string | null;
  askedAt: Date;
  /** Since when it and what was reversed meanwhile are more than what arrived. */
  overrefundedAt: Date | null;
  /** The payin's. */
  reference: string;
}

/** Nothing where the provider has answered for good. */
export const READ_ASKED_REFUND = query<{ organizationId: string; id: string }, AskedRefundRow>(
  'refund to ask for',
  `select r.provider, r.amount_in_cents::text as "amountInCents", r.currency, r.asked_at as "askedAt", p.reference,
          a.provider_reference as "providerReference", a.external_id as "externalId",
          (select min(d.opened_at) from discrepancies d
            where d.organization_id = r.organization_id and d.payin_id = r.payin_id and d.kind = 'OVERREFUNDED' and d.status = 'OPEN') as "overrefundedAt"
   from refunds r
   join payins p on p.organization_id = r.organization_id and p.id = r.payin_id
   join attempts a on a.organization_id = r.organization_id and a.id = r.attempt_id
   where r.organization_id = $organizationId and r.id = $id and r.provider_status = 'ASKED'`,
);

export const POSTPONE_REFUND = query<Claimed & { delaySeconds: number }>(
  'postpone a refund',
  `update refunds set due_at = now() + $delaySeconds * interval '1 second'
   where ${STILL_CLAIMED} and provider_status = 'ASKED'`,
);
