import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { RefundProviderStatus, RefundReason, RefundStatus } from '../domain/refunds.js';

/** Money that goes back to the payer. Written only by the payin store, with the decision that moves it. */
export const RefundEntity = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  uniques: [
    {
      name: 'refunds_one_of_reference',
      properties: ['organizationId', 'payinId', 'reference'],
      where: 'reference is not null',
    },
  ],
  indexes: [
    { properties: ['organizationId', 'payinId'] },
    { properties: ['organizationId', 'status', 'id'] },
    {
      name: 'refunds_due_by_share',
      properties: ['provider', 'organizationId', 'dueAt'],
      where: 'due_at is not null',
    },
    // Its size follows those that wait, not all of them.
    { name: 'refunds_waiting', properties: ['organizationId', 'id'], where: "status in ('REQUESTED', 'APPROVED')" },
  ],
  checks: [{ name: 'refunds_amount_positive', expression: 'amount_in_cents > 0' }],
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    payinId: p.uuid(),
    status: p.string().length(16).$type<RefundStatus>(),
    amountInCents: p.bigint(),
    currency: p.string().length(3),
    reason: p.string().length(32).$type<RefundReason>(),
    note: p.text().nullable(),
    /** The caller's own. */
    reference: p.string().length(64).nullable(),
    discrepancyId: p.uuid().nullable(),
    /** Where the money goes, sealed; null where it went outside, or was forgotten. */
    destination: p.text().nullable(),
    requestedAt: p.datetime(6),
    /** API key or person, like every `…By`. */
    requestedBy: p.uuid(),
    requestedByPersonId: p.uuid().nullable(),
    approvedAt: p.datetime(6).nullable(),
    approvedBy: p.uuid().nullable(),
    paidAt: p.datetime(6).nullable(),
    paidBy: p.uuid().nullable(),
    evidence: p.text().nullable(),
    canceledAt: p.datetime(6).nullable(),
    canceledBy: p.uuid().nullable(),
    /** That was asked to pay it back by itself. */
    provider: p.string().length(32).nullable(),
    attemptId: p.uuid().nullable(),
    askedAt: p.datetime(6).nullable(),
    providerStatus: p.string().length(16).$type<RefundProviderStatus>().nullable(),
    providerReason: p.string().length(255).nullable(),
    /** When the provider is called next: while it is `ASKED`. */
    dueAt: p.datetime(6).nullable(),
    fencingToken: p.integer().default(0),
    /** Calls that have begun. */
    asks: p.integer().default(0),
  },
});
export type RefundRow = InferEntity<typeof RefundEntity>;
