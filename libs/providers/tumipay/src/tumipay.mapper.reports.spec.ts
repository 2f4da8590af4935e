import { describe, expect, it } from '@jest/globals';
import { type AmountUnit, REPORTED_STATUSES } from '@recaudo/payment-provider';
import { errorOf, fixture, fixtureText, replyOf } from './fixture.js';
import { readTransactionReply, readWebhook, signedWebhookObject, STATUSES } from './tumipay.mapper.js';

const QUERY = fixture('query-reply');
const REFERENCE = '1T11SKv97GRQ3GnqetKXaG4sY';
const WEBHOOK = fixture('webhook');

function ask(changes: object, unit: AmountUnit = 'cents', reference = REFERENCE) {
  return readTransactionReply(replyOf({ ...QUERY, data: { ...QUERY.data, ...changes } }), reference, unit);
}

function webhookWith(changes: object, unit: AmountUnit = 'cents') {
  return readWebhook(Buffer.from(JSON.stringify({ ...WEBHOOK, ...changes })), unit);
}

describe('the reply to a query', () => {
  it('is read from the documented example', () => {
    expect(readTransactionReply(replyOf(fixtureText('query-reply')), REFERENCE, 'cents')).toEqual({
      found: true,
      report: {
        status: 'REJECTED',
        rawStatus: 'REJECTED',
        externalId: 'saKqzi9Sw9knrgc',
        amountInCents: 3000n,
        amountMayBeEchoed: true,
        currency: 'COP',
        reasonCode: 'REJECTED',
      },
    });
  });

  it('does not take the outer status for the transaction’s', () => {
    expect(ask({ status: 'PENDING' })).toMatchObject({ report: { status: 'PENDING' } });
    expect(errorOf(() => ask({ status: undefined }))).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
  });
});

describe.each(['a query', 'a webhook'])('a status in %s', (source) => {
  const statusOf = (raw: string) => {
    if (source === 'a webhook') return webhookWith({ top_status: raw }).report;
    const fetched = ask({ status: raw });
    if (!fetched.found) throw new Error('not found');
    return fetched.report;
  };

  it.each([
    ['CREATED', 'PENDING'],
    ['PENDING', 'PENDING'],
    ['APPROVED', 'APPROVED'],
    ['REJECTED', 'REJECTED'],
    ['DECLINED', 'REJECTED'],
    ['EXPIRED', 'EXPIRED'],
    ['COMPLETED', 'APPROVED'],
    ['FAILED', 'REJECTED'],
  ])('%s means %s', (raw, ours) => expect(statusOf(raw)).toMatchObject({ status: ours, rawStatus: raw }));

  it('is one of eight: no other text has a meaning', () => {
    expect(Object.keys(STATUSES)).toHaveLength(8);
    for (const status of Object.values(STATUSES)) expect(REPORTED_STATUSES).toContain(status);
  });

  it.each([
    'approved',
    'Approved',
    'APPROVED ',
    'APPROVED_PARTIAL',
    'REFUNDED',
    'SUCCESS',
    '01',
    'EN REVISIÓN',
    'constructor',
    '__proto__',
    'toString',
  ])('%p is kept as it is and means nothing', (raw) =>
    expect(statusOf(raw)).toMatchObject({ status: 'UNRECOGNISED', rawStatus: raw }),
  );

  it('gives a reason only where the payment failed', () => {
    expect(statusOf('DECLINED').reasonCode).toBe('DECLINED');
    expect(statusOf('FAILED').reasonCode).toBe('FAILED');
    for (const raw of ['APPROVED', 'PENDING', 'EXPIRED', 'OTHER'])
      expect(statusOf(raw)).not.toHaveProperty('reasonCode');
  });
});

describe.each(['a query', 'a webhook'])('an amount in %s', (source) => {
  const amountOf = (amount: unknown, unit: AmountUnit = 'cents') => {
    const fetched = source === 'a webhook' ? webhookWith({ top_amount: amount }, unit) : ask({ amount }, unit);
    return (fetched as { report: object }).report;
  };

  it.each([
    [5000, 'cents', 5000n],
    [5000, 'pesos', 500_000n],
    ['5000', 'cents', 5000n],
    ['5000', 'pesos', 500_000n],
    [0, 'pesos', 0n],
    [Number.MAX_SAFE_INTEGER, 'pesos', 900_719_925_474_099_100n],
  ] as const)('%p %s is %p cents', (amount, unit, cents) => {
    expect(amountOf(amount, unit)).toMatchObject({ amountInCents: cents });
  });

  it.each([
    50.5,
    -1,
    2 ** 53,
    null,
    undefined,
    '',
    '1.0',
    '1e3',
    '-1',
    ' 1',
    '0x10',
    '5.000',
    '5,000',
    true,
    [5000],
    { amount: 5000 },
    '9'.repeat(19),
  ])('%p is no amount, and none is made of it', (amount) =>
    expect(amountOf(amount)).not.toHaveProperty('amountInCents'),
  );
});

describe('an order that TumiPay does not know', () => {
  const read = (body: unknown, status: number) => readTransactionReply(replyOf(body, status), REFERENCE, 'cents');

  it.each([
    [
      '404 in the reported error shape',
      404,
      { code: '00', status: 'ERROR', message: 'Transacción no encontrada', error: 'TRANSACTION_NOT_FOUND' },
    ],
    ['404 with a message only', 404, { message: 'Transaction not found' }],
    ['404 with an error only', 404, { error: 'TICKET_NOT_FOUND' }],
    [
      '404 in TumiPay’s envelope that names nothing',
      404,
      { code: '00', status: 'ERROR', message: 'Not found', error: 'NOT_FOUND' },
    ],
    [
      '404 with an error and data null',
      404,
      { code: '02', status: 'FAILED', message: 'No existe la transacción', data: null },
    ],
    ['200 with an error code', 200, { code: '00', status: 'ERROR', message: 'x', error: 'TRANSACTION_NOT_FOUND' }],
    ['200 with a Spanish sentence', 200, { code: '02', status: 'FAILED', message: 'No se encontró la transacción' }],
    ['200 with another Spanish sentence', 200, { code: '02', status: 'FAILED', message: 'La transacción no existe' }],
    ['404 in Nest’s shape', 404, { statusCode: 404, message: 'Transaction not found', error: 'Not Found' }],
    ['404 with a list of sentences', 404, { message: ['Referencia ABC no encontrada'] }],
    ['404 with a code in another style', 404, { code: 'TransactionNotFound' }],
    ['404 with the id in it', 404, { code: '00', status: 'ERROR', message: 'No existe un ticket con ese valor: 3x' }],
    ['404 that could not find it', 404, { message: 'The transaction could not be found.' }],
    ['404 without such a thing', 404, { message: 'No transaction found' }],
  ])('is certainly not there: %s', (_form, status, body) => expect(read(body, status)).toEqual({ found: false }));

  it.each([
    ['an empty 404', 404, ''],
    ['the HTML 404 of a web server', 404, '<html><h1>404 Not Found</h1></html>'],
    ['a 404 without a word', 404, {}],
    [
      'the 404 of Nest or Fastify',
      404,
      { statusCode: 404, message: 'Cannot GET /v1/transaction/x', error: 'Not Found' },
    ],
    ['the 404 of Nest under another path', 404, { statusCode: 404, message: 'Cannot GET /transaction/x' }],
    ['the 404 of Spring', 404, { timestamp: 1, status: 404, error: 'Not Found', path: '/v1/transaction/x' }],
    ['the 404 of Laravel', 404, { message: 'The route api/v1/transaction/x could not be found.' }],
    ['the 404 of Kong', 404, { message: 'no Route matched with those values' }],
    ['the 404 of an API gateway', 404, { message: 'Not Found' }],
    [
      'a 404 about the merchant',
      404,
      { code: '00', status: 'ERROR', message: 'Merchant not found', error: 'NOT_FOUND' },
    ],
    ['a 200 that does not say what', 200, { code: '00', status: 'ERROR', message: 'Not found', error: 'NOT_FOUND' }],
    ['a 404 that repeats the path', 404, { error: 'There is no GET /v1/transaction/x here.' }],
    [
      'a 404 that speaks of a route in their own shape',
      404,
      { code: '00', status: 'ERROR', error: 'ROUTE_NOT_FOUND', message: 'x' },
    ],
    ['a 404 with a code only', 404, { code: '14' }],
    ['a 200 that does not say what', 200, { code: '00', status: 'ERROR', message: 'No encontrado' }],
    [
      'the 404 of Spring with its message',
      404,
      { timestamp: 'x', status: 404, error: 'Not Found', message: 'No message available', path: '/v1/transaction/A' },
    ],
    ['the 404 of a platform', 404, { status: 'error', code: 404, message: 'Application not found', request_id: 'x' }],
    ['a 404 about a tenant', 404, { message: 'Tenant not found' }],
    ['a 404 about a merchant', 404, { code: '00', status: 'ERROR', message: 'El comercio no existe. Referencia: ABC' }],
    ['a 404 about a service', 404, { message: 'Transaction service not found' }],
    ['a 404 of an outage', 404, { message: 'Service temporarily unavailable' }],
    ['a 404 that does not let us in', 404, { message: 'Unauthorized' }],
    ['a 404 that lacks the reference', 404, { code: '00', status: 'ERROR', message: 'No reference provided' }],
    [
      'a 404 while it is being made',
      404,
      { code: '00', status: 'ERROR', message: 'Transacción no encontrada, sigue en proceso' },
    ],
    [
      'a 404 that failed inside',
      404,
      { code: '00', status: 'ERROR', message: 'TRANSACTION_NOT_FOUND', error: 'INTERNAL' },
    ],
    ['a 404 that says success', 404, { code: '01', status: 'SUCCESS', message: 'not found', data: {} }],
    ['a 404 with another code that says success', 404, { code: '14', status: 'SUCCESS' }],
    ['a 404 that shows the transaction', 404, { code: '14', status: 'ERROR', data: { reference: REFERENCE } }],
    ['a list', 404, [{ message: 'Transaction not found' }]],
    ['a text', 404, '"Transaction not found"'],
    ['another refusal', 200, { code: '00', status: 'ERROR', message: 'Credenciales inválidas' }],
    ['a bad request', 400, { code: '00', status: 'ERROR', message: 'Transaction not found' }],
    ['an outage', 503, { code: '00', status: 'ERROR', message: 'Transaction not found' }],
    ['a gone resource', 410, { message: 'Transaction not found' }],
  ])('may still be there: %s', (_form, status, body) => expect(() => read(body, status)).toThrow('TumiPay'));
});

describe('a webhook', () => {
  it('is read from the documented example', () => {
    const reference = 'ef3bc5cc-1a08-41c8-9e3b-449b95ac5eb6';
    const ticket = '49e3c70f-49d2-11ef-a534-02530a7dec0f';
    expect(readWebhook(Buffer.from(fixtureText('webhook')), 'cents')).toEqual({
      eventKey: `${ticket}|${reference}|APPROVED|20000`,
      providerReference: reference,
      report: {
        status: 'APPROVED',
        rawStatus: 'APPROVED',
        externalId: ticket,
        amountInCents: 20_000n,
        currency: 'COP',
      },
    });
  });

  it('has the same key when it is the same event, and another when ticket, reference, status or amount differ', () => {
    const keys = [{}, { top_ticket: 't' }, { top_reference: 'r' }, { top_status: 'PENDING' }, { top_amount: 1 }].map(
      (changes) => webhookWith(changes).eventKey,
    );
    expect(new Set(keys).size).toBe(5);
    expect(webhookWith({ top_bank_name: 'OTHER', top_extra_params1: 'x' }).eventKey).toBe(keys[0]);
  });

  it('is read without the fields that are not there for every method', () => {
    const { top_status, top_reference } = WEBHOOK;
    const bare = readWebhook(Buffer.from(JSON.stringify({ top_status, top_reference })), 'cents');
    expect(bare.report).toEqual({ status: 'APPROVED', rawStatus: 'APPROVED' });
    for (const top_card of [null, [], {}, '']) expect(webhookWith({ top_card }).report.status).toBe('APPROVED');
  });

  it.each([
    ['no status', { top_status: undefined }],
    ['no reference', { top_reference: undefined }],
    ['a number as reference', { top_reference: 42 }],
    ['a list as reference', { top_reference: ['x'] }],
    ['a status that is an object', { top_status: { APPROVED: true } }],
    ['a reference with a control character', { top_reference: 'a\u0000b' }],
  ])('is not read with %s', (_what, changes) =>
    expect(errorOf(() => webhookWith(changes)).kind).toBe('unreadable_reply'),
  );

  it.each(['', 'null', '[]', '"APPROVED"', '42', '{', 'top_status=APPROVED', '\ufeff{}', '{}'])(
    'is not read from %p',
    (text) => {
      expect(errorOf(() => readWebhook(Buffer.from(text), 'cents')).kind).toBe('unreadable_reply');
    },
  );

  it('is signed over token, ticket and reference, in that order, and over nothing when one of them is no text', () => {
    expect(JSON.stringify(signedWebhookObject('T', { ...WEBHOOK, top_ticket: 't', top_reference: 'r' }))).toBe(
      '{"token":"T","ticket":"t","reference":"r"}',
    );
    for (const changes of [
      { top_ticket: undefined },
      { top_ticket: 1 },
      { top_reference: null },
      { top_reference: ['r'] },
    ]) {
      expect(signedWebhookObject('T', { ...WEBHOOK, ...changes })).toBeUndefined();
    }
  });
});
