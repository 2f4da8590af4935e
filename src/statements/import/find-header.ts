import type { StatementMapping } from '@recaudo/payment-provider';
import { parse } from 'csv-parse/sync';
import { LINE_BYTES_MAX, TOO_LONG } from './csv-records.js';
import { UnreadableFile } from './decode-text.js';
import { LineReader } from './line-reader.js';
import { UnreadableLine } from './unreadable.js';

/** Lines that may stand before the header, with the statement's owner and period. */
const LINES_BEFORE_MAX = 100;

export interface Table {
  /** Of the lines below the header. */
  reader: LineReader;
  delimiter: string;
  headerLine: number;
  /** From the header on. */
  text: AsyncGenerator<string>;
}

/**
 * Finds the first line that has the columns of a mapping, and with it the separator, where the mapping has none: a line has the columns
 * with one separator only.
 * @param mappings the likeliest first
 * @throws UnreadableFile with the columns that the header must have, and the source's errors
 */
export async function findHeader(
  text: AsyncIterable<string>,
  mappings: readonly StatementMapping[],
  everyColumn: boolean,
): Promise<Table> {
  const arriving = text[Symbol.asyncIterator]();
  let head = '';
  let headerLine = 1;
  let isBlank = true;
  let searched = 0;
  for (let isEnd = false; !isEnd;) {
    const { done = false, value } = await arriving.next();
    isEnd = done;
    if (!done) head += value;
    for (let line = firstLine(head, searched, isEnd); line; line = firstLine(head, 0, isEnd)) {
      const table = fit(line.text, headerLine, mappings, everyColumn);
      if (table) return { ...table, headerLine, text: joined(head, arriving) };
      isBlank &&= line.text.trim() === '';
      if (headerLine > LINES_BEFORE_MAX) throw noHeader(mappings, everyColumn);
      head = head.slice(line.length);
      headerLine += 1;
    }
    searched = Math.max(0, head.length - 1);
    if (head.length > LINE_BYTES_MAX) throw new UnreadableFile(headerLine, TOO_LONG);
  }
  throw isBlank
    ? new UnreadableFile(1, 'the file is empty: a line must name the columns')
    : noHeader(mappings, everyColumn);
}

/** @returns undefined where its end has not arrived yet, or no line is left */
function firstLine(head: string, from: number, isEnd: boolean): { text: string; length: number } | undefined {
  // A carriage return at the end may be the first half of one line's end.
  const lineEnd = /\r\n|\n|\r(?!$)/g;
  lineEnd.lastIndex = from;
  const end = lineEnd.exec(head);
  if (end) return { text: head.slice(0, end.index), length: end.index + end[0].length };
  return isEnd && head !== '' ? { text: head.trimEnd(), length: head.length } : undefined;
}

const SEPARATORS = [';', ',', '\t', '|'] as const;

function fit(
  text: string,
  line: number,
  mappings: readonly StatementMapping[],
  everyColumn: boolean,
): Pick<Table, 'reader' | 'delimiter'> | undefined {
  for (const mapping of mappings) {
    for (const delimiter of mapping.delimiter ? [mapping.delimiter] : SEPARATORS) {
      try {
        const reader = LineReader.fitting(splitLine(text, delimiter), mapping, everyColumn);
        if (reader) return { reader, delimiter };
      } catch (error) {
        throw error instanceof UnreadableLine ? new UnreadableFile(line, error.message) : error;
      }
    }
  }
  return undefined;
}

/**
 * Where no line has the columns of a mapping: the first one with the most cells, with whatever separator gives them.
 * @returns undefined where none has two
 */
export function likelyHeader(lines: readonly string[]): { line: number; delimiter: string } | undefined {
  let likely: { line: number; delimiter: string } | undefined;
  let most = 1;
  for (const [at, text] of lines.slice(0, LINES_BEFORE_MAX + 1).entries()) {
    for (const delimiter of SEPARATORS) {
      const { length } = splitLine(text, delimiter).filter((cell) => cell.trim() !== '');
      if (length <= most) continue;
      most = length;
      likely = { line: at + 1, delimiter };
    }
  }
  return likely;
}

/** @returns no cells where it has not even one separator */
export function splitLine(line: string, delimiter: string): string[] {
  if (!line.includes(delimiter) || line.length > LINE_BYTES_MAX) return [];
  try {
    return parse(line, { delimiter, relax_column_count: true, relax_quotes: true })[0] ?? [];
  } catch {
    // Lines before the header need not be CSV.
    return [];
  }
}

async function* joined(head: string, others: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  for (let next = await others.next(); !next.done; next = await others.next()) yield next.value;
}

function noHeader(mappings: readonly StatementMapping[], everyColumn: boolean): UnreadableFile {
  const wanted = mappings.map(({ columns, delimiter }) => {
    const key = [columns.reference, columns.externalId].filter(Boolean).join('" or "');
    const named = everyColumn ? Object.values(columns).filter(Boolean).join('", "') : `${columns.amount}" and "${key}`;
    return `"${named}", separated by ${delimiter ? `"${delimiter}"` : '";", ",", "|" or a tab'}`;
  });
  const message = `the header must have the columns ${wanted.join(', or ')}; or describe yours with \`mapping\``;
  return new UnreadableFile(1, message);
}
