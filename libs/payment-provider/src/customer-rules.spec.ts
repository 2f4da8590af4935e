import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  checkCustomer,
  type CustomerRules,
  nationalNumber,
  type PhoneRule,
  writtenDocument,
} from './customer-rules.js';
import { nitCheckDigit, nitWithoutCheckDigit } from './nit.js';
import { type Customer, ID_TYPES, type IdType, type PayinOrder } from './order.js';
import type { Rail } from './rail.js';

const RULES: CustomerRules = {
  provider: 'Acme',
  required: {},
  idTypes: {
    CC: { code: 'CC' },
    CE: { code: 'CE' },
    NIT: { code: 'NIT' },
    TI: { code: 'TI' },
    PPT: { code: 'PPT' },
    PA: { code: 'PA' },
  },
  phone: 'any',
};
const JOHN: Required<Customer> = {
  name: 'John Doe',
  idType: 'CC',
  idNumber: '1234567890',
  phone: '+573121234567',
  email: 'johndoe@example.com',
};

function check(customer: Customer | undefined, rules: Partial<CustomerRules> = {}, rail: Rail = 'PSE') {
  const order: PayinOrder = {
    providerReference: 'acme001',
    amountInCents: 100n,
    currency: 'COP',
    rail,
    customer,
    expiresInMinutes: 30,
    webhookUrl: 'https://example.com/webhooks/acme',
    redirectUrl: 'https://example.com/return',
  };
  return checkCustomer(order, { ...RULES, ...rules });
}

const document = (idType: IdType, idNumber: string) => check({ ...JOHN, idType, idNumber });
const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));

describe('documents', () => {
  it.each<[IdType, string[]]>([
    ['CC', ['123', '1234567890']],
    ['CE', ['123456', '1234567890', 'E226932']],
    ['NIT', ['41261533', '901458652', '9014586527', '8001735574', '8001910451']],
    ['TI', ['1234567890', '12345678901']],
    ['PPT', ['12345', '123456789012345', 'PPT1234567']],
    ['PA', ['AB123', 'AN1234567890']],
  ])('of the type %s are taken in every form that it has', (idType, numbers) => {
    for (const idNumber of numbers) expect(document(idType, idNumber)).toEqual([]);
  });

  it.each<[IdType, string[]]>([
    ['CC', ['12', '12345678901', 'A123456', '1.234.567']],
    ['CE', ['12345', '12345678901', 'EE123456']],
    ['NIT', ['1234567', '123456789012', '90145865A']],
    ['TI', ['123456789', '123456789012']],
    ['PPT', ['1234', '1234567890123456', 'PEP12345']],
    ['PA', ['A123', 'A'.repeat(21), 'AB 123']],
  ])('of the type %s are refused in another form, with the form that it has', (idType, numbers) => {
    for (const idNumber of numbers) {
      expect(document(idType, idNumber)).toEqual([
        { field: 'inlineCustomer.idNumber', message: expect.stringMatching(/\d/) },
      ]);
    }
  });

  it('of the type NIT are refused with any last digit but the right one, and the message says which that is', () => {
    fc.assert(
      fc.property(fc.oneof(digits(9), digits(10)), fc.nat(9), (base, last) => {
        const expected = nitCheckDigit(base);
        const violations = document('NIT', `${base}${last}`);
        if (String(last) === expected) expect(violations).toEqual([]);
        else
          expect(violations).toEqual([
            { field: 'inlineCustomer.idNumber', message: expect.stringContaining(`should be ${expected}`) },
          ]);
      }),
    );
  });

  it('need both their type and their number', () => {
    expect(check({ idType: 'CC' })).toEqual([
      { field: 'inlineCustomer.idNumber', message: 'idType and idNumber go together' },
    ]);
    expect(check({ idNumber: '1234567890' })).toEqual([
      { field: 'inlineCustomer.idType', message: 'idType and idNumber go together' },
    ]);
  });
});

describe('a provider’s narrower rules', () => {
  it('refuse a type that it does not take, and name those that it does', () => {
    const idTypes = { CC: { code: 'CO_CC' }, PA: { code: 'PASSPORT' } };
    for (const idType of ID_TYPES.filter((type) => type !== 'CC' && type !== 'PA')) {
      expect(check({ ...JOHN, idType }, { idTypes })).toContainEqual({
        field: 'inlineCustomer.idType',
        message: 'Acme takes CC, PA',
      });
    }
  });

  it('look at a number as it would be sent', () => {
    const idTypes = {
      NIT: { code: 'NIT', write: nitWithoutCheckDigit, pattern: /^\d{9}$/, rule: '9 digits, without the check digit' },
    };
    const nit = (idNumber: string): Customer => ({ ...JOHN, idType: 'NIT', idNumber });
    expect(check(nit('9014586527'), { idTypes })).toEqual([]);
    expect(writtenDocument(nit('9014586527'), { idTypes })).toEqual({ code: 'NIT', number: '901458652' });
    expect(check(nit('41261533'), { idTypes })).toEqual([
      { field: 'inlineCustomer.idNumber', message: 'Acme takes a NIT of 9 digits, without the check digit' },
    ]);
  });

  it('come after the form that holds everywhere, so that nothing is rewritten that is no such document', () => {
    const idTypes = { NIT: { code: 'NIT', write: nitWithoutCheckDigit, pattern: /^\d{9}$/, rule: '9 digits' } };
    expect(check({ ...JOHN, idType: 'NIT', idNumber: '12' }, { idTypes })).toHaveLength(1);
  });

  it('name each missing field that a rail needs, and no other', () => {
    const rules = { required: { NEQUI: ['phone', 'email'] } } as const;
    expect(check(undefined, rules, 'NEQUI')).toEqual([
      { field: 'inlineCustomer.phone', message: 'Acme needs it for the rail NEQUI' },
      { field: 'inlineCustomer.email', message: 'Acme needs it for the rail NEQUI' },
    ]);
    expect(check(undefined, rules, 'PSE')).toEqual([]);
  });

  it('ask for the whole of a customer or none where the provider does', () => {
    expect(check(undefined, { completeWhenGiven: true })).toEqual([]);
    expect(check({}, { completeWhenGiven: true })).toEqual([]);
    expect(check(JOHN, { completeWhenGiven: true })).toEqual([]);
    const fields = check({ name: 'John Doe' }, { completeWhenGiven: true }).map(({ field }) => field);
    expect(fields).toEqual(['idType', 'idNumber', 'phone', 'email'].map((field) => `inlineCustomer.${field}`));
  });

  it('bound names and e-mail addresses by their characters', () => {
    const rules = { nameMax: 8, emailMax: 19 };
    expect(check(JOHN, rules)).toEqual([]);
    expect(check({ ...JOHN, name: 'José Ñúñez' }, rules)).toEqual([
      { field: 'inlineCustomer.name', message: 'Acme takes at most 8 characters' },
    ]);
    expect(check({ ...JOHN, email: 'johndoe2@example.com' }, rules)).toEqual([
      { field: 'inlineCustomer.email', message: 'Acme takes at most 19 characters' },
    ]);
  });
});

describe('phone numbers', () => {
  it.each<[PhoneRule, string[], string[]]>([
    ['mobile', ['+573121234567', '+573000000000'], ['+576011234567', '+15551234567', '+57312123456', '3121234567']],
    ['colombian', ['+573121234567', '+571234567890'], ['+15551234567', '+570312345678', '+5712345678', '1234567890']],
    ['any', ['+573121234567', '+15551234567'], ['+999', '+57', 'phone', '3121234567', '+57312123456', '+9991234567']],
  ])('of the rule %s', (phone, taken, refused) => {
    for (const number of taken) expect(check({ phone: number }, { phone })).toEqual([]);
    for (const number of refused) {
      expect(check({ phone: number }, { phone })).toEqual([
        { field: 'inlineCustomer.phone', message: expect.stringContaining('Acme needs') },
      ]);
    }
  });

  it('follow the rail’s own rule where it has one', () => {
    const rules = { phone: 'any', phoneByRail: { NEQUI: 'mobile' } } as const;
    expect(check({ phone: '+15551234567' }, rules, 'PSE')).toEqual([]);
    expect(check({ phone: '+15551234567' }, rules, 'NEQUI')).toHaveLength(1);
  });

  it.each([
    ['+573121234567', '3121234567'],
    ['+571234567890', '1234567890'],
    ['+15551234567', '5551234567'],
  ])('%s is %s without its country code', (phone, national) => {
    expect(nationalNumber(phone)).toBe(national);
  });
});

it.each(['ñandú@example.com', 'john', 'john@', '@example.com', 'john doe@example.com', 'john@example'])(
  'refuses %p as an e-mail address',
  (email) => {
    expect(check({ email }).map(({ field }) => field)).toEqual(['inlineCustomer.email']);
  },
);

it('never repeats what the payer entered', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ID_TYPES), fc.stringMatching(/^[a-z]{6}[~_]{6}$/), (idType, canary) => {
      const violations = check(
        { name: canary, idType, idNumber: canary, phone: canary, email: canary },
        { nameMax: 3, emailMax: 3, phone: 'mobile' },
      );
      expect(violations).toHaveLength(4);
      expect(JSON.stringify(violations)).not.toContain(canary);
    }),
  );
});
