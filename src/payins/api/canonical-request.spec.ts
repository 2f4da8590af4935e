import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CreatePayinDto } from './create-payin.dto.js';
import { differingFields, fingerprint } from '../store/payin-request.js';
import { inStoredOrder } from '../../database/stored-json.js';
import { canonicalRequest } from './canonical-request.js';

const customer = {
  name: 'José Peña',
  idType: 'CC',
  idNumber: '1234567890',
  phone: '+573121234567',
  email: 'jose@example.com',
};

function dto(changes: Partial<Record<keyof CreatePayinDto, unknown>> = {}): CreatePayinDto {
  const request = {
    amountInCents: 5_000_000,
    currency: 'COP',
    rail: 'PSE',
    reference: 'INV-1',
    inlineCustomer: customer,
    description: 'Café',
    metadata: { a: '1', b: '2' },
  };
  return { ...request, ...changes } as CreatePayinDto;
}

const canonical = (changes: Partial<Record<keyof CreatePayinDto, unknown>> = {}) => canonicalRequest(dto(changes));
const withCustomer = (changes: object) => canonical({ inlineCustomer: { ...customer, ...changes } });

describe('the canonical form of a request', () => {
  it.each([
    ['CO_CC', 'CC'],
    ['CO_CE', 'CE'],
    ['CO_NIT', 'NIT'],
    ['PPN', 'PA'],
    ['PASSPORT', 'PA'],
    ['CC', 'CC'],
    ['TI', 'TI'],
    ['PPT', 'PPT'],
  ])('knows the document type %s as %s', (given, taken) => {
    expect(withCustomer({ idType: given }).inlineCustomer?.idType).toBe(taken);
  });

  it('has unicode in one form and single blanks in names and descriptions', () => {
    const other = canonical({
      inlineCustomer: { ...customer, name: '  Jose\u0301 \u00a0\tPen\u0303a\n' },
      description: ' Cafe\u0301 ',
    });
    expect(other).toEqual(canonical());
  });

  it('has document numbers without dots, blanks and dashes', () => {
    for (const idNumber of ['1.234.567.890', '1234567-890', ' 1 234 567 890 '])
      expect(withCustomer({ idNumber })).toEqual(canonical());
  });

  it('keeps the hyphen before the check digit of a NIT, in one spelling', () => {
    const spellings = ['860.002.964-4', '860002964 - 4', '860 002 964–4', ' 860.002.964 4', '860002964-4'];
    for (const idNumber of spellings)
      expect(withCustomer({ idType: 'CO_NIT', idNumber }).inlineCustomer?.idNumber).toBe('860002964-4');
    expect(withCustomer({ idType: 'NIT', idNumber: '860.002.964' }).inlineCustomer?.idNumber).toBe('860002964');
    expect(withCustomer({ idNumber: '1.234.567-8' }).inlineCustomer?.idNumber).toBe('12345678');
  });

  it('has nothing for null, undefined and empty objects', () => {
    const bare = canonical({ inlineCustomer: undefined, description: undefined, metadata: undefined });
    const nothing = {
      inlineCustomer: {},
      pse: null,
      breb: null,
      description: null,
      expiresInMinutes: null,
      callbackUrl: null,
      redirectUrl: null,
      provider: null,
      metadata: {},
    };
    expect(canonical(nothing)).toEqual(bare);
    expect(Object.keys(canonical(nothing))).toEqual(['amountInCents', 'currency', 'rail', 'reference']);
    expect(canonical({ inlineCustomer: { name: null, email: undefined }, description: null, metadata: null })).toEqual(
      bare,
    );
  });

  it('is its own canonical form', () => {
    const once = canonical({
      pse: { bank: '1007', personType: 'NATURAL' },
      breb: { keyType: 'QR_CODE' },
      expiresInMinutes: 5,
      provider: 'tumipay',
    });
    expect(canonicalRequest(once as CreatePayinDto)).toEqual(once);
  });

  it('survives the database, which keeps it as jsonb with names in an order of its own', () => {
    const request = canonical({ metadata: { zz: '1', a: '2' } });
    const stored = Object.fromEntries(
      Object.entries(JSON.parse(JSON.stringify(request)) as object).toReversed(),
    ) as typeof request;
    expect(fingerprint(stored)).toBe(fingerprint(request));
    expect(differingFields(stored, request)).toEqual([]);
  });
});

describe('the fingerprint of a request', () => {
  it('is a SHA-256 that does not change between versions: old payins are compared by it', () => {
    expect(fingerprint(canonical())).toBe(FINGERPRINT);
  });

  it('of a NIT is the same in every spelling, and the one from before hyphens were kept', () => {
    const nit = (idNumber: string) => withCustomer({ idType: 'NIT', idNumber });
    const before = canonical();
    const stored = {
      ...before,
      inlineCustomer: { ...before.inlineCustomer, idType: 'NIT' as const, idNumber: '791234560' },
    };
    const old = createHash('sha256').update(
      FINGERPRINTED.replace('"1234567890"', '"791234560"').replace('"CC"', '"NIT"'),
    );
    expect(fingerprint(stored)).toBe(old.digest('hex'));
    for (const idNumber of ['79.123.456-0', '79123456-0', '79123456 – 0', '791234560']) {
      expect(fingerprint(nit(idNumber))).toBe(fingerprint(stored));
      expect(differingFields(stored, nit(idNumber))).toEqual([]);
    }
    expect(differingFields(stored, nit('79.123.457-8'))).toEqual(['inlineCustomer.idNumber']);
  });

  it('has what is shown of it in the order in which it is stored: an answer is the same before and after', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string(), { maxKeys: 6 }), (metadata) => {
        fc.pre(!('__proto__' in metadata && Object.hasOwn(metadata, '__proto__')));
        for (const shown of [canonical({ metadata }).metadata, canonical({ metadata }).inlineCustomer])
          expect(JSON.stringify(shown)).toBe(JSON.stringify(inStoredOrder(shown)));
      }),
    );
  });

  it('does not depend on the order in which names were given', () => {
    const shuffled = fc.shuffledSubarray(Object.entries(dto()), { minLength: Object.keys(dto()).length });
    const metadata = fc.shuffledSubarray(Object.entries({ a: '1', b: '2' }), { minLength: 2 });
    fc.assert(
      fc.property(shuffled, metadata, (entries, pairs) => {
        const other = canonicalRequest({
          ...Object.fromEntries(entries),
          metadata: Object.fromEntries(pairs),
        } as unknown as CreatePayinDto);
        expect(fingerprint(other)).toBe(FINGERPRINT);
      }),
    );
  });

  it('is equal exactly when no field differs', () => {
    const text = fc.constantFrom('a', 'b', '', 'e\u0301', '\u00e9');
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const request = fc
      .record({
        amountInCents: fc.constantFrom(100, 200),
        description: optional(text),
        metadata: optional(fc.dictionary(fc.constantFrom('a', 'b', 'a.b', 'constructor'), text, { maxKeys: 2 })),
        pse: optional(
          fc.record({ bank: fc.constantFrom('1', '2'), personType: fc.constantFrom('NATURAL', 'JURIDICA') }),
        ),
        expiresInMinutes: optional(fc.constantFrom(1, 2)),
      })
      .map((changes) => canonical(changes));
    fc.assert(
      fc.property(request, request, (one, other) => {
        expect(differingFields(one, other).length === 0).toBe(fingerprint(one) === fingerprint(other));
        expect(differingFields(one, other)).toEqual(differingFields(other, one));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the fields in which two requests differ', () => {
  it.each<[string[], Partial<Record<keyof CreatePayinDto, unknown>>]>([
    [[], {}],
    [['amountInCents'], { amountInCents: 100 }],
    [['rail'], { rail: 'ANY' }],
    [['inlineCustomer'], { inlineCustomer: undefined }],
    [
      ['inlineCustomer.email', 'inlineCustomer.name'],
      { inlineCustomer: { ...customer, name: 'X', email: 'x@example.com' } },
    ],
    [['inlineCustomer.phone'], { inlineCustomer: { ...customer, phone: undefined } }],
    [['pse'], { pse: { bank: '1007', personType: 'NATURAL' } }],
    [['description'], { description: 'Cafe' }],
    [['metadata.a', 'metadata.c'], { metadata: { a: '2', b: '2', c: '3' } }],
    [['metadata'], { metadata: {} }],
    [['callbackUrl', 'provider'], { callbackUrl: 'http://localhost/', provider: 'tumipay' }],
  ])('are %j, named by their paths and in order', (fields, changes) => {
    expect(differingFields(canonical(), canonical(changes))).toEqual(fields);
  });
});

/** Of the request at the top of this file: names in order, no white space. */
const FINGERPRINTED =
  '{"amountInCents":5000000,"currency":"COP","description":"Café",' +
  '"inlineCustomer":{"email":"jose@example.com","idNumber":"1234567890","idType":"CC","name":"José Peña","phone":"+573121234567"},' +
  '"metadata":{"a":"1","b":"2"},"rail":"PSE","reference":"INV-1"}';
const FINGERPRINT = createHash('sha256').update(FINGERPRINTED).digest('hex');
