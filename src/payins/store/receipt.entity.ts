import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { UpdateSource } from '../domain/update-source.js';
import { PayinEntity } from './payin.entity.js';

/** Money that arrived. Append-only; one row per payment at the provider. A negative amount corrects an earlier receipt. */
export const ReceiptEntity = defineEntity({
  name: 'Receipt',
  tableName: 'receipts',
  uniques: [{ properties: ['organizationId', 'attemptId', 'paymentId'] }],
  indexes: [{ properties: ['organizationId', 'payinId'] }],
  checks: [{ name: 'receipts_amount_not_zero', expression: 'amount_in_cents <> 0' }],
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    payinId: p.uuid().persist(false),
    payin: () => p.manyToOne(PayinEntity).joinColumns('organization_id', 'payin_id').ownColumns('payin_id'),
    attemptId: p.uuid(),
    paymentId: p.string().length(255),
    amountInCents: p.bigint(),
    /** What the provider keeps of it, where it says so. */
    feeInCents: p.bigint().nullable(),
    /** The provider's time of the payment, where it says so. */
    paidAt: p.datetime(6).nullable(),
    /** Who reported it; `operator`: a person booked it. */
    source: p.string().length(16).$type<UpdateSource>().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Receipt = InferEntity<typeof ReceiptEntity>;
