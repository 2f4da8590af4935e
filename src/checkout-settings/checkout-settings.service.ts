import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database } from '../database/database.js';
import { PublicTokens } from '../secrets/public-tokens.js';
import { DEFAULT_LANGUAGE, type Language } from './checkout-settings.entity.js';
import { type AppearanceRow, READ_APPEARANCE, READ_LOGO } from './checkout-settings.queries.js';
import { DEFAULT_COLOR, type ReadableColors, readableColors } from './color.js';

/** How the checkout pages of an organization appear to payers. */
export interface Appearance extends ReadableColors {
  name: string;
  /** An address on this server. Another one for each picture. */
  logoUrl: string | null;
  logoSize: { width: number; height: number } | null;
  support: { email: string | null; phone: string | null; url: string | null };
  language: Language;
  /** Who may show the pages inside of theirs. Without one, nobody. */
  frameOrigins: readonly string[];
}

/** A change is seen on all replicas within this time. */
const FRESH_FOR_MS = 5_000;
const ORGANIZATIONS_MAX = 2_000;
const LOGOS_BYTES_MAX = 16 * 1024 * 1024;

interface Kept {
  row: AppearanceRow;
  appearance: Appearance;
}

/** Read for each page that a payer opens. */
@Injectable()
export class CheckoutSettings {
  readonly #kept = new LRUCache<string, Kept>({
    max: ORGANIZATIONS_MAX,
    ttl: FRESH_FOR_MS,
    // Whoever reads it while it changes gets what was before, and no error.
    ignoreFetchAbort: true,
    fetchMethod: (organizationId) => this.read(organizationId),
  });
  /** By the logo's id, as what one leads to never changes. */
  readonly #logos = new LRUCache<string, Buffer, string>({
    maxSize: LOGOS_BYTES_MAX,
    sizeCalculation: (bytes) => bytes.length,
    ignoreFetchAbort: true,
    fetchMethod: (id, _stale, { context: organizationId }) => this.#readLogo(organizationId, id),
  });

  constructor(
    private readonly database: Database,
    private readonly tokens: PublicTokens,
  ) {}

  /** @returns undefined where there is no such organization */
  async of(organizationId: string): Promise<Appearance | undefined> {
    return (await this.#kept.fetch(organizationId))?.appearance;
  }

  /** @returns undefined where the token leads to no logo, or to one that was replaced or removed */
  async logo(token: string): Promise<Buffer | undefined> {
    const subject = this.tokens.open('logo', token);
    if (!subject) return undefined;
    const { organizationId, id } = subject;
    const kept = await this.#kept.fetch(organizationId);
    return kept?.row.logoId === id ? this.#logos.fetch(id, { context: organizationId }) : undefined;
  }

  /** Has changed here: it is read anew. */
  forget(organizationId: string): void {
    this.#kept.delete(organizationId);
  }

  /** As it is now. @returns undefined where there is no such organization */
  async read(organizationId: string): Promise<Kept | undefined> {
    const [row] = await this.database.query(READ_APPEARANCE, { organizationId });
    if (!row) return undefined;
    const { logoId } = row;
    const appearance: Appearance = {
      ...readableColors(row.color ?? DEFAULT_COLOR),
      name: row.displayName ?? row.organizationName,
      logoUrl: logoId && `/checkout/logos/${this.tokens.seal('logo', { organizationId, id: logoId })}`,
      logoSize: logoId === null ? null : { width: row.logoWidth!, height: row.logoHeight! },
      support: { email: row.supportEmail, phone: row.supportPhone, url: row.supportUrl },
      language: row.language ?? DEFAULT_LANGUAGE,
      frameOrigins: row.frameOrigins ?? [],
    };
    return { row, appearance };
  }

  async #readLogo(organizationId: string, id: string): Promise<Buffer | undefined> {
    return (await this.database.query(READ_LOGO, { organizationId, id }))[0]?.logo;
  }
}
