import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { BacklogReader } from '../../src/metrics/backlog.js';
import { ApiClient, newReference, payinRequest, ticketOf } from '../support/api-client.js';
import { copyPayins } from '../support/many-rows.js';
import { type TestApp, startTestApp } from '../support/test-app.js';
import { StatementWatch } from '../support/statement-watch.js';
import { until } from '../support/until.js';

const COPIES = 1_000;
/** Of one payin and what belongs to it, or of one batch of due work. */
const ROWS_MAX = 100;

let testApp: TestApp;
let watch: StatementWatch;

beforeAll(async () => {
  testApp = await startTestApp();
  await payExactly();
  await payTooLittle();
  await testApp.api.open();
  await until('everything to be told', async () => {
    const due = await testApp.database.query('select from notifications where due_at is not null limit 1');
    return due.length === 0;
  });
  await copyPayins(testApp.database, COPIES);
  await floodInbox();
  watch = new StatementWatch(testApp.service.app.get(Database), testApp.environment['DATABASE_URL']!);
});

afterAll(async () => {
  await watch?.end();
  await testApp?.close();
});

describe('the statements of an organization with thousands of payins', () => {
  it('read what they need, and not what else the organization has', async () => {
    const { api } = testApp;
    // That of the others may have been looked up before.
    expect((await new ApiClient(api.url, 'another-key').call('GET', '/payins')).status).toBe(401);
    await payExactly();
    const underpaid = await payTooLittle();
    await resolveDiscrepancy(await payTooLittle());
    await api.call('POST', `/payins/${underpaid}/accept`);
    const canceled = await api.open();
    await api.call('POST', `/payins/${canceled.id}/cancel`);
    await askTwice();
    await runOut();
    await testApp.service.app.get(BacklogReader).read();

    const seen = watch.statements;
    expect(HOT.filter((name) => !seen.includes(name))).toEqual([]);
    const costly = watch.readings.filter(({ rows }) => rows > ROWS_MAX);
    expect(costly).toEqual([]);
  });
});

/** At least these: a test that watches nothing finds nothing. */
const HOT = [
  'authenticate',
  'insert payins',
  'read payins by id',
  'read payin by reference',
  'read shown payins',
  'write what opened',
  'write what was paid',
  'write decisions',
  'receive webhooks',
  'claim inbound webhooks',
  'find attempts by reference',
  'finish webhooks',
  'claim payins to poll',
  'claim payins to expire',
  'claim one payin',
  'claim notifications',
  'record delivery attempts',
  'count due work',
  'one discrepancy',
  'observations as evidence',
];

async function payExactly(): Promise<void> {
  const { api, sandbox, merchant } = testApp;
  const opened = await api.open({ callbackUrl: merchant.url });
  await sandbox.tumipay.pay(ticketOf(opened));
  await api.reaches(opened.id, 'APPROVED');
  await merchant.eventOf(opened.id, 'payin.approved');
}

/** With two discrepancies: short, and the provider's answer says otherwise than its webhook. */
async function payTooLittle(): Promise<string> {
  const { api, sandbox } = testApp;
  const opened = await api.open({ rail: 'BRE_B' });
  await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 1_000_000 });
  return (await api.reaches(opened.id, 'UNDERPAID')).id;
}

async function resolveDiscrepancy(payinId: string): Promise<void> {
  const { api } = testApp;
  for (const { id } of await api.discrepancies(payinId)) {
    await api.call('GET', `/discrepancies/${id}`);
    const body = { reason: 'ACCEPTED', note: 'seen' };
    expect((await api.call('POST', `/discrepancies/${id}/resolve`, body)).status).toBe(200);
  }
}

/** A provider cannot be asked, and all at once many webhooks wait. PostgreSQL has not counted them yet. */
async function floodInbox(): Promise<void> {
  await testApp.database.query(
    `insert into inbound_webhooks (organization_id, id, provider, event_key, provider_reference, raw_body, due_at)
     select id, gen_random_uuid(), 'tumipay', 'flood-' || n, 'flood-' || n, '', now() + interval '1 hour'
     from organizations, generate_series(1, $1::int) n`,
    [COPIES],
  );
}

async function askTwice(): Promise<void> {
  const request = payinRequest({ reference: newReference() });
  const answers = [
    await testApp.api.call('POST', '/payins', request),
    await testApp.api.call('POST', '/payins', request),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
}

async function runOut(): Promise<void> {
  const { api, database } = testApp;
  const { id } = await api.open();
  await database.query('update payins set expires_at = now(), due_at = now() where id = $1', [id]);
  await api.reaches(id, 'EXPIRED');
}
