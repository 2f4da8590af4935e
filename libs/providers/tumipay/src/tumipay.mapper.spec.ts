import { describe, expect, it } from '@jest/globals';
import type { AmountUnit, IdType, PayinOrder } from '@recaudo/payment-provider';
import { errorOf, fixture, fixtureText, HOSTED, OUR_REFERENCE, replyOf, SEED_001_ORDER } from './fixture.js';
import { readCreateReply, toCreateBody } from './tumipay.mapper.js';
import { checkOrder, HOSTED_METHODS } from './tumipay.rules.js';

const { customer } = SEED_001_ORDER;
const SEED_002_ORDER: PayinOrder = {
  ...SEED_001_ORDER,
  description: 'Bre-B PayIn test',
  customer: { ...customer, email: 'johndoe@example.com' },
  expiresInMinutes: 30,
};

function bodyOf(changes: Partial<PayinOrder>, unit: AmountUnit = 'cents'): Record<string, unknown> {
  return { ...toCreateBody({ ...SEED_001_ORDER, ...changes }, unit, HOSTED) };
}

describe('the body of a create call', () => {
  it.each([
    ['001', SEED_001_ORDER, fixture('seed001-create-request')],
    ['002', SEED_002_ORDER, fixture('seed002-create-request')],
  ])('is the request of seed %s with our reference, down to types and key order', (_seed, order, seed) => {
    const body = toCreateBody(order, 'cents', HOSTED);
    expect(body).toEqual({ ...seed, reference: OUR_REFERENCE });
    expect(JSON.stringify(body)).toBe(JSON.stringify({ ...seed, reference: OUR_REFERENCE }));
  });

  it.each([
    ['PSE', 'PSE'],
    ['EFECTY', 'EFECTY'],
    ['CARD', 'CARD'],
    ['BRE_B', 'BREB'],
    ['ANY', 'ALL_METHODS'],
  ] as const)('asks for %s as %s', (rail, method) => {
    expect(bodyOf({ rail })['payment_method']).toBe(method);
  });

  it('offers no other rail than seed 001 has methods for', () => {
    expect(Object.values(HOSTED_METHODS).toSorted()).toEqual(['ALL_METHODS', 'BREB', 'CARD', 'EFECTY', 'PSE']);
  });

  it.each(['NEQUI', 'TRANSFIYA'] as const)('is not made for %s', (rail) => {
    expect(errorOf(() => bodyOf({ rail }))).toMatchObject({ kind: 'rejected_request', outcome: 'not_executed' });
  });

  it('always says how long the link lives, because the default differs by method', () => {
    for (const rail of Object.keys(HOSTED_METHODS) as (keyof typeof HOSTED_METHODS)[]) {
      expect(bodyOf({ rail, expiresInMinutes: 1 })['expiration_time']).toBe(1);
    }
  });

  it('has a description when the merchant gave none, and repeats nothing of the payer in it', () => {
    expect(bodyOf({ description: undefined })['description']).toBe(`Pago ${OUR_REFERENCE}`);
  });

  it.each([
    ['+573121234567', '57', '3121234567'],
    ['+576012345678', '57', '6012345678'],
    ['+12025550123', '1', '2025550123'],
    ['+34612345678', '34', '612345678'],
  ])('splits the phone number %s into %s and %s', (phone, code, number) => {
    const { phone_code, phone_number } = bodyOf({ customer: { ...customer, phone } })['customer_data'] as never;
    expect({ phone_code, phone_number }).toEqual({ phone_code: code, phone_number: number });
  });

  it.each([
    ['CC', 'CC'],
    ['CE', 'CE'],
    ['PA', 'PPN'],
  ] as const)('names the document type %s as %s', (idType, theirs) => {
    expect(bodyOf({ customer: { ...customer, idType } })['customer_data']).toMatchObject({ legal_doc_type: theirs });
  });

  it('does not turn a document number into a number, which would lose leading zeros', () => {
    const body = bodyOf({ customer: { ...customer, idNumber: '0012345678' } });
    expect(body['customer_data']).toMatchObject({ legal_doc: '0012345678' });
  });
});

describe('the amount of a create call', () => {
  it.each([
    [5000n, 'cents', 5000],
    [5000n, 'pesos', 50],
    [5_000_000n, 'cents', 5_000_000],
    [5_000_000n, 'pesos', 50_000],
    [100n, 'pesos', 1],
    [1_155_200_000n, 'cents', 1_155_200_000],
  ] as const)('is %p cents in %s as the integer %p', (amountInCents, unit, written) => {
    expect(bodyOf({ amountInCents }, unit)['amount']).toBe(written);
  });

  it('does not round: an order with centavos is never written in pesos', () => {
    expect(() => bodyOf({ amountInCents: 5050n }, 'pesos')).toThrow(RangeError);
  });
});

describe('the rules about an order', () => {
  // Seed 002's customer: the e-mail address of seed 001 is masked in its page, so it is none.
  const { customer } = SEED_002_ORDER;
  const check = (changes: Partial<PayinOrder>) => checkOrder({ ...SEED_002_ORDER, ...changes }, HOSTED);

  it('take the seeds’ own order on every rail', () => {
    for (const rail of Object.keys(HOSTED_METHODS) as (keyof typeof HOSTED_METHODS)[]) {
      expect(check({ rail })).toEqual([]);
    }
  });

  it.each(['name', 'idType', 'idNumber', 'phone', 'email'] as const)('name a missing %s by our own field', (field) => {
    for (const nothing of [undefined, '']) {
      const violations = check({ customer: { ...customer, [field]: nothing } });
      expect(violations.map((violation) => violation.field)).toEqual([`inlineCustomer.${field}`]);
    }
  });

  it('name everything at once when there is no customer', () => {
    expect(check({ customer: undefined })).toHaveLength(5);
  });

  it.each(['NIT', 'TI', 'PPT'] as const)(
    'refuse the document type %s, which no seed lists for payins',
    (idType: IdType) => {
      const violations = check({ customer: { ...customer, idType } });
      expect(violations).toContainEqual({
        code: 'ID_TYPE_NOT_TAKEN',
        field: 'inlineCustomer.idType',
        message: expect.stringContaining('CC, CE, PA'),
      });
    },
  );

  it.each(['3121234567', '+999', 'phone', '+57'])('refuse the phone number %p, which has no country code', (phone) => {
    const violations = check({ customer: { ...customer, phone } });
    expect(violations.map(({ field }) => field)).toEqual(['inlineCustomer.phone']);
    // What the check refuses never gets as far as a request.
    expect(errorOf(() => bodyOf({ customer: { ...customer, phone } })).outcome).toBe('not_executed');
  });

  it('never repeat what the payer entered', () => {
    const canary = 'canary-4711';
    const violations = check({
      customer: { name: canary, idNumber: canary, email: canary, phone: canary },
    });
    expect(violations).not.toHaveLength(0);
    expect(JSON.stringify(violations)).not.toContain(canary);
  });
});

describe('the reply to a create call', () => {
  it('is a page to go to in seed 001’s example, which has no account_number', () => {
    expect(readCreateReply(replyOf(fixtureText('seed001-create-reply')))).toEqual({
      externalId: 'dAF1RNdSFn936Yi',
      instructions: { type: 'redirect', url: 'https://link.staging.tumipay.co/payments/main?s=dAF1RNdSFn936Yi' },
    });
  });

  it('is a Bre-B key with its page in seed 002’s example, although its echo is of another order', () => {
    const reply = fixture('seed002-create-reply');
    expect(reply.data['transaction']).toMatchObject({ reference: '3cNPNGbX7meiMppXzVz7g781ysektqq5X', amount: 1000 });
    expect(readCreateReply(replyOf(reply))).toEqual({
      externalId: '19kazMPNue2fOIp',
      instructions: {
        type: 'breb_key',
        key: '@tumipaybreb',
        url: 'https://link.staging.topup.com.co/payments/main?s=19kazMPNue2fOIp',
      },
    });
  });

  it.each([
    ['of another reference', { reference: 'SOMEBODY-ELSES', amount: 1, payment_method: 'CARD' }],
    ['that is missing', undefined],
    ['that is null', null],
    ['that is a list', []],
  ])('is taken with an echo %s', (_echo, transaction) => {
    const { data, ...envelope } = fixture('seed001-create-reply');
    expect(readCreateReply(replyOf({ ...envelope, data: { ...data, transaction } })).externalId).toBe(
      'dAF1RNdSFn936Yi',
    );
  });

  it('does not depend on the message, the date or HTTP 200', () => {
    const { data, message: _message, ...envelope } = fixture('seed001-create-reply');
    const bare = { ticket: data['ticket'], payment_url: data['payment_url'] };
    expect(readCreateReply(replyOf({ ...envelope, data: bare }, 201)).externalId).toBe('dAF1RNdSFn936Yi');
  });

  it('is taken without a ticket: the order is found again by our reference', () => {
    const { data, ...envelope } = fixture('seed001-create-reply');
    const opened = readCreateReply(replyOf({ ...envelope, data: { ...data, ticket: undefined } }));
    expect(opened).toEqual({ instructions: { type: 'redirect', url: data['payment_url'] } });
  });

  it.each([null, 42, '', ' ', ['t'], {}, 'a\nb', '\u0000', 'ñ', 'x'.repeat(256)])(
    'has no ticket where it says %p',
    (ticket) => {
      const { data, ...envelope } = fixture('seed001-create-reply');
      expect(readCreateReply(replyOf({ ...envelope, data: { ...data, ticket } }))).not.toHaveProperty('externalId');
    },
  );

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '/payments/main',
    '',
    42,
    null,
    ['https://x.co'],
    `https://x.co/${'a'.repeat(2048)}`,
  ])('never sends a payer to %p', (payment_url) => {
    const { data, ...envelope } = fixture('seed002-create-reply');
    const withKey = readCreateReply(replyOf({ ...envelope, data: { ...data, payment_url } }));
    expect(withKey.instructions).toEqual({ type: 'breb_key', key: '@tumipaybreb' });
    const neither = { ...envelope, data: { ...data, payment_url, account_number: undefined } };
    expect(errorOf(() => readCreateReply(replyOf(neither)))).toMatchObject({
      kind: 'unreadable_reply',
      outcome: 'unknown',
    });
  });
});
