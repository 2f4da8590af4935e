import { describe, expect, it } from '@jest/globals';
import { errorOf, fixture, replyOf } from './fixture.js';
import { readCreateReply, readTransactionReply } from './tumipay.mapper.js';

const CANARY = 'janejohnson@email.com 1045689877';
const ERROR_BODY = { code: '00', status: 'ERROR', message: `No se pudo: ${CANARY}`, error: 'REFERENCE_INVALID' };
const CREATED = fixture('seed001-create-reply');

const createError = (...reply: Parameters<typeof replyOf>) => errorOf(() => readCreateReply(replyOf(...reply)));
const queryError = (...reply: Parameters<typeof replyOf>) =>
  errorOf(() => readTransactionReply(replyOf(...reply), 'R', 'cents'));

describe('a 200 that is no success', () => {
  it.each(['00', '02', '1', '001', 'OK', '99'])('is a refusal with code %p', (code) => {
    expect(createError({ ...ERROR_BODY, code })).toMatchObject({
      kind: 'rejected_request',
      outcome: 'not_executed',
    });
  });

  it.each(['ERROR', 'error', 'FAILED', 'FAIL', 'REJECTED', 'DECLINED', 'RECHAZADA', 'FALLIDO'])(
    'is a refusal with status %p',
    (status) => expect(createError({ ...ERROR_BODY, status }).outcome).toBe('not_executed'),
  );

  it.each([
    'PENDING',
    'CREATED',
    'PROCESSING',
    'APPROVED',
    'OK',
    'NOT_FAILED',
    'ERROR?',
    '',
    undefined,
    null,
    500,
    ['ERROR'],
  ])('may be an order with another code and status %p', (status) => {
    expect(createError({ ...ERROR_BODY, status })).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
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
});

describe('a refusal in whose words the order may be there', () => {
  it.each([
    { code: '02', status: 'PENDING', message: 'Transacción en proceso' },
    { code: '99', status: 'ERROR', message: 'Error interno, intente consultar la transacción' },
    { code: '500', status: 'ERROR', message: 'Error' },
    { code: '500', status: 'ERROR', message: 'timeout' },
    { code: '504', status: 'FAILED' },
    { code: 'E', status: 'ERROR', message: 'No se creó', detail: 'La orden ya fue creada' },
    { code: '05', status: 'ERROR', message: 'La referencia ya existe' },
    { code: '05', status: 'ERROR', message: 'Existe una transacción con esa referencia' },
    { code: '05', status: 'ERROR', message: 'reference already exists' },
    { code: '05', status: 'ERROR', message: 'Referencia existente' },
    { code: '00', status: 'ERROR', error: 'REFERENCE_EXISTS' },
    { code: '00', status: 'ERROR', error: 'ReferenceTaken' },
    { code: '00', status: 'ERROR', error: 'DUPLICATED_REFERENCE' },
    { code: '00', status: 'ERROR', error: 'REFERENCIA_DUPLICADA' },
    { code: '00', status: 'ERROR', error: 'reference must be unique' },
    { code: '00', status: 'ERROR', error: 'INTERNAL_ERROR' },
    { code: '00', status: 'ERROR', message: 'Tiempo de espera agotado' },
    { code: '00', status: 'ERROR', message: 'The request timed out' },
    { code: '00', status: 'ERROR', message: 'La transacción se está procesando' },
    { code: '00', status: 'ERROR', message: 'Transacción pendiente de confirmación' },
    { code: '00', status: 'ERROR', message: 'Operation in progress' },
    { code: '00', status: 'ERROR', message: 'Consulte el estado más tarde' },
    { code: '00', status: 'ERROR', message: 'Please try again later' },
    { code: '00', status: 'ERROR', message: 'Servicio no disponible temporalmente' },
    { code: '00', status: 'ERROR', message: 'x', errors: [{ detail: ['Referencia repetida'] }] },
    { code: '00', status: 'ERROR', message: 'x', data: { ticket: 'dAF1RNdSFn936Yi' } },
    { code: '00', status: 'ERROR', message: 'x', data: [{ ticket: 'dAF1RNdSFn936Yi' }] },
    { code: '00', status: 'ERROR', message: 'x', data: 'dAF1RNdSFn936Yi' },
  ])('is no proof that it is not, as 200 and as 400: %j', (body) => {
    for (const status of [200, 400, 404, 422])
      expect(createError(body, status)).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
  });

  it.each(['transacci\\u00f3n en tr\\u00e1mite', 'fall\\u00f3\\nya', '\\u0065xists', 'Cr\\u00e9dito\\/en proceso'])(
    'is read through JSON’s escapes: %s',
    (escaped) => {
      const text = `{"code":"00","status":"ERROR","message":"${escaped}"}`;
      expect(createError(text, 200).outcome).toBe('unknown');
    },
  );

  it('is found however deep a refusal goes', () => {
    const value = `${'['.repeat(50_000)}"duplicado"${']'.repeat(50_000)}`;
    for (const body of [`{"code":"00","status":"ERROR","errors":${value}}`, `{"status":"ERROR","code":${value}}`])
      for (const status of [200, 400, 404]) {
        expect(createError(body, status).outcome).toBe('unknown');
        expect(queryError(body, status).outcome).toBe('unknown');
      }
  });

  it.each([{ message: 'Bad Request' }, { error: 'Bad Request', status: 400 }, { detail: 'x', code: '00' }, {}])(
    'is not TumiPay’s own without its status, and may come from something in between: 400 with %j',
    (body) => expect(createError(body, 400)).toMatchObject({ kind: 'unavailable', outcome: 'unknown' }),
  );

  it.each([
    { code: '00', status: 'ERROR', message: 'El campo no es válido', error: 'BANK_INVALID' },
    { code: '00', status: 'ERROR', message: 'El banco no existe' },
    { code: '00', status: 'ERROR', message: 'reference es obligatorio', error: 'REFERENCE_REQUIRED', data: {} },
    { code: '00', status: 'FAILED', message: 'Datos inválidos', data: null },
    { code: '00', status: 'REJECTED', data: [] },
  ])('is none that only says what is wrong: %j', (body) => {
    for (const status of [200, 400, 422])
      expect(createError(body, status)).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
  });

  it('keeps what operators may know of it, and nothing else', () => {
    const error = createError({ ...ERROR_BODY, error: 'DUPLICATED' }, 400, { 'retry-after': '7' });
    expect(error.detail).toMatchObject({ providerCode: 'DUPLICATED', retryAfterMs: 7000 });
    expect(error.message).not.toContain(CANARY);
  });

  it('holds for who we are and how often we ask, whatever the words', () => {
    const body = { ...ERROR_BODY, message: 'Token already expired' };
    expect(createError(body, 401)).toMatchObject({ kind: 'authentication', outcome: 'not_executed' });
    expect(createError(body, 429)).toMatchObject({ kind: 'rate_limited', outcome: 'not_executed' });
  });
});

describe('the provider’s own code', () => {
  it('is kept for the merchant and for operators', () => {
    const error = createError(ERROR_BODY, 422);
    expect(error.detail.providerCode).toBe('REFERENCE_INVALID');
    expect(error.message).toContain('REFERENCE_INVALID');
    expect(createError({ code: '14', status: 'ERROR' }, 422).detail.providerCode).toBe('14');
  });
});
