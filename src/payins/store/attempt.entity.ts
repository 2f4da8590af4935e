import { defineEntity, p } from '@mikro-orm/core';
import type { Rail } from '@recaudo/payment-provider';
import { sqlList } from '../../database/query.js';
import { type AttemptState, LIVE } from '../domain/known-payin.js';
import { PayinEntity } from './payin.entity.js';

/** SQL: the provider has no order of it, so that another attempt may follow. */
export const NOT_EXECUTED = `state = 'not_executed'`;

/** SQL: the payer chose its rail. */
export const IS_CHOSEN = 'choice is not null';

/** SQL: it has, or may get, an order that the payer can pay. */
const IS_LIVE = `state in (${sqlList(LIVE)})`;

/** One attempt to open a payin at one provider. */
export const AttemptEntity = defineEntity({
  name: 'Attempt',
  tableName: 'attempts',
  uniques: [
    { properties: ['organizationId', 'providerReference'] },
    // At most one attempt may have, or get, an order: a second one never starts while the first is unknown.
    { name: 'attempts_one_live_order', properties: ['organizationId', 'payinId'], where: IS_LIVE },
  ],
  indexes: [
    { properties: ['organizationId', 'payinId'] },
    {
      name: 'attempts_external',
      properties: ['organizationId', 'provider', 'externalId'],
      where: 'external_id is not null',
    },
    // For reports: payins that may have gone on to another provider.
    { name: 'attempts_not_executed', properties: ['organizationId', 'startedAt'], where: NOT_EXECUTED },
    // For reports: payins that have gone on to another rail.
    { name: 'attempts_chosen', properties: ['organizationId', 'startedAt'], where: IS_CHOSEN },
    // For operators; few among many.
    { name: 'attempts_unknown', properties: ['provider'], where: "state = 'unknown'" },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    payinId: p.uuid().persist(false),
    payin: () =>
      p
        .manyToOne(PayinEntity)
        .joinColumns('organization_id', 'payin_id')
        .ownColumns('payin_id')
        .createForeignKeyConstraint(false),
    provider: p.string().length(32),
    /** Ours, sent to the provider: 32 characters of `0-9 a-z`. */
    providerReference: p.string().length(32),
    /** Theirs: ticket, id, tradeNo. */
    externalId: p.string().length(255).nullable(),
    state: p.string().length(16).$type<AttemptState>(),
    reason: p.string().length(255).nullable(),
    startedAt: p.datetime(6).defaultRaw('now()'),
    /** What the payer chose; null where the merchant did. */
    rail: p.string().length(16).$type<Rail>().nullable(),
    /** Which of the payer's choices it belongs to, from 1. */
    choice: p.integer().nullable(),
    /** When its order ends, where that is before the payin's end. */
    expiresAt: p.datetime(6).nullable(),
    /** When the provider answered that it does not serve now; an order may exist all the same. */
    refusedAt: p.datetime(6).nullable(),
  },
});
