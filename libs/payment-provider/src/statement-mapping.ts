import type { AmountUnit } from './money.js';
import type { ReportedStatus } from './order.js';

/** What a line of a statement can hold, and the header of the column that holds it. */
export interface StatementColumns {
  /** The reference under which the order was opened: ours, or the merchant's. */
  readonly reference?: string;
  /** The provider's own id of the order. */
  readonly externalId?: string;
  /** What arrived. */
  readonly amount: string;
  readonly currency?: string;
  /** Without it every line is a payment. */
  readonly status?: string;
  readonly paidAt?: string;
  readonly fee?: string;
  /** Where anything stands here, the money was reversed. */
  readonly reversedAt?: string;
}

/** How a statement is written, as data. */
export interface StatementMapping {
  /** Without it, whichever gives a line the columns. */
  readonly delimiter?: ',' | ';' | '\t' | '|';
  /** Without it, as the file's own amounts show it. */
  readonly decimalSeparator?: '.' | ',';
  readonly amountUnit: AmountUnit;
  /** The currency where no column has it. */
  readonly currency: string;
  /** Of times without an offset: `-05:00`. */
  readonly utcOffset: string;
  readonly columns: StatementColumns;
  /** The file's words for the status, in any case and Unicode form; any other word is `UNRECOGNISED`. */
  readonly statuses: Readonly<Record<string, ReportedStatus>>;
}
