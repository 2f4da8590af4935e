import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { KEEP_INSTALLATION_KEY, READ_INSTALLATION_KEY } from './installation-keys.queries.js';
import { OWNER, SecretBox } from './secret-box.js';

/** What a token leads to. */
export const TOKEN_KINDS = ['payin', 'link', 'logo'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export interface TokenSubject {
  organizationId: string;
  id: string;
}

const KEY_ID = 'public_tokens';
const ALGORITHM = 'aes-256-cbc';
const KEY_BYTES = 32;
const UUID_BYTES = 16;
const NO_IV = Buffer.alloc(UUID_BYTES);
/** 32 bytes in Base64url. */
const TOKEN = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Tokens in addresses that anybody may open who has been given them. A token is the two ids, encrypted: it takes no column and no index, leads to its
 * organization, and says nothing. An id begins with its time and no two are the same, so that no two tokens have a block in common but by chance of
 * 128 bits, and a guessed one opens to ids that nobody has. The key is the installation's own, sealed: tokens outlive a rotation of SECRETS_KEY.
 */
@Injectable()
export class PublicTokens implements OnModuleInit {
  readonly #keys = new Map<TokenKind, Buffer>();

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  async onModuleInit(): Promise<void> {
    const owner = OWNER.installation(KEY_ID);
    const made = this.box.seal(randomBytes(KEY_BYTES).toString('base64'), owner);
    await this.database.query(KEEP_INSTALLATION_KEY, { id: KEY_ID, key: made });
    const [kept] = await this.database.query(READ_INSTALLATION_KEY, { id: KEY_ID });
    const key = Buffer.from(this.box.open(kept!.key, owner), 'base64');
    for (const kind of TOKEN_KINDS) this.#keys.set(kind, Buffer.from(hkdfSync('sha256', key, '', kind, KEY_BYTES)));
  }

  seal(kind: TokenKind, { organizationId, id }: TokenSubject): string {
    const cipher = createCipheriv(ALGORITHM, this.#keyOf(kind), NO_IV).setAutoPadding(false);
    return cipher.update(bytesOf(id) + bytesOf(organizationId), 'hex').toString('base64url');
  }

  /** @returns undefined for what is no token; one that is forged opens to ids that nobody has */
  open(kind: TokenKind, token: string): TokenSubject | undefined {
    if (!TOKEN.test(token)) return undefined;
    const decipher = createDecipheriv(ALGORITHM, this.#keyOf(kind), NO_IV).setAutoPadding(false);
    const hex = decipher.update(token, 'base64url').toString('hex');
    const [id, organizationId] = [uuidOf(hex.slice(0, 2 * UUID_BYTES)), uuidOf(hex.slice(2 * UUID_BYTES))];
    return IS_UUID_7.test(id) ? { organizationId, id } : undefined;
  }

  #keyOf(kind: TokenKind): Buffer {
    const key = this.#keys.get(kind);
    if (!key) throw new Error('tokens are asked for before the service has begun');
    return key;
  }
}

const IS_UUID_7 = /^.{14}7.{4}[89ab]/;

function bytesOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
