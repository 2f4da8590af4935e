import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { PayinEventEntity } from '../payins/store/payin-event.entity.js';
import type { Account } from '../payins/domain/ledger-entries.js';

/**
 * One transfer between two accounts, caused by one line of a payin's history. Balanced by construction, and append-only: a trigger of the
 * migration refuses truncation, too, which the ORM cannot declare.
 */
export const LedgerEntryEntity = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entries',
  indexes: [{ properties: ['organizationId', 'at'] }],
  checks: [
    { name: 'ledger_entries_amount_positive', expression: 'amount_in_cents > 0' },
    { name: 'ledger_entries_two_accounts', expression: 'debit <> credit' },
  ],
  triggers: [
    {
      name: 'append_only',
      timing: 'before',
      events: ['update', 'delete'],
      forEach: 'statement',
      body: `raise exception 'The ledger is append-only: an error is put right by a correction'`,
    },
  ],
  properties: {
    organizationId: p.uuid().primary(),
    payinId: p.uuid().primary(),
    sequence: p.integer().primary().persist(false),
    event: () =>
      p.manyToOne(PayinEventEntity).joinColumns('organization_id', 'payin_id', 'sequence').ownColumns('sequence'),
    debit: p.string().length(64).$type<Account>().primary(),
    credit: p.string().length(64).$type<Account>().primary(),
    amountInCents: p.bigint(),
    currency: p.string().length(3),
    at: p.datetime(6).defaultRaw('now()'),
  },
});
export type LedgerEntryRow = InferEntity<typeof LedgerEntryEntity>;
