import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { KEPT_PER_ORDER_MAX } from '../../src/webhooks/inbound-webhook.queries.js';
import { ticketOf } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(() => testApp?.close());

interface InboxRow {
  outcome: string | null;
  deliveries: number;
  due_at: Date | null;
}

function inboxOf(ticket: string): Promise<InboxRow[]> {
  return testApp.database.query<InboxRow>(
    `select outcome, deliveries, due_at from inbound_webhooks where convert_from(raw_body, 'UTF8') like $1 order by received_at`,
    [`%${ticket}%`],
  );
}

/** Lets nobody write to it until it is released. */
async function holdInbox(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: testApp.database.url });
  await client.connect();
  await client.query('begin; lock table inbound_webhooks in exclusive mode');
  return () => client.end();
}

describe('a webhook', () => {
  it.each(['wrong', 'missing', 'malformed'] as const)(
    'with a %s signature is refused with 401, and nothing is stored',
    async (signature) => {
      const { api, sandbox } = testApp;
      const opened = await api.open();
      const [sent] = await sandbox.tumipay.webhook(ticketOf(opened), { status: 'APPROVED', signature });
      expect(sent).toMatchObject({ httpStatus: 401 });
      expect(await inboxOf(ticketOf(opened))).toEqual([]);
      expect((await api.payin(opened.id)).status).toBe('PENDING');
    },
  );

  it('that is forged with a captured signature does not pay a payin: it only makes us ask', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    const [sent] = await sandbox.tumipay.webhook(ticketOf(opened), { status: 'APPROVED', amountInCents: 5_000_000 });
    expect(sent).toMatchObject({ httpStatus: 200 });
    await until('the forged webhook to be worked on', async () => (await inboxOf(ticketOf(opened)))[0]?.outcome);
    expect(await api.payin(opened.id)).toMatchObject({ status: 'PENDING', amountReceivedInCents: 0, receipts: [] });
  });

  it('does not lose the true payment that a forged one foretold word by word', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.webhook(ticketOf(opened), { status: 'APPROVED', amountInCents: 5_000_000 });
    await until(
      'the forged webhook to be worked on',
      async () => (await inboxOf(ticketOf(opened)))[0]?.outcome === 'not_confirmed',
    );
    await sandbox.tumipay.pay(ticketOf(opened));
    await api.reaches(opened.id, 'APPROVED');
    expect(await api.events(opened.id)).toContainEqual(expect.objectContaining({ to: 'APPROVED', source: 'webhook' }));
  });

  it('that comes twenty times at once has the effect of one', async () => {
    const { api, sandbox, merchant } = testApp;
    const opened = await api.open({ callbackUrl: merchant.url });
    await sandbox.tumipay.pay(ticketOf(opened), { webhook: 'none' });
    const sent = await sandbox.tumipay.webhook(ticketOf(opened), { copies: 20 });
    expect(new Set(sent.map((one) => 'httpStatus' in one && one.httpStatus))).toEqual(new Set([200]));
    const paid = await api.reaches(opened.id, 'APPROVED');
    expect(paid.receipts).toHaveLength(1);
    expect(await inboxOf(ticketOf(opened))).toMatchObject([{ deliveries: 20 }]);
    await merchant.eventOf(opened.id, 'payin.approved');
    const [{ count }] = (await testApp.database.query<{ count: number }>(
      `select count(*)::int from notifications where payin_id = $1 and type = 'payin.approved'`,
      [opened.id],
    )) as [{ count: number }];
    expect(count).toBe(1);
  });

  it('with the old status after the new changes nothing', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.pay(ticketOf(opened));
    await api.reaches(opened.id, 'APPROVED');
    await sandbox.tumipay.webhook(ticketOf(opened), { status: 'PENDING' });
    await sandbox.tumipay.webhook(ticketOf(opened), { status: 'REJECTED' });
    await until('both to be worked on', async () => {
      const inbox = await inboxOf(ticketOf(opened));
      return inbox.length === 3 && inbox.every(({ outcome }) => outcome);
    });
    expect(await api.payin(opened.id)).toMatchObject({ status: 'APPROVED', amountReceivedInCents: 5_000_000 });
  });

  it('about an order that we do not know opens an orphan, once', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open();
    const { reference } = await sandbox.tumipay.order(ticketOf(opened));
    await database.query(
      `update attempts set provider_reference = 'moved' || substr(provider_reference, 6) where payin_id = $1`,
      [opened.id],
    );
    await sandbox.tumipay.pay(ticketOf(opened));
    await until('the webhook to be worked on', async () => (await inboxOf(ticketOf(opened)))[0]?.outcome === 'orphan');
    await sandbox.tumipay.webhook(ticketOf(opened), { status: 'REJECTED' });
    await until(
      'the second one, too',
      async () => (await inboxOf(ticketOf(opened))).filter(({ outcome }) => outcome === 'orphan').length === 2,
    );
    const { body } = await api.call<{ data: { kind: string; payinId: string | null; reference: string }[] }>(
      'GET',
      '/discrepancies?kind=ORPHAN',
    );
    expect(body.data.filter((discrepancy) => discrepancy.reference === reference)).toMatchObject([{ payinId: null }]);
  });

  it.each(['nobody', 'hellopay', 'TUMIPAY', 'constructor'])(
    'for a provider that is not there or not enabled is a 404, and is not kept: %s',
    async (name) => {
      const count = () => testApp.database.query('select count(*) from inbound_webhooks');
      const before = await count();
      expect((await testApp.api.call('POST', `/webhooks/${name}`, {})).status).toBe(404);
      expect(await count()).toEqual(before);
    },
  );

  it('is kept while the provider cannot be asked, and applied when it can', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 2 });
    await sandbox.tumipay.pay(ticketOf(opened));
    await api.reaches(opened.id, 'APPROVED');
  });

  it('that was given up is applied when the provider sends it again', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.pay(ticketOf(opened), { webhook: 'none' });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 } });
    await database.query(`update payins set due_at = now() + interval '1 hour' where id = $1`, [opened.id]);
    await sandbox.tumipay.webhook(ticketOf(opened));
    await until('the first try', async () => (await inboxOf(ticketOf(opened)))[0]?.due_at);
    await database.query(
      `update inbound_webhooks set outcome = 'given_up', due_at = null, attempts = 11 where convert_from(raw_body, 'UTF8') like $1`,
      [`%${ticketOf(opened)}%`],
    );
    await sandbox.tumipay.webhook(ticketOf(opened));
    await api.reaches(opened.id, 'APPROVED');
  });

  it('of which many are made up with one captured signature: few questions, few rows, and no payment lost', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    const ticket = ticketOf(opened);
    const questions = async () =>
      (await sandbox.tumipay.calls('query')).filter(({ url }) => url.endsWith(ticket)).length;
    const before = await questions();
    const startedAt = performance.now();
    const answers: unknown[] = [];
    for (let count = 1; count <= KEPT_PER_ORDER_MAX + 5; count += 1) {
      const [sent] = await sandbox.tumipay.webhook(ticket, { status: 'REJECTED', amountInCents: 100 * count });
      answers.push(sent && 'httpStatus' in sent && sent.httpStatus);
    }
    expect(answers).toEqual([...Array<number>(KEPT_PER_ORDER_MAX).fill(200), ...Array<number>(5).fill(429)]);
    await until('all of them to be worked on', async () => (await inboxOf(ticket)).every(({ outcome }) => outcome));
    expect(await inboxOf(ticket)).toHaveLength(KEPT_PER_ORDER_MAX);
    // Three in a second, and a look or two by the way.
    expect((await questions()) - before).toBeLessThanOrEqual(3 * ((performance.now() - startedAt) / 1_000 + 3));
    // One that is kept already is counted, as ever.
    expect(await sandbox.tumipay.webhook(ticket, { status: 'REJECTED', amountInCents: 100 })).toMatchObject([
      { httpStatus: 200 },
    ]);
    expect((await sandbox.tumipay.pay(ticket)).status).toBe('APPROVED');
    await api.reaches(opened.id, 'APPROVED', 30_000);
  });

  it('is durable before it is acknowledged: what its database has not committed is no success', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open();
    const ticket = ticketOf(opened);
    const statements = () =>
      database.query<{ pid: number }>(
        `select pid from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like '%with webhook as%' and pid <> pg_backend_pid()`,
      );
    const release = await holdInbox();
    let status: number | undefined;
    try {
      const send = async () => {
        const [sent] = await sandbox.tumipay.webhook(ticket, { status: 'APPROVED' });
        status = sent && 'httpStatus' in sent ? sent.httpStatus : 0;
      };
      const sent = send();
      await until('its statement to wait', async () => (await statements()).length > 0);
      expect(status).toBeUndefined();
      await until('its connections to be cut', async () => {
        for (const { pid } of await statements()) await database.query('select pg_terminate_backend($1)', [pid]);
        return status !== undefined;
      });
      await sent;
    } finally {
      await release();
    }
    expect(status).toBe(503);
    expect(await inboxOf(ticket)).toEqual([]);
    expect(await sandbox.tumipay.webhook(ticket, { status: 'APPROVED' })).toMatchObject([{ httpStatus: 200 }]);
    expect(await inboxOf(ticket)).toHaveLength(1);
  });

  it('that is verified but cannot be read is kept, and wakes nobody again', async () => {
    const { api, sandbox } = testApp;
    const opened = await api.open();
    const { id: ticket, reference } = await sandbox.tumipay.order(ticketOf(opened));
    const [sent] = await sandbox.tumipay.webhook(ticket, { body: { top_ticket: ticket, top_reference: reference } });
    expect(sent).toMatchObject({ httpStatus: 200 });
    await until('it to be worked on', async () => (await inboxOf(ticket))[0]?.outcome === 'unreadable');
    expect(await inboxOf(ticket)).toMatchObject([{ due_at: null }]);
  });
});
