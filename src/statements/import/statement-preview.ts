import type { StatementMapping } from '@recaudo/payment-provider';
import type { StatementLine } from '../store/statement-line.js';
import { csvRecords, UnclosedQuote } from './csv-records.js';
import { UnreadableFile } from './decode-text.js';
import { findHeader, likelyHeader, splitLine, type Table } from './find-header.js';
import type { LineReader } from './line-reader.js';
import { UnreadableLine } from './unreadable.js';

export const COLUMNS = [
  'reference',
  'externalId',
  'amount',
  'currency',
  'status',
  'paidAt',
  'fee',
  'reversedAt',
] as const satisfies readonly (keyof StatementMapping['columns'])[];
const NEEDED: readonly string[] = ['reference', 'externalId', 'amount'];

export const MAPPING_SOURCES = ['GIVEN', 'PROVIDER', 'OWN'] as const;
export type MappingSource = (typeof MAPPING_SOURCES)[number];

export const LINE_READINGS = ['PAYMENT', 'NO_PAYMENT', 'UNREADABLE', 'NOT_READ'] as const;

export const PREVIEW_PROBLEMS = [
  'FILE_UNREADABLE',
  'HEADER_NOT_FOUND',
  'NO_PAYMENTS',
  'LINE_UNREADABLE',
  'STATUSES_UNRECOGNISED',
  'STATUS_COLUMN_MISSING',
  'TIME_COLUMN_MISSING',
] as const;

/** Lines that are shown. */
const LINES_SHOWN = 20;
const STATUSES_SHOWN = 50;
/** Unreadable lines that are named; as a rule the same is wrong with all. */
const UNREADABLE_NAMED = 20;
const TEXT_SHOWN = 500;

/** How the beginning of a file can be read. */
export interface Beginning {
  text: string;
  isWhole: boolean;
}

interface Problem {
  code: (typeof PREVIEW_PROBLEMS)[number];
  refuses: boolean;
  text: string;
  line: number | null;
}

interface Line {
  line: number;
  text: string;
  cells: string[];
  reading: (typeof LINE_READINGS)[number];
  payment: ReturnType<typeof shown> | null;
  problem: string | null;
}

type Counts = Record<'payments' | 'noPayments' | 'unreadable', number>;

/** What would become of a file, by its beginning. Nothing is compared, and nothing is kept. */
export class StatementPreview {
  readonly lines: Line[] = [];
  readonly problems: Problem[] = [];
  readonly counts: Counts = { payments: 0, noPayments: 0, unreadable: 0 };
  header: { line: number; cells: string[]; recognised: boolean } | null = null;
  reader: LineReader | undefined;
  delimiter: string | undefined;
  readonly #statuses = new Map<string, { status: string; lines: number }>();
  readonly #rows: readonly string[];

  private constructor(private readonly beginning: Beginning) {
    this.#rows = beginning.text.split(/\r\n|\n|\r/);
  }

  /** Of a file of which nothing can be read. */
  static unreadable(fault: UnreadableFile): StatementPreview {
    const preview = new StatementPreview({ text: '', isWhole: false });
    preview.#refuse('FILE_UNREADABLE', fault.message, fault.line);
    return preview;
  }

  /** @param mappings the likeliest first */
  static async of(
    beginning: Beginning,
    mappings: readonly StatementMapping[],
    everyColumn: boolean,
  ): Promise<StatementPreview> {
    const preview = new StatementPreview(beginning);
    try {
      await preview.#read(await findHeader(pieces(beginning.text), mappings, everyColumn));
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      const isHeader = preview.reader === undefined;
      preview.#refuse(isHeader ? 'HEADER_NOT_FOUND' : 'FILE_UNREADABLE', error.message, error.line);
      if (isHeader) await preview.#guess();
    }
    preview.#judge();
    return preview;
  }

  get isWhole(): boolean {
    return this.beginning.isWhole;
  }

  get statuses(): { rawStatus: string; status: string; lines: number }[] {
    return [...this.#statuses].map(([rawStatus, seen]) => ({ rawStatus, ...seen })).slice(0, STATUSES_SHOWN);
  }

  /** What is read from which column. */
  columns(mapping: StatementMapping) {
    return COLUMNS.map((column) => ({
      column,
      header: mapping.columns[column] ?? null,
      place: this.reader?.places.get(column) ?? null,
      needed: NEEDED.includes(column),
    }));
  }

  get otherColumns(): string[] {
    const read = new Set(this.reader?.places.values());
    return this.header?.cells.filter((cell, place) => cell !== '' && !read.has(place)) ?? [];
  }

  async #read({ reader, delimiter, headerLine, text }: Table): Promise<void> {
    this.reader = reader;
    this.delimiter = delimiter;
    this.header = { line: headerLine, cells: this.#cellsOf(headerLine, delimiter), recognised: true };
    try {
      await this.#readLines({ reader, delimiter, headerLine, text });
    } catch (error) {
      // It may be closed where the file goes on.
      if (this.isWhole || !(error instanceof UnclosedQuote)) throw error;
    }
    // A line may be wrong in two columns. What follows may show that it is right.
    for (const [line, message] of new Map(reader.wrong().map((bad) => [bad.line, bad.message]))) {
      this.#unreadable(line, message, this.isWhole);
      this.counts.payments -= 1;
      const entry = this.lines.find((one) => one.line === line);
      if (entry) Object.assign(entry, { reading: 'UNREADABLE', payment: null, problem: message });
    }
  }

  async #readLines({ reader, delimiter, headerLine, text }: Table): Promise<void> {
    let before = headerLine;
    for await (const records of csvRecords(text, delimiter, headerLine)) {
      for (const { line, cells } of records) {
        if (line <= headerLine) continue;
        const { reading, payment, problem } = this.#readLine(reader, line, cells);
        this.#show({ line, cells, reading, payment: payment && shown(payment), problem }, before);
        before = line;
      }
    }
  }

  #readLine(
    reader: LineReader,
    line: number,
    cells: readonly string[],
  ): { reading: Line['reading']; payment: StatementLine | null; problem: string | null } {
    try {
      const payment = reader.read(line, cells);
      if (!payment) {
        this.counts.noPayments += 1;
        return { reading: 'NO_PAYMENT', payment: null, problem: null };
      }
      this.counts.payments += 1;
      this.#see(payment);
      return { reading: 'PAYMENT', payment, problem: null };
    } catch (error) {
      if (!(error instanceof UnreadableLine)) throw error;
      this.#unreadable(line, error.message);
      return { reading: 'UNREADABLE', payment: null, problem: error.message };
    }
  }

  #see({ rawStatus, status }: StatementLine): void {
    if (rawStatus === null) return;
    const seen = this.#statuses.get(rawStatus);
    if (seen) seen.lines += 1;
    else if (this.#statuses.size < STATUSES_SHOWN) this.#statuses.set(rawStatus, { status, lines: 1 });
  }

  #unreadable(line: number, text: string, refuses = true): void {
    this.counts.unreadable += 1;
    if (this.counts.unreadable <= UNREADABLE_NAMED)
      this.problems.push({ code: 'LINE_UNREADABLE', refuses, text, line });
  }

  /** The header was not recognised: what stands in the file, so that a person can say what its columns are. */
  async #guess(): Promise<void> {
    const likely = likelyHeader(this.#rows);
    if (!likely) return;
    this.delimiter = likely.delimiter;
    this.header = { line: likely.line, cells: this.#cellsOf(likely.line, likely.delimiter), recognised: false };
    let before = likely.line;
    const below = pieces(this.#rows.slice(before).join('\n'));
    try {
      for await (const records of csvRecords(below, likely.delimiter, before + 1)) {
        for (const { line, cells } of records) {
          this.#show({ line, cells, reading: 'NOT_READ', payment: null, problem: null }, before);
          before = line;
        }
      }
    } catch (error) {
      // It need not be CSV to the end.
      if (!(error instanceof UnreadableFile)) throw error;
    }
  }

  /** @param before the number of the line before it: in quotes, one has several rows */
  #show({ cells, ...line }: Omit<Line, 'text'>, before: number): void {
    if (this.lines.length >= LINES_SHOWN) return;
    const text = this.#rows.slice(before, line.line).join('\n').trim();
    this.lines.push({ ...line, text: cut(text), cells: cells.map(cut) });
  }

  #cellsOf(line: number, delimiter: string): string[] {
    return splitLine(this.#rows[line - 1] ?? '', delimiter).map((cell) => cut(cell.trim()));
  }

  #judge(): void {
    const { reader, counts } = this;
    if (!reader) return;
    if (counts.payments === 0 && counts.unreadable === 0)
      this.#warn('NO_PAYMENTS', 'No line below the header is a payment.');
    if (!reader.places.has('status'))
      this.#warn('STATUS_COLUMN_MISSING', 'No column has the status: every line counts as paid.');
    if (!reader.places.has('paidAt'))
      this.#warn('TIME_COLUMN_MISSING', 'No column says when it was paid: payments have no time.');
    const unknown = this.statuses.filter(({ status }) => status === 'UNRECOGNISED').length;
    if (unknown > 0)
      this.#warn(
        'STATUSES_UNRECOGNISED',
        `${unknown} of the statuses are not known: their lines are differences. Name them in \`statuses\` of the mapping.`,
      );
  }

  #refuse(code: Problem['code'], text: string, line: number): void {
    this.problems.push({ code, refuses: true, text, line });
  }

  #warn(code: Problem['code'], text: string): void {
    this.problems.push({ code, refuses: false, text, line: null });
  }
}

function shown({ reference, externalId, currency, status, rawStatus, ...line }: StatementLine) {
  return {
    reference,
    externalId,
    amountInCents: toNumber(line.amountInCents),
    currency,
    status,
    rawStatus,
    paidAt: line.paidAt?.toISOString() ?? null,
    feeInCents: toNumber(line.feeInCents),
  };
}

function toNumber(cents: bigint | null): number | null {
  return cents === null ? null : Number(cents);
}

function cut(text: string): string {
  return text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN).toWellFormed()}…` : text;
}

async function* pieces(text: string): AsyncGenerator<string> {
  if (text !== '') yield text;
}
