import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '@recaudo/sandbox';
import { OpenAttempt } from '../../src/payins/use-cases/open-attempt.service.js';
import { newReference, payinRequest, ticketOf } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp({ RAIL_POLICY_PSE: '{"pollSeconds":[1]}' });
});

afterEach(() => testApp.sandbox.tumipay.clearFaults());
afterAll(() => testApp?.close());

/** The provider takes the order, and its answer never reaches us in a form that says so. */
const LOST_REPLIES: [string, Fault][] = [
  ['the connection is reset after the order was taken', { kind: 'lose_reply' }],
  ['the provider answers 500 after taking it', { kind: 'status', status: 500, executed: true }],
  [
    'the provider answers 503 with HTML after taking it',
    { kind: 'status', status: 503, body: '<html>busy</html>', executed: true },
  ],
  ['the provider answers garbage after taking it', { kind: 'garbage', body: '{"code":"01","sta', executed: true }],
  [
    'the provider answers 200 without a page or a key',
    { kind: 'status', status: 200, body: '{"code":"01","status":"SUCCESS","data":{}}', executed: true },
  ],
  [
    'the provider says 409 after taking it',
    {
      kind: 'status',
      status: 409,
      body: '{"code":"00","status":"ERROR","error":"REFERENCE_DUPLICATED"}',
      executed: true,
    },
  ],
];

describe('a create whose reply is lost', () => {
  it.each(LOST_REPLIES)('answers 201 CREATED and adopts the order when %s', async (_, fault) => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault });
    const request = payinRequest();

    const first = await api.call<{ id: string; status: string }>('POST', '/payins', request);
    expect(first).toMatchObject({ status: 201, body: { status: 'CREATED' } });
    const again = await api.call<{ id: string; status: string }>('POST', '/payins', request);
    expect(again).toMatchObject({ status: 200, body: { id: first.body.id } });

    await api.reaches(first.body.id, 'PENDING');
    const [attempt] = await attemptsOf(first.body.id);
    expect(attempt).toMatchObject({ state: 'open', external_id: expect.any(String) });
    expect(await sandbox.tumipay.orders(attempt!.provider_reference)).toHaveLength(1);
    await sandbox.tumipay.pay(attempt!.provider_reference);
    await api.reaches(first.body.id, 'APPROVED');
    expect(await attemptsOf(first.body.id)).toHaveLength(1);
  });

  it('opens a second attempt only after a definite "no such order"', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'reset' } });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 }, times: 2 });
    const { body } = await api.create();
    expect(body.status).toBe('CREATED');
    await until('a definite answer that came too early to count', async () => {
      const calls = await sandbox.tumipay.calls('query');
      return calls.some(({ url, responseStatus }) => url.endsWith(referenceOf(calls)) && responseStatus === 404);
    });
    expect(await attemptsOf(body.id)).toMatchObject([{ state: 'unknown' }]);
    await longAgo(body.id);
    await api.reaches(body.id, 'PENDING');
    const attempts = await attemptsOf(body.id);
    expect(attempts.map(({ state }) => state)).toEqual(['not_executed', 'open']);
    expect(await sandbox.tumipay.orders(attempts[0]!.provider_reference)).toEqual([]);
    expect(await sandbox.tumipay.orders(attempts[1]!.provider_reference)).toHaveLength(1);
    expect((await api.events(body.id)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['attempt.unknown', 'attempt.not_executed', 'attempt.opened']),
    );
    // The second one has a page for the payer.
    expect(ticketOf(await api.payin(body.id))).toEqual(expect.any(String));
  });
});

describe('a create that the provider refuses', () => {
  it('becomes FAILED with the provider’s code, and keeps its reference', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({
      operation: 'create',
      fault: {
        kind: 'status',
        status: 400,
        body: '{"code":"00","status":"ERROR","message":"no","error":"AMOUNT_TOO_LOW"}',
      },
    });
    const reference = newReference();
    const { status, body } = await api.create({ reference });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'FAILED', errorCode: 'AMOUNT_TOO_LOW', instructions: null });
    expect((await api.create({ reference })).body.id).toBe(body.id);
  });
});

describe('a provider that is away for a moment', () => {
  const BUSY = {
    kind: 'status' as const,
    status: 429,
    headers: { 'retry-after': '1' },
    body: '{"code":"00","status":"ERROR","error":"BUSY"}',
  };

  it('is tried again, each try with a reference of its own', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: BUSY });
    const { status, body } = await api.create();
    expect({ status, payin: body.status }).toEqual({ status: 201, payin: 'PENDING' });
    const attempts = await attemptsOf(body.id);
    expect(attempts.map(({ state }) => state)).toEqual(['not_executed', 'open']);
    expect(new Set(attempts.map(({ provider_reference: reference }) => reference)).size).toBe(2);
  });

  it('is not tried for ever: the payin becomes FAILED, with the reason', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: BUSY, times: 1_000 });
    const { body } = await api.create();
    expect(body).toMatchObject({ status: 'CREATED', errorCode: 'BUSY' });
    await until('the last try', async () => {
      // While a call is under way no time passes: it would be taken for one that was lost.
      const isUnderWay = (await attemptsOf(body.id)).some(({ state }) => state === 'opening');
      if (!isUnderWay) await timePasses(testApp.database, 20);
      return (await api.payin(body.id)).status === 'FAILED';
    });
    expect(await api.payin(body.id)).toMatchObject({ status: 'FAILED', errorCode: 'BUSY' });
    expect(await attemptsOf(body.id)).toHaveLength(8);
  });
});

describe('a provider that cannot say', () => {
  it('never makes a payin end: it is asked again until it can', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open();
    await sandbox.tumipay.pay(ticketOf(opened), { webhook: 'none' });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 502 }, times: 2 });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'garbage' } });
    await database.query(`update payins set expires_at = now(), due_at = now() where id = $1`, [opened.id]);
    await api.reaches(opened.id, 'APPROVED');
    expect((await api.events(opened.id)).filter(({ to }) => to).map(({ to }) => to)).toEqual([
      'CREATED',
      'PENDING',
      'APPROVED',
    ]);
  });
});

describe('an order that turns up after the provider had denied it', () => {
  const NOT_FOUND_AT_PROVIDER = {
    kind: 'status' as const,
    status: 404,
    body: '{"code":"00","status":"ERROR","error":"TRANSACTION_NOT_FOUND"}',
  };

  it('is paid all the same, and shown to a person', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    await sandbox.tumipay.fault({ operation: 'query', fault: NOT_FOUND_AT_PROVIDER, times: 1_000 });
    const { body } = await api.create();
    await longAgo(body.id);
    const notFoundAtProvider = await until('the denial to count', async () =>
      (await attemptsOf(body.id)).find(({ state }) => state === 'not_executed'),
    );
    await sandbox.tumipay.clearFaults();
    await api.reaches(body.id, 'PENDING');
    await sandbox.tumipay.pay(notFoundAtProvider.provider_reference);
    expect(await api.reaches(body.id, 'APPROVED')).toMatchObject({ amountReceivedInCents: 5_000_000 });
    expect((await api.discrepancies(body.id)).map(({ kind }) => kind)).toEqual(['STATUS_CONFLICT']);
  });

  it('is not called for a second time by a process that had stalled before its first call', async () => {
    const { api, sandbox, service } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'reset' } });
    const { body } = await api.create();
    const [stalled] = await attemptsOf(body.id);
    await testApp.database.query(`update attempts set state = 'opening' where id = $1`, [stalled!.id]);
    await longAgo(body.id);
    const attempt = { id: stalled!.id, provider: 'tumipay', providerReference: stalled!.provider_reference };
    await service.app.get(OpenAttempt, { strict: false }).execute(body.organizationId, body.id, attempt);
    expect(await sandbox.tumipay.orders(stalled!.provider_reference)).toEqual([]);
  });
});

describe('a webhook whose worker has died', () => {
  it('is waited for when an answer only repeats what was asked: its amount counts', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    await database.query(`alter table inbound_webhooks alter due_at set default now() + interval '1 hour'`);
    try {
      await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 1_000_000 });
      const checksAgain = async (change: string) => {
        const checks = `select checks from payins where id = '${opened.id}'`;
        const [before] = await database.query<{ checks: number }>(checks);
        await database.query(`update payins set due_at = now() ${change} where id = $1`, [opened.id]);
        await until(
          'a look',
          async () => ((await database.query<{ checks: number }>(checks))[0]?.checks ?? 0) > (before?.checks ?? 0),
        );
      };
      await checksAgain('');
      await checksAgain(`, unconfirmed_paid_since = unconfirmed_paid_since - interval '1 minute'`);
      expect(await api.payin(opened.id)).toMatchObject({ status: 'PENDING', receipts: [] });
      await database.query(`update inbound_webhooks set due_at = now() where due_at is not null`);
      expect(await api.reaches(opened.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 1_000_000 });
    } finally {
      await database.query('alter table inbound_webhooks alter due_at set default now()');
    }
  });
});

describe('a webhook whose provider cannot be asked', () => {
  it('has told its amount when a later answer only repeats what was asked', async () => {
    const { api, sandbox, database } = testApp;
    const opened = await api.open({ rail: 'BRE_B' });
    await sandbox.tumipay.fault({ operation: 'query', fault: { kind: 'status', status: 503 } });
    await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 1_000_000, webhook: 'none' });
    await sandbox.tumipay.webhook(ticketOf(opened));
    await until('the hint to be kept', async () =>
      (await api.events(opened.id)).some(({ data }) => data['trust'] === 'hint'),
    );
    // Only the poll is left to find out.
    await database.query(
      `update inbound_webhooks set due_at = now() + interval '1 hour' where convert_from(raw_body, 'UTF8') like $1`,
      [`%${ticketOf(opened)}%`],
    );
    await database.query('update payins set due_at = now() where id = $1', [opened.id]);
    expect(await api.reaches(opened.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 1_000_000 });
  });
});

/** Moves a create so far back that its call cannot be under way any more. */
async function longAgo(payinId: string): Promise<void> {
  await testApp.database.query(
    `update attempts set started_at = started_at - interval '1 minute' where payin_id = $1`,
    [payinId],
  );
  await testApp.database.query('update payins set due_at = now() where id = $1', [payinId]);
}

/** The reference that the last question was about. */
function referenceOf(calls: { url: string }[]): string {
  return calls.at(-1)?.url.split('/').at(-1) ?? '';
}

interface AttemptRow {
  id: string;
  state: string;
  external_id: string | null;
  provider_reference: string;
}

function attemptsOf(payinId: string): Promise<AttemptRow[]> {
  return testApp.database.query<AttemptRow>(
    'select id, state, external_id, provider_reference from attempts where payin_id = $1 order by started_at, id',
    [payinId],
  );
}

describe('two identical creates at the same instant', () => {
  it('open one order, and both answers carry it', async () => {
    const { api, sandbox } = testApp;
    await sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 300 } });
    const request = payinRequest();
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.call<{ id: string; instructions: object }>('POST', '/payins', request)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const [attempt] = await until('the attempt', () => attemptsOf(answers[0]!.body.id));
    expect(await sandbox.tumipay.orders(attempt!.provider_reference)).toHaveLength(1);
  });
});
