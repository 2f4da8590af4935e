import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SecretsKeys } from '../../config/load-settings.js';

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  id: string;
  bytes: Buffer;
}

/** The secret cannot be read: its key is not ours, it is another owner's, or it was changed. */
export class SealedSecretError extends Error {
  constructor(reason: string) {
    super(`a stored secret cannot be read: ${reason}`);
    this.name = 'SealedSecretError';
  }
}

/**
 * Keeps secrets that we must be able to use again, which a hash would not let us. A sealed secret is `v1.<key id>.<Base64url of nonce, tag
 * and ciphertext>`, and can be opened only for the owner (a row) that it was sealed for: nobody can move it to a row of their own.
 */
export class SecretBox {
  private readonly current: Key;
  private readonly keys: ReadonlyMap<string, Key>;

  /** With the previous key secrets can still be opened. */
  constructor({ key, previous }: SecretsKeys) {
    this.current = toKey(key);
    this.keys = new Map([...(previous ? [toKey(previous)] : []), this.current].map((one) => [one.id, one]));
  }

  /** What every secret that is sealed now begins with. */
  get prefix(): string {
    return `${VERSION}.${this.current.id}.`;
  }

  seal(secret: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.current.bytes, nonce).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return this.prefix + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws SealedSecretError */
  open(sealed: string, owner: string): string {
    const [version, keyId = '', text = ''] = sealed.split('.');
    const key = this.keys.get(keyId);
    if (version !== VERSION || !key) throw new SealedSecretError('its key is not known');
    const bytes = Buffer.from(text, 'base64url');
    const tagAt = NONCE_BYTES;
    const textAt = NONCE_BYTES + TAG_BYTES;
    try {
      const decipher = createDecipheriv(ALGORITHM, key.bytes, bytes.subarray(0, tagAt), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(owner))
        .setAuthTag(bytes.subarray(tagAt, textAt));
      return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString('utf8');
    } catch {
      throw new SealedSecretError('it was changed, or belongs to another row');
    }
  }
}

/** The id says which key it was, and nothing about the key. */
function toKey(base64: string): Key {
  const bytes = Buffer.from(base64, 'base64');
  return { id: createHash('sha256').update('recaudo key id').update(bytes).digest('hex').slice(0, 12), bytes };
}

/** Whom a stored secret belongs to. */
export const OWNER = {
  organization: (organizationId: string): string => `organizations ${organizationId}`,
  refund: (organizationId: string, id: string): string => `refunds ${organizationId} ${id}`,
  endpoint: (organizationId: string, id: string): string => `webhook_endpoints ${organizationId} ${id}`,
  apiKey: (organizationId: string, id: string): string => `api_keys ${organizationId} ${id}`,
  person: (id: string): string => `people ${id}`,
  installation: (id: string): string => `installation_keys ${id}`,
};

/** How long the secret before signs along: time to bring the new one to every server, without leaving a lost one in use. */
export const ROTATION_HOURS = 24;

/** `whsec_` and 256 random bits, as Standard Webhooks has them. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
