import { describe, expect, it } from '@jest/globals';
import { errorOf, EXAMPLE_ORDER, EXAMPLE_REFERENCE, fixture, fixtureText, replyOf } from './fixture.js';
import { ERROR_CODES } from './teemopay.envelope.js';
import { readCreateReply, readListReply, readQueryReply } from './teemopay.mapper.js';

const CANARY = 'janejohnson@email.com 1045689877';
const FOREIGN_JSON = { statusCode: 400, message: CANARY };
const CREATED = fixture('seed004-create-reply');
const CREATED_TEXT = fixtureText('seed004-create-reply');

const errorBody = (code: unknown) => ({ code, data: null, msg: CANARY, traceId: 'x' });
const createError = (...reply: Parameters<typeof replyOf>) =>
  errorOf(() => readCreateReply(replyOf(...reply), EXAMPLE_ORDER));
const queryError = (...reply: Parameters<typeof replyOf>) =>
  errorOf(() => readQueryReply(replyOf(...reply), EXAMPLE_REFERENCE));
const listError = (...reply: Parameters<typeof replyOf>) => errorOf(() => readListReply(replyOf(...reply)));

describe('an error in an envelope', () => {
  it.each([
    [401, 'authentication', 'not_executed'],
    [412, 'unavailable', 'unknown'],
    [413, 'rejected_request', 'not_executed'],
    [414, 'rejected_request', 'not_executed'],
    [415, 'rejected_request', 'not_executed'],
    [416, 'authentication', 'not_executed'],
    [417, 'authentication', 'not_executed'],
    [418, 'authentication', 'not_executed'],
    [423, 'rejected_request', 'not_executed'],
    [424, 'rejected_request', 'not_executed'],
    [425, 'rejected_request', 'not_executed'],
    [426, 'rejected_request', 'unknown'],
    [427, 'rejected_request', 'not_executed'],
    [431, 'rejected_request', 'not_executed'],
    [432, 'rejected_request', 'not_executed'],
    [433, 'rejected_request', 'not_executed'],
    [434, 'unavailable', 'unknown'],
    [438, 'rejected_request', 'not_executed'],
    [440, 'rejected_request', 'not_executed'],
    [445, 'rejected_request', 'not_executed'],
    [448, 'timeout', 'unknown'],
    [455, 'rejected_request', 'not_executed'],
    [460, 'rejected_request', 'not_executed'],
    [462, 'rejected_request', 'not_executed'],
    [466, 'rejected_request', 'not_executed'],
    [473, 'rejected_request', 'not_executed'],
    [475, 'rejected_request', 'not_executed'],
    [476, 'rejected_request', 'not_executed'],
    [492, 'rejected_request', 'not_executed'],
    [500, 'unavailable', 'unknown'],
    ...[600, 601, 602, 603, 604, 605, 606].map((code) => [code, 'rejected_request', 'not_executed'] as const),
    // Not documented: an order may be there.
    [400, 'unavailable', 'unknown'],
    [201, 'unavailable', 'unknown'],
    [499, 'unavailable', 'unknown'],
    [999, 'unavailable', 'unknown'],
  ] as const)('with code %p is %s, %s', (code, kind, outcome) => {
    for (const written of [code, String(code)]) {
      const error = createError(errorBody(written));
      expect(error).toMatchObject({ kind, outcome, detail: { providerCode: String(code) } });
      expect(error.message).not.toContain(CANARY);
      expect(listError(errorBody(written))).toMatchObject({ kind, outcome });
    }
  });

  it('is read the same with the HTTP status of a refusal', () => {
    for (const [code, verdict] of Object.entries(ERROR_CODES))
      for (const status of [400, 404, 409]) expect(createError(errorBody(Number(code)), status)).toMatchObject(verdict);
  });

  it('leaves everything open in an outage or a redirect', () => {
    for (const status of [301, 302, 500, 502, 503])
      expect(createError(errorBody(423), status)).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
  });

  it('is a refusal in the documented examples', () => {
    expect(createError(fixtureText('create-reply-duplicate')).outcome).toBe('unknown');
    expect(queryError(fixtureText('query-reply-error'))).toMatchObject({
      kind: 'authentication',
      detail: { providerCode: '416' },
    });
  });

  it.each([{ code: 423 }, { code: 423, message: 'not supported' }, { code: 423, msg: 1 }])(
    'is not TeemoPay’s without its msg: %p',
    (body) => expect(createError(body)).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' }),
  );
});

describe('an HTTP status that is no success', () => {
  it.each([
    [429, errorBody(412), 'rate_limited', 'not_executed'],
    [409, FOREIGN_JSON, 'unavailable', 'unknown'],
    [302, CREATED_TEXT, 'contradictory_reply', 'unknown'],
    [400, CREATED_TEXT, 'contradictory_reply', 'unknown'],
    [500, CREATED_TEXT, 'contradictory_reply', 'unknown'],
  ] as const)('%p with %p is %s, %s', (status, body, kind, outcome) => {
    for (const error of [createError(body, status), queryError(body, status), listError(body, status)]) {
      expect(error).toMatchObject({ kind, outcome });
      expect(error.message).not.toContain(CANARY);
    }
  });

  it('says how long to wait also in an envelope', () => {
    expect(createError(errorBody(412), 200, { 'retry-after': '7' }).detail.retryAfterMs).toBe(7000);
  });
});

describe('a 200 that is no success', () => {
  it.each([0, 1, 20, 2000, '0200', ' 200', '2e2', null, undefined, true, [200], { code: 200 }, 200.5])(
    'may be an order with the code %p',
    (code) => expect(createError({ ...CREATED, code })).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' }),
  );

  it.each([undefined, null, [], [CREATED.data], '', 'TS25', 42, true])('may be an order with the data %p', (data) => {
    expect(createError({ ...CREATED, data })).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
  });
});

describe('an order that TeemoPay does not know', () => {
  const read = (body: unknown, status = 200) => readQueryReply(replyOf(body, status), EXAMPLE_REFERENCE);

  it.each([
    ['434', 200, { code: 434, data: null, msg: 'Merchant order not exist', traceId: 'x' }],
    ['434 as a text', 200, { code: '434', data: null, msg: 'Merchant order not exist' }],
    ['434 with HTTP 404', 404, { code: 434, data: null, msg: 'Merchant order not exist' }],
    ['the 400 of older pages', 200, { code: 400, msg: 'Order not found', success: false }],
  ])('is certainly not there: %s', (_form, status, body) => expect(read(body, status)).toEqual({ found: false }));

  it.each([
    ['434 in an outage', 500, { code: 434, data: null, msg: 'Merchant order not exist' }],
    ['434 with a redirect', 302, { code: 434, data: null, msg: 'Merchant order not exist' }],
    ['434 with an order', 200, { code: 434, data: fixture('query-reply').data, msg: 'x' }],
    ['434 without a word', 200, { code: 434 }],
    ['400 with another word', 200, { code: 400, msg: 'Bad request', success: false }],
    ['400 without success', 200, { code: 400, msg: 'Order not found' }],
    ['404 of a framework', 404, { statusCode: 404, message: 'Cannot POST /api/pay/payment/query/v1' }],
    ['404 in HTML', 404, '<html>Order not found</html>'],
    ['an empty 404', 404, ''],
    ['another code', 200, { code: 416, data: null, msg: 'Application not found' }],
    ['no data', 200, { code: 200, data: null, msg: 'Merchant order not exist' }],
  ])('may still be there: %s', (_form, status, body) => expect(() => read(body, status)).toThrow('TeemoPay'));
});
