import type { Readable } from 'node:stream';
import { csvOf } from '../../http/csv.js';
import { presentLine } from './statement.presenter.js';
import type { LineRow } from '../store/statement-line.queries.js';

const COLUMNS = [
  'line',
  'outcome',
  'differences',
  'reference',
  'externalId',
  'amountInCents',
  'expectedInCents',
  'currency',
  'status',
  'rawStatus',
  'paidAt',
  'feeInCents',
  'payinId',
  'payinReference',
] as const satisfies readonly (keyof ReturnType<typeof presentLine>)[];

/**
 * The lines as CSV, read as slowly as they are taken.
 * @param next the rows behind a position, empty at the end
 */
export function resultCsv(next: (after: number) => Promise<readonly LineRow[]>): Readable {
  return csvOf(COLUMNS, records(next));
}

async function* records(next: (after: number) => Promise<readonly LineRow[]>) {
  for (let rows = await next(0); rows.length > 0; rows = await next(rows.at(-1)!.position)) {
    for (const row of rows) yield { ...presentLine(row), differences: row.differences.join(' ') };
  }
}
