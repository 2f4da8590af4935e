import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalNit, nitCheckDigit, readNit } from './nit.js';

const digits = (count: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${count - 1}}$`));
const company = fc.tuple(fc.constantFrom('8', '9'), fc.stringMatching(/^\d{8}$/)).map((parts) => parts.join(''));
const cedula = fc.oneof(
  ...[5, 6, 7, 8].map(digits),
  fc.stringMatching(/^\d{9}$/).map((rest) => `1${rest}`),
);
const anyBase = fc.oneof(company, cedula);

const read = (written: string, personType?: 'NATURAL' | 'JURIDICA') => readNit(canonicalNit(written), personType);
const base = (written: string, personType?: 'NATURAL' | 'JURIDICA') => {
  const reading = read(written, personType);
  return 'base' in reading ? reading.base : reading.fault;
};

/** Published by their owners, by providers' documents or by the rule itself. */
const PUBLISHED = [
  ...['860.002.964-4', '890.903.938-8', '899.999.068-1', '800.197.268-4', '890.900.608-9', '900.017.447-8'],
  ...['860.034.313-7', '860.007.738-9', '890.300.279-4', '860.003.020-1', '860.035.827-5', '899.999.063-3'],
  ...['830.122.566-1', '800.153.993-7', '900.276.962-1', '890.904.996-1', '811.036.621-1', '860.066.942-7'],
  ...['800.251.440-6', '899.999.115-8', '860.025.900-2', '890.399.010-6', '899.999.061-9', '830.054.539-0'],
  ...['901.458.652-7', '800.173.557-4', '800.191.045-1', '41.261.533-2', '79.123.456-0', '1.020.304.050-8'],
];

/** How people write a NIT whose check digit they set apart. */
const spellings = (nit: string) => {
  const plain = nit.slice(0, -2).replaceAll('.', '');
  const last = nit.slice(-1);
  return [
    nit,
    nit.replaceAll('.', ''),
    nit.replaceAll('.', ' '),
    nit.replace('-', ' - '),
    nit.replace('-', '–'),
    nit.replace('-', '‐'),
    nit.replace('-', '−'),
    nit.replace('-', ' '),
    nit.replaceAll('.', ' ').replace('-', ' '),
    nit.replace('-', '.'),
    ` ${nit}\t`,
    nit.replaceAll('.', '\u00a0'),
    nit.replaceAll('.', '-'),
    `${plain} ${last}`,
    `${plain}.-${last}`,
  ];
};

describe('the check digit of a NIT', () => {
  // The last two reach the branches of remainder 0 and 1.
  it.each([...PUBLISHED, '890.903.937-0', '899.999.068-1'])('of the published %s is its last digit', (nit) => {
    expect(nitCheckDigit(nit.slice(0, -2).replaceAll('.', ''))).toBe(nit.slice(-1));
  });

  it('detects a mistyped digit', () => {
    fc.assert(
      fc.property(company, fc.nat(8), fc.integer({ min: 1, max: 9 }), (nit, place, shift) => {
        const other = (Number(nit[place]) + shift) % 10;
        const mistyped = `${nit.slice(0, place)}${other}${nit.slice(place + 1)}`;
        // A remainder of 1 and one of 10 share the digit 1: the only mistakes that the rule itself lets through.
        fc.pre(nitCheckDigit(nit) !== '1');
        expect(nitCheckDigit(mistyped)).not.toBe(nitCheckDigit(nit));
      }),
    );
  });
});

describe('a NIT whose check digit is set apart', () => {
  it.each(PUBLISHED)('is %s, however it is written', (nit) => {
    const plain = nit.slice(0, -2).replaceAll('.', '');
    for (const written of spellings(nit)) {
      expect([written, canonicalNit(written)]).toEqual([written, `${plain}-${nit.slice(-1)}`]);
      for (const personType of [undefined, 'NATURAL', 'JURIDICA'] as const)
        expect([written, base(written, personType)]).toEqual([written, plain]);
    }
  });

  it('names that base and no other, whoever it is and wherever dots and blanks stand', () => {
    const separators = fc.array(fc.constantFrom('', '', '.', ' ', '\u00a0'), { minLength: 10, maxLength: 10 });
    const hyphen = fc.constantFrom('-', ' -', '- ', '–', '.-');
    fc.assert(
      fc.property(anyBase, separators, hyphen, (nit, between, dash) => {
        const written = `${Array.from(nit, (digit, at) => `${digit}${between[at] ?? ''}`).join('')}${dash}`;
        expect(read(`${written}${nitCheckDigit(nit)}`)).toEqual({ base: nit, checkDigit: nitCheckDigit(nit) });
      }),
      { numRuns: 1_000 },
    );
  });

  it('is refused with any other digit, and the message has the right one', () => {
    fc.assert(
      fc.property(anyBase, fc.nat(9), (nit, last) => {
        const right = nitCheckDigit(nit);
        fc.pre(String(last) !== right);
        expect(read(`${nit}-${last}`)).toMatchObject({ fault: expect.stringContaining(`should be ${right}`) });
      }),
    );
  });
});

describe('a NIT without a hyphen', () => {
  it.each([
    ['8600029644', '860002964'],
    ['860002964', '860002964'],
    ['41261534', '41261534'],
    ['1032456788', '1032456788'],
    ['10203040508', '1020304050'],
    ['860-002-964', '860002964'],
  ])('%s has the base %s: there is no other reading', (written, expected) => {
    expect(base(written)).toBe(expected);
  });

  it.each([
    ['79123456 with its check digit, or nine digits', '791234560'],
    ['nine digits and their check digit, or a person’s ten', '1234567896'],
    ['nine digits, or 89090393 and its check digit', '890903938'],
    ['seven digits and their check digit, or eight', `1234567${nitCheckDigit('1234567')}`],
  ])('is not guessed where it has two readings: %s', (_, written) => {
    for (const personType of [undefined, 'NATURAL'] as const)
      expect(read(written, personType)).toMatchObject({ fault: expect.stringContaining('behind a hyphen') });
  });

  it('is a company’s where the payer is one', () => {
    expect(base('890903938', 'JURIDICA')).toBe('890903938');
    // DIAN numbers companies from 800,000,000 on: a person who trades as a company keeps a person's number.
    for (const written of ['791234560', '1234567896'])
      expect(read(written, 'JURIDICA')).toMatchObject({ fault: expect.stringContaining('behind a hyphen') });
  });

  it.each(['0860002964', '00860002964', '0860002964-4', '0000860002964-4', '08600029644'])(
    'is the same number with zeros before it: %s',
    (written) => expect(base(written)).toBe('860002964'),
  );

  it('is never taken for another taxpayer’s: it is read as it was meant, or refused', () => {
    const personType = fc.constantFrom(undefined, 'NATURAL' as const);
    fc.assert(
      fc.property(anyBase, fc.boolean(), personType, (nit, withCheckDigit, person) => {
        const reading = read(withCheckDigit ? `${nit}${nitCheckDigit(nit)}` : nit, person);
        if ('base' in reading) expect(reading.base).toBe(nit);
      }),
      { numRuns: 5_000 },
    );
  });

  it('of a company with its check digit is refused when a digit is wrong', () => {
    fc.assert(
      fc.property(company, fc.nat(9), (nit, last) => {
        const right = nitCheckDigit(nit);
        const expected = String(last) === right ? { base: nit } : { fault: expect.stringContaining(`be ${right}`) };
        expect(read(`${nit}${last}`)).toMatchObject(expected);
      }),
    );
  });
});

it.each(['', '12', '123456789012', '12345678901-2', '90145865a', '９０１４５８６５２', '-4', 'NIT'])(
  '%p is no NIT, and the message says how to write one',
  (written) => {
    expect(read(written)).toMatchObject({ fault: expect.stringContaining('860002964-4') });
  },
);
