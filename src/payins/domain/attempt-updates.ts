import type { DecisionDraft } from './decision-draft.js';
import type { Attempt } from './known-payin.js';
import { hasChoiceLeft } from './payer-choice.js';
import { isOpen } from './status.js';
import type { Update } from './update.js';

/** What came of a call that should open an order. */

export function opened(draft: DecisionDraft, { attemptId, externalId, instructions }: Update<'opened'>): void {
  const isCurrent = confirmOrder(draft, draft.attempt(attemptId), externalId);
  if (!isCurrent) return;
  if (!draft.known.instructions) draft.decision.instructions = instructions ?? draft.decision.instructions;
  if (draft.status === 'CREATED') draft.moveTo('PENDING');
}

export function notExecuted(draft: DecisionDraft, update: Update<'not_executed'>): void {
  const attempt = draft.attempt(update.attemptId);
  if (attempt.state !== 'opening' && attempt.state !== 'unknown') return;
  const { reason, errorCode: code, next, retryAt } = update;
  draft.change(attempt, 'not_executed', reason);
  draft.note('attempt.not_executed', { provider: attempt.provider, reason, code });
  if (draft.status !== 'CREATED' && !(draft.known.payerChooses && isOpen(draft.status))) return;
  if (draft.liveAttempt()) return;
  if (next) return draft.startAttempt(next);
  // The payer may choose another rail, or this one again. What has been open before is not failed: it expires.
  if (draft.known.payerChooses && (hasChoiceLeft(draft) || draft.status !== 'CREATED')) return;
  draft.decision.errorCode = code;
  if (retryAt) draft.retryAt = retryAt;
  else draft.moveTo('FAILED');
}

export function retry(draft: DecisionDraft, { attemptId, next }: Update<'retry'>): void {
  draft.attempt(attemptId);
  if (draft.status !== 'CREATED' || draft.liveAttempt()) return;
  if (next) draft.startAttempt(next);
  else draft.moveTo('FAILED');
}

export function unknown(draft: DecisionDraft, update: Update<'unknown'>): void {
  const attempt = draft.attempt(update.attemptId);
  if (attempt.state !== 'opening') return;
  const { reason, refusedToServe = false } = update;
  if (refusedToServe) attempt.refusedAt = draft.now;
  draft.change(attempt, 'unknown', reason);
  draft.note('attempt.unknown', { provider: attempt.provider, reason, refusedToServe });
  draft.decision.checks = 0;
}

/**
 * The provider has the order. One that the provider did not find, and that another has replaced since, is not opened again, but its money
 * counts.
 * @returns whether the attempt is the one that the payin waits for
 */
export function confirmOrder(draft: DecisionDraft, attempt: Attempt, externalId: string | undefined): boolean {
  const { provider, providerReference } = attempt;
  const isOver = attempt.state === 'ended';
  const isReplaced = attempt.state === 'not_executed' && draft.liveAttempt() !== undefined;
  const isNewId = attempt.externalId === null && externalId !== undefined;
  if (isNewId) attempt.externalId = externalId;
  if (isReplaced) {
    const detail = `${provider} has the order ${providerReference} after all, and another one was opened since`;
    draft.openDiscrepancy('STATUS_CONFLICT', null, detail);
  }
  if (isNewId || (!isReplaced && !isOver && attempt.state !== 'open')) {
    draft.change(attempt, isReplaced || isOver ? attempt.state : 'open', null);
    draft.note('attempt.opened', { provider, providerReference, externalId: attempt.externalId });
  }
  return !isReplaced && !isOver;
}
