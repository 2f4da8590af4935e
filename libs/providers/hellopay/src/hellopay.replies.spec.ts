import { describe, expect, it } from '@jest/globals';
import { errorOf, fixture, replyOf, SEED_003_ORDER } from './fixture.js';
import { AmountUnits } from './hellopay.amounts.js';
import { readCreateReply, readListReply, readPayinReply } from './hellopay.mapper.js';
import { readSuccess, saysNoSuchPayin } from './hellopay.replies.js';

const readers = {
  create: (reply: ReturnType<typeof replyOf>) => readCreateReply(reply, SEED_003_ORDER, new AmountUnits('auto')),
  query: readPayinReply,
  list: readListReply,
};
const errorsOf = (...reply: Parameters<typeof replyOf>) =>
  Object.values(readers).map((read) => errorOf(() => read(replyOf(...reply))));

describe('a refusal', () => {
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
});

describe('a 2xx that is no payin', () => {
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
