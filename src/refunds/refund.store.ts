import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { idBefore } from '../http/page.js';
import type { ListRefundsQuery } from './refund.dto.js';
import {
  type FoundRefund,
  listRefunds,
  READ_REFUND,
  REFUND_BY_REFERENCE,
  type RefundRow,
  REFUNDS_OF_PAYIN,
} from './refund.queries.js';

/** Reads refunds. They are written with the decisions about their payins. */
@Injectable()
export class RefundStore {
  constructor(private readonly database: Database) {}

  /** Newest first, up to one more than the page's limit. */
  async list(organizationId: string, { cursor, limit, ...filters }: ListRefundsQuery): Promise<FoundRefund[]> {
    const before = idBefore(cursor);
    const values = { ...filters, organizationId, before, limit: limit + 1 };
    return (await this.database.query(listRefunds(filters, before), values)).map(toRefund);
  }

  async one(organizationId: string, id: string): Promise<FoundRefund | undefined> {
    const [row] = await this.database.query(READ_REFUND, { organizationId, id });
    return row && toRefund(row);
  }

  async ofPayin(organizationId: string, payinId: string): Promise<FoundRefund[]> {
    return (await this.database.query(REFUNDS_OF_PAYIN, { organizationId, payinId })).map(toRefund);
  }

  async byReference(organizationId: string, payinId: string, reference: string): Promise<FoundRefund | undefined> {
    const [row] = await this.database.query(REFUND_BY_REFERENCE, { organizationId, payinId, reference });
    return row && toRefund(row);
  }
}

function toRefund(row: RefundRow): FoundRefund {
  return { ...row, amountInCents: BigInt(row.amountInCents) };
}
