import type { PseBank } from '@recaudo/payment-provider';
import { query } from '../database/query.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';

/** A stored list; its age is by the database's clock. */
export interface StoredBankList {
  banks: PseBank[];
  fetchedAt: Date;
  ageSeconds: number;
}

const COLUMNS = `banks, fetched_at as "fetchedAt", greatest(0, extract(epoch from now() - fetched_at))::float8 as "ageSeconds"`;

export const FIND_BANK_LIST = query<{ provider: string }, StoredBankList>(
  'find a list of PSE banks',
  `select ${COLUMNS} from pse_bank_lists where organization_id = '${NO_ORGANIZATION}' and provider = $provider`,
);

export const STORE_BANK_LIST = query<{ provider: string; banks: readonly PseBank[] }, StoredBankList>(
  'store a list of PSE banks',
  `
    insert into pse_bank_lists (organization_id, provider, banks, fetched_at)
    values ('${NO_ORGANIZATION}', $provider, $banks::jsonb, now())
    on conflict (organization_id, provider) do update set banks = excluded.banks, fetched_at = excluded.fetched_at
    returning ${COLUMNS}`,
);
