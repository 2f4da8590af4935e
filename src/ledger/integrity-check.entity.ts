import { defineEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from '../organizations/organization.entity.js';

/** The nightly integrity check of an organization, and its progress. */
export const IntegrityCheckEntity = defineEntity({
  name: 'IntegrityCheck',
  tableName: 'integrity_checks',
  indexes: [{ name: 'integrity_checks_due_by_share', properties: ['organization', 'dueAt'] }],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    /** The organization's: there is one for each. */
    id: p.uuid().primary(),
    /** The last payin that was checked; null between two checks. */
    afterPayinId: p.uuid().nullable(),
    /** Of the check that is under way, or else of the last one. */
    payins: p.bigint().default(0),
    mismatches: p.bigint().default(0),
    finishedAt: p.datetime(6).nullable(),
    dueAt: p.datetime(6),
    fencingToken: p.integer().default(0),
  },
});
