import { Injectable } from '@nestjs/common';
import type { NewAuditEntry } from '../audit/audit.queries.js';
import { Database } from '../database/database.js';
import { idBefore } from '../http/page.js';
import type { PaymentLink } from './payment-link.js';
import type { PaymentLinkStatus } from './payment-link.entity.js';
import {
  INSERT_PAYMENT_LINK,
  LIST_PAYMENT_LINKS,
  type NewPaymentLink,
  PAYMENT_LINK_BY_REFERENCE,
  type PaymentLinkFilters,
  type PaymentLinkRow,
  READ_PAYMENT_LINK,
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

function toLink(row: PaymentLinkRow): PaymentLink {
  const toCents = (text: string | null) => (text === null ? null : BigInt(text));
  return {
    ...row,
    amountInCents: toCents(row.amountInCents),
    minInCents: toCents(row.minInCents),
    maxInCents: toCents(row.maxInCents),
  };
}
