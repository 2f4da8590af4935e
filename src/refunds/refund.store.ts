import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Busy, Claimed } from '../database/due-work.js';
import { idBefore } from '../http/page.js';
import type { ListRefundsQuery } from './refund.dto.js';
import {
  type AskedRefundRow,
  CLAIM_REFUNDS,
  type ClaimedRefund,
  type FoundRefund,
  listRefunds,
  POSTPONE_REFUND,
  READ_ASKED_REFUND,
  READ_REFUND,
  READ_REFUNDS,
  REFUND_BY_REFERENCE,
  type RefundFilters,
  type RefundRow,
  REFUNDS_OF_PAYIN,
  RELEASE_REFUND,
} from './refund.queries.js';

/** Reads refunds. They are written with the decisions about their payins. */
@Injectable()
export class RefundStore {
  constructor(private readonly database: Database) {}

  /** Newest first, up to one more than the page's limit. */
  async list(
    organizationId: string,
    filters: RefundFilters,
    { cursor, limit }: Pick<ListRefundsQuery, 'cursor' | 'limit'>,
  ): Promise<FoundRefund[]> {
    const before = idBefore(cursor);
    const values = { ...filters, organizationId, before, limit: limit + 1 };
    return (await this.database.query(listRefunds(filters, before), values)).map(toRefund);
  }

  async one(organizationId: string, id: string): Promise<FoundRefund | undefined> {
    const [row] = await this.database.query(READ_REFUND, { organizationId, id });
    return row && toRefund(row);
  }

  async many(organizationId: string, ids: readonly string[]): Promise<FoundRefund[]> {
    if (ids.length === 0) return [];
    return (await this.database.query(READ_REFUNDS, { organizationId, ids })).map(toRefund);
  }

  async ofPayin(organizationId: string, payinId: string): Promise<FoundRefund[]> {
    return (await this.database.query(REFUNDS_OF_PAYIN, { organizationId, payinId })).map(toRefund);
  }

  async byReference(organizationId: string, payinId: string, reference: string): Promise<FoundRefund | undefined> {
    const [row] = await this.database.query(REFUND_BY_REFERENCE, { organizationId, payinId, reference });
    return row && toRefund(row);
  }

  /** Of those that a provider is to be called about. */
  claim(free: number, busy: readonly Busy[], provider: string): Promise<ClaimedRefund[]> {
    return this.database.query(CLAIM_REFUNDS, { free, busy, provider });
  }

  /** @returns undefined where its provider has answered for good */
  async asked(organizationId: string, id: string): Promise<AskedRefundRow | undefined> {
    return (await this.database.query(READ_ASKED_REFUND, { organizationId, id }))[0];
  }

  async postpone(claim: Claimed, delaySeconds: number): Promise<void> {
    await this.database.query(POSTPONE_REFUND, { ...claim, delaySeconds });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_REFUND, claim);
  }
}

function toRefund(row: RefundRow): FoundRefund {
  return { ...row, amountInCents: BigInt(row.amountInCents) };
}
