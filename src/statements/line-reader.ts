import { readStatus, readText, type ReportedStatus, type StatementMapping } from '@recaudo/payment-provider';
import { readAmount, readTime } from './read-cells.js';

/** What a line tells, in our words. */
export interface StatementLine {
  /** Its number in the file or the list. */
  line: number;
  reference: string | null;
  externalId: string | null;
  amountInCents: bigint | null;
  currency: string;
  status: ReportedStatus;
  rawStatus: string | null;
  paidAt: Date | null;
  feeInCents: bigint | null;
}

type Column = keyof StatementMapping['columns'];

/** Why a line, or a header, cannot be read. Names columns and never repeats a cell: a wrong column may hold personal data. */
export class UnreadableLine extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableLine';
  }
}

const normal = (text: string): string => text.trim().toUpperCase();

/** Reads the lines of one file. */
export class LineReader {
  readonly #places = new Map<Column, number>();
  readonly #statuses: ReadonlyMap<string, ReportedStatus>;

  private constructor(
    private readonly mapping: StatementMapping,
    private readonly header: readonly string[],
  ) {
    this.#statuses = new Map(Object.entries(mapping.statuses).map(([word, status]) => [normal(word), status]));
    for (const [column, name] of Object.entries(mapping.columns) as [Column, string | undefined][]) {
      const place = name === undefined ? -1 : header.indexOf(normal(name));
      if (place >= 0) this.#places.set(column, place);
    }
  }

  /**
   * @param mappings the first that fits the header is taken
   * @param everyColumn what the mapping names must be there, and not only what cannot be done without
   * @throws UnreadableLine that says what the header lacks
   */
  static for(header: readonly string[], mappings: readonly StatementMapping[], everyColumn = false): LineReader {
    const names = header.map(normal);
    for (const mapping of mappings) {
      const reader = new LineReader(mapping, names);
      if (reader.#fits(everyColumn)) return reader.#withoutDoubles();
    }
    const wanted = mappings.map(({ columns, delimiter }) => {
      const key = [columns.reference, columns.externalId].filter(Boolean).join('" or "');
      const named = everyColumn
        ? Object.values(columns).filter(Boolean).join('", "')
        : `${columns.amount}" and "${key}`;
      return `"${named}", separated by "${delimiter}"`;
    });
    throw new UnreadableLine(`the header must have the columns ${wanted.join(', or ')}; or say yours with \`mapping\``);
  }

  /** @throws UnreadableLine */
  read(line: number, cells: readonly string[]): StatementLine {
    if (cells.length !== this.header.length)
      throw new UnreadableLine(`it has ${cells.length} fields, the header has ${this.header.length}`);
    const reference = this.#text(cells, 'reference');
    const externalId = this.#text(cells, 'externalId');
    if (reference === null && externalId === null) throw new UnreadableLine('it has no reference and no external id');
    const { status, rawStatus } = this.#status(cells);
    return {
      line,
      reference,
      externalId,
      amountInCents: this.#paid(cells, status),
      currency: this.#currency(cells),
      status,
      rawStatus,
      paidAt: this.#time(cells),
      feeInCents: this.#amount(cells, 'fee'),
    };
  }

  #fits(everyColumn: boolean): boolean {
    const named = Object.values(this.mapping.columns).filter((name) => name !== undefined);
    if (everyColumn && this.#places.size < named.length) return false;
    return this.#places.has('amount') && (this.#places.has('reference') || this.#places.has('externalId'));
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
    return place === undefined ? '' : (cells[place] ?? '').trim();
  }

  #text(cells: readonly string[], column: 'reference' | 'externalId'): string | null {
    const cell = this.#cell(cells, column);
    if (cell === '') return null;
    const text = readText(cell);
    if (text === undefined) throw this.#unreadable(column, 'must be 1 to 255 printable ASCII characters');
    return text;
  }

  #status(cells: readonly string[]): { status: ReportedStatus; rawStatus: string | null } {
    if (!this.#places.has('status')) return { status: this.#taken(cells, 'APPROVED'), rawStatus: null };
    const cell = this.#cell(cells, 'status');
    const rawStatus = readStatus(cell);
    if (rawStatus === undefined) throw this.#unreadable('status', 'must be 1 to 255 printable characters');
    return { status: this.#taken(cells, this.#statuses.get(normal(cell)) ?? 'UNRECOGNISED'), rawStatus };
  }

  #taken(cells: readonly string[], status: ReportedStatus): ReportedStatus {
    return status === 'APPROVED' && this.#cell(cells, 'reversedAt') !== '' ? 'REVERSED' : status;
  }

  /** Money that went back may be written with a minus. */
  #paid(cells: readonly string[], status: ReportedStatus): bigint | null {
    const isOfMoney = status === 'APPROVED' || status === 'REVERSED';
    const amount = this.#amount(cells, 'amount', status === 'REVERSED');
    if (isOfMoney && !amount) throw this.#unreadable('amount', 'must be more than 0 for money that arrived');
    return amount !== null && amount < 0n ? -amount : amount;
  }

  #amount(cells: readonly string[], column: 'amount' | 'fee', mayBeNegative = false): bigint | null {
    const cell = this.#cell(cells, column);
    if (cell === '') return null;
    const amount = readAmount(cell, this.mapping);
    if (amount !== undefined && (amount >= 0n || mayBeNegative)) return amount;
    const { amountUnit, decimalSeparator } = this.mapping;
    throw this.#unreadable(column, `must be an amount in ${amountUnit}, its decimals behind "${decimalSeparator}"`);
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
    const time = readTime(cell, this.mapping.utcOffset);
    if (!time) throw this.#unreadable('paidAt', 'must be a date or a time, as 2024-05-31 10:00:00');
    return time;
  }

  #unreadable(column: Column, rule: string): UnreadableLine {
    return new UnreadableLine(`"${this.mapping.columns[column]}" ${rule}`);
  }
}
