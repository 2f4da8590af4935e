import { describe, expect, it } from '@jest/globals';
import { InvalidInput, toServedOrder } from './request.js';

const WEBHOOK_URL = 'https://merchant.example/webhooks';

const CUSTOMER = {
  name: 'John Doe',
  idType: 'CO_CC',
  idNumber: '1000000001',
  email: 'john.doe@doe.com',
  phone: '+573137772121',
};

const BREB = {
  amountInCents: 10_000,
  currency: 'COP',
  rail: 'BRE_B',
  reference: 'INV-2024-001',
  breb: { keyType: 'SINGLE_USE' },
};
const PSE = {
  ...BREB,
  rail: 'PSE',
  breb: undefined,
  inlineCustomer: CUSTOMER,
  pse: { bank: 'CO_BANCOLOMBIA', personType: 'INDIVIDUAL' },
};
const NEQUI = { ...BREB, rail: 'NEQUI', breb: undefined, inlineCustomer: CUSTOMER };

function problemsOf(body: unknown): readonly string[] {
  try {
    toServedOrder(body, WEBHOOK_URL);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

describe('a request that the documents allow', () => {
  it('of Bre-B needs no customer, and is in our words', () => {
    expect(toServedOrder({ ...BREB, callbackUrl: 'https://merchant.example/back' }, WEBHOOK_URL)).toEqual({
      reference: 'INV-2024-001',
      amountInCents: 10_000,
      rail: 'BRE_B',
      breb: { keyType: 'SINGLE_USE' },
      asked: { keyType: 'SINGLE_USE' },
      redirectUrl: 'https://merchant.example/back',
      webhookUrl: WEBHOOK_URL,
      webhookIsOfCredentials: true,
    });
  });

  it('of PSE names the bank by its ACH code', () => {
    const { pse, customer, asked } = toServedOrder(PSE, WEBHOOK_URL);
    expect(pse).toEqual({ bank: '1007', personType: 'NATURAL' });
    expect(customer).toEqual({ ...CUSTOMER, idType: 'CC' });
    // What may name the payer is forgotten with the payin's own fields.
    expect(asked).toEqual({});
    const business = { ...PSE, pse: { bank: 'CO_RAPPIPAY', personType: 'BUSINESS' } };
    expect(toServedOrder(business, WEBHOOK_URL).pse).toEqual({ bank: '1811', personType: 'JURIDICA' });
  });

  it.each([
    ['CO_CC', 'CC'],
    ['CO_CE', 'CE'],
    ['CO_NIT', 'NIT'],
    ['PASSPORT', 'PA'],
  ])('has a payer with a %s, our %s', (idType, ours) => {
    const { customer } = toServedOrder({ ...NEQUI, inlineCustomer: { ...CUSTOMER, idType } }, WEBHOOK_URL);
    expect(customer?.idType).toBe(ours);
  });

  it.each([
    ['the key of the schema', { ...BREB, breb: { keyString: '@llave' } }],
    ['null for nothing', { ...BREB, inlineCustomer: null, callbackUrl: null, pse: null }],
    ['fields that nobody documents', { ...BREB, metadata: { order: 1 }, nequi: {}, expiresAt: 'never' }],
  ])('may have %s', (_what, body) => {
    expect(problemsOf(body)).toEqual([]);
    expect(toServedOrder(body, WEBHOOK_URL).breb).toEqual({ keyType: 'SINGLE_USE' });
  });
});

describe('a request that they do not allow is refused with', () => {
  it('everything that is wrong', () => {
    const nothing = [
      'amountInCents must be a number',
      'currency must be one of the following values: COP',
      'rail must be one of the following values: BRE_B, PSE, NEQUI',
      'reference must be a string',
    ];
    for (const body of [undefined, null, {}, [BREB], 'text', 7]) expect(problemsOf(body)).toEqual(nothing);
  });

  it.each([
    [{ ...BREB, amountInCents: 0 }, 'amountInCents must not be less than 1'],
    [{ ...BREB, amountInCents: -100 }, 'amountInCents must not be less than 1'],
    [{ ...BREB, amountInCents: 100.5 }, 'amountInCents must be an integer number'],
    [{ ...BREB, amountInCents: 1e300 }, 'amountInCents must be an integer number'],
    [{ ...BREB, amountInCents: '10000' }, 'amountInCents must be a number'],
    [{ ...BREB, currency: 'USD' }, 'currency must be one of the following values: COP'],
    [{ ...BREB, rail: 'bre_b' }, 'rail must be one of the following values: BRE_B, PSE, NEQUI'],
    [{ ...BREB, reference: ' ' }, 'reference should not be empty'],
    [{ ...BREB, reference: 7 }, 'reference must be a string'],
    [{ ...BREB, reference: 'x'.repeat(256) }, 'reference must be shorter than or equal to 255 characters'],
    [{ ...BREB, breb: undefined }, 'breb must be an object'],
    [{ ...BREB, breb: {} }, 'breb.keyType must be one of the following values: SINGLE_USE, QR_CODE'],
    [
      { ...BREB, breb: { keyType: 'x', keyString: '@llave' } },
      'breb.keyType must be one of the following values: SINGLE_USE, QR_CODE',
    ],
    [{ ...BREB, callbackUrl: 'merchant.example' }, 'callbackUrl must be a URL address'],
    [{ ...BREB, callbackUrl: 'javascript:alert(1)' }, 'callbackUrl must be a URL address'],
    [{ ...BREB, inlineCustomer: 'John Doe' }, 'inlineCustomer must be an object'],
    [{ ...NEQUI, inlineCustomer: undefined }, 'inlineCustomer must be an object'],
    [{ ...NEQUI, inlineCustomer: { ...CUSTOMER, email: undefined } }, 'inlineCustomer.email must be a string'],
    [{ ...NEQUI, inlineCustomer: { ...CUSTOMER, email: 'john' } }, 'inlineCustomer.email must be an email'],
    [
      { ...NEQUI, inlineCustomer: { ...CUSTOMER, phone: '3137772121' } },
      'inlineCustomer.phone must match ^\\+573\\d{9}$ regular expression',
    ],
    [
      { ...NEQUI, inlineCustomer: { ...CUSTOMER, idType: 'CC' } },
      'inlineCustomer.idType must be one of the following values: CO_CC, CO_CE, CO_NIT, PASSPORT, MXN_RFC',
    ],
    [
      { ...NEQUI, inlineCustomer: { ...CUSTOMER, idType: 'MXN_RFC' } },
      'inlineCustomer.idType MXN_RFC is not available in Colombia',
    ],
    [{ ...PSE, pse: undefined }, 'pse must be an object'],
    [
      { ...PSE, pse: { ...PSE.pse, personType: 'NATURAL' } },
      'pse.personType must be one of the following values: INDIVIDUAL, BUSINESS',
    ],
    [{ ...PSE, pse: { ...PSE.pse, bank: 'CO_PAYCASH' } }, 'pse.bank CO_PAYCASH is not available: it has no ACH code'],
  ])('%j', (body, problem) => expect(problemsOf(body)).toEqual([problem]));

  it('that a bank is none of theirs, by the names of objects too', () => {
    for (const bank of ['1007', 'constructor', '__proto__'])
      expect(problemsOf({ ...PSE, pse: { ...PSE.pse, bank } })).toEqual([
        expect.stringMatching(/^pse\.bank must be one of the following values: CO_ACCION_FIDUCIARIA, /),
      ]);
  });
});
