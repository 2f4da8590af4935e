import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { onBehalfOf } from '@recaudo/fair-share';
import { Database } from '../database/database.js';
import { AUTHENTICATE, type Principal } from './api-keys.queries.js';

export type { Principal };

export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** `rk_` and 256 random bits. */
export function newApiKey(): string {
  return `rk_live_${randomBytes(32).toString('base64url')}`;
}

@Injectable()
export class ApiKeys {
  constructor(private readonly database: Database) {}

  /** Looked up by its hash, so that neither the key nor the time of a comparison reveals anything. */
  async authenticate(keyHash: string): Promise<Principal | undefined> {
    // Whose it is is not known yet: one of 256 shares, so that neither one key's many requests nor many made-up keys take all.
    const lookedUp = onBehalfOf(`key ${keyHash.slice(0, 2)}`, () => this.database.query(AUTHENTICATE, { keyHash }));
    return (await lookedUp)[0];
  }
}
