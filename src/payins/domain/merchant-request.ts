import type { DecisionDraft } from './decision-draft.js';
import { mayMove } from './status.js';
import type { Update } from './update.js';

/** What a merchant asks for. */

export function refresh(draft: DecisionDraft, { by }: Update<'refresh'>): void {
  draft.note('refresh.requested', { by });
}

export function cancel(draft: DecisionDraft, { by }: Update<'cancel'>): void {
  if (!mayMove(draft.status, 'CANCELED') || mustBeResolvedFirst(draft)) return;
  draft.decision.errorCode = 'CANCELED';
  draft.moveTo('CANCELED', { by });
}

/** The provider says that it is paid: until a person has said what that means, it is not canceled. */
function mustBeResolvedFirst({ isUnconfirmed, discrepancies }: DecisionDraft): boolean {
  const isResolved = discrepancies.current.some(
    ({ kind, status, resolvedBy }) => kind === 'AMOUNT_UNCONFIRMED' && status === 'RESOLVED' && resolvedBy !== null,
  );
  return isUnconfirmed && !isResolved;
}
