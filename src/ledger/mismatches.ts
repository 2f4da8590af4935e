import type { FoundPayin } from './integrity-check.queries.js';
import { RULES } from './integrity-rules.js';

export interface Mismatch {
  kind: (typeof RULES)[number]['kind'];
  detail: string;
}

const KINDS = ['AMOUNT_CONFLICT', 'STATUS_CONFLICT'] as const satisfies readonly Mismatch['kind'][];

/** One mismatch for each kind, whose detail names all broken rules of it. */
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
