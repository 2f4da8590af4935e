import { Injectable } from '@nestjs/common';
import type { Secrets } from '@recaudo/drop-in-contract';
import { LRUCache } from 'lru-cache';
import { OWNER, SecretBox } from '../../secrets/secret-box.js';

/** Open ones in memory, and for how long each: what they spare is opening them for every request and message. New secrets are another sealed text. */
const OPEN_MAX = 1_000;
const OPEN_MS = 60_000;

/** What a drop-in contract needs of its credentials besides what their client presents. */
@Injectable()
export class ContractSecrets {
  readonly #open = new LRUCache<string, Secrets>({ max: OPEN_MAX, ttl: OPEN_MS, ttlAutopurge: true });

  constructor(private readonly box: SecretBox) {}

  seal(organizationId: string, keyId: string, secrets: Secrets): string {
    return this.box.seal(JSON.stringify(secrets), OWNER.apiKey(organizationId, keyId));
  }

  /** @throws SealedSecretError */
  open(organizationId: string, keyId: string, sealed: string): Secrets {
    const name = `${organizationId} ${keyId} ${sealed}`;
    const known = this.#open.get(name);
    if (known) return known;
    const secrets = JSON.parse(this.box.open(sealed, OWNER.apiKey(organizationId, keyId))) as Secrets;
    this.#open.set(name, secrets);
    return secrets;
  }
}
