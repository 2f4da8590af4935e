import type {
  AnyPaymentProvider,
  FetchedOrder,
  Instructions,
  PayinOrder,
  ProviderReport,
  Rail,
} from '@recaudo/payment-provider';
import type { Actor } from './actor.js';
import type { DiscrepancyKind, Evidence } from './discrepancy.js';
import type { NewAttempt } from './known-payin.js';
import type { OperatorAction } from './operator-action.js';
import type { RefundAnswer, RequestedRefund } from './refunds.js';
import type { UpdateSource } from './update-source.js';

/** Something new about a payin. `kind` says what it is, and `decide` has one function for each kind. */
export type PayinUpdate =
  | AttemptUpdate
  | RequestUpdate
  | ChooseUpdate
  | RanOutUpdate
  | AcceptUpdate
  | OperatorUpdate
  | RefundUpdate
  | RefundAnswerUpdate
  | MismatchUpdate
  | MatchUpdate;

export type Update<Kind extends PayinUpdate['kind']> = Extract<PayinUpdate, { kind: Kind }>;

/** What is learnt about one attempt. */
export type AttemptUpdate = { attemptId: string; source: UpdateSource } & (
  | { kind: 'opened'; externalId?: string; instructions?: Instructions }
  /** The provider certainly did not take the order. `next`: the attempt that follows at once; `retryAt`: when to try again where there is none. */
  | { kind: 'not_executed'; reason: string; errorCode: string; next: NewAttempt | null; retryAt?: Date }
  /** The time to try again has come; `next` is null when no attempt is left. */
  | { kind: 'retry'; next: NewAttempt | null }
  /** An order may exist. `refusedToServe`: the provider answered that it does not serve now. */
  | { kind: 'unknown'; reason: string; refusedToServe?: boolean }
  /** A webhook or statement that proves nothing by itself. `notBefore`: the provider could not be asked, and may be asked again only then. */
  | { kind: 'hint'; askedAt: Date; notBefore?: Date; report: ProviderReport }
  /** What a provider says when it is asked, or in a webhook that can be believed: `unasked`, because it may be old. */
  | { kind: 'answer'; askedAt: Date; unasked?: boolean; acceptsSeveralPayments?: boolean; report: ProviderReport }
  /** The provider was asked and has no such order. */
  | { kind: 'not_found'; askedAt: Date }
  /** The provider cannot say how the order stands. */
  | { kind: 'unanswered' }
);

/** A merchant asks for something; `by` is the id of the API key. */
export type RequestUpdate = { source: 'request'; by: string } & ({ kind: 'refresh' } | { kind: 'cancel' });

/** What a payer enters at our checkout. */
export type PayerData = Pick<PayinOrder, 'customer' | 'pse'>;

/** The payer has chosen how to pay: the first attempt of that choice. */
export interface ChooseUpdate {
  source: 'payer';
  kind: 'choose';
  payer: PayerData;
  attempt: NewAttempt & { rail: Rail; expiresAt: Date };
}

/** The payin's time is over. */
export interface RanOutUpdate {
  source: 'expiry';
  kind: 'ran_out';
}

/** A person accepts the payin as paid. What moves more than `approvalAboveInCents` waits for a second person. */
export interface AcceptUpdate extends Actor {
  source: 'operator';
  kind: 'accept';
  approvalAboveInCents: bigint;
}

/** A person does something about a discrepancy. */
export type OperatorUpdate = { source: 'operator'; discrepancyId: string } & OperatorAction;

/** A person gives money back. What is more than `approvalAboveInCents` needs a second person. */
export type RefundUpdate = { source: 'operator' } & Actor &
  (
    | { kind: 'request_refund'; refund: RequestedRefund }
    | {
        kind: 'refund_discrepancy';
        discrepancyId: string;
        refund: Pick<RequestedRefund, 'id' | 'note' | 'destination'>;
      }
    /** `refunding`: the providers that pay refunds by themselves. */
    | { kind: 'approve_refund'; refundId: string; approvalAboveInCents: bigint; refunding: readonly string[] }
    | { kind: 'pay_refund'; refundId: string; evidence: string }
    | { kind: 'cancel_refund'; refundId: string }
  );

/** The provider that was asked to pay a refund has paid or refused it. */
export interface RefundAnswerUpdate {
  source: 'poll';
  kind: 'refund_answered';
  refundId: string;
  answer: RefundAnswer;
}

/** A provider's list, or the integrity check, found something else than we know. */
export interface MismatchUpdate {
  source: 'statement' | 'integrity_check';
  kind: 'mismatch';
  /** Absent where no one attempt is meant. */
  attemptId?: string;
  discrepancy: DiscrepancyKind;
  actualInCents: bigint | null;
  detail: string;
  evidence: readonly Evidence[];
}

/** A later list, or a later integrity check, found what we know: what an earlier one has found is settled. */
export interface MatchUpdate {
  source: 'statement' | 'integrity_check';
  kind: 'match';
}

interface Question {
  attemptId: string;
  source: UpdateSource;
  askedAt: Date;
}
type Asked = Pick<AnyPaymentProvider, 'paymentsPerOrder'>;

/** What a provider answered when it was asked about an attempt's order, as an update. */
export function updateOf(
  fetched: FetchedOrder,
  question: Question,
  provider: Asked,
): Update<'answer'> | Update<'not_found'> {
  return fetched.found ? answerOf(fetched.report, question, provider) : { ...question, kind: 'not_found' };
}

export function answerOf(report: ProviderReport, question: Question, { paymentsPerOrder }: Asked): Update<'answer'> {
  return { ...question, kind: 'answer', acceptsSeveralPayments: paymentsPerOrder === 'several', report };
}
