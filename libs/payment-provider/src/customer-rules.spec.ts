import { describe, expect, it } from '@jest/globals';
import { isEmail } from 'class-validator';
import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import {
  checkCustomer,
  type CustomerRules,
  nationalNumber,
  phoneParts,
  type PhoneRule,
  takenDocuments,
  writtenDocument,
} from './customer-rules.js';
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

/** What merchants read. */
function check(...asked: Parameters<typeof violationsOf>) {
  return violationsOf(...asked).map(({ field, message }) => ({ field, message }));
}

function violationsOf(customer: Customer | undefined, rules: Partial<CustomerRules> = {}, rail: Rail = 'PSE') {
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

describe('documents', () => {
  it.each<[IdType, string[]]>([
    ['CC', ['12', '1234567890', '12345678901', 'A1']],
    ['CE', ['12345', 'E226932', '123456789012']],
    ['NIT', ['41261534', '901458652', '901458652-7', '9014586527', '79123456-0', '1020304050', '1020304050-8']],
    ['TI', ['123456789', '12345678901', 'A1B0253234']],
    ['PPT', ['1234', '1234567890123456', 'PPT1234567']],
    ['PA', ['A1', 'AN1234567890123456789012']],
  ])('of the type %s are taken in any form where the provider documents none', (idType, numbers) => {
    for (const idNumber of numbers) {
      expect(document(idType, idNumber)).toEqual([]);
      const written = writtenDocument({ customer: { idType, idNumber } }, RULES);
      if (idType !== 'NIT') expect(written).toEqual({ code: idType, number: idNumber });
    }
  });

  it.each([
    ['12', '10 digits'],
    ['90145865A', '10 digits'],
    ['901458652-8', 'should be 7'],
    ['9014586528', 'should be 7'],
    ['791234560', 'behind a hyphen'],
  ])('of the type NIT are refused where it is not clear which they are: %s', (idNumber, said) => {
    expect(document('NIT', idNumber)).toEqual([
      { field: 'inlineCustomer.idNumber', message: expect.stringContaining(said) },
    ]);
    expect(writtenDocument({ customer: { idType: 'NIT', idNumber } }, RULES)).toBeUndefined();
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

  it('judge a NIT as it would be sent: without its check digit, or with it', () => {
    const nine = { NIT: { code: 'NIT', pattern: /^\d{9}$/, rule: '9 digits, without the check digit' } };
    const ten = { NIT: { code: 'NIT', withCheckDigit: true, pattern: /^\d{10}$/, rule: '10 digits' } };
    const nit = (idNumber: string): Customer => ({ ...JOHN, idType: 'NIT', idNumber });
    for (const idNumber of ['901458652', '9014586527', '901458652-7']) {
      expect(check(nit(idNumber), { idTypes: nine })).toEqual([]);
      expect(writtenDocument({ customer: nit(idNumber) }, { idTypes: nine })?.number).toBe('901458652');
      expect(check(nit(idNumber), { idTypes: ten })).toEqual([]);
      expect(writtenDocument({ customer: nit(idNumber) }, { idTypes: ten })?.number).toBe('9014586527');
    }
    expect(check(nit('79123456-0'), { idTypes: nine })).toEqual([
      { field: 'inlineCustomer.idNumber', message: 'Acme takes a NIT of 9 digits, without the check digit' },
    ]);
  });

  it('read a NIT by who pays', () => {
    const company = { customer: { idType: 'NIT', idNumber: '890903938' } } as const;
    expect(writtenDocument(company, RULES)).toBeUndefined();
    expect(writtenDocument({ ...company, pse: { bank: '1007', personType: 'JURIDICA' } }, RULES)?.number).toBe(
      '890903938',
    );
  });

  it('are declared as what is taken: types, forms, and rails that need a document', () => {
    const idTypes = { CC: { code: '1', pattern: /^\d{6,10}$/, rule: '6 to 10 digits' }, PA: { code: '2' } };
    expect(takenDocuments({ idTypes, required: { PSE: ['idType', 'idNumber'], BRE_B: ['name'] } })).toEqual({
      types: [
        { idType: 'CC', form: '6 to 10 digits' },
        { idType: 'PA', form: null },
      ],
      requiredOn: ['PSE'],
    });
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

describe('what is plain to see is what the libraries say', () => {
  it('of Colombian mobiles', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^3\d{9}$/), (national) => {
        const parsed = parsePhoneNumberFromString(`+57${national}`)!;
        expect(parsed.isPossible()).toBe(true);
        const { countryCallingCode: countryCode, nationalNumber: number } = parsed;
        expect(phoneParts(`+57${national}`)).toEqual({ countryCode, nationalNumber: number });
      }),
    );
  });

  it('of addresses', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const local = fc.tuple(part, fc.array(fc.tuple(fc.constantFrom('.', '_', '-'), part), { maxLength: 3 }));
    const domain = fc.tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.stringMatching(/^[a-z]{2,20}$/));
    fc.assert(
      fc.property(local, domain, ([first, others], [labels, top]) => {
        const email = `${first}${others.flat().join('')}@${[...labels, top].join('.')}`;
        expect(check({ email }, {})).toEqual([]);
        expect(isEmail(email, { allow_utf8_local_part: false })).toBe(true);
      }),
    );
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

  it.each(['NEQUI', 'TRANSFIYA'] as const)(
    'are Colombian mobiles on %s, for every provider: the phone is the wallet',
    (rail) => {
      for (const phone of ['any', 'colombian', 'mobile'] as const) {
        for (const number of [undefined, '+571234567890', '+15551234567', '+576011234567'])
          expect(check({ phone: number }, { phone }, rail).map(({ field }) => field)).toEqual(['inlineCustomer.phone']);
        expect(check({ phone: '+573121234567' }, { phone }, rail)).toEqual([]);
      }
      expect(check({ phone: '+15551234567' }, { phone: 'any' }, 'PSE')).toEqual([]);
    },
  );

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
    fc.property(fc.constantFrom('NIT' as const), fc.stringMatching(/^[a-z]{6}[~_]{6}$/), (idType, canary) => {
      const violations = check(
        { name: canary, idType, idNumber: canary, phone: canary, email: canary },
        { nameMax: 3, emailMax: 3, phone: 'mobile' },
      );
      expect(violations).toHaveLength(4);
      expect(JSON.stringify(violations)).not.toContain(canary);
    }),
  );
});

describe('codes, by which a payer is answered', () => {
  it.each<[string, Customer, Partial<CustomerRules>, Rail]>([
    ['REQUIRED', {}, { required: { PSE: ['name'] } }, 'PSE'],
    ['REQUIRED', { idType: 'CC' }, {}, 'PSE'],
    ['TOO_LONG', { name: 'Ana María' }, { nameMax: 3 }, 'PSE'],
    ['ID_TYPE_NOT_TAKEN', { idType: 'TI', idNumber: '1' }, { idTypes: { CC: { code: 'CC' } } }, 'PSE'],
    ['ID_NUMBER_FORM', { idType: 'CC', idNumber: '1' }, { idTypes: { CC: { code: 'CC', pattern: /^\d{6}$/ } } }, 'PSE'],
    ['NIT_FORM', { idType: 'NIT', idNumber: '12' }, { idTypes: { NIT: { code: 'NIT' } } }, 'PSE'],
    ['NIT_AMBIGUOUS', { idType: 'NIT', idNumber: '791234560' }, { idTypes: { NIT: { code: 'NIT' } } }, 'PSE'],
    ['NIT_CHECK_DIGIT', { idType: 'NIT', idNumber: '901458652-8' }, { idTypes: { NIT: { code: 'NIT' } } }, 'PSE'],
    ['PHONE_FORM', { phone: '+57' }, { phone: 'any' }, 'PSE'],
    ['PHONE_NOT_COLOMBIAN', { phone: '+14155550100' }, { phone: 'colombian' }, 'PSE'],
    ['PHONE_NOT_MOBILE', { phone: '+576011234567' }, { phone: 'any' }, 'NEQUI'],
    ['EMAIL_FORM', { email: 'ana' }, {}, 'PSE'],
  ])('%s: %j', (code, customer, rules, rail) => {
    expect(violationsOf(customer, rules, rail).map((violation) => violation.code)).toEqual([code]);
  });
});
