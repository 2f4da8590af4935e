import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { DiscrepancyKind } from '../payins/domain/news.js';

/** Something that does not add up, for a person to look at. At most one open per payin and kind. */
export const DiscrepancyEntity = defineEntity({
  name: 'Discrepancy',
  tableName: 'discrepancies',
  uniques: [
    {
      name: 'discrepancies_one_open',
      properties: ['organizationId', 'payinId', 'kind'],
      where: "status = 'OPEN' and payin_id is not null",
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    /** Null for an orphan: money or news for an order that we do not know. */
    payinId: p.uuid().nullable(),
    reference: p.string().length(255),
    kind: p.string().length(32).$type<DiscrepancyKind>(),
    status: p.string().length(16).$type<'OPEN' | 'RESOLVED'>().default('OPEN'),
    expectedInCents: p.bigint().nullable(),
    actualInCents: p.bigint().nullable(),
    currency: p.string().length(3),
    openedAt: p.datetime(6).defaultRaw('now()'),
    resolvedAt: p.datetime(6).nullable(),
    resolution: p.string().length(64).nullable(),
    detail: p.text(),
  },
});
export type Discrepancy = InferEntity<typeof DiscrepancyEntity>;
