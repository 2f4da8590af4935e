import { describe, expect, it } from '@jest/globals';
import { errorOf, fixture, fixtureText, replyOf } from './fixture.js';
import { readCreateReply, readTransactionReply } from './tumipay.mapper.js';

const CANARY = 'janejohnson@email.com 1045689877';
const ERROR_BODY = { code: '00', status: 'ERROR', message: `No se pudo: ${CANARY}`, error: 'REFERENCE_INVALID' };
const HTML = `<html><body><h1>${CANARY}</h1></body></html>`;
const CREATED = fixture('seed001-create-reply');
const CREATED_TEXT = fixtureText('seed001-create-reply');

const createError = (...reply: Parameters<typeof replyOf>) => errorOf(() => readCreateReply(replyOf(...reply)));
const queryError = (...reply: Parameters<typeof replyOf>) =>
  errorOf(() => readTransactionReply(replyOf(...reply), 'R', 'cents'));

describe('an HTTP status that is no success', () => {
  it.each([
    // A refusal in TumiPay's own shape: it did not act on the request.
    [400, ERROR_BODY, 'rejected_request', 'not_executed'],
    [401, ERROR_BODY, 'authentication', 'not_executed'],
    [403, ERROR_BODY, 'authentication', 'not_executed'],
    [405, ERROR_BODY, 'rejected_request', 'not_executed'],
    [413, ERROR_BODY, 'rejected_request', 'not_executed'],
    [415, ERROR_BODY, 'rejected_request', 'not_executed'],
    [422, ERROR_BODY, 'rejected_request', 'not_executed'],
    [429, ERROR_BODY, 'rate_limited', 'not_executed'],
    // Whoever answers these has not let the request through, in whatever shape.
    [401, HTML, 'authentication', 'not_executed'],
    [403, '', 'authentication', 'not_executed'],
    [429, HTML, 'rate_limited', 'not_executed'],
    // The order may be there.
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
    [504, HTML, 'unavailable', 'unknown'],
    [599, ERROR_BODY, 'unavailable', 'unknown'],
    [301, HTML, 'unavailable', 'unknown'],
    [302, CREATED_TEXT, 'unavailable', 'unknown'],
    [304, '', 'unavailable', 'unknown'],
  ] as const)('%p with %p is %s, %s', (status, body, kind, outcome) => {
    for (const error of [createError(body, status), queryError(body, status)]) {
      expect(error).toMatchObject({ kind, outcome });
      expect(error.message).not.toContain(CANARY);
    }
  });

  it('404 is a refusal of a create call only in JSON', () => {
    expect(createError(ERROR_BODY, 404)).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
    expect(createError(HTML, 404)).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
  });

  it.each([
    ['7', 7000],
    ['0.5', 500],
    ['3600', 3_600_000],
    ['999999', 3_600_000],
    ['1e9', 3_600_000],
    ['0', undefined],
    ['-5', undefined],
    ['', undefined],
    ['Infinity', undefined],
    ['soon', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    [undefined, undefined],
  ])('with Retry-After %p waits %p ms, never more than an hour', (header, waitMs) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'retry-after': header };
    expect(createError(ERROR_BODY, 429, headers).detail.retryAfterMs).toBe(waitMs);
    expect(createError('', 503, headers).detail.retryAfterMs).toBe(waitMs);
  });
});

describe('a 200 that is no success', () => {
  it.each(['00', '02', '1', '001', 'OK', '99'])('is a refusal with code %p', (code) => {
    expect(createError({ ...CREATED, code, status: 'ERROR' })).toMatchObject({
      kind: 'rejected_request',
      outcome: 'not_executed',
    });
  });

  it.each([
    ['code "01" with status ERROR', { status: 'ERROR' }],
    ['code "01" with status PENDING', { status: 'PENDING' }],
    ['code "01" without status', { status: undefined }],
    ['code "01" with a status that is a list', { status: ['SUCCESS'] }],
    ['code "02" with status SUCCESS', { code: '02' }],
  ])('may be an order when code and status disagree: %s', (_what, changes) => {
    expect(createError({ ...CREATED, ...changes })).toMatchObject({ kind: 'contradictory_reply', outcome: 'unknown' });
  });

  it.each([1, 0, ' 1', null, undefined, true, ['01'], { code: '01' }, ''])(
    'may be an order with the code %p',
    (code) => {
      expect(createError({ ...CREATED, code })).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
    },
  );

  it.each([undefined, null, [], [CREATED.data], '', 'dAF1RNdSFn936Yi', 42, true, {}, { ticket: 'dAF1RNdSFn936Yi' }])(
    'may be an order with the data %p',
    (data) => {
      expect(createError({ ...CREATED, data })).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
    },
  );

  it.each([
    '',
    ' ',
    'null',
    'true',
    '42',
    '"ok"',
    '[]',
    `[${CREATED_TEXT}]`,
    HTML,
    `\ufeff${CREATED_TEXT}`,
    `${CREATED_TEXT}${CREATED_TEXT}`,
  ])('may be an order with the body %p', (body) => {
    for (const error of [createError(body), queryError(body)]) {
      expect(error).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
    }
  });

  it('may be an order wherever the text breaks off', () => {
    const text = CREATED_TEXT.trimEnd();
    for (let length = 0; length < text.length; length += 1) {
      expect(createError(text.slice(0, length))).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
    }
  });
});

describe('the provider’s own code', () => {
  it('is kept for the merchant and for operators', () => {
    const error = createError(ERROR_BODY, 422);
    expect(error.detail.providerCode).toBe('REFERENCE_INVALID');
    expect(error.message).toContain('REFERENCE_INVALID');
    expect(createError({ code: '14', status: 'ERROR' }, 422).detail.providerCode).toBe('14');
  });

  it.each([CANARY, 'El documento 1045689877 no es válido', 'x'.repeat(65), '', 42, null, ['A'], 'A\nB'])(
    'is not %p: a sentence may repeat the payer’s data',
    (error) => {
      const refused = createError({ ...ERROR_BODY, error, code: undefined }, 422);
      expect(refused.detail).not.toHaveProperty('providerCode');
      expect(refused.message).toBe('TumiPay refused the request');
    },
  );
});
