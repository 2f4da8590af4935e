import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Call, type ContractSink, issueDropIn, type Issued, startContractSink } from '../../support/drop-in.js';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { newReference, payinRequest } from '../../support/api-client.js';
import { providerSide } from '../../support/provider-side.js';
import { secondOrganization } from '../../support/second-organization.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

type Fields = Record<string, unknown>;

/** What is read of answers and examples; everything else is compared as it is. */
interface Answer extends Fields {
  id: string;
  status: string;
  amount: number;
  confirmedAmountInCents: number | null;
  sourceData: Fields;
  data: (Fields & { id: string })[];
  pageInfo: { hasNext: boolean; hasPrevious: boolean; nextCursor: string | null; previousCursor: string | null };
}

interface Asked extends Fields {
  reference: string;
  amountInCents: number;
  inlineCustomer?: Fields;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let app: TestApp;
let organizationId: string;
let sink: ContractSink;
/** With amounts in pesos, as the newest schema shows them. */
let newest: Issued;
/** With amounts in cents, as seed 003 shows them. */
let seed: Issued;

beforeAll(async () => {
  const first = 'hellopay,tumipay';
  app = await startTestApp({ DROP_IN: 'hellopay,tumipay', PROVIDERS: first, ROUTING_BRE_B: first, ROUTING_PSE: first });
  sink = await startContractSink();
  newest = await issueDropIn(app, 'hellopay', { webhookUrl: sink.url });
  seed = await issueDropIn(app, 'hellopay', { webhookUrl: sink.url, amountUnit: 'cents' });
  organizationId = (await app.api.open()).organizationId;
});
afterEach(() => {
  sink.received.length = 0;
  sink.answers(200);
});
afterAll(async () => {
  await app?.close();
  await sink?.close();
});

async function fixture<T = Answer>(name: string): Promise<T> {
  return JSON.parse(await readFile(`libs/providers/hellopay/fixtures/${name}.json`, 'utf8')) as T;
}

async function call(
  { baseUrl, apiKey = '' }: Issued,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: { 'x-api-key': apiKey, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function request(name: string, changes: Fields = {}): Promise<Asked> {
  return { ...(await fixture<Asked>(name)), reference: newReference(), ...changes };
}

async function created(name = 'breb-single-use-request', by = newest): Promise<{ asked: Asked; body: Answer }> {
  const asked = await request(name);
  const { status, body } = await call(by, 'POST', '/payins', asked);
  expect(status).toBe(201);
  return { asked, body };
}

async function shown(id: string, by = newest): Promise<Answer> {
  const { status, body } = await call(by, 'GET', `/payins/${id}`);
  expect(status).toBe(200);
  return body;
}

/** The payin behind a reference, as our own API shows it. */
async function payinOf(reference: string): Promise<PresentedPayin> {
  const { body } = await app.api.call<{ data: PresentedPayin[] }>('GET', `/payins?reference=${reference}`);
  return body.data[0]!;
}

async function sideOf(reference: string) {
  return providerSide(app, await payinOf(reference), 'hellopay');
}

async function pay(reference: string, amountInCents?: number): Promise<void> {
  const { control, order } = await sideOf(reference);
  await control.pay(order.id, { ...(amountInCents !== undefined && { amountInCents }) });
}

function webhooksOf(id: string, event: string): Call[] {
  return sink.received.filter(({ body }) => body['event'] === event && (body['data'] as Fields)['id'] === id);
}

function webhookOf(id: string, event: string): Promise<Call> {
  return until(`the webhook ${event}`, () => webhooksOf(id, event)[0]);
}

/** An example with what differs from payin to payin. */
function like(example: Answer, { reference }: Asked, changes: Fields): Fields {
  const varying = { id: expect.stringMatching(UUID), createdAt: expect.stringMatching(TIME) };
  return { ...example, ...varying, updatedAt: expect.stringMatching(TIME), organizationId, reference, ...changes };
}

describe('the examples', () => {
  it('seed 003: every member of the answer', async () => {
    const asked = await request('seed003-create-request', { breb: { keyType: 'SINGLE_USE' } });
    const { status, body } = await call(seed, 'POST', '/payins', asked);
    const { key } = (await payinOf(asked.reference)).instructions as { key: string };
    const example = await fixture('seed003-create-reply');
    expect(status).toBe(201);
    // The example has the times of a result and of a chargeback on a payin that is pending.
    const changes = { inlineCustomer: null, resultAt: null, chargebackAt: null };
    expect(body).toMatchObject(like(example, asked, { ...changes, sourceData: { keyString: key } }));
    expect(key).toMatch(/^@/);
    expect(body).toMatchObject({ amount: 100_000, amountInCents: 100_000 });
  });

  it.each(['breb-single-use', 'breb-qr'])('%s: every member of the answer, and of the query after it', async (name) => {
    const asked = await request(`${name}-request`);
    const example = await fixture(`${name}-reply`);
    const { status, body } = await call(newest, 'POST', '/payins', asked);
    expect([status, body.status]).toEqual([201, 'PENDING']);
    const later = await shown(body.id);
    const { keyType } = example.sourceData;
    const sourceData = {
      keyType,
      keyString: expect.stringMatching(/^@/),
      checkoutUrl: expect.stringMatching(/^http/),
      ...(keyType === 'QR_CODE' && { qrString: expect.stringMatching(/^data:image\/png;base64,/) }),
    };
    expect(later).toMatchObject(like(example, asked, { sourceData }));
    expect(later.sourceData).toEqual(sourceData);
    expect(await (await fetch(String(later.sourceData['checkoutUrl']))).text()).toContain('Valor a pagar');
  });

  it('pse: every member of the answer, the bank by its ACH code', async () => {
    const asked = await request('pse-request');
    const { body } = await call(seed, 'POST', '/payins', asked);
    const payin = await payinOf(asked.reference);
    const { url } = payin.instructions as { url: string };
    const sourceData = { pseUrl: url, bank: 'CO_BANCOLOMBIA', personType: 'INDIVIDUAL' };
    expect(await shown(body.id, seed)).toMatchObject(like(await fixture('pse-reply'), asked, { sourceData }));
    const { body: webhook } = await webhookOf(body.id, 'payin.processing');
    // As the documents say, the page's address may come later: it is asked for.
    const { pseUrl: _later, ...method } = sourceData;
    expect(webhook['data']).toMatchObject({ rail: 'PSE', sourceData: method });
    expect(payin).toMatchObject({ redirectUrl: asked['callbackUrl'], rail: 'PSE' });
  });

  it('nequi: every member of the answer', async () => {
    const asked = await request('nequi-request');
    const { body } = await call(newest, 'POST', '/payins', asked);
    const example = await fixture('nequi-reply');
    expect(body).toMatchObject(like(example, asked, {}));
    expect(body.sourceData).toEqual(example.sourceData);
  });

  it('list: the members of the example, and its cursor', async () => {
    const { body: first } = await created();
    await created();
    const { status, body } = await call(newest, 'GET', '/payins?pageSize=1');
    const example = await fixture('list-reply');
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(Object.keys(example));
    expect(Object.keys(body.data[0]!)).toEqual(Object.keys(example.data[0]!));
    expect(Object.keys(body.pageInfo)).toEqual(Object.keys(example.pageInfo));
    expect(body.pageInfo).toMatchObject({ hasNext: true, hasPrevious: false, previousCursor: null });
    const cursorIn = (answer: Answer) => JSON.parse(atob(answer.pageInfo.nextCursor!)) as Fields;
    expect(Object.keys(cursorIn(body))).toEqual(Object.keys(cursorIn(example)));
    expect(cursorIn(body)['id']).toBe(body.data[0]!.id);
    const next = await call(newest, 'GET', `/payins?pageSize=1&cursor=${body.pageInfo.nextCursor}`);
    expect(next.body.data.map(({ id }) => id)).toEqual([first.id]);
  });

  it('webhook: the envelope, its twelve members and the static header', async () => {
    const { asked, body } = await created();
    await pay(asked.reference);
    const { headers, body: webhook } = await webhookOf(body.id, 'payin.confirmed');
    const example = await fixture<Fields & { data: Fields }>('webhook');
    expect(Object.keys(webhook)).toEqual(Object.keys(example));
    expect(Object.keys(webhook['data'] as Fields)).toEqual(Object.keys(example.data));
    const { id, sourceData, status } = await shown(body.id);
    expect(webhook).toMatchObject({
      event: 'payin.confirmed',
      resource: 'payin',
      data: { id, reference: asked.reference, amount: 100, status, sourceData, errorCode: null, organizationId },
    });
    expect((webhook['data'] as Fields)['resultAt']).toMatch(TIME);
    expect(headers[newest['webhookHeader']!.toLowerCase()]).toBe(newest['webhookSecret']);
    expect(headers['content-type']).toBe('application/json');
  });
});

describe('a payment', () => {
  it('is CONFIRMED with what came, after it was said to be PROCESSING', async () => {
    const { asked, body } = await created();
    expect((await webhookOf(body.id, 'payin.processing')).body).toMatchObject({
      data: { status: 'PROCESSING', resultAt: null, sourceData: { keyString: body.sourceData['keyString'] } },
    });
    expect(await shown(body.id)).toMatchObject({ status: 'PROCESSING', confirmedAmountInCents: null, resultAt: null });
    await pay(asked.reference);
    await webhookOf(body.id, 'payin.confirmed');
    expect(await shown(body.id)).toMatchObject({
      status: 'CONFIRMED',
      settlementStatus: 'PENDING_SETTLEMENT',
      confirmedAmount: 100,
      confirmedAmountInCents: 10_000,
      resultAt: expect.stringMatching(TIME),
    });
  });

  it.each([
    ['less', 4_000, 'UNDERPAID'],
    ['more', 25_000, 'OVERPAID'],
  ])('of %s than was asked for is CONFIRMED with what came', async (_what, amountInCents, amountStatus) => {
    const { asked, body } = await created();
    await pay(asked.reference, amountInCents);
    const { body: webhook } = await webhookOf(body.id, 'payin.confirmed');
    expect(webhook['data']).toMatchObject({ amount: 100, status: 'CONFIRMED' });
    expect(await shown(body.id)).toMatchObject({
      status: 'CONFIRMED',
      amount: 100,
      amountInCents: 10_000,
      confirmedAmount: amountInCents / 100,
      confirmedAmountInCents: amountInCents,
    });
    expect(await payinOf(asked.reference)).toMatchObject({ amountStatus, amountReceivedInCents: amountInCents });
  });

  it('that was reversed stays CONFIRMED, has the time of it and no webhook', async () => {
    const { asked, body } = await created();
    await pay(asked.reference);
    await webhookOf(body.id, 'payin.confirmed');
    const { control, order } = await sideOf(asked.reference);
    await control.reverse(order.id);
    await app.api.call('POST', `/payins/${body.id}/refresh`);
    await until('the reversal', async () => (await payinOf(asked.reference)).status === 'REVERSED');
    const reversed = await shown(body.id);
    expect(reversed).toMatchObject({ status: 'CONFIRMED', confirmedAmountInCents: 10_000 });
    expect(Date.parse(String(reversed['chargebackAt']))).toBeGreaterThan(Date.parse(String(reversed['createdAt'])));
    const { body: sent } = await app.api.call<{ data: { type: string }[] }>('GET', `/notifications?payinId=${body.id}`);
    expect(sent.data.map(({ type }) => type)).not.toContain('payin.reversed');
    expect(webhooksOf(body.id, 'payin.confirmed')).toHaveLength(1);
  });

  it.each([
    ['reject', 'payin.declined', 'DECLINED'],
    ['cancel', 'payin.canceled', 'CANCELED'],
  ] as const)(
    'that is ended by a %s is told as %s, and late money is CONFIRMED after it',
    async (move, event, status) => {
      const { asked, body } = await created();
      const { control, order } = await sideOf(asked.reference);
      await control.move(order.id, move);
      const { body: webhook } = await webhookOf(body.id, event);
      const ended = await shown(body.id);
      expect(ended).toMatchObject({ status, confirmedAmountInCents: null, settlementStatus: null });
      expect(webhook['data']).toMatchObject({ status, errorCode: ended['errorCode'], resultAt: ended['resultAt'] });
      if (status === 'DECLINED') expect(ended['errorCode']).toEqual(expect.any(String));
      await control.pay(order.id);
      await webhookOf(body.id, 'payin.confirmed');
      expect(await shown(body.id)).toMatchObject({ status: 'CONFIRMED', confirmedAmountInCents: 10_000 });
    },
  );

  it('is told again until any 2xx, the second time within a minute', async () => {
    const { asked, body } = await created();
    // That of its opening is another one.
    await webhookOf(body.id, 'payin.processing');
    sink.answers(302);
    await pay(asked.reference);
    await webhookOf(body.id, 'payin.confirmed');
    sink.answers(204);
    await until('the second attempt', () => webhooksOf(body.id, 'payin.confirmed').length >= 2, 60_000);
    const delivered = async () => {
      const { body: sent } = await app.api.call<{ data: { type: string; status: string }[] }>(
        'GET',
        `/notifications?payinId=${body.id}`,
      );
      return sent.data.every((notification) => notification.status === 'DELIVERED');
    };
    await until('the acknowledgement', delivered);
    expect(webhooksOf(body.id, 'payin.confirmed')).toHaveLength(2);
  });

  it('goes to our webhook endpoints in our own words besides', async () => {
    await app.api.call('POST', '/webhook-endpoints', { url: app.merchant.url });
    const { asked, body } = await created();
    await pay(asked.reference);
    await webhookOf(body.id, 'payin.confirmed');
    // The endpoint has a secret of its own.
    const ours = () => app.merchant.unverified.some((raw) => raw.includes(body.id) && raw.includes('"payin.approved"'));
    await until('our own event', ours);
    expect(sink.received.every(({ body: webhook }) => webhook['resource'] === 'payin')).toBe(true);
  });
});

describe('an order whose reply was lost', () => {
  it('is PENDING without a key, and the query says it later: never a second order', async () => {
    await app.sandbox.hellopay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    // A webhook names the order: it must not be asked about yet, either.
    for (const operation of ['list', 'query'] as const)
      await app.sandbox.hellopay.fault({ operation, fault: { kind: 'status', status: 503 }, times: 1000 });
    const asked = await request('breb-qr-request');
    const { status, body } = await call(newest, 'POST', '/payins', asked);
    expect([status, body.status]).toEqual([201, 'PENDING']);
    expect(body.sourceData).toMatchObject({ keyType: 'QR_CODE', qrString: null, keyString: null });
    expect((await shown(body.id)).status).toBe('PENDING');
    await app.sandbox.hellopay.clearFaults();
    const known = async () => (await shown(body.id)).sourceData['keyString'] ?? undefined;
    expect(await until('the key', known, 60_000)).toMatch(/^@/);
    expect((await call(newest, 'POST', '/payins', asked)).body.id).toBe(body.id);
    const { control, order } = await sideOf(asked.reference);
    expect(await control.orders(order.reference)).toHaveLength(1);
  });
});

describe('a request', () => {
  it('that comes again is the same payin, at once and eight times side by side', async () => {
    const asked = await request('breb-single-use-request');
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(newest, 'POST', '/payins', asked)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 201, body: { status: 'PENDING' } });
    const { control, order } = await sideOf(asked.reference);
    expect(await control.orders(order.reference)).toHaveLength(1);
  });

  it('that comes again by other credentials, with another webhook address, is the same payin', async () => {
    const { asked, body } = await created();
    const other = await issueDropIn(app, 'hellopay', { webhookUrl: `${sink.url}/new` });
    expect(await call(other, 'POST', '/payins', asked)).toMatchObject({ status: 201, body: { id: body.id } });
  });

  it('with the reference of another one is refused, and says in what it differs', async () => {
    const { asked } = await created();
    const { status, body } = await call(newest, 'POST', '/payins', { ...asked, amountInCents: 20_000 });
    expect({ status, body }).toEqual({
      status: 409,
      body: {
        statusCode: 409,
        message: expect.stringMatching(/^reference already exists with other values; amountInCents /),
        error: 'Conflict',
      },
    });
  });

  it('may have any reference, and fields that are not documented', async () => {
    const reference = `Pedido #${newReference()} / ñandú`;
    const asked = await request('breb-single-use-request', { reference, metadata: { order: 7 } });
    const { status, body } = await call(newest, 'POST', '/payins', asked);
    expect([status, body['reference']]).toEqual([201, reference]);
    expect((await shown(body.id))['reference']).toBe(reference);
  });

  it.each([
    ['no amount', { amountInCents: undefined }, ['amountInCents must be a number']],
    ['a part of a peso', { amountInCents: 10_050 }, [expect.stringMatching(/^amountInCents must /)]],
    ['another rail', { rail: 'CARD' }, ['rail must be one of the following values: BRE_B, PSE, NEQUI']],
    [
      'a bank that no provider has',
      { rail: 'PSE', pse: { bank: 'CO_ADDI_CF', personType: 'INDIVIDUAL' } },
      ['pse.bank CO_ADDI_CF is not available: it has no ACH code'],
    ],
    [
      'a payer whom no provider takes',
      { rail: 'PSE', inlineCustomer: null, pse: { bank: 'CO_NU', personType: 'BUSINESS' } },
      expect.arrayContaining([expect.stringMatching(/^inlineCustomer\./)]),
    ],
  ])('with %s is told all that is wrong', async (_what, changes, message) => {
    const { status, body } = await call(newest, 'POST', '/payins', await request('breb-single-use-request', changes));
    expect({ status, body }).toEqual({ status: 400, body: { statusCode: 400, message, error: 'Bad Request' } });
  });

  it('that is no JSON is told so', async () => {
    const broken = await call(newest, 'POST', '/payins', '{"amountInCents": 1');
    expect(broken).toMatchObject({ status: 400, body: { statusCode: 400, error: 'Bad Request' } });
    const text = await call(newest, 'POST', '/payins', '{}', { 'content-type': 'text/plain' });
    expect(text).toMatchObject({
      status: 400,
      body: { message: expect.arrayContaining(['reference must be a string']) },
    });
  });

  it('for what is not there is answered 404 in its words', async () => {
    for (const id of ['0199f0f0-0000-7000-8000-000000000000', 'x', newReference()])
      expect(await call(newest, 'GET', `/payins/${id}`)).toEqual({
        status: 404,
        body: { statusCode: 404, message: 'Payin not found', error: 'Not Found' },
      });
    const nowhere = await call(newest, 'GET', '/payouts');
    expect(nowhere).toEqual({ status: 404, body: { statusCode: 404, message: 'Not Found', error: 'Not Found' } });
  });

  it.each(['pageSize=0', 'pageSize=101', 'pageSize=x', 'pageSize=1&pageSize=2', 'cursor=x', 'cursor=e30=', 'cursor='])(
    'for the list with %s is refused',
    async (query) => {
      const { status, body } = await call(newest, 'GET', `/payins?${query}`);
      expect([status, body['error']]).toEqual([400, 'Bad Request']);
    },
  );
});

describe('the list', () => {
  it('has the payins of its contract alone, newest first, and goes both ways', async () => {
    const other = await secondOrganization(app);
    const credentials = await issueDropIn(app, 'hellopay', { webhookUrl: sink.url }, other.organizationId);
    expect((await call(credentials, 'GET', '/payins')).body).toEqual({
      data: [],
      pageInfo: { hasNext: false, hasPrevious: false, nextCursor: null, previousCursor: null },
    });
    const newestFirst: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      newestFirst.unshift((await created('breb-single-use-request', credentials)).body.id);
      if (count % 2 === 0) await other.api.call('POST', '/payins', payinRequest());
    }
    const page = async (cursor: string | null) => {
      const { body } = await call(
        credentials,
        'GET',
        `/payins?pageSize=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      return { ids: body.data.map(({ id }) => id), ...body.pageInfo };
    };
    const first = await page(null);
    const second = await page(first.nextCursor);
    const third = await page(second.nextCursor);
    expect([first.ids, second.ids, third.ids]).toEqual([
      newestFirst.slice(0, 2),
      newestFirst.slice(2, 4),
      newestFirst.slice(4),
    ]);
    expect(third).toMatchObject({ hasNext: false, nextCursor: null, hasPrevious: true });
    expect(await page(third.previousCursor)).toEqual(second);
    expect(await page(second.previousCursor)).toEqual(first);
    expect((await call(credentials, 'GET', '/payins')).body.data.map(({ id }) => id)).toEqual(newestFirst);
  });
});

describe('the credentials', () => {
  it.each([
    ['none', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['a wrong key', { 'x-api-key': '0'.repeat(48) }],
    ['the key as a bearer', { 'x-api-key': '', authorization: 'Bearer' }],
  ])('are refused in the words of the contract: %s', async (_what, headers) => {
    const response = await fetch(`${newest.baseUrl}/payins`, { headers });
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 401,
      body: { statusCode: 401, message: 'Unauthorized', error: 'Unauthorized' },
    });
  });

  it('are of no use to our own API, nor is an API key to the contract', async () => {
    const text = `drop-in hellopay ${newest['apiKey']}`;
    expect((await fetch(`${app.url}/payins`, { headers: { 'x-api-key': text } })).status).toBe(401);
    const { authorization } = app.api.authorization;
    const key = authorization.replace('Bearer ', '');
    expect((await fetch(`${newest.baseUrl}/payins`, { headers: { 'x-api-key': key } })).status).toBe(401);
  });

  it('show nothing of the payins of another organization, nor of those that our own API or another contract created', async () => {
    const own = await app.api.open();
    const { baseUrl, username, password, token } = await issueDropIn(app, 'tumipay');
    const example = await readFile('libs/providers/tumipay/fixtures/seed002-create-request.json', 'utf8');
    const reference = newReference();
    const response = await fetch(`${baseUrl}/v1/payin`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${username}:${password}`)}`,
        'token-top': token!,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...(JSON.parse(example) as Fields), reference, ipn_url: sink.url }),
    });
    expect(response.status).toBe(200);
    const taken = await request('breb-single-use-request', { reference: own.reference });
    expect((await call(newest, 'POST', '/payins', taken)).body['message']).toMatch(/^reference already exists/);
    for (const { id } of [own, await payinOf(reference)])
      expect((await call(newest, 'GET', `/payins/${id}`)).status).toBe(404);
    const { body } = await created();
    const { organizationId: another } = await secondOrganization(app);
    const others = await issueDropIn(app, 'hellopay', { webhookUrl: sink.url }, another);
    expect((await call(others, 'GET', `/payins/${body.id}`)).status).toBe(404);
    expect((await call(others, 'GET', '/payins')).body.data).toEqual([]);
  });

  it('need the address of webhooks, and take no options of other contracts', async () => {
    const wrong = [{}, { direct: true }, { publicKey: 'MIIB' }, { amountUnit: 'dollars' }];
    for (const options of wrong)
      await expect(
        issueDropIn(app, 'hellopay', { ...(options !== wrong[0] && { webhookUrl: sink.url }), ...options }),
      ).rejects.toThrow(/^--/);
    expect(Object.keys(newest)).toEqual(
      expect.arrayContaining(['baseUrl', 'apiKey', 'webhookHeader', 'webhookSecret']),
    );
  });
});
