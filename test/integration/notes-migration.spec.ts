import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate } from '../../src/database/schema.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ORGANIZATION = randomUUID();

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('empty');
  await migrate(database.url, { to: 'Migration20261130102100_2_concurrently' });
});
afterAll(async () => {
  await database?.drop();
});

/** A payin with one line of history for each of these data, and a discrepancy. */
async function payin(request: object, ...lines: object[]): Promise<string> {
  const id = randomUUID();
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, status, expires_at, sequence)
     values ($1, $2::uuid, $2::uuid::text, '', $3, 100, 'COP', 'PSE', 'APPROVED', now(), 1)`,
    [ORGANIZATION, id, request],
  );
  await database.query(
    `insert into payin_events (organization_id, payin_id, sequence, type, source, data)
     select $1, $2, number, 'discrepancy.resolved', 'operator', data from jsonb_array_elements($3::jsonb) with ordinality as line (data, number)`,
    [ORGANIZATION, id, JSON.stringify(lines)],
  );
  await database.query(
    `insert into discrepancies (organization_id, id, payin_id, reference, kind, currency, detail) values ($1, gen_random_uuid(), $2, '', 'OVERPAID', 'COP', '')`,
    [ORGANIZATION, id],
  );
  return id;
}

it('what people wrote leaves the lines of the history for a place of its own, and of a payer who was forgotten it is gone', async () => {
  await database.query(`insert into organizations (id, name, code, notification_secret) values ($1, 'A', 'a', 's')`, [
    ORGANIZATION,
  ]);
  const known = await payin(
    {},
    { kind: 'OVERPAID', note: 'of Ana' },
    { by: 'Ben', note: 'of Ana', because: 'not of Ana' },
    { note: null },
    { amountInCents: '5' },
  );
  const forgotten = await payin({ forgottenAt: '2026-11-01T00:00:00.000Z' }, { kind: 'OVERPAID', note: 'of Ana' });
  await migrate(database.url);
  const linesOf = (id: string) =>
    database.query(
      `select e.data, t.texts from payin_events e left join payin_event_texts t using (organization_id, payin_id, sequence)
       where payin_id = $1 order by sequence`,
      [id],
    );
  expect(await linesOf(known)).toEqual([
    { data: { kind: 'OVERPAID' }, texts: { note: 'of Ana' } },
    { data: { by: 'Ben' }, texts: { note: 'of Ana', because: 'not of Ana' } },
    { data: { note: null }, texts: null },
    { data: { amountInCents: '5' }, texts: null },
  ]);
  expect(await linesOf(forgotten)).toEqual([{ data: { kind: 'OVERPAID' }, texts: null }]);
});
