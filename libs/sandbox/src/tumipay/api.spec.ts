import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { shapeOf } from '../kit/fixture.js';
import { AUTHENTICATED, call, create, CUSTOMER, PAYIN, query } from './fixture.js';

let sandbox: Sandbox;
let control: SandboxClient['tumipay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).tumipay;
});
afterEach(() => sandbox.close());

describe('create', () => {
  it("answers a Bre-B payin in seed 002's shape", async () => {
    const { status, body } = await create(sandbox);
    expect(status).toBe(200);
    expect(shapeOf(body)).toBe(
      'code status message data{ticket date payment_url transaction{reference amount currency payment_method} account_number}',
    );
    expect(body).toMatchObject({ code: '01', status: 'SUCCESS', message: 'Operacion exitosa' });
    expect(body.data).toMatchObject({
      ticket: expect.stringMatching(/^[A-Za-z0-9]{15}$/),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      payment_url: `${sandbox.url}/tumipay/payments/main?s=${String(body.data['ticket'])}`,
      transaction: { reference: PAYIN.reference, amount: 5000, currency: 'COP', payment_method: 'BREB' },
      account_number: '@tumipaybreb',
    });
  });

  it.each([
    ['another method', { payment_method: 'ALL_METHODS' }, {}],
    ['a Bre-B payin without a key', {}, { accountNumber: 'absent' }],
  ] as const)("answers %s in seed 001's shape", async (_name, changes, switches) => {
    await control.setSwitches(switches);
    const { body } = await create(sandbox, changes);
    expect(shapeOf(body)).toBe(
      'code status message data{ticket date payment_url transaction{reference amount currency payment_method redirect_url ipn_url description}}',
    );
  });

  it('gives each ticket its own key when asked to', async () => {
    await control.setSwitches({ accountNumber: 'per_ticket' });
    const answers = await Promise.all([create(sandbox, { reference: 'A' }), create(sandbox, { reference: 'B' })]);
    expect(new Set(answers.map(({ body }) => body.data['account_number'])).size).toBe(2);
  });

  it('dates in Colombian time', async () => {
    const { body } = await create(sandbox);
    const { createdAt } = await control.order(PAYIN.reference);
    const bogota = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/Bogota',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    expect(body.data['date']).toBe(bogota.format(new Date(createdAt)));
  });

  it.each([
    ['BREB', 15],
    ['PSE', 720],
  ])('lets %s live %i minutes when nothing is said', async (payment_method, minutes) => {
    await create(sandbox, { payment_method, expiration_time: undefined });
    const { createdAt, expiresAt } = await control.order(PAYIN.reference);
    expect(Date.parse(expiresAt ?? '') - Date.parse(createdAt)).toBe(minutes * 60_000);
  });

  it('reads and writes pesos when the unit is pesos, and keeps cents', async () => {
    await control.setSwitches({ amountUnit: 'pesos' });
    const { body } = await create(sandbox);
    expect(body.data['transaction']).toMatchObject({ amount: 5000 });
    expect(await control.order(PAYIN.reference)).toMatchObject({ requestedInCents: 500_000 });
    await control.pay(PAYIN.reference, { amountInCents: 123_450, webhook: 'none' });
    await control.setSwitches({ queryAmount: 'settled' });
    expect((await query(sandbox, PAYIN.reference)).body.data['amount']).toBe(1234.5);
  });

  it.each([
    ['reference', undefined, 'REFERENCE_REQUIRED'],
    ['reference', 7, 'REFERENCE_INVALID'],
    ['amount', undefined, 'AMOUNT_REQUIRED'],
    ['amount', '5000', 'AMOUNT_INVALID'],
    ['amount', 50.5, 'AMOUNT_INVALID'],
    ['amount', 0, 'AMOUNT_INVALID'],
    ['currency', 'USD', 'CURRENCY_INVALID'],
    ['country', 'PE', 'COUNTRY_INVALID'],
    ['payment_method', 'NEQUI', 'PAYMENT_METHOD_INVALID'],
    ['ipn_url', undefined, 'IPN_URL_REQUIRED'],
    ['ipn_url', 'ftp://x.co', 'IPN_URL_INVALID'],
    ['redirect_url', 'your-domain.com', 'REDIRECT_URL_INVALID'],
    ['description', 5, 'DESCRIPTION_INVALID'],
    ['expiration_time', '720', 'EXPIRATION_TIME_INVALID'],
    ['metadata', 'text', 'METADATA_INVALID'],
    ['customer_data', undefined, 'CUSTOMER_DATA_REQUIRED'],
    ['customer_data', [], 'CUSTOMER_DATA_INVALID'],
    ['customer_data', { ...CUSTOMER, legal_doc: undefined }, 'CUSTOMER_DATA_LEGAL_DOC_REQUIRED'],
    ['customer_data', { ...CUSTOMER, legal_doc_type: 'NIT' }, 'CUSTOMER_DATA_LEGAL_DOC_TYPE_INVALID'],
    ['customer_data', { ...CUSTOMER, phone_code: '+57' }, 'CUSTOMER_DATA_PHONE_CODE_INVALID'],
    ['customer_data', { ...CUSTOMER, phone_number: 3121234567 }, 'CUSTOMER_DATA_PHONE_NUMBER_INVALID'],
    ['customer_data', { ...CUSTOMER, email: 'johndoe' }, 'CUSTOMER_DATA_EMAIL_INVALID'],
    ['customer_data', { ...CUSTOMER, full_name: '' }, 'CUSTOMER_DATA_FULL_NAME_REQUIRED'],
  ])('refuses %s %p as %s', async (field, value, error) => {
    const answer = await create(sandbox, { [field]: value });
    expect(answer.status).toBe(400);
    expect(shapeOf(answer.body)).toBe('code status message error');
    expect(answer.body).toMatchObject({ code: '00', status: 'ERROR', error });
    expect(await control.orders()).toEqual([]);
  });

  it('refuses a body that is not JSON, and one that does not say it is', async () => {
    expect((await create(sandbox, {}, { body: '{' })).body.error).toBe('BODY_INVALID');
    const headers = { ...AUTHENTICATED, 'content-type': 'text/plain' };
    expect((await create(sandbox, {}, { headers })).body.error).toBe('CONTENT_TYPE_INVALID');
  });

  it('refuses a body past its limit', async () => {
    expect(await create(sandbox, { description: 'x'.repeat(300_000) })).toMatchObject({
      status: 413,
      body: { code: '00' },
    });
  });
});

describe('a reference that is used already', () => {
  it('is refused unless a switch says otherwise', async () => {
    await create(sandbox);
    expect(await create(sandbox)).toMatchObject({ status: 409, body: { error: 'REFERENCE_DUPLICATED' } });
    expect(await control.orders(PAYIN.reference)).toHaveLength(1);
  });

  it('answers the same ticket', async () => {
    await control.setSwitches({ duplicateReference: 'same_ticket' });
    const [first, second] = [await create(sandbox), await create(sandbox)];
    expect(second).toEqual(first);
    expect(await control.orders(PAYIN.reference)).toHaveLength(1);
  });

  it('makes a new ticket, and the reference then means the newest', async () => {
    await control.setSwitches({ duplicateReference: 'new_ticket' });
    await create(sandbox);
    const { body } = await create(sandbox);
    expect(await control.orders(PAYIN.reference)).toHaveLength(2);
    expect((await query(sandbox, PAYIN.reference)).body.data['ticket']).toBe(body.data['ticket']);
  });

  it('is accepted once from simultaneous requests', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(sandbox)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('query', () => {
  it('answers by ticket and by reference in the documented shape', async () => {
    const ticket = String((await create(sandbox)).body.data['ticket']);
    const byTicket = await query(sandbox, ticket);
    expect(byTicket.status).toBe(200);
    expect(shapeOf(byTicket.body)).toBe(
      'code status data{ticket reference amount currency type_transaction ' +
        'customer{email full_name legal_doc phone_code phone_number legal_doc_type} ' +
        'status response_message date cus metadata{}}',
    );
    expect(byTicket.body.data).toMatchObject({
      ticket,
      amount: 5000,
      type_transaction: 'Recaudo',
      customer: { legal_doc: 1234567890, phone_code: '57', phone_number: 3121234567 },
      status: 'PENDING',
      response_message: 'Transacción pendiente',
      metadata: [],
    });
    expect(await query(sandbox, PAYIN.reference)).toEqual(byTicket);
  });

  it('answers a GET with a body and a POST, as two public pages show it', async () => {
    await create(sandbox);
    const answer = await query(sandbox, PAYIN.reference, {
      method: 'POST',
      body: JSON.stringify({ ticket: 'ignored' }),
    });
    expect(answer).toMatchObject({ status: 200, body: { data: { reference: PAYIN.reference } } });
  });

  it.each([
    ['pay', 'APPROVED', 'Transacción exitosa'],
    ['reject', 'REJECTED', 'Transacción rechazada'],
    ['decline', 'DECLINED', 'Transacción declinada'],
    ['expire', 'EXPIRED', 'Transacción expirada'],
  ] as const)('shows what %s did', async (action, status, response_message) => {
    await create(sandbox);
    await control.move(PAYIN.reference, action, { webhook: 'none' });
    expect((await query(sandbox, PAYIN.reference)).body.data).toMatchObject({ status, response_message });
  });

  it('echoes what was asked unless the switch wants what arrived', async () => {
    await create(sandbox);
    await control.pay(PAYIN.reference, { amountInCents: 7700, webhook: 'none' });
    expect((await query(sandbox, PAYIN.reference)).body.data['amount']).toBe(5000);
    await control.setSwitches({ queryAmount: 'settled' });
    expect((await query(sandbox, PAYIN.reference)).body.data['amount']).toBe(7700);
  });

  it('says that there is no such transaction, with 404 or with 200', async () => {
    expect(await query(sandbox, 'nothing')).toMatchObject({ status: 404, body: { error: 'TRANSACTION_NOT_FOUND' } });
    await control.setSwitches({ notFound: '200_with_code' });
    expect(await query(sandbox, 'nothing')).toMatchObject({ status: 200, body: { code: '00', status: 'ERROR' } });
  });
});

describe('the rest of the API', () => {
  it('knows its merchant', async () => {
    expect(shapeOf((await call(sandbox, '/v1/merchant/me')).body)).toBe(
      'code status message data{name nit email currency wallet}',
    );
  });

  it.each([
    ['no token', { authorization: AUTHENTICATED.authorization }],
    ['no Basic', { 'token-top': AUTHENTICATED['token-top'] }],
    ['a wrong token', { ...AUTHENTICATED, 'token-top': 'wrong' }],
    ['a wrong password', { ...AUTHENTICATED, authorization: `Basic ${btoa('sandbox-user:wrong')}` }],
  ])('refuses %s everywhere', async (_name, some) => {
    const init = { headers: new Headers({ 'content-type': 'application/json', ...some }) };
    const answers = await Promise.all([
      create(sandbox, {}, init),
      query(sandbox, 'x', init),
      call(sandbox, '/v1/pse/banks', init),
      call(sandbox, '/v1/merchant/me', init),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ code: '00', status: 'ERROR', error: 'UNAUTHORIZED' });
    }
    expect(await control.orders()).toEqual([]);
  });

  it('shows the last calls exactly as they came', async () => {
    const text = `{ "amount" : "ñ",\n"reference":1 }`;
    await create(sandbox, {}, { body: text });
    await query(sandbox, 'a/b');
    await call(sandbox, '/v1/nowhere');
    const calls = await control.calls();
    expect(calls.map(({ operation, method, responseStatus }) => [operation, method, responseStatus])).toEqual([
      ['create', 'POST', 400],
      ['query', 'GET', 404],
      ['unknown', 'GET', 404],
    ]);
    expect(calls[0]).toMatchObject({ body: text, headers: { 'token-top': AUTHENTICATED['token-top'] } });
    expect(await control.calls('query')).toMatchObject([{ url: '/tumipay/production/api/v1/transaction/a%2Fb' }]);
  });
});
