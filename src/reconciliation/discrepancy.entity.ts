import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Stored } from '../database/stored-json.js';
import { EVENT_POSITION } from '../outbox/event-position.js';
import type { CorrectionRequest, DiscrepancyKind, Evidence } from '../payins/domain/discrepancy.js';
import { WITHOUT_PAYIN_MAY_BE_FORGOTTEN } from './forget.queries.js';
import type { UpdateSource } from '../payins/domain/update-source.js';

/** SQL: the place of a discrepancy where the most money at risk is first and what is not known is last. */
export const BY_MONEY_AT_RISK = '-coalesce(money_at_risk_in_cents, -1)';

/** SQL: it has events of its own. Those of a payin's are in the payin's history. */
export const IS_OPENED_WITHOUT_PAYIN = 'payin_id is null';
export const IS_RESOLVED_WITHOUT_PAYIN = "payin_id is null and status = 'RESOLVED'";

/** Something that does not add up, for a person to check. At most one open per payin and kind. */
export const DiscrepancyEntity = defineEntity({
  name: 'Discrepancy',
  tableName: 'discrepancies',
  uniques: [
    {
      name: 'discrepancies_one_open',
      properties: ['organizationId', 'payinId', 'kind'],
      where: "status = 'OPEN' and payin_id is not null",
    },
    {
      name: 'discrepancies_one_open_without_payin',
      properties: ['organizationId', 'provider', 'reference', 'kind'],
      where: "status = 'OPEN' and payin_id is null",
    },
  ],
  indexes: [
    { properties: ['organizationId', 'payinId'] },
    { properties: ['organizationId', 'reference'] },
    { properties: ['organizationId', 'kind', 'id'] },
    // Its size follows the open ones, not all of them.
    { name: 'discrepancies_open', properties: ['organizationId', 'id'], where: "status = 'OPEN'" },
    {
      name: 'discrepancies_proposed',
      properties: ['organizationId', 'id'],
      where: "status = 'OPEN' and correction is not null",
    },
    {
      name: 'discrepancies_notes_to_forget',
      properties: ['organizationId', 'id'],
      where: WITHOUT_PAYIN_MAY_BE_FORGOTTEN,
    },
    // Their events, in the order of their commits.
    {
      name: 'discrepancies_opened_in_order',
      properties: ['organizationId', 'openedPosition', 'id'],
      where: IS_OPENED_WITHOUT_PAYIN,
    },
    {
      name: 'discrepancies_resolved_in_order',
      properties: ['organizationId', 'resolvedPosition', 'id'],
      where: IS_RESOLVED_WITHOUT_PAYIN,
    },
    // The most money first. An expression, because of the unknown amounts.
    {
      name: 'discrepancies_by_money_at_risk',
      expression: `create index "discrepancies_by_money_at_risk" on "discrepancies" ("organization_id", "status", (${BY_MONEY_AT_RISK}), "id")`,
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    /** Null where there is none: money or an update for an order that is not known here. */
    payinId: p.uuid().nullable(),
    /** The payin's, or else the provider's reference of the order. */
    reference: p.string().length(255),
    provider: p.string().length(32).nullable(),
    kind: p.string().length(32).$type<DiscrepancyKind>(),
    status: p.string().length(16).$type<'OPEN' | 'RESOLVED'>().default('OPEN'),
    expectedInCents: p.bigint().nullable(),
    actualInCents: p.bigint().nullable(),
    /** Null where it is not known. */
    moneyAtRiskInCents: p.bigint().nullable(),
    currency: p.string().length(3),
    /** Who found it. */
    source: p.string().length(16).$type<UpdateSource>().nullable(),
    evidence: p.json<Evidence[]>().defaultRaw("'[]'"),
    openedAt: p.datetime(6).defaultRaw('now()'),
    resolvedAt: p.datetime(6).nullable(),
    /** A person's reason, or the fact that settled it. */
    resolution: p.string().length(64).nullable(),
    /** API key of the person; null where a later fact settled it. */
    resolvedBy: p.uuid().nullable(),
    /** API key of the second person, where a correction needed one. */
    approvedBy: p.uuid().nullable(),
    note: p.text().nullable(),
    /** What settled it; while it is open, what waits for a second person. */
    correction: p.json<Stored<CorrectionRequest>>().nullable(),
    /** Its refund, which settles it when it is paid. */
    refundId: p.uuid().nullable(),
    detail: p.text(),
    /** See `EVENT_POSITION`. */
    openedPosition: p.bigint().defaultRaw(EVENT_POSITION).lazy(),
    resolvedPosition: p.bigint().nullable().lazy(),
  },
});
export type Discrepancy = InferEntity<typeof DiscrepancyEntity>;
