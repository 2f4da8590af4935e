import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { EVENT_POSITION } from '../../outbox/event-position.js';
import { EVENT_TYPES, type HistoryType } from '../domain/history.js';
import { ENDED_UNPAID_STATUSES, type PayinStatus, STATUSES } from '../domain/status.js';
import type { UpdateSource } from '../domain/update-source.js';
import { PayinEntity } from './payin.entity.js';

/** SQL: the payin ended without money. */
export const ENDED_UNPAID = `type in (${ENDED_UNPAID_STATUSES.map((status) => `'${STATUSES[status].event}'`).join(', ')})`;

/** SQL: the line is an event, of which the merchant is notified. */
export const IS_EVENT = `type in (${EVENT_TYPES.map((type) => `'${type}'`).join(', ')})`;

/** One line of a payin's history. Append-only, and without a text that a person wrote. */
export const PayinEventEntity = defineEntity({
  name: 'PayinEvent',
  tableName: 'payin_events',
  indexes: [
    // For reports: how many ended when.
    { name: 'payin_events_ended_unpaid', properties: ['organizationId', 'at'], where: ENDED_UNPAID },
    // An organization's events in the order of their commits.
    {
      name: 'payin_events_in_order',
      properties: ['organizationId', 'position', 'payinId', 'sequence'],
      where: IS_EVENT,
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    payinId: p.uuid().primary().persist(false),
    payin: () =>
      p
        .manyToOne(PayinEntity)
        .joinColumns('organization_id', 'payin_id')
        .ownColumns('payin_id')
        .createForeignKeyConstraint(false),
    sequence: p.integer().primary(),
    type: p.string().length(64).$type<HistoryType>(),
    source: p.string().length(16).$type<UpdateSource>(),
    from: p.string().length(16).$type<PayinStatus>().nullable().name('from_status'),
    to: p.string().length(16).$type<PayinStatus>().nullable().name('to_status'),
    data: p.json<Record<string, unknown>>(),
    at: p.datetime(6).defaultRaw('now()'),
    /** See `EVENT_POSITION`. */
    position: p.bigint().defaultRaw(EVENT_POSITION).lazy(),
  },
});
export type PayinEvent = InferEntity<typeof PayinEventEntity>;
