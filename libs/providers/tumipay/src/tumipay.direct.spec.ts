import { describe, expect, it } from '@jest/globals';
import type { Customer, PayinOrder } from '@recaudo/payment-provider';
import {
  DIRECT,
  errorOf,
  fixture,
  fixtureText,
  HOSTED,
  OUR_REFERENCE,
  replyOf,
  SEED_000_ORDER,
  SEED_001_ORDER,
} from './fixture.js';
import { readBanksReply, readCreateReply, toCreateBody } from './tumipay.mapper.js';
import { checkOrder } from './tumipay.rules.js';

// The direct mode ("Back to Back", seed 000), and answers of either mode.

const replyWith = (changes: object) => {
  const { data, ...envelope } = fixture('seed000-breb-reply');
  return replyOf({ ...envelope, data: { ticket: data['ticket'], ...changes } });
};

describe('a direct request', () => {
  it('is seed 000’s with our reference, down to types and key order', () => {
    const body = toCreateBody(SEED_000_ORDER, 'cents', DIRECT);
    expect(JSON.stringify(body)).toBe(JSON.stringify({ ...fixture('seed000-pse-request'), reference: OUR_REFERENCE }));
  });

  it('names bank and person for PSE alone', () => {
    for (const rail of ['BRE_B', 'TRANSFIYA', 'EFECTY', 'CARD', 'ANY'] as const) {
      const body = toCreateBody({ ...SEED_000_ORDER, rail }, 'cents', DIRECT);
      expect(body['customer_data']).not.toHaveProperty('bank');
      expect(body['customer_data']).not.toHaveProperty('person_type');
    }
  });

  it('is seed 001’s body for TRANSFIYA, which has no example of its own', () => {
    expect(toCreateBody({ ...SEED_001_ORDER, rail: 'TRANSFIYA' }, 'cents', DIRECT)).toEqual({
      ...fixture('seed001-create-request'),
      reference: OUR_REFERENCE,
      payment_method: 'TRANSFIYA',
    });
  });

  it('is not what the hosted mode sends: there the payer chooses the bank on the page', () => {
    const hosted = toCreateBody(SEED_000_ORDER, 'cents', HOSTED);
    expect(hosted).toEqual(toCreateBody({ ...SEED_000_ORDER, pse: undefined }, 'cents', HOSTED));
    expect(hosted['customer_data']).not.toHaveProperty('bank');
  });
});

describe('the rules of the direct mode', () => {
  const check = (changes: Partial<PayinOrder>, terms = DIRECT) => checkOrder({ ...SEED_000_ORDER, ...changes }, terms);

  it('take seed 000’s own order, and every other rail without a bank', () => {
    expect(check({})).toEqual([]);
    for (const rail of ['BRE_B', 'TRANSFIYA', 'EFECTY', 'CARD', 'ANY'] as const)
      expect(check({ rail, pse: undefined })).toEqual([]);
  });

  it('ask PSE for its bank, which the hosted mode does not', () => {
    expect(check({ pse: undefined })).toEqual([
      { field: 'pse', code: 'REQUIRED', message: expect.stringContaining('TumiPay’s direct PSE needs') },
    ]);
    expect(check({ pse: undefined }, HOSTED)).toEqual([]);
  });

  it('ask TRANSFIYA alone for a Colombian mobile: the payer confirms on it', () => {
    const customer = { ...SEED_000_ORDER.customer, phone: '+12025550123' };
    expect(check({ customer })).toEqual([]);
    expect(check({ customer, rail: 'TRANSFIYA' }).map(({ field }) => field)).toEqual(['inlineCustomer.phone']);
  });
});

describe('a payer with a NIT', () => {
  const customer: Customer = { ...SEED_000_ORDER.customer, idType: 'NIT', idNumber: '9014586527' };
  const order = { ...SEED_000_ORDER, customer };
  const taking = { direct: true, acceptsNit: true };

  it('is refused unless the settings say that TumiPay takes one', () => {
    expect(checkOrder(order, DIRECT).map(({ field }) => field)).toEqual(['inlineCustomer.idType']);
    expect(checkOrder(order, taking)).toEqual([]);
    expect(errorOf(() => toCreateBody(order, 'cents', DIRECT))).toMatchObject({ outcome: 'not_executed' });
  });

  it('is sent without the check digit, which must be right', () => {
    const { customer_data } = toCreateBody(order, 'cents', taking);
    expect(customer_data).toMatchObject({ legal_doc: '901458652', legal_doc_type: 'NIT' });
    const mistyped = { ...order, customer: { ...customer, idNumber: '9014586528' } };
    expect(checkOrder(mistyped, taking).map(({ field }) => field)).toEqual(['inlineCustomer.idNumber']);
  });
});

describe('the reply to a direct create call', () => {
  it('is the bank’s page for PSE', () => {
    expect(readCreateReply(replyOf(fixtureText('seed000-pse-reply')))).toEqual({
      externalId: 'abc123',
      instructions: {
        type: 'redirect',
        url: 'https://registro.desarrollo.pse.com.co/PSENF/index.html?enc=abc123',
      },
    });
  });

  it('is a message and no ticket for TRANSFIYA', () => {
    expect(readCreateReply(replyOf(fixtureText('seed000-transfiya-reply')))).toEqual({
      instructions: {
        type: 'message',
        text: 'La transacción ha sido creada y está pendiente de confirmación por parte del usuario',
      },
    });
  });

  it('is the key alone for Bre-B', () => {
    expect(readCreateReply(replyOf(fixtureText('seed000-breb-reply')))).toEqual({
      externalId: 'abc123',
      instructions: { type: 'breb_key', key: '@tumipaybreb' },
    });
  });

  it.each([
    ['pse_payment', { type: 'redirect', url: 'https://example.com/pay' }],
    ['payment_reference', { type: 'breb_key', key: '@key', url: 'https://example.com/pay' }],
    ['transfiya_confirmation', { type: 'message', text: 'Confirma' }],
    // A type that no document has says nothing: what is there does, a key first.
    ['efecty_voucher', { type: 'breb_key', key: '@key', url: 'https://example.com/pay' }],
    ['constructor', { type: 'breb_key', key: '@key', url: 'https://example.com/pay' }],
    [['pse_payment'], { type: 'breb_key', key: '@key', url: 'https://example.com/pay' }],
    [undefined, { type: 'breb_key', key: '@key', url: 'https://example.com/pay' }],
  ])('of the type %p is %p where everything is there', (type, instructions) => {
    const everything = { key_value: '@key', payment_url: 'https://example.com/pay', confirmation: 'Confirma' };
    expect(readCreateReply(replyWith({ ...everything, type })).instructions).toEqual(instructions);
  });

  it.each(['pse_payment', 'payment_reference', 'transfiya_confirmation', undefined])(
    'of the type %p follows what is there when that is something else: the back office’s switch was turned',
    (type) => {
      const of = (data: object) => readCreateReply(replyWith({ ...data, type })).instructions?.type;
      expect(of({ payment_url: 'https://example.com/pay' })).toBe('redirect');
      expect(of({ key_value: '@key' })).toBe('breb_key');
      expect(of({ confirmation: 'Confirma' })).toBe('message');
    },
  );

  it.each(['', ' ', 42, null, ['x'], 'a\u0000b', 'x'.repeat(501)])(
    'has no message to show where it says %p: then the order may exist, and we ask',
    (confirmation) => {
      const reply = replyWith({ confirmation, type: 'transfiya_confirmation' });
      expect(errorOf(() => readCreateReply(reply))).toMatchObject({ kind: 'unreadable_reply', outcome: 'unknown' });
    },
  );
});

describe('the list of PSE banks', () => {
  const EXAMPLE = fixture('seed000-banks-reply');
  const banksOf = (data: unknown) => readBanksReply(replyOf({ ...EXAMPLE, data }));

  it('is seed 000’s', () => {
    expect(readBanksReply(replyOf(fixtureText('seed000-banks-reply')))).toEqual(EXAMPLE.data);
  });

  it.each([
    { code: '0', name: 'A continuación seleccione su banco' },
    { code: '000', name: 'Seleccione' },
    { code: '', name: 'X' },
    { code: 'CO_X', name: 'X' },
    { code: 1007, name: 'X' },
    { code: '123456789', name: 'X' },
    { code: '1007' },
    { code: '1007', name: ' ' },
    null,
    'BANCOLOMBIA',
    [],
  ])('has no %p', (row) => {
    expect(banksOf([row, { code: '1007', name: 'BANCOLOMBIA' }])).toEqual([{ code: '1007', name: 'BANCOLOMBIA' }]);
  });

  it.each([undefined, '', 'javascript:alert(1)', 42])('shows no image where it says %p', (image) => {
    expect(banksOf([{ code: '1007', name: 'BANCOLOMBIA', image }])).toEqual([{ code: '1007', name: 'BANCOLOMBIA' }]);
  });

  it.each([[[]], [[{ code: '0', name: 'Seleccione' }]], [{}], [null], ['x'], [undefined]])(
    'is unreadable without a bank: %p must not take the place of a good list',
    (data) => {
      expect(errorOf(() => banksOf(data)).kind).toBe('unreadable_reply');
    },
  );
});
