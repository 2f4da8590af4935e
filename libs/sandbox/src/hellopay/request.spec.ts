import { describe, expect, it } from '@jest/globals';
import { InvalidInput, parsePayinRequest } from './request.js';
import { HelloPaySwitches } from './switches.js';
import { BREB_REQUEST, NEQUI_REQUEST, PSE_REQUEST, SEED_REQUEST } from './fixture.js';

const DEFAULTS = new HelloPaySwitches();

function problems(body: unknown, switches: Partial<HelloPaySwitches> = {}): readonly string[] {
  try {
    parsePayinRequest(body, Object.assign(new HelloPaySwitches(), switches));
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

function customer(changes: object): object {
  return { ...PSE_REQUEST, inlineCustomer: { ...PSE_REQUEST.inlineCustomer, ...changes } };
}

describe('parsePayinRequest', () => {
  it.each([
    ['seed 003', SEED_REQUEST],
    ['the PSE guide', PSE_REQUEST],
    ['the Bre-B guide', BREB_REQUEST],
    ['the Nequi guide', NEQUI_REQUEST],
  ])('takes the example of %s', (_name, body) => {
    expect(problems(body)).toEqual([]);
  });

  it('takes what seed 003 calls optional as optional', () => {
    const { amountInCents, currency, rail, reference } = SEED_REQUEST;
    const body = { amountInCents, currency, rail, reference, breb: { keyType: 'SINGLE_USE' } };
    expect(parsePayinRequest(body, DEFAULTS)).toEqual({
      reference: 'INV-2024-001',
      requestedInCents: 100_000n,
      method: { rail: 'BRE_B', keyType: 'SINGLE_USE' },
      customer: null,
      callbackUrl: null,
    });
  });

  it('names everything that is wrong at once', () => {
    expect(problems({})).toEqual([
      'amountInCents must be a number',
      'currency must be one of the following values: COP',
      'rail must be one of the following values: BRE_B, PSE, NEQUI',
      'reference must be a string',
    ]);
    expect(problems('[]')).toEqual(problems({}));
  });

  it.each([
    [{ amountInCents: 0 }, 'amountInCents must not be less than 1'],
    [{ amountInCents: 0.5 }, 'amountInCents must not be less than 1'],
    [{ amountInCents: 100.5 }, 'amountInCents must be an integer number'],
    [{ amountInCents: '10000' }, 'amountInCents must be a number'],
    [{ amountInCents: 1e15 }, 'amountInCents must not be greater than 10000000000000'],
    [{ currency: 'USD' }, 'currency must be one of the following values: COP'],
    [{ rail: 'TRANSFIYA' }, 'rail must be one of the following values: BRE_B, PSE, NEQUI'],
    [{ reference: ' ' }, 'reference should not be empty'],
    [{ reference: 'x'.repeat(256) }, 'reference must be shorter than or equal to 255 characters'],
    [{ callbackUrl: 'portal.hellopay.com.co' }, 'callbackUrl must be a URL address'],
    [{ callbackUrl: 'ftp://hellopay.com.co' }, 'callbackUrl must be a URL address'],
    [{ callbackUrl: 7 }, 'callbackUrl must be a URL address'],
    [{ inlineCustomer: 'John Doe' }, 'inlineCustomer must be an object'],
    [{ pse: undefined }, 'pse must be an object'],
    [
      { pse: { bank: '1007', personType: 'INDIVIDUAL' } },
      expect.stringMatching(/^pse\.bank must be one of .*CO_NEQUI/),
    ],
    [
      { pse: { bank: 'CO_BANKA', personType: 'NATURAL' } },
      'pse.personType must be one of the following values: INDIVIDUAL, BUSINESS',
    ],
    [{ rail: 'BRE_B' }, 'breb must be an object'],
    [{ rail: 'NEQUI', inlineCustomer: undefined }, 'inlineCustomer must be an object'],
  ])('refuses %j', (changes, problem) => {
    expect(problems({ ...PSE_REQUEST, ...changes })).toEqual([problem]);
  });

  it.each([
    [{ name: undefined }, 'inlineCustomer.name must be a string'],
    [{ email: 'john' }, 'inlineCustomer.email must be an email'],
    [
      { idType: 'CC' },
      'inlineCustomer.idType must be one of the following values: CO_CC, CO_CE, CO_NIT, MXN_RFC, PASSPORT',
    ],
    [{ idNumber: '' }, 'inlineCustomer.idNumber should not be empty'],
    [{ phone: undefined }, 'inlineCustomer.phone must be a string'],
    [{ phone: '+5713131111' }, String.raw`inlineCustomer.phone must match ^\+573\d{9}$ regular expression`],
  ])('refuses a customer with %j', (changes, problem) => {
    expect(problems(customer(changes))).toEqual([problem]);
  });

  it('takes any telephone without the pattern, and asks for a customer when that is the rule', () => {
    expect(problems(customer({ phone: '' }), { phonePattern: false })).toEqual([]);
    expect(problems({ ...PSE_REQUEST, inlineCustomer: undefined })).toEqual([]);
    expect(problems({ ...PSE_REQUEST, inlineCustomer: undefined }, { inlineCustomer: 'required' })).toEqual([
      'inlineCustomer must be an object',
    ]);
  });

  it.each([
    ['either', { keyType: 'QR_CODE' }, []],
    ['either', { keyString: '@llave' }, []],
    ['either', {}, ['breb.keyString must be a string']],
    ['keyType', { keyString: '@llave' }, ['breb.keyType must be one of the following values: SINGLE_USE, QR_CODE']],
    ['keyString', { keyType: 'QR_CODE' }, ['breb.keyString must be a string']],
    ['keyType', { keyType: 'MULTI_USE' }, ['breb.keyType must be one of the following values: SINGLE_USE, QR_CODE']],
  ] as const)('where breb takes %s, answers %j with %j', (brebRequest, breb, expected) => {
    expect(problems({ ...BREB_REQUEST, breb }, { brebRequest })).toEqual(expected);
  });
});
