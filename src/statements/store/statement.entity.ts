import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { OrganizationEntity } from '../../organizations/organization.entity.js';

export const STATEMENT_SOURCES = ['UPLOAD', 'PROVIDER_LIST'] as const;
export type StatementSource = (typeof STATEMENT_SOURCES)[number];

export const STATEMENT_STATUSES = [
  /** Its lines are arriving. */
  'RECEIVING',
  /** All lines are stored; they are compared with what we know. */
  'MATCHING',
  'DONE',
  /** It could not be compared to its end; what was found until then stands. */
  'FAILED',
  /** It cannot be read, or its provider cannot list; it has changed nothing. */
  'REJECTED',
  /** Its upload broke off, or was the repetition of another; it has changed nothing. */
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

/** What a statement is complete in, so that what it lacks is missing there: the payments, or the orders opened, of its period. */
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
  indexes: [{ name: 'statements_due_by_share', properties: ['organization', 'dueAt'], where: 'due_at is not null' }],
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
    /** What makes it the same statement: the same twice is taken once. Null while that is not known, and where it does not matter. */
    fingerprint: p.string().length(64).nullable(),
    lines: p.integer().default(0),
    badLines: p.integer().default(0),
    firstBadLines: p.json<BadLine[]>().defaultRaw("'[]'"),
    /** Why it failed, was rejected or abandoned. */
    reason: p.string().length(255).nullable(),
    phase: p.string().length(16).$type<MatchingPhase>().nullable(),
    /** How far the phase has come: the last line, or the last id. */
    position: p.string().length(36).nullable(),
    /** Lines that have been compared. */
    compared: p.integer().default(0),
    totals: p.json<StatementTotals>().nullable(),
    /** Failures since it last got on. */
    attempts: p.integer().default(0),
    createdAt: p.datetime(6).defaultRaw('now()'),
    doneAt: p.datetime(6).nullable(),
    /** When there is work on it; also the end of the lease of whoever is at it, who for an upload is its request. */
    dueAt: p.datetime(6).nullable(),
    fencingToken: p.integer().default(0),
  },
});
export type Statement = InferEntity<typeof StatementEntity>;
