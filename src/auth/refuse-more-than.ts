import { Problem } from '../http/problem.js';
import type { Scope } from './scopes.js';

/** @param rule what is broken. @throws Problem SCOPE_MISSING: of what is given, that which the giver does not have */
export function refuseMoreThan(own: ReadonlySet<Scope>, given: Iterable<Scope>, rule: string): void {
  const missing = [...given].filter((scope) => !own.has(scope));
  if (missing.length > 0) throw new Problem('SCOPE_MISSING', `${rule}: ${missing.join(', ')}.`);
}
