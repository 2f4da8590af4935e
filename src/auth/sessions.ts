import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { onBehalfOf } from '@recaudo/fair-share';
import { LRUCache } from 'lru-cache';
import { ServiceSettings } from '../../config/service.settings.js';
import { Database } from '../database/database.js';
import { DatabaseTime } from '../database/database-time.js';
import { readAnew } from './read-anew.js';
import type { Principal } from './principal.js';
import { scopesOf } from './scopes.js';
import { FIND_SESSION, type FoundSession, NOTE_SESSION_USE } from './sessions.queries.js';

/** How long a session that was ended, or a role that was changed, still counts, at most. */
const FRESH_FOR_MS = 5_000;
const KNOWN_MAX = 10_000;
const USE_NOTED_EVERY_MS = 60_000;
/** Of the idle time: neither of the two above may make it much longer or shorter. */
const PART_OF_IDLE = 1 / 10;

/** A person's session, as a request comes with it. */
export interface PresentSession {
  idHash: string;
  personId: string;
  hasSecondFactor: boolean;
  signedInAt: Date;
  endsAt: Date;
  at: Date;
  /** Undefined where no organization is picked. */
  principal: Principal | undefined;
}

type KnownSession = FoundSession & { time: DatabaseTime };

export function hashSessionId(id: string): string {
  return hash('sha256', id);
}

@Injectable()
export class Sessions {
  readonly #known: LRUCache<string, KnownSession>;
  private readonly noteEveryMs: number;

  constructor(
    private readonly database: Database,
    { SESSION_IDLE_SECONDS: idleSeconds }: ServiceSettings,
  ) {
    const shortMs = idleSeconds * 1000 * PART_OF_IDLE;
    this.noteEveryMs = Math.min(USE_NOTED_EVERY_MS, shortMs);
    const freshForMs = Math.min(FRESH_FOR_MS, shortMs);
    this.#known = new LRUCache({
      max: KNOWN_MAX,
      ttl: freshForMs,
      noDeleteOnStaleGet: true,
      fetchMethod: async (idHash, _stale, { options }) => {
        const beganAt = performance.now();
        // Whose it is is not known yet: one of 256 shares, as for API keys.
        const share = `session ${idHash.slice(0, 2)}`;
        const [found] = await onBehalfOf(share, () => database.query(FIND_SESSION, { idHash, idleSeconds }));
        options.ttl = Math.max(1, freshForMs - (performance.now() - beganAt));
        if (found && found.at.getTime() - found.lastSeenAt.getTime() >= this.noteEveryMs)
          void this.noteUse(share, idHash, found.at);
        return found && { ...found, time: new DatabaseTime(found.at) };
      },
    });
  }

  /** The organization of the session when it was last looked up. */
  lastKnownOrganization(idHash: string): string | undefined {
    return this.#known.peek(idHash, { allowStale: true })?.organizationId ?? undefined;
  }

  /** @returns undefined for a session that there is not, or that has ended */
  async authenticate(idHash: string): Promise<PresentSession | undefined> {
    return asOfNow(idHash, this.#known.get(idHash)) ?? asOfNow(idHash, await readAnew(this.#known, idHash));
  }

  /** In this process at once; in others within `FRESH_FOR_MS`. */
  forget(idHash: string): void {
    this.#known.delete(idHash);
  }

  /** As `forget`, all of a person's. */
  forgetPerson(personId: string): void {
    for (const [idHash, known] of this.#known.entries()) if (known.personId === personId) this.forget(idHash);
  }

  /** Nobody waits for it: whoever comes next notes it where it fails. */
  private async noteUse(share: string, idHash: string, at: Date): Promise<void> {
    await onBehalfOf(share, () => this.database.query(NOTE_SESSION_USE, { idHash, at })).catch(() => undefined);
  }
}

/** @returns undefined too where the time is not known any more */
function asOfNow(idHash: string, known: KnownSession | undefined): PresentSession | undefined {
  const at = known?.time.now();
  if (!known || !at || at >= known.endsAt) return undefined;
  const { personId, organizationId, organizationCode, role, hasSecondFactor, signedInAt, endsAt, time } = known;
  const isMember = organizationId !== null && organizationCode !== null && role !== null;
  return {
    idHash,
    personId,
    hasSecondFactor,
    signedInAt,
    endsAt,
    at,
    principal: isMember
      ? { organizationId, organizationCode, apiKeyId: null, personId, scopes: scopesOf(role), at, time }
      : undefined,
  };
}
