import type { FoundPayin } from './integrity-check.store.js';
import { RULES } from './integrity-check.queries.js';

export interface Mismatch {
  kind: (typeof RULES)[number]['kind'];
  detail: string;
}

const KINDS = ['AMOUNT_CONFLICT', 'STATUS_CONFLICT'] as const satisfies readonly Mismatch['kind'][];

/** What a payin's broken rules come to: one mismatch for each kind, which tells of all of them. */
export function mismatchesOf(found: FoundPayin): Mismatch[] {
  const broken = found.broken.map((index) => RULES[index]!);
  return KINDS.flatMap((kind) => {
    const details = broken.filter((rule) => rule.kind === kind).map(({ detail }) => filled(detail, found));
    return details.length > 0 ? [{ kind, detail: `our own records disagree: ${details.join('; ')}` }] : [];
  });
}

function filled(detail: string, facts: FoundPayin): string {
  return detail.replaceAll(/\{(\w+)\}/g, (_place, name: string) => String(facts[name]));
}
