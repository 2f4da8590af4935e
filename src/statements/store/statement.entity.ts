import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from '../../organizations/organization.entity.js';

export const STATEMENT_SOURCES = ['UPLOAD', 'PROVIDER_LIST'] as const;
export type StatementSource = (typeof STATEMENT_SOURCES)[number];

export const STATEMENT_STATUSES = [
  /** Its lines are arriving. */
  'RECEIVING',
  /** All lines are stored; they are compared with our records. */
  'MATCHING',
  'DONE',
  /** The comparison could not be finished; what was found until then stays. */
  'FAILED',
  /** It cannot be read, or the provider cannot list its orders; nothing was changed. */
  'REJECTED',
  /** Its upload broke off, or repeated another one; nothing was changed. */
  'ABANDONED',
] as const;
export type StatementStatus = (typeof STATEMENT_STATUSES)[number];

const IS_UNDER_WAY: Readonly<Record<StatementStatus, boolean>> = {
  RECEIVING: true,
  MATCHING: true,
  DONE: false,
  FAILED: false,
  REJECTED: false,
  ABANDONED: false,
};
export const STATEMENTS_UNDER_WAY = STATEMENT_STATUSES.filter((status) => IS_UNDER_WAY[status]);

/** A statement that failed is sent again; it does not wait for people for ever. */
export const FAILED_WAITS_DAYS = 7;

/** A statement may have all payments of its period, or all orders opened in it. What it lacks of them is missing at the provider. */
export const STATEMENT_COVERS = ['PAYMENTS', 'ORDERS'] as const;
export type StatementCovers = (typeof STATEMENT_COVERS)[number];

/** The work on a statement whose lines are all there, in this order. */
export type MatchingPhase = 'find' | 'compare' | 'find_missing' | 'agree';

/** A line that cannot be read, by its number in the file. */
export interface BadLine {
  line: number;
  message: string;
}

export interface StatementTotals {
  outcomes: Record<string, number>;
  differences: Record<string, number>;
}

/** A set of lines about one provider and a period: an uploaded file, or what the provider itself lists. */
export const StatementEntity = defineEntity({
  name: 'Statement',
  tableName: 'statements',
  uniques: [{ properties: ['organization', 'fingerprint'] }],
  indexes: [
    { name: 'statements_due_by_share', properties: ['organization', 'dueAt'], where: 'due_at is not null' },
    { properties: ['organization', 'status', 'id'] },
  ],
  properties: {
    organization: () => p.manyToOne(OrganizationEntity).primary(),
    id: p.uuid().primary(),
    provider: p.string().length(32),
    source: p.string().length(16).$type<StatementSource>(),
    status: p.string().length(16).$type<StatementStatus>().default('RECEIVING'),
    periodFrom: p.datetime(6),
    /** Not included. */
    periodTo: p.datetime(6),
    covers: p.string().length(16).$type<StatementCovers>().nullable(),
    /** Statements with the same fingerprint are one. Null while it is not known yet, and where repetitions are allowed. */
    fingerprint: p.string().length(64).nullable(),
    lines: p.integer().default(0),
    badLines: p.integer().default(0),
    firstBadLines: p.json<BadLine[]>().defaultRaw("'[]'"),
    /** Why it failed, was rejected or abandoned. */
    reason: p.string().length(255).nullable(),
    phase: p.string().length(16).$type<MatchingPhase>().nullable(),
    /** The progress of the phase: the last line, or the last id. */
    position: p.string().length(36).nullable(),
    /** Lines that have been compared. */
    compared: p.integer().default(0),
    totals: p.json<StatementTotals>().nullable(),
    /** Failures since its last progress. */
    attempts: p.integer().default(0),
    createdAt: p.datetime(6).defaultRaw('now()'),
    doneAt: p.datetime(6).nullable(),
    /** When there is work on it. While a worker, or an upload, holds it: the end of the lease. */
    dueAt: p.datetime(6).nullable(),
    fencingToken: p.integer().default(0),
  },
});
export type Statement = InferEntity<typeof StatementEntity>;
