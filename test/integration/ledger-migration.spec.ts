import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate } from '../../src/database/schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('empty');
});
afterAll(async () => {
  await database?.drop();
});

const organization = randomUUID();

interface Past {
  status: string;
  received: number;
  receipts: { provider: string; amount: number; fee: number | null }[];
  /** After `payin.created` and one line for each receipt. */
  moves: string[];
}

async function put({ status, received, receipts, moves }: Past): Promise<string> {
  const id = randomUUID();
  const insert = (table: string, row: Record<string, unknown>) =>
    database.query(
      `insert into ${table} (${Object.keys(row).join()}) values (${Object.keys(row)
        .map((_, index) => `$${index + 1}`)
        .join()})`,
      Object.values(row),
    );
  await insert('payins', {
    organization_id: organization,
    id,
    reference: id,
    fingerprint: 'f',
    request: '{}',
    amount_in_cents: 5000,
    currency: 'COP',
    rail: 'PSE',
    status,
    amount_received_in_cents: received,
    expires_at: new Date(),
    sequence: 1 + receipts.length + moves.length,
  });
  const line = (sequence: number, type: string, to: string | null) =>
    insert('payin_events', {
      organization_id: organization,
      payin_id: id,
      sequence,
      type,
      source: 'poll',
      to_status: to,
      data: '{}',
    });
  await line(1, 'payin.created', 'CREATED');
  for (const [index, { provider, amount, fee }] of receipts.entries()) {
    const attempt = randomUUID();
    await insert('attempts', {
      organization_id: organization,
      id: attempt,
      payin_id: id,
      provider,
      provider_reference: attempt.slice(0, 30),
      state: index === 0 ? 'open' : 'not_executed',
    });
    await insert('receipts', {
      organization_id: organization,
      id: randomUUID(),
      payin_id: id,
      attempt_id: attempt,
      payment_id: `${index}`,
      amount_in_cents: amount,
      fee_in_cents: fee,
      created_at: new Date(Date.UTC(2026, 0, 1) + index),
    });
    await line(index + 2, 'receipt.added', null);
  }
  for (const [index, to] of moves.entries()) await line(receipts.length + 2 + index, 'x', to);
  return id;
}

it('the books begin with what was received before there were books', async () => {
  await migrate(database.url, { to: 'Migration20261121053349' });
  await database.query(`insert into organizations (id, name, code, notification_secret) values ($1, 'A', 'a', 's')`, [
    organization,
  ]);
  const waiting = await put({ status: 'PENDING', received: 0, receipts: [], moves: ['PENDING'] });
  const paid = await put({
    status: 'APPROVED',
    received: 6000,
    receipts: [
      { provider: 'one', amount: 5000, fee: 50 },
      { provider: 'two', amount: 1000, fee: 0 },
    ],
    moves: ['APPROVED'],
  });
  const accepted = await put({
    status: 'APPROVED',
    received: 3000,
    receipts: [{ provider: 'one', amount: 3000, fee: null }],
    moves: ['UNDERPAID', 'APPROVED'],
  });
  const reversed = await put({
    status: 'REVERSED',
    received: 5000,
    receipts: [{ provider: 'one', amount: 5000, fee: null }],
    moves: ['APPROVED', 'REVERSED'],
  });
  await migrate(database.url);
  const rows = await database.query<{ payin: string; entry: string }>(`
    select payin_id as payin, concat_ws(' ', sequence, debit, credit, amount_in_cents) as entry from ledger_entries
    order by payin_id, sequence, debit desc`);
  const ledgerEntries = (id: string) => rows.filter(({ payin }) => payin === id).map(({ entry }) => entry);
  expect(ledgerEntries(waiting)).toEqual([]);
  expect(ledgerEntries(paid)).toEqual([
    '2 provider:one merchant 5000',
    '2 fees:one provider:one 50',
    '3 provider:two merchant 1000',
  ]);
  expect(ledgerEntries(accepted)).toEqual(['2 provider:one merchant 3000', '4 write-offs merchant 2000']);
  expect(ledgerEntries(reversed)).toEqual(['2 provider:one merchant 5000', '4 merchant provider:one 5000']);
});
