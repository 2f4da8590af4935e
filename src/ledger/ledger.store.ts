import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import {
  type BalanceRow,
  type CheckRow,
  LAST_CHECK,
  type LedgerRow,
  PAYIN_EXISTS,
  READ_BALANCES,
  READ_ENTRIES,
} from './ledger.queries.js';

/** Reads of an organization's ledger. The payins' store writes it, with each decision. */
@Injectable()
export class LedgerStore {
  constructor(private readonly database: Database) {}

  async hasPayin(organizationId: string, payinId: string): Promise<boolean> {
    return (await this.database.query(PAYIN_EXISTS, { organizationId, payinId })).length === 1;
  }

  entries(organizationId: string, payinId: string): Promise<LedgerRow[]> {
    return this.database.query(READ_ENTRIES, { organizationId, payinId });
  }

  balances(organizationId: string, from: Date | null, to: Date | null): Promise<BalanceRow[]> {
    return this.database.query(READ_BALANCES, { organizationId, from, to });
  }

  async lastCheck(organizationId: string): Promise<CheckRow | undefined> {
    const [row] = await this.database.query(LAST_CHECK, { organizationId });
    return row;
  }
}
