import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Currency, Rail } from '@recaudo/payment-provider';
import { OrganizationEntity } from '../organizations/organization.entity.js';

export const PAYMENT_LINK_STATUSES = ['ACTIVE', 'DISABLED'] as const;
export type PaymentLinkStatus = (typeof PAYMENT_LINK_STATUSES)[number];

/** Asks for money more than once, or from people who are not known yet. Each use is a payin, counted by the statement that makes it. */
export const PaymentLinkEntity = defineEntity({
  name: 'PaymentLink',
  tableName: 'payment_links',
  uniques: [{ properties: ['organization', 'reference'] }],
  indexes: [{ name: 'payment_links_by_status', properties: ['organization', 'status', 'id'] }],
  checks: [
    { name: 'payment_links_used_at_most', expression: 'used <= uses' },
    {
      name: 'payment_links_one_amount',
      expression:
        '(amount_in_cents > 0 and min_in_cents is null and max_in_cents is null) or (amount_in_cents is null and min_in_cents > 0 and max_in_cents >= min_in_cents)',
    },
  ],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    /** UUIDv7. */
    id: p.uuid().primary(),
    reference: p.string().length(64),
    title: p.string().length(120),
    description: p.string().length(255).nullable(),
    currency: p.string().length(3).$type<Currency>(),
    /** Null: the payer types it, within the bounds. */
    amountInCents: p.bigint().nullable(),
    minInCents: p.bigint().nullable(),
    maxInCents: p.bigint().nullable(),
    /** Payins that it may make; null: any number. */
    uses: p.integer().nullable(),
    /** Payins that it has made. */
    used: p.integer().default(0),
    /** Of its latest payin: a number whose reference another payin has is left out. */
    lastNumber: p.integer().default(0),
    /** Null: all that are open. */
    rails: p.json<Rail[]>().nullable(),
    expiresAt: p.datetime(6).nullable(),
    redirectUrl: p.text().nullable(),
    callbackUrl: p.text().nullable(),
    metadata: p.json<Record<string, string>>(),
    status: p.string().length(16).$type<PaymentLinkStatus>().default('ACTIVE'),
    /** API key or person. */
    createdBy: p.uuid(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
export type PaymentLinkRow = InferEntity<typeof PaymentLinkEntity>;
