import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { onBehalfOf } from '@recaudo/fair-share';
import { stringify } from 'csv-stringify';
import { Admission } from './admission.js';
import type { Page } from './page.js';
import { Problem } from './problem.js';

/** Rows of a list that are read at a time. */
export const CSV_BATCH = 500;
/** Downloads at once, of all organizations together: one alone has half of them. */
const AT_ONCE = 8;
/** A reader that takes nothing for so long has gone. */
const SILENCE_MS = 60_000;

export type CsvCell = string | number | boolean | null | undefined;
export type CsvRecord<Column extends string = string> = Readonly<Record<Column, CsvCell>>;

/** A list, batch by batch. @param cursor what the batch before said; undefined at the beginning */
export type NextBatch<Item> = (cursor: string | undefined) => Promise<{ items: readonly Item[]; next: string | null }>;

export function toBatch<Item>({ data, pageInfo }: Page<Item>): { items: readonly Item[]; next: string | null } {
  return { items: data, next: pageInfo.nextCursor };
}

const downloads = new Admission({ workingMax: AT_ONCE, waitingMax: 0, waitMs: 0 });

/**
 * Records as CSV for a spreadsheet, read as slowly as they are taken. A cell that would be taken for a formula gets a quote mark in front.
 * Who hangs up, or takes nothing for a minute, ends the reading.
 */
export function csvOf<Column extends string>(
  columns: readonly Column[],
  records: AsyncIterable<CsvRecord<Column>>,
): Readable {
  const csv = stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: 'windows',
    bom: true,
    cast: { boolean: String },
  });
  const silence = setTimeout(() => csv.destroy(new Error('the reader of a download took nothing')), SILENCE_MS).unref();
  const source = Readable.from(watched(records, silence));
  source.on('error', (error) => csv.destroy(error));
  csv.on('close', () => {
    clearTimeout(silence);
    source.destroy();
  });
  return source.pipe(csv);
}

async function* watched<Item>(items: AsyncIterable<Item>, silence: NodeJS.Timeout): AsyncGenerator<Item> {
  for await (const item of items) {
    silence.refresh();
    yield item;
  }
}

/**
 * A whole list as a file, of any length. It is read batch by batch on the organization's behalf, and counts as one of its downloads until its end.
 * @throws Problem OVERLOADED
 */
export function csvDownload<Column extends string, Item>(
  organizationId: string,
  name: string,
  columns: readonly Column[],
  next: NextBatch<Item>,
  toRecord: (item: Item) => CsvRecord<Column>,
): StreamableFile {
  if (!downloads.enterAtOnce(organizationId))
    throw new Problem('OVERLOADED', 'Too many downloads are under way. Send the same request again later.', undefined, {
      'retry-after': '10',
    });
  const csv = csvOf(columns, recordsOf(organizationId, next, toRecord));
  csv.once('close', () => downloads.leave(organizationId));
  return new StreamableFile(csv, {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}.csv"`,
  });
}

async function* recordsOf<Column extends string, Item>(
  organizationId: string,
  next: NextBatch<Item>,
  toRecord: (item: Item) => CsvRecord<Column>,
): AsyncGenerator<CsvRecord<Column>> {
  let cursor: string | undefined;
  do {
    const from = cursor;
    const batch = await onBehalfOf(organizationId, () => next(from));
    for (const item of batch.items) yield toRecord(item);
    cursor = batch.next ?? undefined;
  } while (cursor !== undefined);
}
