import type { Scope } from '../../api/session.js';

export type Resource = Scope extends infer S ? (S extends `${infer R}:${string}` ? R : never) : never;
export type Action = 'read' | 'write' | 'approve';
export const ACTIONS = ['read', 'write', 'approve'] as const satisfies Action[];

const RESOURCE_ORDER = {
  payins: 0,
  links: 1,
  refunds: 2,
  discrepancies: 3,
  statements: 4,
  notifications: 5,
  endpoints: 6,
  inbox: 7,
  ledger: 8,
  keys: 9,
  people: 10,
  audit: 11,
} as const satisfies Record<Resource, number>;
export const RESOURCES = Object.keys(RESOURCE_ORDER) as readonly Resource[];

/** Of those that there are. */
export function scopeOf(resource: Resource, action: Action, scopes: readonly Scope[]): Scope | undefined {
  return scopes.find((scope) => scope === `${resource}:${action}`);
}
