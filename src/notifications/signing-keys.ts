import { createSecretKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SecretBox } from '../secrets/secret-box.js';

/** Open secrets in memory, and for how long each: what they spare is opening one for every message. A new secret is another sealed text. */
const KEYS_MAX = 1_000;
const KEPT_MS = 60_000;

const PREFIX = 'whsec_';

/** The key of a secret as Standard Webhooks writes it. */
export function signingKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(secret.slice(PREFIX.length), 'base64'));
}

/** The keys with which messages are signed. */
export class SigningKeys {
  readonly #keys: LRUCache<string, KeyObject>;

  constructor(
    private readonly secrets: SecretBox,
    keptMs = KEPT_MS,
  ) {
    this.#keys = new LRUCache({ max: KEYS_MAX, ttl: keptMs, ttlAutopurge: true });
  }

  /** @throws SealedSecretError */
  of(sealed: string, owner: string): KeyObject {
    const name = `${owner} ${sealed}`;
    const known = this.#keys.get(name);
    if (known) return known;
    const key = signingKey(this.secrets.open(sealed, owner));
    this.#keys.set(name, key);
    return key;
  }
}
