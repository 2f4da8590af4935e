import type { Refusal } from './operator-action.js';
import type { Discrepancy } from './discrepancy.js';
import type { HistoryEntry } from './history.js';
import type { Attempt, NewAttempt, Receipt, Reversal } from './known-payin.js';
import type { Observation } from './observation.js';
import type { Instructions, Rail } from '@recaudo/payment-provider';
import type { WrittenRefund } from './refunds.js';
import type { PayinStatus } from './status.js';
import type { PayerData } from './update.js';

/** Everything that changes, to be written in one commit. */
export interface Decision {
  status: PayinStatus;
  errorCode: string | null;
  /** The payin was paid, or ended unpaid. */
  ended: boolean;
  /** When the money was reversed, if this decision says so. */
  reversedAt: Date | null;
  /** One for each line of the history in which money is reversed, in their order. */
  reversals: (Reversal & { attemptId: string })[];
  /** Null: those that there were are over. Absent: as they were. */
  instructions?: Instructions | null;
  /** What the payer has chosen, and entered for it. */
  choice: { rail: Rail; payer: PayerData } | null;
  attempts: (Pick<Attempt, 'id' | 'state' | 'externalId'> & { reason: string | null; refusedAt: Date | null })[];
  newAttempt: NewAttempt | null;
  receipts: Receipt[];
  receivedInCents: bigint;
  history: HistoryEntry[];
  observations: Observation[];
  /** New or changed; a new one gets its id before it is written. */
  discrepancies: Discrepancy[];
  /** New or changed. */
  refunds: WrittenRefund[];
  /** What was paid back so far, where a refund is new or changed; else null. */
  refundedInCents: bigint | null;
  /** Why the operator's action is not carried out; nothing is changed then. */
  refusal: Refusal | null;
  unconfirmedPaidSince: Date | null;
  /** When the next status check is due; null when there is nothing left to wait for. */
  dueAt: Date | null;
  checks: number;
}
