import type { Role, Scope } from './session.js';

const VIEWER = [
  ...(['payins:read', 'links:read', 'refunds:read', 'discrepancies:read', 'statements:read'] as const),
  ...(['notifications:read', 'endpoints:read', 'inbox:read', 'ledger:read'] as const),
] as const satisfies readonly Scope[];
const SUPPORT = [...VIEWER, 'payins:write', 'notifications:write'] as const satisfies readonly Scope[];
const OPERATOR = [
  ...SUPPORT,
  ...(['discrepancies:write', 'statements:write', 'inbox:write', 'refunds:write'] as const),
] as const satisfies readonly Scope[];

/** What each role may do, so that nobody is offered what the API refuses them; an owner may do all there is. A test compares it with the API. */
const SCOPES_OF = {
  viewer: VIEWER,
  support: SUPPORT,
  operator: OPERATOR,
  approver: [...OPERATOR, 'discrepancies:approve'],
  developer: [
    ...VIEWER,
    ...(['payins:write', 'links:write', 'endpoints:write', 'notifications:write', 'keys:read', 'keys:write'] as const),
  ],
} as const satisfies Record<Exclude<Role, 'owner'>, readonly Scope[]>;

export const ROLES = [...(Object.keys(SCOPES_OF) as Exclude<Role, 'owner'>[]), 'owner'] as const satisfies Role[];

/** Nobody gives a role with more than they have themselves. */
export function mayGive(role: Role, own: { role: Role | undefined; scopes: readonly Scope[] }): boolean {
  return role === 'owner' ? own.role === 'owner' : SCOPES_OF[role].every((scope) => own.scopes.includes(scope));
}
