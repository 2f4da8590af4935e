import { readStatus, readText, type ReportedStatus, type StatementMapping } from '@recaudo/payment-provider';
import { AmountReader } from './read-amounts.js';
import { readTime } from './read-times.js';
import { LongNumbers, refuseSpoiled } from './spoiled-cells.js';
import type { BadLine } from '../store/statement.entity.js';
import type { StatementLine } from '../store/statement-line.js';
import { totalOrPayment } from './total-lines.js';
import { UnreadableCell, UnreadableLine } from './unreadable.js';
import { normalizeText } from './normalize-text.js';

type Column = keyof StatementMapping['columns'];
const KEYS = ['reference', 'externalId'] as const;
type Key = (typeof KEYS)[number];

/** Reads the lines of one file, in their order. */
export class LineReader {
  readonly #places = new Map<Column, number>();
  readonly #statuses: ReadonlyMap<string, ReportedStatus>;
  readonly #amounts: AmountReader;
  readonly #longNumbers: Readonly<Record<Key, LongNumbers>> = {
    reference: new LongNumbers(),
    externalId: new LongNumbers(),
  };
  #payments = 0;
  #sum = 0n;
  #paidSum = 0n;

  private constructor(
    readonly mapping: StatementMapping,
    private readonly header: readonly string[],
  ) {
    this.#statuses = new Map(Object.entries(mapping.statuses).map(([name, status]) => [normalizeText(name), status]));
    this.#amounts = new AmountReader(mapping);
    for (const [column, name] of Object.entries(mapping.columns) as [Column, string | undefined][]) {
      const place = name === undefined ? -1 : header.indexOf(normalizeText(name));
      if (place >= 0) this.#places.set(column, place);
    }
  }

  /** Where each column that is read stands, from 0. */
  get places(): ReadonlyMap<Column, number> {
    return this.#places;
  }

  /** The mark before decimals, as it is given or was shown so far. */
  get decimalSeparator(): '.' | ',' | undefined {
    return this.#amounts.decimalSeparator;
  }

  /**
   * @param everyColumn all columns of the mapping must be there, not only the required ones
   * @returns undefined where the line is not the header of such a file
   * @throws UnreadableLine for a header that has a column twice
   */
  static fitting(cells: readonly string[], mapping: StatementMapping, everyColumn = false): LineReader | undefined {
    const reader = new LineReader(mapping, withoutEmptyEnd(cells.map(normalizeText)));
    return reader.#fits(everyColumn) ? reader.#withoutDoubles() : undefined;
  }

  /** @returns undefined for a line that is no payment: without a letter or digit, the header again, a total @throws UnreadableLine */
  read(line: number, cells: readonly string[]): StatementLine | undefined {
    try {
      if (this.#isNoLine(cells)) return undefined;
      const { sum, other } = totalOrPayment(
        {
          all: cells,
          keys: KEYS.map((key) => this.#cell(cells, key)),
          particulars: this.#particulars(cells),
          time: this.#cell(cells, 'paidAt'),
        },
        this.#payments,
      );
      const kind = sum !== other && this.#isSum(cells, line) ? sum : other;
      if (kind === 'total') return undefined;
      if (kind === 'unclear') throw new UnreadableLine(UNCLEAR);
      return this.#payment(line, cells);
    } catch (error) {
      if (error instanceof UnreadableCell) throw new UnreadableLine(error.message);
      throw error;
    }
  }

  /** Lines that later lines have shown to be read wrongly. */
  wrong(): BadLine[] {
    const { lines, message } = this.#amounts.wrong();
    const rounded = KEYS.flatMap((key) => {
      const { lines: these, message: rule } = this.#longNumbers[key].rounded();
      return these.map((line) => ({ line, message: this.#unreadable(key, rule).message }));
    });
    return [...lines.map((line) => ({ line, message })), ...rounded];
  }

  #payment(line: number, cells: readonly string[]): StatementLine {
    const { length } = this.header;
    if (cells.length < length || cells.slice(length).some((cell) => cell.trim() !== ''))
      throw new UnreadableLine(
        `it has ${withoutEmptyEnd(cells).length} fields, the header has ${length}; write each of them, and one with the separator in it in quotes`,
      );
    const reference = this.#key(cells, 'reference', line);
    const externalId = this.#key(cells, 'externalId', line);
    if (reference === null && externalId === null) throw new UnreadableLine(NO_KEY);
    const { status, rawStatus } = this.#status(cells);
    const currency = this.#currency(cells);
    const amountInCents = this.#paid(cells, line, status, currency);
    this.#payments += 1;
    this.#sum += amountInCents ?? 0n;
    if (status === 'APPROVED') this.#paidSum += amountInCents ?? 0n;
    return {
      line,
      reference,
      externalId,
      amountInCents,
      currency,
      status,
      rawStatus,
      paidAt: this.#time(cells),
      feeInCents: this.#amount(cells, 'fee', line, currency),
    };
  }

  #isNoLine(cells: readonly string[]): boolean {
    return (
      cells.every((cell) => !/[\p{L}\p{N}]/u.test(cell)) ||
      (cells.length >= this.header.length &&
        cells.every((cell, place) => normalizeText(cell) === (this.header[place] ?? '')))
    );
  }

  #particulars(cells: readonly string[]): string[] {
    const columns = (['status', 'paidAt'] as const).filter((column) => this.#places.has(column));
    return columns.map((column) => this.#cell(cells, column));
  }

  #isSum(cells: readonly string[], line: number): boolean {
    if (this.#payments === 0) return false;
    const amount = this.#amount(cells, 'amount', line, this.mapping.currency, true);
    return amount !== null && (amount === this.#sum || amount === this.#paidSum);
  }

  #fits(everyColumn: boolean): boolean {
    const named = Object.values(this.mapping.columns).filter((name) => name !== undefined);
    if (everyColumn && this.#places.size < named.length) return false;
    return this.#places.has('amount') && KEYS.some((key) => this.#places.has(key));
  }

  #withoutDoubles(): this {
    for (const [column, place] of this.#places) {
      if (this.header.lastIndexOf(this.header[place]!) !== place)
        throw new UnreadableLine(`the header has the column "${this.mapping.columns[column]}" twice`);
    }
    return this;
  }

  #cell(cells: readonly string[], column: Column): string {
    const place = this.#places.get(column);
    const cell = place === undefined ? '' : (cells[place] ?? '').trim();
    return NOTHING.test(cell) ? '' : cell;
  }

  #key(cells: readonly string[], column: Key, line: number): string | null {
    const cell = this.#cell(cells, column);
    if (cell === '') return null;
    this.#in(column, () => refuseSpoiled(cell));
    this.#longNumbers[column].see(cell, line);
    const text = readText(cell);
    if (text === undefined) throw this.#unreadable(column, 'must be 1 to 255 printable ASCII characters');
    return text;
  }

  #status(cells: readonly string[]): { status: ReportedStatus; rawStatus: string | null } {
    if (!this.#places.has('status')) return { status: this.#reversedOr(cells, 'APPROVED'), rawStatus: null };
    const cell = this.#cell(cells, 'status');
    if (cell === '') throw this.#unreadable('status', NO_STATUS);
    this.#in('status', () => refuseSpoiled(cell));
    const rawStatus = readStatus(cell);
    if (rawStatus === undefined) throw this.#unreadable('status', 'must be 1 to 255 printable characters');
    return { status: this.#reversedOr(cells, this.#statuses.get(normalizeText(cell)) ?? 'UNRECOGNISED'), rawStatus };
  }

  #reversedOr(cells: readonly string[], status: ReportedStatus): ReportedStatus {
    const isReversed = !NOT_REVERSED.test(this.#cell(cells, 'reversedAt'));
    return status === 'APPROVED' && isReversed ? 'REVERSED' : status;
  }

  /** A reversed amount may have a minus. */
  #paid(cells: readonly string[], line: number, status: ReportedStatus, currency: string): bigint | null {
    const isOfMoney = status === 'APPROVED' || status === 'REVERSED';
    const amount = this.#amount(cells, 'amount', line, currency, status === 'REVERSED');
    if (isOfMoney && !amount) throw this.#unreadable('amount', 'must be more than 0 for money that arrived');
    return amount !== null && amount < 0n ? -amount : amount;
  }

  #amount(
    cells: readonly string[],
    column: 'amount' | 'fee',
    line: number,
    currency: string,
    mayBeNegative = false,
  ): bigint | null {
    const cell = this.#cell(cells, column);
    if (cell === '') return null;
    const amount = this.#in(column, () => {
      refuseSpoiled(cell);
      return this.#amounts.read(cell, line, currency);
    });
    if (amount < 0n && !mayBeNegative) {
      const rule = `must be an amount in ${this.mapping.amountUnit} of at least 0; money that went back has the status REVERSED`;
      throw this.#unreadable(column, rule);
    }
    return amount;
  }

  #currency(cells: readonly string[]): string {
    const cell = this.#cell(cells, 'currency');
    if (cell === '') return this.mapping.currency;
    if (!/^[A-Za-z]{3}$/.test(cell)) throw this.#unreadable('currency', 'must be three letters');
    return cell.toUpperCase();
  }

  #time(cells: readonly string[]): Date | null {
    const cell = this.#cell(cells, 'paidAt');
    if (cell === '') return null;
    return this.#in('paidAt', () => {
      refuseSpoiled(cell);
      return readTime(cell, this.mapping.utcOffset);
    });
  }

  #in<T>(column: Column, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof UnreadableCell ? this.#unreadable(column, error.message) : error;
    }
  }

  #unreadable(column: Column, rule: string): UnreadableLine {
    return new UnreadableLine(`"${this.mapping.columns[column]}" ${rule}`);
  }
}

/** An empty cell: a dash, which spreadsheets also write for an amount of zero, or a database's null. */
const NOTHING = /^(?:\$?\s*\p{Pd}+|NULL|N\/A)$/iu;
/** In the column `reversedAt`: it was not reversed. */
const NOT_REVERSED = /^(?:0|no?|false)?$/i;

/** Without the empty cells after the last column, from separators at the end of a line. */
function withoutEmptyEnd(cells: readonly string[]): readonly string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== '') + 1);
}

const NO_STATUS = 'is empty; write the status of each payment, and leave sums and remarks out';
const NO_KEY =
  'it has no reference and no external id; a total has the word TOTAL, or is the sum of the lines before it';
const UNCLEAR =
  'it may be a payment, a sum of others or a remark; leave sums and remarks out, or give the payment its reference, a status and a time';
