import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Account } from '../payins/domain/ledger-entries.js';

/** Far more than a payin ever has. */
const ENTRIES_MAX = 1000;

export interface LedgerRow {
  sequence: number;
  type: string;
  at: Date;
  debit: Account;
  credit: Account;
  amountInCents: string;
  currency: string;
}

export interface BalanceRow {
  account: Account;
  currency: string;
  debitInCents: string;
  creditInCents: string;
}

export interface CheckRow {
  finishedAt: Date;
  payins: number;
  mismatches: number;
}

/** Reads of the books, always inside one organization. They are written with the decisions, by the payins' store. */
@Injectable()
export class LedgerStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  async has(organizationId: string, payinId: string): Promise<boolean> {
    const rows = await this.database.query(
      { name: 'payin is there', text: 'select 1 from payins where organization_id = $1 and id = $2' },
      [organizationId, payinId],
    );
    return rows.length === 1;
  }

  ledgerEntries(organizationId: string, payinId: string): Promise<LedgerRow[]> {
    return this.database.query<LedgerRow>(
      {
        name: 'ledger entries of a payin',
        text: `
          select j.sequence, e.type, j.at, j.debit, j.credit, j.amount_in_cents::text as "amountInCents", j.currency
          from ledger_entries j
          join payin_events e on e.organization_id = j.organization_id and e.payin_id = j.payin_id and e.sequence = j.sequence
          where j.organization_id = $1 and j.payin_id = $2
          order by j.sequence, j.debit = 'merchant', j.debit desc, j.credit
          limit ${ENTRIES_MAX}`,
      },
      [organizationId, payinId],
    );
  }

  /** Every account of an organization with what it was debited and credited from one time (included) to another (not included). */
  balances(organizationId: string, from: Date | null, to: Date | null): Promise<BalanceRow[]> {
    return this.database.query<BalanceRow>(
      {
        name: 'balances',
        text: `
          with sums as (
            select debit, credit, currency, sum(amount_in_cents) as amount from ledger_entries
            where organization_id = $1 and ($2::timestamptz is null or at >= $2) and ($3::timestamptz is null or at < $3)
            group by debit, credit, currency
          )
          select account, currency, sum(debited)::text as "debitInCents", sum(credited)::text as "creditInCents"
          from sums cross join lateral (values (debit, amount, 0), (credit, 0, amount)) as side (account, debited, credited)
          group by account, currency
          order by account, currency`,
      },
      [organizationId, from, to],
    );
  }

  /** The last check that came to its end, unless another is under way. */
  async lastCheck(organizationId: string): Promise<CheckRow | undefined> {
    const [row] = await this.database.query<CheckRow>(
      {
        name: 'last integrity check',
        text: `
          select finished_at as "finishedAt", payins::int, mismatches::int from integrity_checks
          where organization_id = $1 and finished_at is not null and after_payin_id is null`,
      },
      [organizationId],
    );
    return row;
  }
}
