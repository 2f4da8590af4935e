import { Injectable } from '@nestjs/common';
import type { PseBank } from '@recaudo/payment-provider';
import { Database } from '../database/database.js';
import { FIND_BANK_LIST, STORE_BANK_LIST, type StoredBankList } from './pse-bank-list.queries.js';

@Injectable()
export class PseBankListStore {
  constructor(private readonly database: Database) {}

  async find(provider: string): Promise<StoredBankList | undefined> {
    return (await this.database.query(FIND_BANK_LIST, { provider }))[0];
  }

  /** Stores a list that was just fetched, in place of the one before. */
  async store(provider: string, banks: readonly PseBank[]): Promise<StoredBankList | undefined> {
    return (await this.database.query(STORE_BANK_LIST, { provider, banks }))[0];
  }
}
