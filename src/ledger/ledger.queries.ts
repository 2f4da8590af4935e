import { query } from '../database/query.js';
import type { HistoryType } from '../payins/domain/history.js';
import type { Account } from '../payins/domain/ledger-entries.js';

/** Far more than a payin ever has. */
const ENTRIES_MAX = 1000;

export const PAYIN_EXISTS = query<{ organizationId: string; payinId: string }>(
  'payin is there',
  'select 1 from payins where organization_id = $organizationId and id = $payinId',
);

export interface LedgerRow {
  sequence: number;
  type: HistoryType;
  at: Date;
  debit: Account;
  credit: Account;
  amountInCents: string;
  currency: string;
}

export const READ_ENTRIES = query<{ organizationId: string; payinId: string }, LedgerRow>(
  'ledger entries of a payin',
  `select j.sequence, e.type, j.at, j.debit, j.credit, j.amount_in_cents::text as "amountInCents", j.currency
   from ledger_entries j
   join payin_events e on e.organization_id = j.organization_id and e.payin_id = j.payin_id and e.sequence = j.sequence
   where j.organization_id = $organizationId and j.payin_id = $payinId
   order by j.sequence, j.debit = 'merchant', j.debit desc, j.credit
   limit ${ENTRIES_MAX}`,
);

export interface BalanceRow {
  account: Account;
  currency: string;
  debitInCents: string;
  creditInCents: string;
}

/** `from` is included, `to` is not. */
export const READ_BALANCES = query<{ organizationId: string; from: Date | null; to: Date | null }, BalanceRow>(
  'balances',
  `with sums as (
     select debit, credit, currency, sum(amount_in_cents) as amount from ledger_entries
     where organization_id = $organizationId and ($from::timestamptz is null or at >= $from) and ($to::timestamptz is null or at < $to)
     group by debit, credit, currency
   )
   select account, currency, sum(debited)::text as "debitInCents", sum(credited)::text as "creditInCents"
   from sums cross join lateral (values (debit, amount, 0), (credit, 0, amount)) as side (account, debited, credited)
   group by account, currency
   order by account, currency`,
);

export interface CheckRow {
  finishedAt: Date;
  payins: number;
  mismatches: number;
}

/** The last integrity check that has finished, unless another is under way. */
export const LAST_CHECK = query<{ organizationId: string }, CheckRow>(
  'last integrity check',
  `select finished_at as "finishedAt", payins::int, mismatches::int from integrity_checks
   where organization_id = $organizationId and finished_at is not null and after_payin_id is null`,
);
