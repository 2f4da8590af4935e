type Fact = string | number | boolean | null | readonly string[];
/** What is worth knowing of a thing: never a secret, and nothing of a payer's. What is written here can never be taken out. */
export type AuditFacts = Readonly<Record<string, Fact>>;

/** Who did it: a `Principal` is one. */
export interface AuditActor {
  organizationId: string;
  apiKeyId?: string | null;
  personId?: string | null;
  /** Who is neither a key nor a person. */
  type?: 'COMMAND_LINE' | 'SYSTEM' | 'NOBODY';
}

export interface AuditEntry {
  by: AuditActor;
  /** `<thing>.<what was done to it>`, such as `key.created`. */
  action: `${string}.${string}`;
  subject: { type: string; id: string | null };
  before?: AuditFacts | null;
  after?: AuditFacts | null;
  /** Where it came from, outside of a route's handler; inside it is known. */
  origin?: { requestId: string; address: string | null };
}

export function commandLine(organizationId: string): AuditActor {
  return { organizationId, type: 'COMMAND_LINE' };
}

/** What the service does by itself. */
export function theSystem(organizationId: string): AuditActor {
  return { organizationId, type: 'SYSTEM' };
}

/** A caller that could not show who they are. */
export function nobody(organizationId: string): AuditActor {
  return { organizationId, type: 'NOBODY' };
}

/** Of two states of a thing, what differs. Null: nothing does. */
export function changesOf(was: AuditFacts, is: AuditFacts): { before: AuditFacts; after: AuditFacts } | null {
  const changed = Object.keys(is).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  if (changed.length === 0) return null;
  const only = (facts: AuditFacts) => Object.fromEntries(changed.map((name) => [name, facts[name] ?? null]));
  return { before: only(was), after: only(is) };
}
