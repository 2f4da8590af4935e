import { describe, expect, it } from '@jest/globals';
import { type Role, ROLES, type Scope, SCOPES, scopesOf } from './scopes.js';

const has = (role: Role, ...scopes: Scope[]) => scopes.every((scope) => scopesOf(role).has(scope));
const lacks = (role: Role, ...scopes: Scope[]) => scopes.every((scope) => !scopesOf(role).has(scope));

describe('a role', () => {
  it('has known scopes only, and the owner all of them', () => {
    for (const role of ROLES) expect([...scopesOf(role)].filter((scope) => !SCOPES.includes(scope))).toEqual([]);
    expect([...scopesOf('owner')]).toEqual(SCOPES);
  });

  it('that may change something sees what it changes', () => {
    for (const role of ROLES)
      for (const scope of scopesOf(role)) {
        const resource = scope.slice(0, scope.indexOf(':'));
        expect([role, scope, scopesOf(role).has(`${resource}:read` as Scope)]).toEqual([role, scope, true]);
      }
  });

  it('is no more than it says', () => {
    for (const role of ROLES.filter((one) => one !== 'owner'))
      expect(lacks(role, 'people:read', 'people:write', 'audit:read')).toBe(true);
    expect([...scopesOf('viewer')].filter((scope) => !scope.endsWith(':read'))).toEqual([]);
    expect(has('support', 'payins:write', 'notifications:write')).toBe(true);
    expect(lacks('support', 'discrepancies:write', 'refunds:write', 'endpoints:write')).toBe(true);
    expect(has('operator', 'discrepancies:write', 'statements:write', 'inbox:write', 'refunds:write')).toBe(true);
    expect(lacks('operator', 'discrepancies:approve', 'keys:read', 'endpoints:write')).toBe(true);
    expect(has('approver', 'discrepancies:approve', 'refunds:write')).toBe(true);
    expect(has('developer', 'payins:write', 'links:write', 'endpoints:write', 'keys:read', 'keys:write')).toBe(true);
    expect(lacks('developer', 'discrepancies:write', 'refunds:write', 'discrepancies:approve')).toBe(true);
  });
});
