import type { Schemas } from '../../api/client.js';

type ActorType = Schemas['AuditActorSchema']['type'];

const ACTOR_ORDER = { PERSON: 0, API_KEY: 1, COMMAND_LINE: 2, SYSTEM: 3, NOBODY: 4 } as const satisfies Record<
  ActorType,
  number
>;
export const ACTOR_TYPES = Object.keys(ACTOR_ORDER) as readonly ActorType[];
