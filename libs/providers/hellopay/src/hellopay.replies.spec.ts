import { describe, expect, it } from '@jest/globals';
import { errorOf, fixture, fixtureText, replyOf, SEED_003_ORDER } from './fixture.js';
import { AmountUnits } from './hellopay.amounts.js';
import { readCreateReply, readListReply, readPayinReply } from './hellopay.mapper.js';
import { readSuccess, saysNoSuchPayin } from './hellopay.replies.js';

const CANARY = 'john.doe@doe.com 1000000001';
const ERROR_BODY = { statusCode: 400, message: [`inlineCustomer.phone ${CANARY} is wrong`], error: 'Bad Request' };
const HTML = `<html><body><h1>${CANARY}</h1></body></html>`;
const CREATED_TEXT = fixtureText('seed003-create-reply');

const readers = {
  create: (reply: ReturnType<typeof replyOf>) => readCreateReply(reply, SEED_003_ORDER, new AmountUnits('auto')),
  query: readPayinReply,
  list: readListReply,
};
const errorsOf = (...reply: Parameters<typeof replyOf>) =>
  Object.values(readers).map((read) => errorOf(() => read(replyOf(...reply))));

describe('an HTTP status that is no success', () => {
  it.each([
    [400, ERROR_BODY, 'rejected_request', 'not_executed'],
    [401, ERROR_BODY, 'authentication', 'not_executed'],
    [403, ERROR_BODY, 'authentication', 'not_executed'],
    [404, ERROR_BODY, 'rejected_request', 'not_executed'],
    [405, ERROR_BODY, 'rejected_request', 'not_executed'],
    [413, ERROR_BODY, 'rejected_request', 'not_executed'],
    [415, ERROR_BODY, 'rejected_request', 'not_executed'],
    [422, ERROR_BODY, 'rejected_request', 'not_executed'],
    [429, ERROR_BODY, 'rate_limited', 'not_executed'],
    // Whoever answers these has not let the request through, in whatever shape.
    [401, HTML, 'authentication', 'not_executed'],
    [403, '', 'authentication', 'not_executed'],
    [429, HTML, 'rate_limited', 'not_executed'],
    // The payin may be there.
    [409, ERROR_BODY, 'unavailable', 'unknown'],
    [400, HTML, 'unavailable', 'unknown'],
    [404, '', 'unavailable', 'unknown'],
    [422, '[]', 'unavailable', 'unknown'],
    [408, ERROR_BODY, 'unavailable', 'unknown'],
    [418, ERROR_BODY, 'unavailable', 'unknown'],
    [500, ERROR_BODY, 'unavailable', 'unknown'],
    [500, CREATED_TEXT, 'unavailable', 'unknown'],
    [502, HTML, 'unavailable', 'unknown'],
    [503, '', 'unavailable', 'unknown'],
    [301, HTML, 'unavailable', 'unknown'],
    [302, CREATED_TEXT, 'unavailable', 'unknown'],
    [304, '', 'unavailable', 'unknown'],
  ] as const)('%p with %p is %s, %s', (status, body, kind, outcome) => {
    for (const error of errorsOf(body, status)) {
      expect(error).toMatchObject({ kind, outcome });
      expect(error.message).not.toContain(CANARY);
    }
  });

  it.each([
    { message: ['reference must be unique'] },
    { message: 'A payin with this reference already exists' },
    { message: 'Duplicated reference' },
    { error: 'DUPLICATE_REFERENCE' },
    { code: 'REFERENCE_EXISTS' },
    { errorCode: 'REFERENCE_TAKEN' },
    { message: 'Referencia duplicada' },
    { errorCode: 'REFERENCE_TAKEN', code: 'REFERENCE_ALREADY_USED' },
    { message: 'La referencia ya existe' },
  ])('may be about a payin that is there already: 400 with %p', (body) => {
    for (const status of [400, 409, 422])
      for (const error of errorsOf({ statusCode: status, ...body }, status)) expect(error.outcome).toBe('unknown');
  });

  it('is a refusal when it only speaks of the reference', () => {
    for (const message of ['reference must be a string', ['reference should not be empty'], 'Bank does not exist'])
      for (const error of errorsOf({ statusCode: 400, message, error: 'Bad Request' }, 400))
        expect(error.outcome).toBe('not_executed');
  });

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['999999', 3_600_000],
    ['0', undefined],
    ['-5', undefined],
    ['', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('with Retry-After %p waits %p ms, never more than an hour', (header, waitMs) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header };
    for (const status of [429, 503])
      expect(errorOf(() => readSuccess(replyOf('', status, headers))).detail.retryAfterMs).toBe(waitMs);
  });
});

describe('a 2xx that is no payin', () => {
  it.each(['', ' ', 'null', 'true', '42', '"ok"', '[]', `[${CREATED_TEXT}]`, HTML, `${CREATED_TEXT}${CREATED_TEXT}`])(
    'may be one with the body %p',
    (body) => {
      for (const status of [200, 201, 202])
        for (const error of errorsOf(body, status))
          expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
    },
  );

  it('may be one wherever the text breaks off', () => {
    const text = CREATED_TEXT.trimEnd();
    for (let length = 0; length < text.length; length += 1)
      for (const error of errorsOf(text.slice(0, length), 201))
        expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
  });

  it.each([
    ['id', [undefined, null, 42, '', '..', '../me', 'a b', 'x'.repeat(101), ['x'], {}]],
    ['status', [undefined, null, 42, '', ' ', 'A\nB', ['PENDING'], {}, 'x'.repeat(256)]],
    ['reference', [42, true, ['INV-2024-001'], {}]],
  ])('may be one whose %s is none of ours to read', (field, values) => {
    for (const value of values)
      for (const read of [readers.create, readers.query])
        expect(errorOf(() => read(replyOf({ ...fixture('seed003-create-reply'), [field]: value })))).toMatchObject({
          kind: 'unreadable_reply',
          outcome: 'unknown',
        });
  });
});

describe('the provider’s own code', () => {
  const codeOf = (body: object) => errorOf(() => readSuccess(replyOf(body, 422))).detail.providerCode;

  it('is kept for the merchant and for operators', () => {
    expect(codeOf({ errorCode: 'E1', code: 'E2', error: 'E3' })).toBe('E1');
    expect(codeOf({ code: 'E2', error: 'E3' })).toBe('E2');
    expect(codeOf({ error: 'RAIL_NOT_SUPPORTED' })).toBe('RAIL_NOT_SUPPORTED');
  });

  it.each([CANARY, 'Unprocessable Entity', 'x'.repeat(65), '', 42, null, ['A'], 'A\nB'])(
    'is not %p: a sentence may repeat the payer’s data',
    (error) => {
      const refused = errorOf(() => readSuccess(replyOf({ error, message: CANARY }, 422)));
      expect(refused.detail).not.toHaveProperty('providerCode');
      expect(refused.message).toBe('HelloPay refused the request');
    },
  );
});

describe('a payin that HelloPay does not know', () => {
  it.each([
    ['the documented words in Nest’s shape', { statusCode: 404, message: 'Payin not found', error: 'Not Found' }],
    ['the documented words alone', { message: 'Payin not found' }],
    ['a list of words', { statusCode: 404, message: ['Payin not found'] }],
    ['a code', { error: 'PAYIN_NOT_FOUND' }],
    ['another sentence', { message: 'The pay-in does not exist' }],
    ['a Spanish sentence', { message: 'No se encontró el payin' }],
  ])('is certainly not there: %s', (_form, body) => expect(saysNoSuchPayin(replyOf(body, 404))).toBe(true));

  it.each([
    ['an empty 404', 404, ''],
    ['the HTML 404 of a web server', 404, '<html><h1>404 Payin Not Found</h1></html>'],
    ['a 404 without a word', 404, {}],
    ['the 404 of Nest', 404, { statusCode: 404, message: 'Cannot GET /payins/x', error: 'Not Found' }],
    ['the bare 404 of Nest', 404, { statusCode: 404, message: 'Not Found' }],
    ['the 404 of Spring', 404, { status: 404, error: 'Not Found', path: '/payins/x' }],
    ['the 404 of Laravel', 404, { message: 'The route payins/x could not be found.' }],
    ['the 404 of Kong', 404, { message: 'no Route matched with those values' }],
    ['a 404 that repeats the path', 404, { message: 'The resource /payins/x was not found' }],
    ['something else', 404, { message: 'Organization not found' }],
    ['a list', 404, [{ message: 'Payin not found' }]],
    ['a text', 404, '"Payin not found"'],
    ['a success', 200, { message: 'Payin not found' }],
    ['a bad request', 400, { message: 'Payin not found' }],
    ['a gone resource', 410, { message: 'Payin not found' }],
    ['an outage', 503, { message: 'Payin not found' }],
  ])('may still be there: %s', (_form, status, body) => expect(saysNoSuchPayin(replyOf(body, status))).toBe(false));
});
