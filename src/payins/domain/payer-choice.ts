import type { DecisionDraft } from './decision-draft.js';
import { type Attempt, isLive, type KnownPayin } from './known-payin.js';
import { isOpen } from './status.js';
import type { Update } from './update.js';

/** What a payer does who chooses the rail at our checkout. */

/** How often a payer may choose: each choice is an order at a provider. */
export const CHOICES_MAX = 10;

/** Whether the payer may choose now: no order could still be paid, and there is time. */
export function mayChoose(
  { status, payerChooses, expiresAt, unconfirmedPaidSince, attempts }: KnownPayin,
  now: Date,
): boolean {
  return (
    payerChooses &&
    isOpen(status) &&
    now < expiresAt &&
    unconfirmedPaidSince === null &&
    !attempts.some(isLive) &&
    choicesOf(attempts) < CHOICES_MAX
  );
}

/** Changes nothing where there is no choice now: another tab was faster, or the payin is over. */
export function choose(draft: DecisionDraft, { payer, attempt }: Update<'choose'>): void {
  const attempts = [...draft.attempts.values()];
  const known = { ...draft.known, status: draft.status, attempts };
  if (draft.isUnconfirmed || !mayChoose(known, draft.now)) return;
  const { rail, provider } = attempt;
  draft.decision.choice = { rail, payer };
  draft.decision.checks = 0;
  draft.note('rail.chosen', { rail, provider });
  draft.startAttempt({ ...attempt, choice: choicesOf(attempts) + 1 });
}

/** The order ended unpaid: the payer may choose again, as long as there is time. @returns false where the payin ends with it */
export function endOrder(draft: DecisionDraft, attempt: Attempt, status: string, code: string): boolean {
  const { known, now } = draft;
  if (!known.payerChooses || now >= known.expiresAt || !hasChoiceLeft(draft)) return false;
  draft.change(attempt, 'ended', status);
  draft.decision.instructions = null;
  draft.note('attempt.ended', { provider: attempt.provider, rail: attempt.rail, status, code });
  return true;
}

/** No order is live that a provider could be asked about. */
export function ranOut(draft: DecisionDraft): void {
  const { known, now } = draft;
  if (!isOpen(draft.status) || !known.payerChooses || now < known.expiresAt) return;
  if (draft.isUnconfirmed || draft.liveAttempt()) return;
  draft.decision.errorCode = 'EXPIRED';
  draft.moveTo('EXPIRED', {}, 'expiry');
}

export function hasChoiceLeft({ attempts }: DecisionDraft): boolean {
  return choicesOf([...attempts.values()]) < CHOICES_MAX;
}

function choicesOf(attempts: readonly Attempt[]): number {
  return Math.max(0, ...attempts.map(({ choice }) => choice ?? 0));
}
