import { Injectable } from '@nestjs/common';
import type { NewAuditEntry } from '../audit/audit.queries.js';
import { Database } from '../database/database.js';
import { idBefore } from '../http/page.js';
import type { TokenSubject } from '../secrets/public-tokens.js';
import type { PaymentLink } from './payment-link.js';
import type { PaymentLinkStatus } from './payment-link.entity.js';
import {
  FIND_FREE_NUMBER,
  INSERT_PAYMENT_LINK,
  LIST_PAYMENT_LINKS,
  type NewPaymentLink,
  PAYMENT_LINK_BY_REFERENCE,
  type PaymentLinkFilters,
  type PaymentLinkRow,
  READ_ONLY_PAYIN_OF_LINK,
  READ_PAYMENT_LINK,
  READ_PAYMENT_LINK_TO_USE,
  SET_LINK_STATUS,
} from './payment-link.queries.js';

/** Reads and writes payment links. Their uses are counted with the payins that they make: insert-payins.queries.ts. */
@Injectable()
export class PaymentLinkStore {
  constructor(private readonly database: Database) {}

  /** @returns whether its reference was free; otherwise nothing is written */
  async insert(link: NewPaymentLink, auditEntry: NewAuditEntry): Promise<boolean> {
    const inserted = await this.database.query(INSERT_PAYMENT_LINK, { link, auditEntries: [auditEntry] });
    return inserted.length > 0;
  }

  /** Newest first, up to one more than the page's limit. */
  async list(
    organizationId: string,
    filters: PaymentLinkFilters,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<PaymentLink[]> {
    const before = idBefore(cursor) ?? null;
    const values = { ...filters, organizationId, before, limit: limit + 1 };
    return (await this.database.query(LIST_PAYMENT_LINKS, values)).map(toLink);
  }

  async one(organizationId: string, id: string): Promise<PaymentLink | undefined> {
    const [row] = await this.database.query(READ_PAYMENT_LINK, { organizationId, id });
    return row && toLink(row);
  }

  /** @param use of the press; null before there is one */
  async toUse({ organizationId, id }: TokenSubject, use: string | null): Promise<UsedPaymentLink | undefined> {
    const [row] = await this.database.query(READ_PAYMENT_LINK_TO_USE, { organizationId, id, use });
    if (!row) return undefined;
    const { now, payinId, ...link } = row;
    return { link: toLink(link), now, payinId };
  }

  async onlyPayin({ organizationId, id }: TokenSubject): Promise<string | undefined> {
    return (await this.database.query(READ_ONLY_PAYIN_OF_LINK, { organizationId, id }))[0]?.payinId;
  }

  /** @returns undefined where many in a row are taken */
  async freeNumber(organizationId: string, reference: string, after: number): Promise<number | undefined> {
    const [row] = await this.database.query(FIND_FREE_NUMBER, { organizationId, reference, after });
    return row?.number ?? undefined;
  }

  async byReference(organizationId: string, reference: string): Promise<PaymentLink | undefined> {
    const [row] = await this.database.query(PAYMENT_LINK_BY_REFERENCE, { organizationId, reference });
    return row && toLink(row);
  }

  async setStatus(
    organizationId: string,
    id: string,
    status: PaymentLinkStatus,
    at: Date,
    auditEntry: NewAuditEntry,
  ): Promise<void> {
    await this.database.query(SET_LINK_STATUS, { organizationId, id, status, at, auditEntries: [auditEntry] });
  }
}

/** As it is used: with the database's time, and the payin that the same press has made before. */
export interface UsedPaymentLink {
  link: PaymentLink;
  now: Date;
  payinId: string | null;
}

function toLink(row: PaymentLinkRow): PaymentLink {
  const toCents = (text: string | null) => (text === null ? null : BigInt(text));
  return {
    ...row,
    amountInCents: toCents(row.amountInCents),
    minInCents: toCents(row.minInCents),
    maxInCents: toCents(row.maxInCents),
  };
}
