import { defineEntity, p } from '@mikro-orm/core';

/** In this order. */
export const SWEEP_PHASES = ['payins', 'webhooks', 'discrepancies'] as const;
export type SweepPhase = (typeof SWEEP_PHASES)[number];

/** The nightly sweep that forgets an organization's payers, and its progress. What belongs to no organization has one, too. */
export const PersonalDataSweepEntity = defineEntity({
  name: 'PersonalDataSweep',
  tableName: 'personal_data_sweeps',
  indexes: [{ name: 'personal_data_sweeps_due_by_share', properties: ['organizationId', 'dueAt'] }],
  properties: {
    organizationId: p.uuid().primary(),
    /** The organization's: there is one for each. */
    id: p.uuid().primary(),
    phase: p.string().length(16).$type<SweepPhase>().default('payins'),
    /** The last row of the phase that was read; null at its beginning. */
    after: p.uuid().nullable(),
    /** Of a payin, when it was last changed: they are read in this order. */
    afterUpdatedAt: p.datetime(6).nullable(),
    finishedAt: p.datetime(6).nullable(),
    dueAt: p.datetime(6),
    fencingToken: p.integer().default(0),
  },
});
