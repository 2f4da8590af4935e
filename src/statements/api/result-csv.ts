import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
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
 * The lines as CSV, read as slowly as they are taken. A cell that a spreadsheet would take for a formula gets a quote mark in front.
 * @param next the rows behind a position, empty at the end
 */
export function resultCsv(next: (after: number) => Promise<readonly LineRow[]>): Readable {
  const csv = stringify({
    header: true,
    columns: [...COLUMNS],
    escape_formulas: true,
    record_delimiter: 'windows',
    bom: true,
  });
  const source = Readable.from(records(next));
  source.on('error', (error) => csv.destroy(error));
  csv.on('close', () => source.destroy());
  return source.pipe(csv);
}

async function* records(next: (after: number) => Promise<readonly LineRow[]>): AsyncGenerator<Record<string, unknown>> {
  for (let rows = await next(0); rows.length > 0; rows = await next(rows.at(-1)!.position)) {
    for (const row of rows) yield { ...presentLine(row), differences: row.differences.join(' ') };
  }
}
