/** Of what a caller may read or change something. */
export const RESOURCES = [
  'payins',
  'links',
  'refunds',
  'discrepancies',
  'statements',
  'notifications',
  'endpoints',
  'inbox',
  'ledger',
  'keys',
  'people',
  'audit',
] as const;
export type Resource = (typeof RESOURCES)[number];

/** What a caller may do. Every route names the one that it needs: `needs.ts`. */
export type Scope = `${Resource}:${'read' | 'write'}` | 'discrepancies:approve';

const read = (resource: Resource): Scope => `${resource}:read`;
const write = (resource: Resource): Scope => `${resource}:write`;

export const SCOPES: readonly Scope[] = [
  ...RESOURCES.flatMap((resource) => [read(resource), write(resource)]),
  'discrepancies:approve',
];

const VIEWER = RESOURCES.filter((resource) => !['keys', 'people', 'audit'].includes(resource)).map(read);
const SUPPORT = [...VIEWER, write('payins'), write('notifications')];
const OPERATOR = [...SUPPORT, ...(['discrepancies', 'statements', 'inbox', 'refunds'] as const).map(write)];

/** What people and keys are given by one word. A role's scopes are those of the version that runs. */
const SCOPES_OF = {
  viewer: VIEWER,
  support: SUPPORT,
  operator: OPERATOR,
  approver: [...OPERATOR, 'discrepancies:approve'],
  developer: [
    ...VIEWER,
    ...(['payins', 'links', 'endpoints', 'notifications', 'keys'] as const).map(write),
    read('keys'),
  ],
  owner: SCOPES,
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof SCOPES_OF;
export const ROLES = Object.keys(SCOPES_OF) as readonly Role[];

const SETS = new Map(ROLES.map((role) => [role, new Set<Scope>(SCOPES_OF[role])]));

export function scopesOf(role: Role): ReadonlySet<Scope> {
  return SETS.get(role)!;
}
