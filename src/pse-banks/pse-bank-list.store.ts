import { Inject, Injectable } from '@nestjs/common';
import type { PseBank } from '@recaudo/payment-provider';
import { Database } from '../database/database.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';

/** A kept list; its age is the database's. */
export interface KeptBankList {
  banks: PseBank[];
  fetchedAt: Date;
  ageSeconds: number;
}

const COLUMNS = `banks, fetched_at as "fetchedAt", greatest(0, extract(epoch from now() - fetched_at))::float8 as "ageSeconds"`;

@Injectable()
export class PseBankListStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async find(provider: string): Promise<KeptBankList | undefined> {
    const [list] = await this.database.query<KeptBankList>(
      {
        name: 'find a list of PSE banks',
        text: `select ${COLUMNS} from pse_bank_lists where organization_id = $1 and provider = $2`,
      },
      [NO_ORGANIZATION, provider],
    );
    return list;
  }

  /** Keeps a list that was just given, in place of the one before. */
  async keep(provider: string, banks: readonly PseBank[]): Promise<KeptBankList | undefined> {
    const [list] = await this.database.query<KeptBankList>(
      {
        name: 'keep a list of PSE banks',
        text: `insert into pse_bank_lists (organization_id, provider, banks, fetched_at) values ($1, $2, $3, now())
               on conflict (organization_id, provider) do update set banks = excluded.banks, fetched_at = excluded.fetched_at
               returning ${COLUMNS}`,
      },
      [NO_ORGANIZATION, provider, JSON.stringify(banks)],
    );
    return list;
  }
}
