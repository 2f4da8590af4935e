import type { Actor } from './actor.js';
import {
  type Correctable,
  type Correction,
  effectOf,
  type ManualMove,
  movedByHand,
  movedSoFar,
} from './corrections.js';
import type { CorrectionRequest, Discrepancy } from './discrepancy.js';
import type { Settlement } from './discrepancies.js';
import { type Refund, refundOfDiscrepancy, type RefundRefusal, reservedOf } from './refunds.js';

/** How a person settles a discrepancy without changing the payin. */
export const REASONS = ['ACCEPTED', 'REFUNDED_OUTSIDE', 'WRITTEN_OFF'] as const;
export type Reason = (typeof REASONS)[number];
/** How it ends where the payin is changed. */
export const CORRECTED = 'CORRECTED';

/**
 * What a person does about a discrepancy. What books or writes off more than `approvalAboveInCents`, together
 * with what was moved by hand before, waits for a second person.
 */
export type OperatorAction = Actor &
  (
    | { kind: 'resolve'; reason: Reason; note: string; approvalAboveInCents: bigint }
    | { kind: 'correct'; correction: Correction; note: string; approvalAboveInCents: bigint }
    | { kind: 'approve' }
    | { kind: 'reject'; note: string }
  );

export type Refusal =
  | RefundRefusal
  /** It ended in another way. */
  | 'SETTLED_OTHERWISE'
  /** Another correction of the payin waits for a second person. */
  | 'APPROVAL_PENDING'
  | 'NOTHING_PROPOSED'
  /** Who proposed it cannot approve it, nor can a key that acts for nobody. */
  | 'SAME_PERSON'
  | 'NO_PERSON'
  /** What was proposed may have come by itself since. */
  | 'MONEY_MOVED'
  /** The payin, as it is now, does not allow the correction. */
  | 'NOT_ALLOWED';

export type ActionOutcome =
  | { kind: 'nothing' }
  | { kind: 'refuse'; refusal: Refusal }
  | { kind: 'settle'; settlement: Settlement }
  | { kind: 'propose'; request: CorrectionRequest }
  | { kind: 'reject'; request: CorrectionRequest; by: string; note: string }
  | { kind: 'refunded'; request: CorrectionRequest; settlement: Settlement }
  | { kind: 'correct'; request: CorrectionRequest; correction: Correction; settlement: Settlement };

/** The payin as it is now, and all its discrepancies. */
export interface PayinToCorrect extends Correctable {
  discrepancies: readonly Discrepancy[];
  refunds: readonly Refund[];
}

const NOTHING: ActionOutcome = { kind: 'nothing' };
const refuse = (refusal: Refusal): ActionOutcome => ({ kind: 'refuse', refusal });

/** What follows from a person's action. Pure; the same action again changes nothing. */
export function decideAction(
  action: OperatorAction,
  discrepancy: Discrepancy,
  payin: PayinToCorrect,
  now: Date,
): ActionOutcome {
  if (action.kind === 'resolve') return decideResolution(action, discrepancy, payin, now);
  if (action.kind === 'correct') return decideCorrection(action, discrepancy, payin, now);
  const proposed = discrepancy.status === 'OPEN' ? discrepancy.correction : null;
  if (action.kind === 'reject')
    return proposed
      ? { kind: 'reject', request: proposed, by: action.by, note: action.note }
      : refuse('NOTHING_PROPOSED');
  if (!proposed) return discrepancy.approvedBy === action.by ? NOTHING : refuse('NOTHING_PROPOSED');
  if (action.personId === null) return refuse('NO_PERSON');
  if (proposed.by === action.by || proposed.personId === action.personId) return refuse('SAME_PERSON');
  if (proposed.movedInCents !== movedSoFar(payin)) return refuse('MONEY_MOVED');
  return isAllowed(proposed, discrepancy, payin) ? apply(proposed, action.by) : refuse('NOT_ALLOWED');
}

function decideResolution(
  action: Extract<OperatorAction, { kind: 'resolve' }>,
  discrepancy: Discrepancy,
  payin: PayinToCorrect,
  now: Date,
): ActionOutcome {
  const { reason, note, by } = action;
  const { status, correction, resolution, note: known, moneyAtRiskInCents, refundId } = discrepancy;
  if (status === 'RESOLVED') return resolution === reason && known === note ? NOTHING : refuse('SETTLED_OTHERWISE');
  if (refundId !== null) return refuse('REFUND_LIVE');
  if (reason === 'WRITTEN_OFF')
    return moveByHand({ type: 'WRITE_OFF' }, moneyAtRiskInCents, action, discrepancy, payin, now);
  const refundInCents = reason === 'REFUNDED_OUTSIDE' ? refundOfDiscrepancy(discrepancy, payin)?.amountInCents : 0n;
  if (refundInCents) return moveByHand({ type: 'REFUND_OUTSIDE' }, refundInCents, action, discrepancy, payin, now);
  return correction ? refuse('APPROVAL_PENDING') : { kind: 'settle', settlement: { resolution: reason, by, note } };
}

function decideCorrection(
  action: Extract<OperatorAction, { kind: 'correct' }>,
  discrepancy: Discrepancy,
  payin: PayinToCorrect,
  now: Date,
): ActionOutcome {
  const { correction, note } = action;
  const { status, correction: known } = discrepancy;
  if (status === 'RESOLVED') return isSame(known, correction, note) ? NOTHING : refuse('SETTLED_OTHERWISE');
  if (discrepancy.refundId !== null) return refuse('REFUND_LIVE');
  const effect = effectOf(correction, payin);
  if (!effect && !hasProposal(payin)) return refuse('NOT_ALLOWED');
  return moveByHand(correction, effect?.amountInCents ?? 0n, action, discrepancy, payin, now);
}

/**
 * The one rule for whatever books, reverses or writes off by hand: one person alone up to the limit, together with all that was moved by hand
 * on the payin before, because many small amounts are as much as a large one; and nothing while a proposal waits on the payin. A refund outside
 * counts together with the payin's other refunds, too. An unknown amount (null) may be above any limit.
 */
function moveByHand(
  move: ManualMove,
  amount: bigint | null,
  { by, personId, note, approvalAboveInCents }: Actor & { note: string; approvalAboveInCents: bigint },
  { correction: known }: Discrepancy,
  payin: PayinToCorrect,
  now: Date,
): ActionOutcome {
  if (known?.by === by && isSame(known, move, note)) return NOTHING;
  if (hasProposal(payin)) return refuse('APPROVAL_PENDING');
  const amountInCents = amount ?? 0n;
  const request = { correction: move, note, by, personId, amountInCents, movedInCents: movedSoFar(payin), at: now };
  const before = [movedByHand(payin.discrepancies), move.type === 'REFUND_OUTSIDE' ? reservedOf(payin.refunds) : 0n];
  return amount === null || before.some((sum) => sum + amountInCents > approvalAboveInCents)
    ? { kind: 'propose', request }
    : apply(request);
}

/** A correction of the payin waits for a second person. */
export function hasProposal({ discrepancies }: Pick<PayinToCorrect, 'discrepancies'>): boolean {
  return discrepancies.some(({ status, correction }) => status === 'OPEN' && correction !== null);
}

function isAllowed(
  { correction: move, amountInCents }: CorrectionRequest,
  discrepancy: Discrepancy,
  payin: PayinToCorrect,
): boolean {
  if (move.type === 'WRITE_OFF') return true;
  // A refund that was requested since may have reserved the money.
  if (move.type === 'REFUND_OUTSIDE') return refundOfDiscrepancy(discrepancy, payin)?.amountInCents === amountInCents;
  return effectOf(move, payin) !== undefined;
}

function apply(request: CorrectionRequest, approvedBy?: string): ActionOutcome {
  const { by, note, correction } = request;
  const settlement = { by, approvedBy, note, correction: request };
  if (correction.type === 'WRITE_OFF')
    return { kind: 'settle', settlement: { ...settlement, resolution: 'WRITTEN_OFF' } };
  if (correction.type === 'REFUND_OUTSIDE')
    return { kind: 'refunded', request, settlement: { ...settlement, resolution: 'REFUNDED_OUTSIDE' } };
  return { kind: 'correct', request, correction, settlement: { ...settlement, resolution: CORRECTED } };
}

function isSame(known: CorrectionRequest | null, move: ManualMove, note: string): boolean {
  return known?.note === note && asText(known.correction) === asText(move);
}

function asText(move: ManualMove): string {
  const { amountInCents, paymentId } = { amountInCents: null, paymentId: null, ...move };
  return JSON.stringify([move.type, amountInCents === null ? null : String(amountInCents), paymentId]);
}

/** A correction in the history, without its note. */
export function correctionData(
  { id, kind }: Discrepancy,
  { correction, amountInCents, by }: CorrectionRequest,
): Record<string, unknown> {
  const { type, paymentId = null } = { paymentId: undefined, ...correction };
  return { discrepancyId: id, kind, correction: type, amountInCents: amountInCents.toString(), paymentId, by };
}
