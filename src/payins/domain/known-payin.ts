import type { Instructions, Payment, Rail } from '@recaudo/payment-provider';
import type { Discrepancy } from './discrepancy.js';
import type { Refund } from './refunds.js';
import type { PayinStatus } from './status.js';
import type { UpdateSource } from './update-source.js';

/** Everything that a decision rests on, read at one moment. Amounts in cents. */
export interface KnownPayin {
  status: PayinStatus;
  amountInCents: bigint;
  currency: string;
  /** One unit of the currency in its minor units: 100 for a peso. */
  unitInCents: bigint;
  instructions: Instructions | null;
  /** The payer chooses the rail at our checkout, and another one where an order ended unpaid. */
  payerChooses: boolean;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  errorCode: string | null;
  /** Status checks that were answered. */
  checks: number;
  attempts: readonly Attempt[];
  receipts: readonly Receipt[];
  /** Numbered payments of the answers so far, booked or not. */
  payments: readonly Receipt[];
  reversals: readonly Reversal[];
  hints: readonly PaidHint[];
  discrepancies: readonly Discrepancy[];
  refunds: readonly Refund[];
  /** Keys of the observations that are stored already. */
  observationKeys: ReadonlySet<string>;
  /**
   * Since when a provider answers that the order is paid, by an amount that may be an echo and has no witness: the payin's amount is
   * `UNCONFIRMED`. Only booked money ends it.
   */
  unconfirmedPaidSince: Date | null;
  /** From 0 to 1, always the same for a payin: spreads status checks that are due at the same time. */
  jitter: number;
}

export type AttemptState =
  /** Written down before the provider is called. */
  | 'opening'
  /** The provider has the order. */
  | 'open'
  /** The call left and no usable answer came back: an order may exist. */
  | 'unknown'
  /** The provider certainly has no such order. */
  | 'not_executed'
  /** The order ended unpaid, and the payer may choose again. Money that comes all the same counts. */
  | 'ended';

/** Such an attempt has, or may get, an order that the payer can pay: no other may follow. */
export const LIVE = ['opening', 'open', 'unknown'] as const satisfies readonly AttemptState[];

export function isLive({ state }: Pick<Attempt, 'state'>): boolean {
  return (LIVE as readonly AttemptState[]).includes(state);
}

export interface Attempt {
  id: string;
  provider: string;
  providerReference: string;
  externalId: string | null;
  state: AttemptState;
  /** Why it is `not_executed` or `unknown`. */
  reason?: string | null;
  startedAt: Date;
  /** What the payer chose; null where the merchant did. */
  rail?: Rail | null;
  /** Which of the payer's choices it belongs to, from 1. */
  choice?: number | null;
  /** When its order ends, where that is before the payin's end. */
  expiresAt?: Date | null;
  /** When its provider answered the create call that it does not serve now. */
  refusedAt?: Date | null;
  /** A verified webhook about it is in the inbox and was not applied yet. */
  webhookWaits?: boolean;
}

/** The next attempt at a provider. */
export type NewAttempt = Pick<Attempt, 'id' | 'provider' | 'providerReference' | 'rail' | 'choice' | 'expiresAt'>;

/** The reason of an attempt whose create call was lost and whose provider later has no such order. The provider may be wrong. */
export const NOT_FOUND_AT_PROVIDER = 'the provider says that it has no such order';

/** Money that arrived. */
export interface Receipt extends Payment {
  attemptId: string;
  /** Who reported it; absent for a payment that is not booked. */
  source?: UpdateSource | null;
}

/** Money of an attempt's order that went back to the payer. */
export interface Reversal {
  /** Null in old rows, which do not name the attempt. */
  attemptId: string | null;
  amountInCents: bigint;
}

/** A webhook or statement that is only a hint said that an order is paid. */
export interface PaidHint {
  attemptId: string;
  amountInCents: bigint | null;
  receivedAt: Date;
}

/** What the payin's rail and provider say. */
export interface RailRules {
  payerMayEditAmount: boolean;
  pollSeconds: readonly number[];
  lateHours: number;
  /** For how long after a payment its provider is asked whether the money was reversed. */
  reversalCheckDays: number;
  /** A paid answer whose amount may be an echo is held until a witness reports the amount, or believed after a wait. */
  unconfirmedAmount: 'hold' | 'believe';
}
