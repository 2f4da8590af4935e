import { type Correctable, type Correction, effectOf, movedByHand, movedSoFar } from './corrections.js';
import type { CorrectionRequest, Discrepancy } from './discrepancy.js';
import type { Settlement } from './discrepancies.js';

/** How a person settles a discrepancy without changing the payin. */
export const REASONS = ['ACCEPTED', 'REFUNDED_OUTSIDE', 'WRITTEN_OFF'] as const;
export type Reason = (typeof REASONS)[number];
/** How it ends where the payin is changed. */
export const CORRECTED = 'CORRECTED';

/** What a person at the desk does about a discrepancy; `by` is the id of their API key. */
export type DeskAct = { by: string } & (
  | { kind: 'resolve'; reason: Reason; note: string }
  /** Applied at once, unless it moves more than `approvalAboveInCents`, with what was moved by hand before: then it waits for a second person. */
  | { kind: 'correct'; correction: Correction; note: string; approvalAboveInCents: bigint }
  | { kind: 'approve' }
  | { kind: 'reject'; note: string }
);

export type Refusal =
  /** It ended in another way. */
  | 'SETTLED_OTHERWISE'
  /** Another correction waits for a second person. */
  | 'APPROVAL_PENDING'
  | 'NOTHING_PROPOSED'
  /** Who proposed it cannot approve it. */
  | 'SAME_PERSON'
  /** What was proposed may have come by itself since. */
  | 'MONEY_MOVED'
  /** The payin, as it is now, does not allow the correction. */
  | 'NOT_ALLOWED';

export type Verdict =
  | { what: 'nothing' }
  | { what: 'refuse'; refusal: Refusal }
  | { what: 'settle'; settlement: Settlement }
  | { what: 'propose'; request: CorrectionRequest }
  | { what: 'reject'; request: CorrectionRequest; by: string; note: string }
  | { what: 'correct'; request: CorrectionRequest; settlement: Settlement };

const NOTHING: Verdict = { what: 'nothing' };
const refuse = (refusal: Refusal): Verdict => ({ what: 'refuse', refusal });

/** What follows from an act at the desk. Pure; the same act again changes nothing. */
export function judge(act: DeskAct, discrepancy: Discrepancy, payin: Correctable, now: Date): Verdict {
  if (act.kind === 'resolve') return judgeResolution(act, discrepancy);
  if (act.kind === 'correct') return judgeCorrection(act, discrepancy, payin, now);
  const proposed = discrepancy.status === 'OPEN' ? discrepancy.correction : null;
  if (act.kind === 'reject')
    return proposed ? { what: 'reject', request: proposed, by: act.by, note: act.note } : refuse('NOTHING_PROPOSED');
  if (!proposed) return discrepancy.approvedBy === act.by ? NOTHING : refuse('NOTHING_PROPOSED');
  if (proposed.by === act.by) return refuse('SAME_PERSON');
  if (proposed.movedInCents !== movedSoFar(payin)) return refuse('MONEY_MOVED');
  return effectOf(proposed.correction, payin) ? correct(proposed, act.by) : refuse('NOT_ALLOWED');
}

function judgeResolution(
  { reason, note, by }: Extract<DeskAct, { kind: 'resolve' }>,
  { status, correction, resolution, note: known }: Discrepancy,
): Verdict {
  if (status === 'RESOLVED') return resolution === reason && known === note ? NOTHING : refuse('SETTLED_OTHERWISE');
  return correction ? refuse('APPROVAL_PENDING') : { what: 'settle', settlement: { resolution: reason, by, note } };
}

function judgeCorrection(
  { correction, note, by, approvalAboveInCents }: Extract<DeskAct, { kind: 'correct' }>,
  { status, correction: known }: Discrepancy,
  payin: Correctable,
  now: Date,
): Verdict {
  const isSame = known?.note === note && asText(known.correction) === asText(correction);
  if (status === 'RESOLVED') return isSame ? NOTHING : refuse('SETTLED_OTHERWISE');
  if (known) return isSame && known.by === by ? NOTHING : refuse('APPROVAL_PENDING');
  const effect = effectOf(correction, payin);
  if (!effect) return refuse('NOT_ALLOWED');
  const { amountInCents } = effect;
  const request = { correction, note, by, amountInCents, movedInCents: movedSoFar(payin), at: now };
  // Many small ones are as much as a large one.
  return movedByHand(correction, payin) + amountInCents > approvalAboveInCents
    ? { what: 'propose', request }
    : correct(request);
}

function correct(request: CorrectionRequest, approvedBy?: string): Verdict {
  const { by, note } = request;
  return { what: 'correct', request, settlement: { resolution: CORRECTED, by, approvedBy, note, correction: request } };
}

function asText(correction: Correction): string {
  const { amountInCents, paymentId } = { amountInCents: null, paymentId: null, ...correction };
  return JSON.stringify([correction.type, amountInCents === null ? null : String(amountInCents), paymentId]);
}

/** A correction in the history. */
export function asTold(
  { id, kind }: Discrepancy,
  { correction, amountInCents, by, note }: CorrectionRequest,
): Record<string, unknown> {
  const { type, paymentId = null } = { paymentId: undefined, ...correction };
  return { discrepancyId: id, kind, correction: type, amountInCents: amountInCents.toString(), paymentId, by, note };
}
