import type { DecisionDraft } from './decision-draft.js';
import { SETTLED_BY_MATCH } from './discrepancy.js';
import type { Update } from './update.js';

/** What a provider's list, or our integrity check, found. */

/** A list is not believed either: it opens what a person should see, and makes us ask. */
export function mismatch(draft: DecisionDraft, { discrepancy, actualInCents, detail }: Update<'mismatch'>): void {
  draft.openDiscrepancy(discrepancy, actualInCents, detail);
}

export function match(draft: DecisionDraft, { source }: Update<'match'>): void {
  const resolution = source === 'integrity_check' ? 'THE_LEDGER_AGREES' : 'A_LATER_STATEMENT_AGREES';
  for (const kind of SETTLED_BY_MATCH)
    draft.discrepancies.addFact({ kind, resolution, at: draft.now, source, foundBy: source });
}
