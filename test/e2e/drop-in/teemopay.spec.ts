import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Organizations } from '../../../src/organizations/organizations.service.js';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { newReference } from '../../support/api-client.js';
import { type Call, type ContractSink, issueDropIn, type Issued, startContractSink } from '../../support/drop-in.js';
import { providerSide } from '../../support/provider-side.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

type Fields = Record<string, unknown>;

/** What is read of answers and examples; everything else is compared as it is. */
interface Answer extends Fields {
  code: number;
  msg: string;
  data:
    | (Fields & {
        paymentInfo: string;
        tradeNo: string;
        statementList: Fields[];
        records: Fields[];
        pageIndex: string | null;
      })
    | null;
}

interface Vectors extends Fields {
  merchant: { pub: string };
  vectors: { key: string; nonce: string; body: Fields; sign: string }[];
}

const CREATE = '/api/pay/payment/create/v1';
const QUERY = '/api/pay/payment/query/v1';
const LIST = '/api/pay/transaction/queryList';

let app: TestApp;
let merchant: Issued;
let sink: ContractSink;

beforeAll(async () => {
  app = await startTestApp({ DROP_IN: 'teemopay', PROVIDERS: 'teemopay' });
  [merchant, sink] = [await issueDropIn(app, 'teemopay'), await startContractSink('SUCCESS')];
});
afterEach(async () => {
  sink.received.length = 0;
  sink.answers(200);
  await app.sandbox.teemopay.clearFaults();
});
afterAll(async () => {
  await app?.close();
  await sink?.close();
});

async function fixture<T = Answer>(name: string): Promise<T> {
  return JSON.parse(await readFile(`libs/providers/teemopay/fixtures/${name}.json`, 'utf8')) as T;
}

/** As the public page has it: names in order, nothing that is empty, the nonce last. No field of a test has more than a text or a number. */
function textOf(fields: Fields, nonce: string): string {
  const pairs = Object.entries(fields as Record<string, string | number | null | undefined>)
    .filter(([name, value]) => name !== 'sign' && String(value ?? '').trim() !== '')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return [...pairs, `nonce=${nonce}`].join('&');
}

function signatureOf(fields: Fields, nonce: string, privateKey: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  return sign('RSA-SHA1', Buffer.from(textOf(fields, nonce)), key).toString('base64');
}

interface Sent {
  headers?: Record<string, string>;
  /** In place of the right one. */
  sign?: string;
  nonce?: string;
}

function newNonce(): string {
  return randomUUID().replaceAll('-', '');
}

async function call(
  path: string,
  fields: Fields,
  sent: Sent = {},
  as = merchant,
): Promise<{ status: number; body: Answer }> {
  const { headers, nonce = newNonce() } = sent;
  const signature = sent.sign ?? signatureOf(fields, nonce, as['privateKey']!);
  return send(path, JSON.stringify({ ...fields, sign: signature }), { nonce, app_code: as['appCode']!, ...headers });
}

async function send(path: string, body: string, headers: Record<string, string>) {
  const response = await fetch(`${merchant.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', country: 'CO', timestamp: String(Date.now()), ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

type Asked = Fields & { merchantOrderNo: string };

async function request(paymentType: number, changes: Fields = {}): Promise<Asked> {
  const { sign: _placeholder, ...example } = await fixture<Fields>(
    paymentType === 201 ? 'seed004-create-request-pse' : 'seed004-create-request-nequi',
  );
  const merchantOrderNo = newReference().slice(0, 32);
  // The phone of the seed's example is no mobile, and so no wallet.
  const phone = paymentType === 202 ? { phone: '3001234567' } : {};
  return { ...example, ...phone, paymentType, callbackUrl: sink.url, merchantOrderNo, ...changes };
}

async function created(
  paymentType = 212,
  changes: Fields = {},
): Promise<{ asked: Asked; data: NonNullable<Answer['data']> }> {
  const asked = await request(paymentType, changes);
  const { status, body } = await call(CREATE, asked);
  expect([status, body.code, body.msg]).toEqual([200, 200, 'success']);
  return { asked, data: body.data! };
}

/** The payin behind a number of the merchant's, as our own API shows it. */
async function payinOf(reference: string): Promise<PresentedPayin> {
  const { body } = await app.api.call<{ data: PresentedPayin[] }>('GET', `/payins?reference=${reference}`);
  expect(body.data).toHaveLength(1);
  return body.data[0]!;
}

async function orderOf(reference: string) {
  const payin = await payinOf(reference);
  return providerSide(app, payin, payin.provider as 'teemopay');
}

async function pay(reference: string, amountInCents?: number): Promise<void> {
  const { control, order } = await orderOf(reference);
  await control.pay(order.id, { ...(amountInCents !== undefined && { amountInCents }) });
}

async function query(merchantOrderNo: string): Promise<Answer> {
  return (await call(QUERY, { merchantOrderNo })).body;
}

function callbacks(reference: string, count: number): Promise<Call[]> {
  return until(`${count} callbacks`, () => {
    const own = sink.received.filter(({ body }) => body['merchantOrderNo'] === reference);
    return own.length >= count && own;
  });
}

function isSigned({ headers, body }: Call): boolean {
  const key = createPublicKey({
    key: Buffer.from(merchant['platformPublicKey']!, 'base64'),
    format: 'der',
    type: 'spki',
  });
  const text = Buffer.from(textOf(body, String(headers['nonce'])));
  return verify('RSA-SHA1', text, key, Buffer.from(String(body['sign']), 'base64'));
}

const ERROR = { data: null, traceId: expect.any(String) };

describe("the seed's examples", () => {
  it.each([
    ['PSE', 201, /^http/],
    ['Nequi', 202, /^http/],
    ['Efecty', 205, /^http/],
  ])('%s: every member of the answer, and the payin behind it', async (_what, paymentType, paymentInfo) => {
    const { asked, data } = await created(paymentType);
    const example = await fixture('seed004-create-reply');
    expect(Object.keys(data)).toEqual(Object.keys(example.data!));
    expect(data).toEqual({
      amount: '10000',
      tradeNo: expect.stringMatching(/^TS[0-9A-Z]{25}$/),
      merchantOrderNo: asked.merchantOrderNo,
      paymentType,
      additionalInfo: {},
      paymentInfo: expect.stringMatching(paymentInfo),
      status: 1,
    });
    expect(await payinOf(asked.merchantOrderNo)).toMatchObject({
      amountInCents: 1_000_000,
      rail: { 201: 'PSE', 202: 'NEQUI', 205: 'EFECTY' }[paymentType],
      inlineCustomer: { name: 'TeemoPay', email: 'TeemoPay@example.com', idType: 'CC', idNumber: '1234567890' },
    });
  });

  it('all in one checkout: our page, on which the payer chooses', async () => {
    const asked = await request(204);
    const { body } = await call(CREATE, asked);
    const example = await fixture('seed004-create-reply');
    expect(Object.keys(body)).toEqual(Object.keys(example));
    expect(Object.keys(body.data!)).toEqual(Object.keys(example.data!));
    const page = await fetch(body.data!.paymentInfo);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Valor a pagar')]);
    expect(await query(asked.merchantOrderNo)).toMatchObject({
      data: { status: 1, amount: '0.00', statementList: [] },
    });
  });

  it('Bre-B: the page, and the key where the later example has it', async () => {
    const { asked, data } = await created(212);
    const { instructions } = await payinOf(asked.merchantOrderNo);
    expect(data['additionalInfo']).toEqual({ paymentFactory: (instructions as { key: string }).key });
    expect(data.paymentInfo).toMatch(/^http/);
  });

  it('word for word, the number of the bank and all, with the signatures of the vectors', async () => {
    const { merchant: pair, vectors } = await fixture<Vectors>('vectors');
    const issued = await issueDropIn(app, 'teemopay', { publicKey: pair.pub });
    expect(issued['privateKey']).toBeUndefined();
    const [pse, breb, question, balance] = await Promise.all(
      vectors
        .filter(({ key }) => key === 'merchant')
        .map(async ({ nonce, body, sign: signature }) => {
          const path = 'amount' in body ? CREATE : QUERY;
          const headers = { nonce, app_code: issued['appCode']! };
          return (await send(path, JSON.stringify({ ...body, sign: signature }), headers)).body;
        }),
    );
    expect(pse).toMatchObject({ code: 200, data: { merchantOrderNo: vectors[0]!.body['merchantOrderNo'], status: 1 } });
    // Nothing of what is empty is signed, a life that is past is none, and a name may have any letters.
    const noCallback = 'The callback notification address for collection must not be empty.';
    expect(breb).toEqual({ ...ERROR, code: 427, msg: noCallback });
    expect(question).toEqual({ ...ERROR, code: 434, msg: 'Merchant order not exist' });
    expect(balance).toEqual({ ...ERROR, code: 414, msg: 'merchantOrderNo is invalid' });
  });

  it('without a callback URL goes to that of the credentials, where they have one', async () => {
    const issued = await issueDropIn(app, 'teemopay', { webhookUrl: sink.url });
    const { callbackUrl: _left, ...asked } = await request(212);
    const { body } = await call(CREATE, asked, {}, issued);
    expect(body.code).toBe(200);
    expect((await payinOf(asked.merchantOrderNo)).callbackUrl).toBe(sink.url);
  });
});

describe('a payment', () => {
  it('is called back as documented, signed with the key of the platform, and shown by the query and the list', async () => {
    const { asked, data } = await created();
    const before = await query(asked.merchantOrderNo);
    expect(before.data).toMatchObject({ status: 1, transactionAmount: '10000.00', amount: '0.00', statementList: [] });
    await pay(asked.merchantOrderNo);
    const [received] = await callbacks(asked.merchantOrderNo, 1);
    const example = await fixture<Fields>('callback');
    expect(Object.keys(received!.body)).toEqual(Object.keys(example));
    expect(received!.body).toMatchObject({
      merchantOrderNo: asked.merchantOrderNo,
      tradeNo: data.tradeNo,
      paymentOrderNo: expect.stringMatching(/^TSO[0-9a-z]{27}$/),
      status: 2,
      paymentAmount: '10000.00',
      serviceAmount: expect.stringMatching(/^\d+\.\d\d$/),
      paymentInfo: data.paymentInfo,
      paymentType: 212,
      completeTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      errorMessage: null,
    });
    const { headers } = received!;
    expect([headers['country'], headers['appcode'], headers['content-type']]).toEqual([
      'CO',
      merchant['appCode'],
      'application/json',
    ]);
    expect(Math.abs(Date.now() - Number(headers['timestamp']))).toBeLessThan(60_000);
    expect(isSigned(received!)).toBe(true);
    expect(isSigned({ ...received!, body: { ...received!.body, paymentAmount: '10001.00' } })).toBe(false);

    const shown = await query(asked.merchantOrderNo);
    const queryExample = await fixture('query-reply');
    expect(Object.keys(shown)).toEqual(Object.keys(queryExample));
    expect(Object.keys(shown.data!)).toEqual(Object.keys(queryExample.data!));
    expect(Object.keys(shown.data!.statementList[0]!)).toEqual(Object.keys(queryExample.data!.statementList[0]!));
    expect(shown.data).toMatchObject({
      status: 2,
      amount: '10000.00',
      statementList: [
        {
          paymentSingleOrderNo: received!.body['paymentOrderNo'],
          paymentStatementAmount: '10000.00',
          paymentStatementStatus: 2,
          completeTime: received!.body['completeTime'],
        },
      ],
    });
    const listed = await listOf({ status: '2' });
    const record = listed.data!.records.find((one) => one['merchantOrderNo'] === asked.merchantOrderNo)!;
    const [recordExample] = (await fixture('list-reply')).data!.records as [Fields & { paymentList: Fields[] }];
    expect(Object.keys(record)).toEqual(Object.keys(recordExample));
    expect(Object.keys((record['paymentList'] as Fields[])[0]!)).toEqual(Object.keys(recordExample.paymentList[0]!));
    expect(record).toMatchObject({ tradeNo: data.tradeNo, amount: '10000.00', transactionAmount: '10000.00' });
  });

  it('of less, then of the rest, then of more is called back each time with what came', async () => {
    const { asked } = await created();
    for (const [amountInCents, count, status] of [
      [400_000, 1, 'UNDERPAID'],
      [600_000, 2, 'APPROVED'],
      [50_000, 3, 'APPROVED'],
    ] as const) {
      await pay(asked.merchantOrderNo, amountInCents);
      const all = await callbacks(asked.merchantOrderNo, count);
      expect(all.at(-1)!.body).toMatchObject({ status: 2, paymentAmount: `${amountInCents / 100}.00` });
      expect((await payinOf(asked.merchantOrderNo)).status).toBe(status);
    }
    const all = await callbacks(asked.merchantOrderNo, 3);
    expect(new Set(all.map(({ body }) => body['paymentOrderNo'])).size).toBe(3);
    expect((await query(asked.merchantOrderNo)).data).toMatchObject({
      status: 2,
      transactionAmount: '10000.00',
      amount: '10500.00',
      statementList: [{}, {}, {}],
    });
  });

  it('made twice, and learned of at once, is called back twice', async () => {
    const { asked } = await created();
    const { control, order } = await orderOf(asked.merchantOrderNo);
    await control.pay(order.id, { amountInCents: 300_000, webhook: 'none' });
    await control.pay(order.id, { amountInCents: 700_000, webhook: 'none' });
    const { id } = await payinOf(asked.merchantOrderNo);
    await app.api.call('POST', `/payins/${id}/refresh`);
    const all = await callbacks(asked.merchantOrderNo, 2);
    expect(new Set(all.map(({ body }) => body['paymentAmount']))).toEqual(new Set(['3000.00', '7000.00']));
    expect(new Set(all.map(({ body }) => body['paymentOrderNo'])).size).toBe(2);
  });

  it('that was short and is accepted is not called back again: nothing more came', async () => {
    const { asked } = await created();
    await pay(asked.merchantOrderNo, 400_000);
    await callbacks(asked.merchantOrderNo, 1);
    const { id } = await payinOf(asked.merchantOrderNo);
    expect((await app.api.call('POST', `/payins/${id}/accept`)).status).toBe(200);
    const { asked: other } = await created();
    await pay(other.merchantOrderNo);
    await callbacks(other.merchantOrderNo, 1);
    expect(await callbacks(asked.merchantOrderNo, 1)).toHaveLength(1);
  });

  it.each([
    [200, 'success'],
    [200, '"SUCCESS"'],
    [500, 'SUCCESS'],
  ])('is called back again within a minute when the answer is %s %s, signed anew', async (status, body) => {
    sink.answers(status, body);
    const { asked } = await created();
    await pay(asked.merchantOrderNo);
    await callbacks(asked.merchantOrderNo, 1);
    sink.answers(200);
    const [first, second] = await callbacks(asked.merchantOrderNo, 2);
    expect(second!.body['paymentOrderNo']).toBe(first!.body['paymentOrderNo']);
    expect(second!.headers['nonce']).not.toBe(first!.headers['nonce']);
    expect([isSigned(first!), isSigned(second!)]).toEqual([true, true]);
  });

  it('that is refused is a failure without an amount', async () => {
    const { asked } = await created();
    const { control, order } = await orderOf(asked.merchantOrderNo);
    await control.reject(order.id);
    const [received] = await callbacks(asked.merchantOrderNo, 1);
    expect(received!.body).toMatchObject({ status: 3, paymentAmount: '0.00', errorMessage: expect.any(String) });
    expect(isSigned(received!)).toBe(true);
    expect((await query(asked.merchantOrderNo)).data).toMatchObject({ status: 3, amount: '0.00', statementList: [] });
  });

  it('that is reversed is a refund', async () => {
    const { asked } = await created();
    await pay(asked.merchantOrderNo);
    const [paid] = await callbacks(asked.merchantOrderNo, 1);
    const { control, order } = await orderOf(asked.merchantOrderNo);
    await control.reverse(order.id);
    const all = await callbacks(asked.merchantOrderNo, 2);
    expect(all[1]!.body).toMatchObject({
      status: 4,
      paymentAmount: '10000.00',
      paymentOrderNo: paid!.body['paymentOrderNo'],
    });
    expect((await query(asked.merchantOrderNo)).data).toMatchObject({
      status: 4,
      statementList: [{ paymentStatementStatus: 4 }],
    });
  });
});

describe('a create', () => {
  it('of a number that is there is a duplicate, with the same body or another, at once and eight times side by side', async () => {
    const asked = await request(212);
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(CREATE, asked)));
    const accepted = answers.filter(({ body }) => body.code === 200);
    expect(accepted).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => !accepted.includes(answer)))
      expect({ status, body }).toEqual({
        status: 200,
        body: { ...ERROR, code: 426, msg: 'merchant order duplicate' },
      });
    expect((await call(CREATE, { ...asked, amount: '7000' })).body.code).toBe(426);
    expect((await payinOf(asked.merchantOrderNo)).amountInCents).toBe(1_000_000);
  });

  it('that is the very same request is a duplicate too, not a refusal', async () => {
    const asked = await request(212);
    const nonce = newNonce();
    expect((await call(CREATE, asked, { nonce })).body.code).toBe(200);
    expect((await call(CREATE, asked, { nonce })).body.code).toBe(426);
  });

  it('whose outcome nobody knows says "try again later", then that it is there, and the query shows it', async () => {
    await app.sandbox.teemopay.fault({ operation: 'create', fault: { kind: 'lose_reply' } });
    await app.sandbox.teemopay.fault({ operation: 'query', fault: { kind: 'status', status: 503 } });
    const asked = await request(212);
    const { status, body } = await call(CREATE, asked);
    expect({ status, body }).toEqual({ status: 200, body: { ...ERROR, code: 412, msg: 'Please try again later' } });
    expect((await call(CREATE, asked)).body.code).toBe(426);
    expect((await query(asked.merchantOrderNo)).data).toMatchObject({ status: 1 });
    await until('the order', async () => (await payinOf(asked.merchantOrderNo)).status === 'PENDING');
    await pay(asked.merchantOrderNo);
    expect(await callbacks(asked.merchantOrderNo, 1)).toHaveLength(1);
  });

  it('whose client has gone is a duplicate at once, while its order is still being opened', async () => {
    const fault = { kind: 'delay', delayMs: 5_000, executed: true } as const;
    await app.sandbox.teemopay.fault({ operation: 'create', fault });
    const asked = await request(212);
    const first = call(CREATE, asked);
    await until('the payin', async () => (await query(asked.merchantOrderNo)).code === 200);
    const began = Date.now();
    expect((await call(CREATE, asked)).body.code).toBe(426);
    expect(Date.now() - began).toBeLessThan(3_000);
    expect((await first).body.code).toBe(200);
  });

  it('that no channel takes is answered as the public page has it', async () => {
    const refusal = {
      kind: 'status',
      status: 400,
      body: '{"code":466,"msg":"Payment method fee rate not configured."}',
    } as const;
    await app.sandbox.teemopay.fault({ operation: 'create', fault: refusal, times: 10 });
    const { asked, data } = await created(205);
    const example = await fixture('create-reply-refused');
    expect(Object.keys(data)).toEqual(Object.keys(example.data!));
    expect(data).toMatchObject({
      merchantOrderNo: asked.merchantOrderNo,
      amount: null,
      paymentInfo: null,
      additionalInfo: null,
      status: 3,
      errorMsg: 'Channel request error, technicians will fix ASAP.',
    });
    expect((await query(asked.merchantOrderNo)).data).toMatchObject({ status: 3 });
  });

  it('may have any number of 32 characters but `&`, by which what is signed is joined', async () => {
    const merchantOrderNo = `#${newReference().slice(0, 8)} / ñandú y más`;
    const { data } = await created(212, { merchantOrderNo });
    expect((await query(merchantOrderNo)).data).toMatchObject({ merchantOrderNo, tradeNo: data.tradeNo });
    const { body } = await call(CREATE, await request(212, { merchantOrderNo: 'A&note=x' }));
    expect(body).toMatchObject({ code: 414, data: null });
  });

  it('lives as long as it asks for, and for the life of the rail where that time is past', async () => {
    const minutes = ({ createdAt, expiresAt }: PresentedPayin) =>
      (Date.parse(expiresAt) - Date.parse(createdAt)) / 60_000;
    const { asked: ten } = await created(212, { expirationTime: Date.now() + 10 * 60_000 });
    expect(minutes(await payinOf(ten.merchantOrderNo))).toBe(10);
    const { asked: past } = await created(212, { expirationTime: 1_718_409_600_000 });
    expect(minutes(await payinOf(past.merchantOrderNo))).toBe(15);
  });

  it.each([
    [212, { merchantOrderNo: 'a'.repeat(33) }, 414, 'merchantOrderNo is invalid'],
    [212, { paymentType: 999 }, 414, 'paymentType is invalid'],
    [212, { paymentType: '212' }, 414, 'paymentType is invalid'],
    [212, { paymentType: 214 }, 423, 'This payment method is not supported'],
    [212, { amount: '10000.00' }, 414, 'amount is invalid'],
    [212, { amount: '0' }, 414, 'amount is invalid'],
    [212, { amount: 10_000 }, 414, 'amount is invalid'],
    [212, { amount: '99999999999999999999' }, 414, 'amount is invalid: '],
    [212, { expirationTime: '1735660800000' }, 414, 'expirationTime is invalid'],
    [212, { expirationTime: Date.now() + 400 * 86_400_000 }, 414, 'expirationTime is invalid: '],
    [212, { realName: ' ' }, 414, 'realName is invalid'],
    [212, { email: 'nobody' }, 414, 'email is invalid'],
    [212, { phone: '573001234567' }, 414, 'phone is invalid'],
    [201, { idType: undefined }, 414, 'idType is invalid'],
    [202, { idCardNumber: '' }, 414, 'idCardNumber is invalid'],
    [202, { idType: 'TI' }, 414, 'idType is invalid'],
    [201, { idType: 'NIT' }, 414, 'idCardNumber is invalid'],
    [201, { bankCode: undefined }, 414, 'bankCode is invalid'],
    [201, { bankCode: 9999 }, 414, 'bankCode is invalid: '],
    [202, { phone: '1234567890' }, 414, 'phone is invalid: '],
    [212, { callbackUrl: 'ftp://example.com' }, 414, 'callbackUrl is invalid'],
    [212, { callbackUrl: undefined }, 427, 'The callback notification address for collection must not be empty.'],
  ])('of type %s with %j is refused in the words of the contract', async (paymentType, changes, code, msg) => {
    const asked = await request(paymentType, changes);
    const { status, body } = await call(CREATE, asked);
    expect({ status, body }).toEqual({ status: 200, body: { ...ERROR, code, msg: expect.stringContaining(msg) } });
    if (!msg.endsWith(': ')) expect(body.msg).toBe(msg);
    const { body: ours } = await app.api.call<{ data: unknown[] }>('GET', `/payins?reference=${asked.merchantOrderNo}`);
    expect(ours.data ?? []).toEqual([]);
  });
});

describe('a request', () => {
  it.each<[string, (asked: Asked) => Sent, number, string]>([
    ['another key', (asked) => ({ sign: otherSignature(asked), nonce: NONCE }), 401, 'signature verification failed'],
    ['no signature', () => ({ sign: '' }), 401, 'signature verification failed'],
    ['no nonce', () => ({ headers: { nonce: '' } }), 401, 'Nonce verify fail'],
    ['a short nonce', () => ({ nonce: 'abc' }), 401, 'Nonce verify fail'],
    ['another nonce than the signed one', () => ({ headers: { nonce: NONCE } }), 401, 'signature verification failed'],
    [
      'an old timestamp',
      () => ({ headers: { timestamp: String(Date.now() - 31_000) } }),
      401,
      'Header timestamp expire',
    ],
    [
      'one of the future',
      () => ({ headers: { timestamp: String(Date.now() + 40_000) } }),
      401,
      'Header timestamp expire',
    ],
    ['no timestamp', () => ({ headers: { timestamp: '' } }), 401, 'Header timestamp not found'],
    ['another country', () => ({ headers: { country: 'MX' } }), 401, 'Header country error'],
    [
      'an application that is not there',
      () => ({ headers: { app_code: 'A2601010001CO001' } }),
      416,
      'Application not found',
    ],
    ['none', () => ({ headers: { app_code: '' } }), 416, 'Application not found'],
  ])('with %s is not believed', async (_what, sent, code, msg) => {
    const asked = await request(212);
    const { status, body } = await call(CREATE, asked, sent(asked));
    expect({ status, body }).toEqual({ status: 200, body: { ...ERROR, code, msg } });
    const { body: ours } = await app.api.call<{ data: unknown[] }>('GET', `/payins?reference=${asked.merchantOrderNo}`);
    expect(ours.data).toEqual([]);
  });

  it('of which any field was changed is not believed', async () => {
    const asked = await request(212);
    const nonce = newNonce();
    const signature = signatureOf(asked, nonce, merchant['privateKey']!);
    for (const change of [{ amount: '10001' }, { callbackUrl: `${sink.url}/other` }, { more: 'x' }]) {
      const { body } = await call(CREATE, { ...asked, ...change }, { nonce, sign: signature });
      expect(body).toEqual({ ...ERROR, code: 401, msg: 'signature verification failed' });
    }
  });

  it('with a nonce that came before is refused', async () => {
    const { asked } = await created();
    const nonce = newNonce();
    const question = { merchantOrderNo: asked.merchantOrderNo };
    expect((await call(QUERY, question, { nonce })).body.code).toBe(200);
    expect((await call(QUERY, question, { nonce })).body).toEqual({ ...ERROR, code: 401, msg: 'Nonce verify fail' });
    const another = await call(CREATE, await request(212), { nonce });
    expect(another.body).toEqual({ ...ERROR, code: 401, msg: 'Nonce verify fail' });
  });

  it('may name its application as newer pages do', async () => {
    const nonce = newNonce();
    const fields = { merchantOrderNo: 'nowhere' };
    const body = JSON.stringify({ ...fields, sign: signatureOf(fields, nonce, merchant['privateKey']!) });
    expect((await send(QUERY, body, { nonce, appCode: merchant['appCode']! })).body.code).toBe(434);
  });

  it('that is no JSON, is empty or is for a path that is not there is refused in the words of the contract', async () => {
    const headers = { nonce: newNonce(), app_code: merchant['appCode']! };
    expect((await send(CREATE, '{"amount": "1"', headers)).body).toEqual({
      ...ERROR,
      code: 413,
      msg: 'json parse error',
    });
    expect((await send(CREATE, '', headers)).body).toEqual({ ...ERROR, code: 415, msg: 'body empty' });
    expect((await send(CREATE, '[]', headers)).body).toEqual({ ...ERROR, code: 413, msg: 'json parse error' });
    const nowhere = await send('/api/pay/merchant/balance', '{}', headers);
    expect(nowhere).toEqual({ status: 404, body: { ...ERROR, code: 404, msg: 'Not Found' } });
  });
});

const NONCE = 'f'.repeat(32);

function otherSignature(asked: Fields): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  return signatureOf(asked, NONCE, key);
}

function colombian(at: number): string {
  return new Date(at - 5 * 3_600_000).toISOString().replace('T', ' ').replace('Z', '');
}

async function listOf(changes: Fields = {}, as = merchant): Promise<Answer> {
  const now = Date.now();
  const range = { beginTime: colombian(now - 3_600_000), endTime: colombian(now + 3_600_000) };
  const { sign: _placeholder, ...example } = await fixture<Fields>('list-request');
  return (await call(LIST, { ...example, ...range, status: null, ...changes }, {}, as)).body;
}

describe('the list', () => {
  it('goes on page by page until one is empty, oldest first, each order once', async () => {
    const organization = await otherOrganization();
    const as = await issueDropIn(app, 'teemopay', {}, organization);
    const numbers: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const asked = await request(204);
      numbers.push(asked.merchantOrderNo);
      expect((await call(CREATE, asked, {}, as)).body.code).toBe(200);
    }
    const listed: unknown[] = [];
    let pageIndex: string | null = '';
    for (let page = 0; pageIndex !== null && page < 9; page += 1) {
      const { data }: Answer = await listOf({ pageSize: 2, pageIndex }, as);
      listed.push(...data!.records.map((record) => record['merchantOrderNo']));
      ({ pageIndex } = data!);
      if (data!.records.length > 0) expect(pageIndex).toEqual(expect.any(String));
    }
    expect([listed, pageIndex]).toEqual([numbers, null]);
    expect((await listOf({ status: 2 }, as)).data).toEqual({ records: [], pageIndex: null });
    expect((await listOf({ type: 'PAYOUT' }, as)).data).toEqual({ records: [], pageIndex: null });
  });

  it.each([
    [{ type: 'BOTH' }, 600],
    [{ beginTime: '2020-01-01 00:00:00.000' }, 601],
    [{ endTime: colombian(Date.now() + 40 * 86_400_000) }, 602],
    [{ beginTime: colombian(Date.now() + 1_800_000) }, 603],
    [{ endTime: colombian(Date.now() - 7_200_000) }, 604],
    [{ status: '9' }, 605],
    [{ pageIndex: 'nothing' }, 606],
    [{ beginTime: '2026-02-30 00:00:00.000' }, 414],
    [{ pageSize: 1_001 }, 414],
  ])('with %j is refused', async (changes, code) => {
    expect(await listOf(changes)).toEqual({ ...ERROR, code, msg: expect.any(String) });
  });
});

async function otherOrganization(): Promise<string> {
  const { organizationId } = await app.service.app.get(Organizations).create(`other ${randomUUID()}`);
  return organizationId;
}

describe('the credentials', () => {
  it('are of no use to our own API, nor is an API key to the contract', async () => {
    const ours = await fetch(`${app.url}/payins`, {
      headers: { 'x-api-key': `drop-in teemopay ${merchant['appCode']}` },
    });
    expect(ours.status).toBe(401);
    const { body } = await send(QUERY, '{}', { nonce: newNonce(), ...app.api.authorization });
    expect(body.code).toBe(416);
  });

  it('show nothing of the payins of another organization, nor of those that our own API created', async () => {
    const own = await app.api.open({ rail: 'BRE_B' });
    expect((await query(own.reference)).code).toBe(434);
    expect((await call(CREATE, await request(212, { merchantOrderNo: own.reference }))).body.code).toBe(426);
    const { asked } = await created();
    const other = await issueDropIn(app, 'teemopay', {}, await otherOrganization());
    const { body } = await call(QUERY, { merchantOrderNo: asked.merchantOrderNo }, {}, other);
    expect(body.code).toBe(434);
    // The same number of another merchant is another order.
    expect((await call(CREATE, asked, {}, other)).body.code).toBe(200);
  });

  it('sign for nobody else: a key of one application does not open another', async () => {
    const other = await issueDropIn(app, 'teemopay');
    const { body } = await call(QUERY, { merchantOrderNo: 'any' }, { headers: { app_code: other['appCode']! } });
    expect(body).toEqual({ ...ERROR, code: 401, msg: 'signature verification failed' });
  });

  it('are made with a public key that can be read, and without what the contract has no use for', async () => {
    await expect(issueDropIn(app, 'teemopay', { publicKey: 'bm8ga2V5' })).rejects.toThrow('--public-key');
    await expect(issueDropIn(app, 'teemopay', { direct: true })).rejects.toThrow('--direct');
    await expect(issueDropIn(app, 'teemopay', { amountUnit: 'cents' })).rejects.toThrow('--amount-unit');
  });
});
