import type { Refusal } from './desk.js';
import type { Discrepancy } from './discrepancy.js';
import type { Attempt, NewAttempt, News, NewsSource, Receipt, Report, TakenBack } from './news.js';
import type { PayinStatus } from './status.js';

export interface HistoryEntry {
  type: string;
  source: NewsSource;
  from: PayinStatus | null;
  to: PayinStatus | null;
  data: Record<string, unknown>;
  /** The merchant is told. */
  notify: boolean;
  /** The one that it tells of, as it is after the decision. */
  discrepancy?: Discrepancy;
}

export interface Observation {
  attemptId: string;
  key: string;
  source: NewsSource;
  trust: 'hint' | 'answer';
  report: Report;
}

/** Everything that changes, to be written in one commit. */
export interface Decision {
  status: PayinStatus;
  errorCode: string | null;
  /** The payin came to rest: paid, or ended unpaid. */
  ended: boolean;
  /** When the money was taken back, if this decision says so. */
  reversedAt: Date | null;
  /** One for each line of the history that takes money back, in their order. */
  takenBack: (TakenBack & { attemptId: string })[];
  instructions?: unknown;
  attempts: (Pick<Attempt, 'id' | 'state' | 'externalId'> & { reason: string | null; refusedAt: Date | null })[];
  newAttempt: NewAttempt | null;
  receipts: Receipt[];
  receivedInCents: bigint;
  history: HistoryEntry[];
  observations: Observation[];
  /** New or changed; each has room for its id. */
  discrepancies: Discrepancy[];
  /** Why the desk's act is not carried out; nothing is changed then. */
  refusal: Refusal | null;
  paidAnswerSince: Date | null;
  /** When to look again; null when there is nothing left to wait for. */
  dueAt: Date | null;
  looks: number;
}

/** The line of the history where money is taken back and enough is left: the payin stays paid. */
export const TAKEN_BACK = 'money.taken_back';

/** The line of the history where an amount that was believed without a witness turned out to be less. */
export const RECEIPT_CORRECTED = 'receipt.corrected';

/** A line of the history beside the changes of status. */
export function aside(
  { source }: Pick<News, 'source'>,
  type: string,
  data: Record<string, unknown>,
  notify: boolean,
): HistoryEntry {
  return { type, source, from: null, to: null, data, notify };
}
