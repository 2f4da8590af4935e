import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { onBehalfOf } from '@recaudo/fair-share';
import { LRUCache } from 'lru-cache';
import { Database } from '../database/database.js';
import { DatabaseTime } from '../database/database-time.js';
import { AUTHENTICATE } from './api-keys.queries.js';
import type { Principal } from './principal.js';
import { scopesOf } from './scopes.js';

/** How long a key that was revoked is still let in, at most. */
export const KEY_FRESH_FOR_MS = 5_000;
const KNOWN_KEYS_MAX = 10_000;

export function hashApiKey(key: string): string {
  return hash('sha256', key);
}

/** `rk_` and 256 random bits. */
export function newApiKey(): string {
  return `rk_live_${randomBytes(32).toString('base64url')}`;
}

type KnownKey = Omit<Principal, 'at'>;

@Injectable()
export class ApiKeys {
  readonly #known: LRUCache<string, KnownKey>;

  constructor(database: Database) {
    this.#known = new LRUCache({
      max: KNOWN_KEYS_MAX,
      ttl: KEY_FRESH_FOR_MS,
      // Whose it was is known, until it is looked up again.
      noDeleteOnStaleGet: true,
      // One statement for many requests that come with the same key.
      fetchMethod: async (keyHash, _stale, { options }) => {
        const beganAt = performance.now();
        // Looked up by its hash, so that neither the key nor the time of a comparison reveals anything. Whose it is is not known yet: one of 256
        // shares, so that neither one key's many requests nor many made-up keys take all.
        const share = `key ${keyHash.slice(0, 2)}`;
        const [found] = await onBehalfOf(share, () => database.query(AUTHENTICATE, { keyHash }));
        options.ttl = Math.max(1, KEY_FRESH_FOR_MS - (performance.now() - beganAt));
        return found && { ...found, personId: null, scopes: scopesOf('owner'), time: new DatabaseTime(found.at) };
      },
    });
  }

  /** Whose the key was when it was last looked up. */
  lastKnownOrganization(keyHash: string): string | undefined {
    return this.#known.peek(keyHash, { allowStale: true })?.organizationId;
  }

  /** @returns at once where the key was looked up less than `KEY_FRESH_FOR_MS` ago; undefined for a key that is not known */
  authenticate(keyHash: string): Principal | Promise<Principal | undefined> {
    return asOfNow(this.#known.get(keyHash)) ?? this.lookUp(keyHash);
  }

  private async lookUp(keyHash: string): Promise<Principal | undefined> {
    return asOfNow(await this.#known.fetch(keyHash, { forceRefresh: true }));
  }
}

/** @returns undefined too where the time is not known any more */
function asOfNow(known: KnownKey | undefined): Principal | undefined {
  const at = known?.time.now();
  return known && at && { ...known, at };
}
