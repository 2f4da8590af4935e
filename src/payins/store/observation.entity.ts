import { defineEntity, p } from '@mikro-orm/core';
import type { UpdateSource } from '../domain/update-source.js';
import { PayinEntity } from './payin.entity.js';

/** One fact that a provider reported about an attempt. Append-only; the same fact is stored once. */
export const ObservationEntity = defineEntity({
  name: 'Observation',
  tableName: 'observations',
  uniques: [{ properties: ['organizationId', 'payinId', 'key'] }],
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    payinId: p.uuid().persist(false),
    payin: () => p.manyToOne(PayinEntity).joinColumns('organization_id', 'payin_id').ownColumns('payin_id'),
    attemptId: p.uuid(),
    key: p.text(),
    source: p.string().length(16).$type<UpdateSource>(),
    trust: p.string().length(16).$type<'hint' | 'answer'>(),
    report: p.json<Record<string, unknown>>(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
