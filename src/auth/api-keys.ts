import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { onBehalfOf } from '@recaudo/fair-share';
import { LRUCache } from 'lru-cache';
import { type Network, parseNetwork } from '../../config/networks.js';
import { Database } from '../database/database.js';
import { DatabaseTime } from '../database/database-time.js';
import { isWithin } from '../http/networks.js';
import { AUTHENTICATE, type FoundKey, NOTE_USE } from './api-keys.queries.js';
import { readAnew } from './read-anew.js';
import type { Principal } from './principal.js';
import { type Scope, scopesOf } from './scopes.js';

/** How long a key that was revoked is still let in, at most. */
export const KEY_FRESH_FOR_MS = 5_000;
const KNOWN_KEYS_MAX = 10_000;

export function hashApiKey(key: string): string {
  return hash('sha256', key);
}

/** `rk_live_` or, outside production, `rk_test_`, and 256 random bits. */
export function newApiKey(isProduction: boolean): string {
  return `rk_${isProduction ? 'live' : 'test'}_${randomBytes(32).toString('base64url')}`;
}

interface KnownKey {
  principal: Omit<Principal, 'at'>;
  endsAt: Date | null;
  networks: readonly Network[] | null;
}

@Injectable()
export class ApiKeys {
  readonly #known: LRUCache<string, KnownKey>;

  constructor(private readonly database: Database) {
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
        if (found?.isUseNew) void this.noteUse(found);
        return found && toKnown(found);
      },
    });
  }

  /** Whose the key was when it was last looked up. */
  lastKnownOrganization(keyHash: string): string | undefined {
    return this.#known.peek(keyHash, { allowStale: true })?.principal.organizationId;
  }

  /**
   * @param contract the drop-in contract that it came for; null: our own API. No key is of two
   * @param address from which the key came
   * @returns at once where the key was looked up less than `KEY_FRESH_FOR_MS` ago; undefined for a key that is not known, or lets nobody in now or
   * from there
   */
  authenticate(keyHash: string, contract: string | null, address: string): Principal | Promise<Principal | undefined> {
    return asOfNow(this.#known.get(keyHash), contract, address) ?? this.lookUp(keyHash, contract, address);
  }

  /** In this process at once. */
  forget(keyHash: string): void {
    this.#known.delete(keyHash);
  }

  private async lookUp(keyHash: string, contract: string | null, address: string): Promise<Principal | undefined> {
    return asOfNow(await readAnew(this.#known, keyHash), contract, address);
  }

  /** Nobody waits for it, and whoever comes with the key next tries again where it fails. */
  private async noteUse({ organizationId, apiKeyId, at }: FoundKey): Promise<void> {
    await onBehalfOf(organizationId, () => this.database.query(NOTE_USE, { organizationId, apiKeyId, at })).catch(
      () => undefined,
    );
  }
}

function toKnown(found: FoundKey): KnownKey {
  const { organizationId, organizationCode, apiKeyId, personId, allowedNetworks, endsAt, at } = found;
  const { contract: name, contractSecrets: sealedSecrets } = found;
  return {
    principal: {
      organizationId,
      organizationCode,
      apiKeyId,
      personId,
      scopes: scopesOfKey(found),
      ...(name !== null && sealedSecrets !== null && { contract: { name, sealedSecrets } }),
      time: new DatabaseTime(at),
    },
    endsAt,
    networks: allowedNetworks && allowedNetworks.map(parseNetwork),
  };
}

/** Its own, as far as the person for whom it acts has them now. */
function scopesOfKey({ role, scopes, personRole }: FoundKey): ReadonlySet<Scope> {
  const own = role ? scopesOf(role) : new Set(scopes);
  if (!personRole) return own;
  const theirs = scopesOf(personRole);
  return new Set([...own].filter((scope) => theirs.has(scope)));
}

/** @returns undefined too where the time is not known any more */
function asOfNow(known: KnownKey | undefined, contract: string | null, address: string): Principal | undefined {
  const at = known?.principal.time.now();
  if (known && (known.principal.contract?.name ?? null) !== contract) return undefined;
  if (!known || !at || (known.endsAt && known.endsAt <= at)) return undefined;
  if (known.networks && !isWithin(known.networks, address)) return undefined;
  return { ...known.principal, at };
}
