import { defineEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from '../organizations/organization.entity.js';

/** How much older an organization's rows were made than they are. In production there is none. */
export const TestClockEntity = defineEntity({
  name: 'TestClock',
  tableName: 'test_clocks',
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    /** In all. */
    advancedSeconds: p.bigint().default(0),
    /** By the last step: the simulated providers may not have taken it yet. */
    stepSeconds: p.bigint().default(0),
    /** When that was, by the database's clock. */
    steppedAt: p.datetime(6).nullable(),
    /** Until when nobody else may advance it. */
    heldUntil: p.datetime(6).defaultRaw('now()'),
    fencingToken: p.integer().default(0),
  },
});
