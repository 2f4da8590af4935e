import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Call, type ContractSink, issueDropIn, type Issued, startContractSink } from '../../support/drop-in.js';
import { commandLine } from '../../../src/audit/audit-entry.js';
import { PersonalDataStore } from '../../../src/personal-data/personal-data.store.js';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { newReference } from '../../support/api-client.js';
import { providerSide } from '../../support/provider-side.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

type Fields = Record<string, unknown>;

/** What is read of answers and examples; everything else is compared as it is. */
interface Answer extends Fields {
  code: string;
  status: string;
  message: string;
  error?: string;
  data: Fields & { ticket: string; date: string; payment_url: string; account_number: string; transaction: Fields };
}

interface Asked extends Fields {
  reference: string;
  amount: number;
  customer_data: Fields;
}

let app: TestApp;
let hosted: Issued;
let direct: Issued;
let sink: ContractSink;

beforeAll(async () => {
  app = await startTestApp({ DROP_IN: 'tumipay', PROVIDERS: 'tumipay,hellopay' });
  [hosted, direct, sink] = [
    await issueDropIn(app, 'tumipay'),
    await issueDropIn(app, 'tumipay', { direct: true }),
    await startContractSink(),
  ];
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
  return JSON.parse(await readFile(`libs/providers/tumipay/fixtures/${name}.json`, 'utf8')) as T;
}

async function call(
  { baseUrl, username, password, token = '' }: Issued,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Answer }> {
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Basic ${btoa(`${username}:${password}`)}`,
      'token-top': token,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

async function request(name: string, changes: Fields = {}): Promise<Asked> {
  const example = await fixture<Asked>(name);
  const customer = { ...example.customer_data, email: 'johndoe@example.com', ...(changes.customer_data as Fields) };
  return { ...example, reference: newReference(), ipn_url: sink.url, ...changes, customer_data: customer };
}

/** The payin behind a reference, as our own API shows it. */
async function payinOf(reference: string): Promise<PresentedPayin> {
  const { body } = await app.api.call<{ data: PresentedPayin[] }>('GET', `/payins?reference=${reference}`);
  return body.data[0]!;
}

async function pay(reference: string, amountInCents?: number): Promise<void> {
  const payin = await payinOf(reference);
  const { control, order } = await providerSide(app, payin, payin.provider as 'tumipay' | 'hellopay');
  await control.pay(order.id, { ...(amountInCents !== undefined && { amountInCents }) });
}

function webhookOf(reference: string, status: string): Promise<Call> {
  return until(`the webhook of ${status}`, () =>
    sink.received.find(({ body }) => body['top_reference'] === reference && body['top_status'] === status),
  );
}

describe("the seeds' examples", () => {
  it('001: hosted, with the echo of its seven fields', async () => {
    const asked = await request('seed001-create-request', { payment_method: 'ALL_METHODS' });
    const { status, body } = await call(hosted, 'POST', '/v1/payin', asked);
    const example = await fixture('seed001-create-reply');
    expect({ status, code: body.code, says: body.status, message: body.message }).toEqual({
      status: 200,
      code: '01',
      says: 'SUCCESS',
      message: example.message,
    });
    expect(Object.keys(body.data)).toEqual(Object.keys(example['data']));
    expect(body.data.transaction).toEqual({
      ...Object.fromEntries(Object.keys(example.data.transaction).map((name) => [name, asked[name]])),
    });
    expect(body.data.ticket).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(body.data.date).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const page = await fetch(body.data.payment_url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Valor a pagar')]);
  });

  it('002: Bre-B hosted, with its key and the echo of four fields', async () => {
    const asked = await request('seed002-create-request');
    const { status, body } = await call(hosted, 'POST', '/v1/payin', asked);
    const example = await fixture('seed002-create-reply');
    expect(status).toBe(200);
    expect(Object.keys(body.data)).toEqual(Object.keys(example['data']));
    expect(Object.keys(body.data.transaction)).toEqual(Object.keys(example.data.transaction));
    expect(body.data.account_number).toBe(((await payinOf(asked.reference)).instructions as { key: string }).key);
  });

  it('000: PSE, Transfiya and Bre-B answered directly, and the list of banks', async () => {
    const pse = await call(direct, 'POST', '/v1/payin', await request('seed000-pse-request'));
    const example = await fixture('seed000-pse-reply');
    expect(pse).toEqual({
      status: 200,
      body: {
        ...example,
        data: { ...example.data, ticket: expect.any(String), payment_url: expect.stringMatching(/^http/) },
      },
    });
    const breb = await call(direct, 'POST', '/v1/payin', await request('seed002-create-request'));
    const brebExample = await fixture('seed000-breb-reply');
    expect(breb.body).toEqual({
      ...brebExample,
      data: { ...brebExample.data, ticket: expect.any(String), key_value: expect.any(String) },
    });
    const banks = await call(direct, 'GET', '/v1/pse/banks');
    expect(Object.keys(banks.body)).toEqual(Object.keys(await fixture('seed000-banks-reply')));
    expect(banks.body.data).toEqual(expect.arrayContaining([expect.objectContaining({ code: '1007' })]));
  });
});

it('000: Transfiya, word for word, over a provider that has it; it is found by its reference alone', async () => {
  const transfiya = await startTestApp({ DROP_IN: 'tumipay', TUMIPAY_DIRECT: 'true' });
  try {
    await transfiya.sandbox.tumipay.setSwitches({ direct: true });
    const credentials = await issueDropIn(transfiya, 'tumipay', { direct: true });
    const asked = await request('seed001-create-request', { payment_method: 'TRANSFIYA' });
    const { status, body } = await call(credentials, 'POST', '/v1/payin', asked);
    expect({ status, body }).toEqual({ status: 200, body: await fixture('seed000-transfiya-reply') });
    const shown = await call(credentials, 'GET', `/v1/transaction/${asked.reference}`);
    expect(shown.body.data).toMatchObject({ reference: asked.reference, status: 'PENDING' });
  } finally {
    await transfiya.close();
  }
});

describe('a payment', () => {
  it('is told with the signature that the documents describe, and shown when asked, by reference and by ticket', async () => {
    const asked = await request('seed002-create-request');
    const { body } = await call(hosted, 'POST', '/v1/payin', asked);
    const { ticket } = body.data;
    await pay(asked.reference);
    const { headers, body: webhook } = await webhookOf(asked.reference, 'APPROVED');
    const example = await fixture('webhook');
    expect(Object.keys(webhook).toSorted()).toEqual(Object.keys(example).toSorted());
    expect(webhook).toMatchObject({ top_ticket: ticket, top_amount: asked.amount, top_currency: 'COP' });
    expect(webhook['top_user']).toEqual(asked['customer_data']);
    const signed = JSON.stringify({ token: hosted['token'], ticket, reference: asked.reference });
    expect(headers['x-trx-signature']).toBe(createHash('sha256').update(signed).digest('hex'));

    const byTicket = await call(hosted, 'GET', `/v1/transaction/${ticket}`);
    const byReference = await call(hosted, 'POST', `/v1/transaction/${asked.reference}`, {});
    expect(byReference).toEqual(byTicket);
    const query = await fixture('query-reply');
    expect(Object.keys(byTicket.body.data).toSorted()).toEqual(Object.keys(query['data']).toSorted());
    expect(byTicket.body.data).toMatchObject({ status: 'APPROVED', amount: asked.amount });
  });

  it('of less and then of the rest is APPROVED with what came, and told each time', async () => {
    const asked = await request('seed002-create-request');
    await call(hosted, 'POST', '/v1/payin', asked);
    await pay(asked.reference, 2_000);
    expect((await webhookOf(asked.reference, 'APPROVED')).body).toMatchObject({ top_amount: 2_000 });
    expect((await payinOf(asked.reference)).status).toBe('UNDERPAID');
    const shown = await call(hosted, 'GET', `/v1/transaction/${asked.reference}`);
    expect(shown.body.data).toMatchObject({ status: 'APPROVED', amount: 2_000 });
  });

  it('is told again until it is answered 200, the second time within a minute', async () => {
    sink.answers(204);
    const asked = await request('seed002-create-request');
    await call(hosted, 'POST', '/v1/payin', asked);
    await pay(asked.reference);
    await webhookOf(asked.reference, 'APPROVED');
    sink.answers(200);
    await until('the second attempt', () => sink.received.length >= 2, 60_000);
  });

  it('that came late says so last: what could not be delivered before says how the payin stands then', async () => {
    sink.answers(500);
    const asked = await request('seed002-create-request');
    await call(hosted, 'POST', '/v1/payin', asked);
    const payin = await payinOf(asked.reference);
    await app.api.call('POST', `/payins/${payin.id}/cancel`);
    await webhookOf(asked.reference, 'REJECTED');
    await pay(asked.reference);
    await app.api.reaches(payin.id, 'APPROVED');
    sink.answers(200);
    const heard = sink.received.length;
    await until('both messages to be taken', async () => {
      const { body } = await app.api.call<{ data: { status: string; url: string | null }[] }>(
        'GET',
        `/notifications?payinId=${payin.id}&limit=100`,
      );
      const ours = body.data.filter(({ url }) => url !== null);
      return ours.length >= 2 && ours.every(({ status }) => status === 'DELIVERED');
    });
    expect(new Set(sink.received.slice(heard).map(({ body }) => body['top_status']))).toEqual(new Set(['APPROVED']));
  });

  it('that is refused is told, and our own events go to webhook endpoints alone', async () => {
    await app.api.call('POST', '/webhook-endpoints', { url: app.merchant.url });
    const asked = await request('seed002-create-request');
    await call(hosted, 'POST', '/v1/payin', asked);
    const payin = await payinOf(asked.reference);
    const { control, order } = await providerSide(app, payin, payin.provider as 'tumipay' | 'hellopay');
    await control.move(order.id, 'decline');
    await webhookOf(asked.reference, 'REJECTED');
    expect(sink.received.every(({ body }) => 'top_status' in body)).toBe(true);
  });
});

it('nothing of a payer who is forgotten is left in what only the contract knew', async () => {
  const customer = { legal_doc: '1098765432', full_name: 'Canario Olvidado' };
  const asked = await request('seed002-create-request', { customer_data: customer, metadata: { who: 'Canario' } });
  await call(hosted, 'POST', '/v1/payin', asked);
  const { id, organizationId } = await payinOf(asked.reference);
  await app.api.call('POST', `/payins/${id}/cancel`);
  await webhookOf(asked.reference, 'REJECTED');
  const store = app.service.app.get(PersonalDataStore);
  await until('the payer to be forgotten', async () => {
    const { forgotten } = await store.forgetPayer(commandLine(organizationId), 'CC', [customer.legal_doc]);
    return forgotten === 1;
  });
  const [row] = await app.database.query<{ request: string }>(`select request::text from payins where id = '${id}'`);
  expect(row!.request).not.toContain('Canario');
  const shown = await call(hosted, 'GET', `/v1/transaction/${asked.reference}`);
  expect(shown.body.data).toMatchObject({
    status: 'REJECTED',
    metadata: [],
    customer: { full_name: '', legal_doc: '' },
  });
});

describe('a request', () => {
  it('that comes again is answered with the same transaction, at once and eight times side by side', async () => {
    const asked = await request('seed002-create-request');
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(hosted, 'POST', '/v1/payin', asked)));
    expect(new Set(answers.map(({ body }) => body.data?.ticket)).size).toBe(1);
    const { body } = await app.api.call<{ data: PresentedPayin[] }>('GET', `/payins?reference=${asked.reference}`);
    expect(body.data).toHaveLength(1);
  });

  it('with the reference of another one is refused', async () => {
    const asked = await request('seed002-create-request');
    await call(hosted, 'POST', '/v1/payin', asked);
    const { status, body } = await call(hosted, 'POST', '/v1/payin', { ...asked, amount: 7_000 });
    expect([status, body.error]).toEqual([409, 'REFERENCE_DUPLICATED']);
  });

  it('may have any reference', async () => {
    const reference = `Pedido #${newReference()} / ñandú`;
    const asked = await request('seed002-create-request', { reference });
    const { body } = await call(hosted, 'POST', '/v1/payin', asked);
    expect(body.data.transaction.reference).toBe(reference);
    const { body: listed } = await app.api.call<{ data: PresentedPayin[] }>('GET', '/payins?limit=1');
    expect(listed.data[0]).toMatchObject({ reference: expect.stringMatching(/^sha256\./), metadata: { reference } });
    const shown = await call(hosted, 'GET', `/v1/transaction/${encodeURIComponent(reference)}`);
    expect(shown.body.data).toMatchObject({ reference, ticket: body.data.ticket });
  });

  it.each([
    ['amount', { amount: undefined }, 'AMOUNT_REQUIRED'],
    ['a part of a peso', { amount: 5_050 }, 'AMOUNT_INVALID'],
    ['country', { country: 'PE' }, 'COUNTRY_INVALID'],
    ['the document', { customer_data: { legal_doc_type: 'TI' } }, 'CUSTOMER_DATA_LEGAL_DOC_TYPE_INVALID'],
    ['the life', { expiration_time: 525_600 }, 'EXPIRATION_TIME_INVALID'],
  ])('whose %s is wrong says so', async (_what, changes, error) => {
    const { status, body } = await call(hosted, 'POST', '/v1/payin', await request('seed002-create-request', changes));
    expect({ status, body }).toEqual({
      status: 400,
      body: { code: '00', status: 'ERROR', message: expect.any(String), error },
    });
  });

  it.each([
    ['no credentials', { authorization: '', 'token-top': '' }],
    ['a wrong password', { authorization: `Basic ${btoa('recaudo:wrong')}` }],
    ['a wrong token', { 'token-top': 'wrong' }],
  ])('with %s is refused in the words of the contract', async (_what, headers) => {
    const { status, body } = await call(hosted, 'GET', '/v1/pse/banks', undefined, headers);
    expect({ status, body }).toEqual({
      status: 401,
      body: { code: '00', status: 'ERROR', message: 'Credenciales inválidas', error: 'UNAUTHORIZED' },
    });
  });

  it('that is no JSON, or for a path that is not there, is refused in the words of the contract', async () => {
    const broken = await call(hosted, 'POST', '/v1/payin', '{"amount": 1');
    expect([broken.status, broken.body.error]).toEqual([400, 'BODY_INVALID']);
    const nowhere = await call(hosted, 'GET', '/v1/merchants');
    expect([nowhere.status, nowhere.body.error]).toEqual([404, 'ROUTE_NOT_FOUND']);
  });
});

describe('the credentials', () => {
  it('are of no use to our own API, nor is an API key to the contract', async () => {
    const text = `drop-in tumipay ${hosted['username']}:${hosted['password']} ${hosted['token']}`;
    const ours = await fetch(`${app.url}/payins`, { headers: { 'x-api-key': text } });
    expect(ours.status).toBe(401);
    const theirs = await fetch(`${hosted.baseUrl}/v1/pse/banks`, { headers: app.api.authorization });
    expect(theirs.status).toBe(401);
  });

  it('show nothing of the payins of another organization, nor of those that our own API created', async () => {
    const own = await app.api.open();
    expect((await call(hosted, 'GET', `/v1/transaction/${own.reference}`)).status).toBe(404);
  });
});
