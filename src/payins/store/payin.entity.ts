import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Instructions, Rail } from '@recaudo/payment-provider';
import { OrganizationEntity } from '../../organizations/organization.entity.js';
import { isOpen, PAYIN_STATUSES, type PayinStatus } from '../domain/status.js';
import type { PayinRequest } from './payin-request.js';

/** How far a payin's id and `created_at` may be apart, in SQL too. */
export const ID_EXACT_WITHIN_MS = 3_600_000;

/** SQL: they are further apart. */
export const OFF_ITS_ID = `abs(extract(epoch from created_at at time zone 'UTC') * 1000 - ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint) > ${ID_EXACT_WITHIN_MS}`;

/** SQL: it is over, and its payer is still known. */
export const MAY_BE_FORGOTTEN = `status in (${PAYIN_STATUSES.filter((status) => !isOpen(status))
  .map((status) => `'${status}'`)
  .join(', ')}) and (request -> 'forgottenAt') is null`;

/** One request to collect one amount. Written only by the payin store. */
export const PayinEntity = defineEntity({
  name: 'Payin',
  tableName: 'payins',
  indexes: [
    // Due status checks: its size follows the open payins, not all of them.
    { name: 'payins_due_by_share', properties: ['provider', 'organization', 'dueAt'], where: 'due_at is not null' },
    { name: 'payins_by_status', properties: ['organization', 'status', 'id'] },
    // What `id` does not say: a payin that was not made by `idAt`.
    { name: 'payins_off_their_ids', properties: ['organization', 'createdAt'], where: OFF_ITS_ID },
    // For the nightly sweep: what was last changed long ago comes first, and what is forgotten is not in it.
    { name: 'payins_to_forget', properties: ['organization', 'updatedAt', 'id'], where: MAY_BE_FORGOTTEN },
    // The payins of a payment link. Others are in none of the two.
    {
      name: 'payins_of_link',
      properties: ['organization', 'paymentLinkId', 'id'],
      where: 'payment_link_id is not null',
    },
  ],
  uniques: [
    { properties: ['organization', 'reference'] },
    // Who presses twice makes one.
    {
      name: 'payins_of_link_use',
      properties: ['organization', 'paymentLinkId', 'paymentLinkUse'],
      where: 'payment_link_id is not null',
    },
  ],
  checks: [{ name: 'payins_amount_positive', expression: 'amount_in_cents > 0' }],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    /** UUIDv7. */
    id: p.uuid().primary(),
    reference: p.string().length(64),
    /** SHA-256 of the canonical request: same reference, other fingerprint is a conflict. */
    fingerprint: p.string().length(64),
    request: p.json<PayinRequest>(),
    amountInCents: p.bigint(),
    currency: p.string().length(3),
    rail: p.string().length(16).$type<Rail>(),
    status: p.string().length(16).$type<PayinStatus>(),
    amountReceivedInCents: p.bigint().default(0),
    /** Null: it has no refunds. */
    amountRefundedInCents: p.bigint().nullable(),
    provider: p.string().length(32).nullable(),
    errorCode: p.string().length(64).nullable(),
    instructions: p.json<Instructions>().nullable(),
    expiresAt: p.datetime(6),
    resultAt: p.datetime(6).nullable(),
    chargebackAt: p.datetime(6).nullable(),
    /** Number of history events so far. */
    sequence: p.integer(),
    /** Grows with every decision: two decisions from the same read cannot both be written. */
    version: p.integer().default(0),
    checks: p.integer().default(0),
    unconfirmedPaidSince: p.datetime(6).nullable(),
    /** When the next status check is due; also the end of the lease of the worker that runs it. */
    dueAt: p.datetime(6).nullable(),
    fencingToken: p.integer().default(0),
    /** The payment link that made it. */
    paymentLinkId: p.uuid().nullable(),
    /** What the page of the link put into its form. */
    paymentLinkUse: p.uuid().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type Payin = InferEntity<typeof PayinEntity>;
