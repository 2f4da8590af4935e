import type { OperatorAction } from './operator-action.js';
import type { Discrepancy, DiscrepancyKind, Evidence } from './discrepancy.js';
import type { PayinStatus } from './status.js';

/** What is known of a payin, and what is new. Amounts in cents. */

export type AttemptState =
  /** Written down before the provider is called. */
  | 'opening'
  /** The provider has it. */
  | 'open'
  /** The call left and no usable answer came back: an order may exist. */
  | 'unknown'
  /** The provider certainly has no such order. */
  | 'not_executed';

export interface Attempt {
  id: string;
  provider: string;
  providerReference: string;
  externalId: string | null;
  state: AttemptState;
  /** Why it is `not_executed` or `unknown`. */
  reason?: string | null;
  startedAt: Date;
  /** When its provider answered the create call that it does not serve now. */
  refusedAt?: Date | null;
  /** A verified webhook about it is in the inbox and was not applied yet. */
  webhookWaits?: boolean;
}

/** The reason of an attempt whose create call was lost, and of which its provider said later that it has no such order. It may be wrong. */
export const NOT_FOUND_AT_PROVIDER = 'the provider says that it has no such order';

/** One payment on an order, by the provider's own number. */
export interface Payment {
  paymentId: string;
  amountInCents: bigint;
  feeInCents?: bigint;
  paidAt?: Date;
}

export interface Receipt extends Payment {
  attemptId: string;
  /** Where we know of it from; absent where a provider told of a payment that is not booked. */
  source?: UpdateSource | null;
}

/** Money of an attempt's order that went back to the payer. */
export interface Reversal {
  attemptId: string | null;
  amountInCents: bigint;
}

/** A webhook that is only a hint said that an order is paid. */
export interface PaidHint {
  attemptId: string;
  amountInCents: bigint | null;
  receivedAt: Date;
}

/** Everything that a decision rests on, as one consistent reading. */
export interface KnownPayin {
  status: PayinStatus;
  amountInCents: bigint;
  currency: string;
  /** One unit of the currency in its minor units: 100 for a peso. */
  unitInCents: bigint;
  instructions: unknown;
  createdAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  errorCode: string | null;
  checks: number;
  attempts: readonly Attempt[];
  receipts: readonly Receipt[];
  /** Payments that answers told by their numbers, booked or not. */
  payments: readonly Receipt[];
  /** By an attempt unknown (null) where it was written before attempts were named with it. */
  reversals: readonly Reversal[];
  hints: readonly PaidHint[];
  discrepancies: readonly Discrepancy[];
  /** Keys of the observations that are stored already. */
  observationKeys: ReadonlySet<string>;
  /**
   * Since when a provider answers that the order is paid, by an amount that may be an echo and has no witness: the payin's amount is
   * `UNCONFIRMED`. Only money that is booked ends it.
   */
  unconfirmedPaidSince: Date | null;
  /** From 0 to 1, of this payin for ever: where its looks stand among those that are planned for the same time. */
  jitter: number;
}

/** What the payin's rail says. */
export interface RailRules {
  payerMayEditAmount: boolean;
  pollSeconds: readonly number[];
  lateHours: number;
  /** How long its provider is asked after a payment whether the money was taken back. */
  reversalCheckDays: number;
  /** What happens to a paid answer whose amount may be an echo: it is held until a witness tells the amount, or believed after a wait. */
  unconfirmedAmount: 'hold' | 'believe';
}

/** Where news comes from. `request`: a merchant asked for it through the API. `operator`: a person at the desk. `books`: our own check of them. */
export const UPDATE_SOURCES = [
  'create',
  'webhook',
  'poll',
  'recovery',
  'expiry',
  'request',
  'statement',
  'integrity_check',
  'operator',
] as const;
export type UpdateSource = (typeof UPDATE_SOURCES)[number];

export type ReportedStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'CANCELED' | 'REVERSED' | 'UNRECOGNISED';

export interface Report {
  status: ReportedStatus;
  rawStatus: string;
  externalId?: string;
  amountInCents?: bigint;
  currency?: string;
  feeInCents?: bigint;
  paidAt?: Date;
  /** Payments that the provider numbers; without them `amountInCents` is what arrived, as one payment. */
  payments?: readonly Payment[];
  instructions?: unknown;
  reversedAt?: Date;
  reasonCode?: string;
}

/** One more try at a provider. */
export type NewAttempt = Pick<Attempt, 'id' | 'provider' | 'providerReference'>;

/** Something new about a payin. */
export type PayinUpdate =
  AttemptUpdate | RequestUpdate | AcceptUpdate | MismatchUpdate | AgreementUpdate | OperatorUpdate;

/** Somebody with an API key asks for something; `by` is the key's id. */
export interface RequestUpdate {
  source: 'request';
  kind: 'refresh' | 'cancel';
  by: string;
}

/** A person takes the payin as paid; what moves more than `approvalAboveInCents` waits for a second one. */
export interface AcceptUpdate {
  source: 'operator';
  kind: 'accept';
  by: string;
  approvalAboveInCents: bigint;
}

/** A person at the desk does something about a discrepancy. */
export type OperatorUpdate = { source: 'operator'; discrepancyId: string } & OperatorAction;

/** A provider's list, or our own books, say otherwise than we know. */
export interface MismatchUpdate {
  source: 'statement' | 'integrity_check';
  kind: 'difference';
  /** Absent where no one attempt is meant. */
  attemptId?: string;
  discrepancy: DiscrepancyKind;
  actualInCents: bigint | null;
  detail: string;
  evidence: readonly Evidence[];
}

/** A later list, or a later look into our own books, agrees with what we know: what an earlier one has found is settled. */
export interface AgreementUpdate {
  source: 'statement' | 'integrity_check';
  kind: 'agreement';
}

/** What is heard of one attempt. */
export type AttemptUpdate = { attemptId: string; source: UpdateSource } & (
  | { kind: 'opened'; externalId?: string; instructions?: unknown }
  /** The provider certainly did not take it; `next` is the try that follows at once, `retryAt` when to try again where there is none. */
  | { kind: 'not_executed'; reason: string; errorCode: string; next: NewAttempt | null; retryAt?: Date }
  /** The time to try again has come; null when no try is left. */
  | { kind: 'retry'; next: NewAttempt | null }
  /** An order may be there. `refusedToServe`: the provider answered that it does not serve now. */
  | { kind: 'unknown'; reason: string; refusedToServe?: boolean }
  /** What a provider says. `hint`: not to be believed by itself. `acceptsSeveralPayments`: the order can be paid more than once. `askedAt`: when we asked, or heard. `unasked`: the provider told it by itself, maybe long ago. */
  | {
      kind: 'report';
      trust: 'hint' | 'answer';
      amountMayBeEchoed: boolean;
      acceptsSeveralPayments?: boolean;
      unasked?: boolean;
      askedAt: Date;
      /** The provider could not be asked, and asks to be left alone until then. */
      notBefore?: Date;
      report: Report;
    }
  /** The provider cannot say how the order stands. */
  | { kind: 'unanswered' }
  /** The provider was asked and says that it has no such order. */
  | { kind: 'missing'; askedAt: Date }
);
