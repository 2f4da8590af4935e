import type { Edit } from './crash-points.js';

/** A fault to be planted, to show that the checker finds it: edits of the built files while they load, and SQL in the test's own database. */
export interface PlantedFault {
  edits: readonly Edit[];
  sql: readonly string[];
}

export const PLANTED_FAULTS = {
  'drop-unique-index': {
    edits: [
      {
        file: 'payins/store/insert-payins.queries.js',
        find: 'on conflict (organization_id, reference) do nothing',
        replace: '',
      },
    ],
    sql: ['alter table payins drop constraint payins_organization_id_reference_unique'],
  },
  'acknowledge-before-commit': {
    edits: [
      {
        file: 'webhooks/webhooks.controller.js',
        find: 'await this.store.receive(',
        replace: 'void ((...all) => this.store.receive(...all).catch(() => undefined))(',
      },
    ],
    sql: [],
  },
  'no-fencing-token': {
    edits: [
      {
        file: 'payins/store/write-decisions.queries.js',
        find: 'or p.fencing_token = d."fencingToken"',
        replace: 'or true',
      },
      {
        file: 'payins/use-cases/apply-updates.service.js',
        find: 'fencingToken !== undefined && snapshot.fencingToken !== fencingToken',
        replace: 'false',
      },
      {
        file: 'database/due-work.queries.js',
        find: 'and fencing_token = $fencingToken',
        replace: 'and $fencingToken::int is not null',
      },
      {
        file: 'database/due-work.queries.js',
        find: 'and ${row}.fencing_token = ${claim}."fencingToken"',
        replace: 'and ${claim}."fencingToken" is not null',
      },
    ],
    sql: [],
  },
  'expire-without-asking': {
    edits: [
      {
        file: 'payins/use-cases/check-payin-status.service.js',
        find: 'async fetch({ payin, known }, attempt) {',
        replace: `async fetch({ payin, known }, attempt) {
          if (known.status === 'PENDING' && known.expiresAt <= new Date())
            return { found: true, report: { status: 'PENDING', rawStatus: 'NOT_ASKED' } };`,
      },
    ],
    sql: [],
  },
  'answer-before-commit': {
    edits: [
      {
        file: 'database/database.js',
        find: 'return inOrder(await this.run(pool, { ...query, name }, batchValues(query, items)), items.length);',
        replace: `const rows = this.run(pool, { ...query, name }, batchValues(query, items));
                if (query.name !== 'insert payins') return inOrder(await rows, items.length);
                rows.catch(() => undefined);
                return items.map(() => ({ hasDueNotifications: true, hasEndpoints: true }));`,
      },
    ],
    sql: [],
  },
  'failed-batch-is-a-success': {
    edits: [
      {
        file: 'database/batcher.js',
        find: 'waiting.reject(error);',
        replace: 'waiting.resolve({ hasDueNotifications: true, hasEndpoints: true });',
      },
    ],
    sql: [],
  },
  'decide-without-version': {
    edits: [{ file: 'payins/store/write-decisions.queries.js', find: 'and p.version = d.version', replace: '' }],
    sql: [],
  },
} as const satisfies Record<string, PlantedFault>;
export type PlantedFaultName = keyof typeof PLANTED_FAULTS;
