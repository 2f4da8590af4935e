import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { HistoryType } from '../domain/history.js';
import { ENDED_UNPAID_STATUSES, type PayinStatus, STATUSES } from '../domain/status.js';
import type { UpdateSource } from '../domain/update-source.js';
import { PayinEntity } from './payin.entity.js';

/** SQL: the payin ended without money. */
export const ENDED_UNPAID = `type in (${ENDED_UNPAID_STATUSES.map((status) => `'${STATUSES[status].event}'`).join(', ')})`;

/** One line of a payin's history. Append-only, and without a text that a person wrote. */
export const PayinEventEntity = defineEntity({
  name: 'PayinEvent',
  tableName: 'payin_events',
  // For reports: how many ended when.
  indexes: [{ name: 'payin_events_ended_unpaid', properties: ['organizationId', 'at'], where: ENDED_UNPAID }],
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
  },
});
export type PayinEvent = InferEntity<typeof PayinEventEntity>;
