import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Recaudo, RecaudoProblem, verifyWebhook } from '@recaudo/sdk';
import openapiTS, { astToString } from 'openapi-typescript';
import { build } from 'vite';
import { PROBLEMS } from '../../../src/http/problem.js';
import { EVENT_TYPES } from '../../../src/payins/domain/history.js';
import { newReference, payinRequest, ticketOf } from '../../support/api-client.js';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { startLossyProxy } from '../../support/lossy-proxy.js';
import { API_KEY, NOTIFICATION_SECRET, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

type CreatePayin = Parameters<Recaudo['payins']['create']>[0];

const KIB = 1024;
const SCRIPT_MAX = 15 * KIB;

let testApp: TestApp;
let recaudo: Recaudo;

beforeAll(async () => {
  testApp = await startTestApp();
  recaudo = new Recaudo({ apiKey: API_KEY, baseUrl: testApp.url });
});

afterAll(async () => {
  await testApp?.close();
});

const order = (changes: Partial<CreatePayin> = {}) => ({ ...payinRequest(), ...changes }) as CreatePayin;
const all = async <Row>(rows: AsyncIterable<Row>) => {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
};

/** Minified into one script, as a bundler of a merchant would. */
async function bundle(external: string[]): Promise<{ code: string; imports: string[] }> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: 'libs/sdk/index.ts', external, preserveEntrySignatures: 'strict' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error('nothing was built');
  const [script, ...others] = output.output;
  expect(others).toEqual([]);
  return script;
}

describe('the SDK', () => {
  it('knows the API as it is: else run `npm run sdk:types`', async () => {
    const description = (await testApp.api.call('GET', '/openapi.json')).body as object;
    const types = await openapiTS(description as Parameters<typeof openapiTS>[0], { defaultNonNullable: false });
    // Without what is said about them: only a changed answer is of matter.
    const plain = (text: string) =>
      text.slice(text.indexOf('export interface paths')).replaceAll(/\/\*\*[^]*?\*\/\s*/g, '');
    expect(plain(readFileSync('libs/sdk/src/schema.ts', 'utf8'))).toBe(plain(astToString(types)));
  });

  it('is of the version that the service is of', () => {
    const versionOf = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
    expect(versionOf('libs/sdk/package.json')).toBe(versionOf('package.json'));
  });

  it('is 15 KiB of minified script at most, and with what it needs 15 KiB compressed', async () => {
    const own = await bundle(['standardwebhooks']);
    expect(own.imports).toEqual(['standardwebhooks']);
    expect(own.code.length).toBeGreaterThan(5 * KIB);
    expect(Buffer.byteLength(own.code)).toBeLessThanOrEqual(SCRIPT_MAX);
    const whole = await bundle([]);
    expect(whole.imports).toEqual([]);
    expect(whole.code).not.toMatch(/\bnode:|\bprocess\b|\brequire\(["']/);
    expect(gzipSync(whole.code).length).toBeGreaterThan(gzipSync(own.code).length);
    expect(gzipSync(whole.code).length).toBeLessThanOrEqual(SCRIPT_MAX);
  });

  it('creates a payin that is paid, and reads its event and its story', async () => {
    const { sandbox, merchant } = testApp;
    const wanted = order({ callbackUrl: merchant.url });
    const payin = await recaudo.payins.create(wanted);
    expect(payin).toMatchObject({ status: 'PENDING', reference: wanted.reference, amountInCents: 5_000_000 });
    expect((await recaudo.payins.create(wanted)).id).toBe(payin.id);

    await sandbox.tumipay.pay(ticketOf(payin as PresentedPayin));

    const { raw, headers } = await merchant.eventOf(payin.id, 'payin.approved');
    const event = verifyWebhook(raw, headers, [`whsec_${Buffer.alloc(32, 1).toString('base64')}`, NOTIFICATION_SECRET]);
    expect(event).toMatchObject({ id: headers['webhook-id'], type: 'payin.approved', data: { id: payin.id } });
    expect(await recaudo.payins.get(payin.id)).toMatchObject({ status: 'APPROVED', amountReceivedInCents: 5_000_000 });
    expect((await recaudo.payins.explain(payin.id)).en.join(' ')).toMatch(/paid/);
    expect((await recaudo.payins.events(payin.id)).map(({ type }) => type)).toContain('payin.approved');
    expect((await recaudo.payins.ledgerEntries(payin.id)).length).toBeGreaterThan(0);
    await expect(recaudo.payins.cancel(payin.id)).rejects.toMatchObject({ code: 'TRANSITION_FORBIDDEN', status: 409 });
  });

  it('reads lists to their end, whatever the size of their pages', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => recaudo.payins.create(order({ rail: 'BRE_B' }))));
    const wanted = new Set(made.map(({ id }) => id));
    const listed = await all(recaudo.payins.list({ status: 'PENDING', rail: 'BRE_B', limit: 2 }));
    expect(listed.filter(({ id }) => wanted.has(id))).toHaveLength(5);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    const found = await all(recaudo.payins.search({ text: made[0]!.reference, limit: 1 }));
    expect(found.map(({ id }) => id)).toEqual([made[0]!.id]);
  });

  it('has the rest of the calls', async () => {
    const payin = await recaudo.payins.create(order());
    expect((await recaudo.payins.refresh(payin.id)).status).toBe('PENDING');
    expect((await recaudo.payins.cancel(payin.id)).status).toBe('CANCELED');
    expect((await recaudo.payins.cancel(payin.id)).status).toBe('CANCELED');
    await expect(recaudo.payins.accept(payin.id)).rejects.toMatchObject({ code: 'TRANSITION_FORBIDDEN' });

    expect((await recaudo.rails.list()).map(({ rail }) => rail)).toContain('PSE');
    expect((await recaudo.banks.list())[0]).toMatchObject({ code: expect.any(String), name: expect.any(String) });
    expect(await all(recaudo.discrepancies.list({ status: 'OPEN', payinId: payin.id }))).toEqual([]);

    const link = await recaudo.paymentLinks.create({
      reference: newReference(),
      title: 'Curso',
      amountInCents: 100_000,
    });
    expect(await recaudo.paymentLinks.get(link.id)).toEqual(link);
    expect((await all(recaudo.paymentLinks.list({ limit: 1 }))).map(({ id }) => id)).toContain(link.id);
    expect((await recaudo.paymentLinks.update(link.id, { status: 'DISABLED' })).status).toBe('DISABLED');
    expect(await all(recaudo.paymentLinks.payins(link.id))).toEqual([]);

    const endpoint = await recaudo.webhookEndpoints.create({ url: testApp.merchant.url });
    expect((await recaudo.webhookEndpoints.update(endpoint.id, { description: 'mine' })).description).toBe('mine');
    expect(await recaudo.webhookEndpoints.get(endpoint.id)).toMatchObject({ id: endpoint.id });
    expect((await recaudo.webhookEndpoints.rotateSecret(endpoint.id)).secret).not.toBe(endpoint.secret);
    const { notificationId } = await recaudo.webhookEndpoints.test(endpoint.id);
    await until(
      'the test to be delivered',
      async () => (await recaudo.notifications.get(notificationId)).attemptCount > 0,
    );
    expect((await all(recaudo.notifications.list({ endpointId: endpoint.id }))).map(({ id }) => id)).toContain(
      notificationId,
    );
    await recaudo.notifications.resend(notificationId);
    const day = new Date().toISOString().slice(0, 10);
    expect(await recaudo.notifications.resendAll({ from: day, to: day, endpointId: endpoint.id })).toHaveProperty(
      'resent',
    );
    expect((await all(recaudo.webhookEndpoints.list())).map(({ id }) => id)).toContain(endpoint.id);
    await recaudo.webhookEndpoints.delete(endpoint.id);
    await expect(recaudo.webhookEndpoints.get(endpoint.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect(await recaudo.request('get', '/ledger/balances', {})).toHaveProperty('accounts');
  });

  it('lists events in order, and follows those that come', async () => {
    const aborter = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      for await (const event of recaudo.events.follow({ after: 'now' }, { signal: aborter.signal }))
        if ('reference' in event.data) followed.push(`${event.type} ${event.data.reference}`);
    })().catch((reason: unknown) => reason);
    await until('it to follow', async () => {
      const { reference } = await recaudo.payins.create(order());
      return followed.includes(`payin.created ${reference}`);
    });
    const { id, reference } = await recaudo.payins.create(order());
    await recaudo.payins.cancel(id);
    await until('it to be followed', () => followed.includes(`payin.canceled ${reference}`));
    aborter.abort('enough');
    expect(await following).toBe('enough');
    const mine = (await all(recaudo.events.list({ limit: 3 }))).filter(({ data }) => 'id' in data && data.id === id);
    expect(mine.map(({ type }) => type)).toEqual(['payin.created', 'payin.pending', 'payin.canceled']);
    const approved = await all(recaudo.events.list({ types: ['payin.canceled', 'refund.paid'] }));
    expect(new Set(approved.map(({ type }) => type))).toEqual(new Set(['payin.canceled']));
  });

  it('refunds, and settles what is not as it should be', async () => {
    const { sandbox, api } = testApp;
    const pay = async (amountInCents: number) => {
      const payin = await recaudo.payins.create(order({ rail: 'BRE_B' }));
      await sandbox.tumipay.pay(ticketOf(payin as PresentedPayin), { amountInCents, webhook: 'twice' });
      return payin;
    };
    const over = await pay(7_000_000);
    await api.reaches(over.id, 'APPROVED');
    const to = { type: 'BRE_B_KEY', key: '@maria' } as const;
    const wanted = { amountInCents: 100_000, reason: 'OTHER', reference: 'R-1', to } as const;
    const refund = await recaudo.refunds.request(over.id, wanted);
    expect((await recaudo.refunds.request(over.id, wanted)).id).toBe(refund.id);
    expect((await recaudo.refunds.get(refund.id)).status).toBe('REQUESTED');
    expect((await all(recaudo.refunds.list({ payinId: over.id }))).map(({ id }) => id)).toEqual([refund.id]);
    expect((await recaudo.refunds.cancel(refund.id)).status).toBe('CANCELED');
    await expect(recaudo.refunds.approve(refund.id)).rejects.toMatchObject({ code: 'REFUND_FORBIDDEN' });
    await expect(recaudo.refunds.pay(refund.id, { evidence: 'x' })).rejects.toMatchObject({ code: 'REFUND_FORBIDDEN' });

    const [discrepancy] = await all(recaudo.discrepancies.list({ payinId: over.id, kind: 'OVERPAID' }));
    expect(await recaudo.discrepancies.get(discrepancy!.id)).toMatchObject({ kind: 'OVERPAID', status: 'OPEN' });
    await expect(recaudo.discrepancies.approve(discrepancy!.id)).rejects.toMatchObject({ code: 'NOTHING_PROPOSED' });
    await expect(recaudo.discrepancies.reject(discrepancy!.id, { note: 'no' })).rejects.toMatchObject({
      code: 'NOTHING_PROPOSED',
    });
    const resolution = { reason: 'ACCEPTED', note: 'a tip' } as const;
    expect((await recaudo.discrepancies.resolve(discrepancy!.id, resolution)).status).toBe('RESOLVED');
    expect((await recaudo.discrepancies.resolve(discrepancy!.id, resolution)).status).toBe('RESOLVED');

    const short = await pay(3_000_000);
    await api.reaches(short.id, 'UNDERPAID');
    expect((await recaudo.payins.accept(short.id)).status).toBe('APPROVED');
  });

  it('names every code and every event of the service', () => {
    const codes: Record<RecaudoProblem['code'], true> = {
      ...(Object.fromEntries(Object.keys(PROBLEMS).map((code) => [code, true])) as Record<keyof typeof PROBLEMS, true>),
      UNKNOWN: true,
    };
    expect(Object.keys(codes).length).toBeGreaterThan(40);
    const types: readonly ReturnType<typeof verifyWebhook>['type'][] = EVENT_TYPES;
    expect(types.length).toBeGreaterThan(10);
  });

  it('says which field is wrong', async () => {
    const error: unknown = await recaudo.payins.create(order({ amountInCents: 50 })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RecaudoProblem);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ field: 'amountInCents' }] });
    await expect(new Recaudo({ apiKey: 'wrong', baseUrl: testApp.url }).rails.list()).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      requestId: expect.any(String),
    });
  });
});

describe('between the SDK and the service', () => {
  it('lost replies make no second payin, and no second order at the provider', async () => {
    const proxy = await startLossyProxy(testApp.url);
    try {
      proxy.loseReplies(2);
      const wanted = order();
      const payin = await new Recaudo({ apiKey: API_KEY, baseUrl: proxy.url }).payins.create(wanted);
      expect([proxy.forwarded(), proxy.lost()]).toEqual([3, 2]);
      expect(payin).toMatchObject({ reference: wanted.reference, status: 'PENDING' });
      expect((await all(recaudo.payins.list({ reference: wanted.reference }))).map(({ id }) => id)).toEqual([payin.id]);
      expect((await recaudo.payins.get(payin.id)).attempts).toHaveLength(1);
    } finally {
      await proxy.close();
    }
  });
});
