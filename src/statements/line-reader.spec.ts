import { describe, expect, it } from '@jest/globals';
import { LineReader, UnreadableLine } from './line-reader.js';
import { mappingsFor, OWN_MAPPING } from './statement-mappings.js';

const HEADER = ['reference', 'externalId', 'amountInCents', 'currency', 'status', 'paidAt', 'feeInCents', 'reversedAt'];
const reader = LineReader.for(HEADER, [OWN_MAPPING]);
const cells = (changes: Partial<Record<string, string>> = {}) => {
  const good: Record<string, string> = {
    reference: 'abc',
    amountInCents: '100',
    currency: 'COP',
    status: 'APPROVED',
    ...changes,
  };
  return HEADER.map((name) => good[name] ?? '');
};

describe('a line', () => {
  it('is read by the names of its columns', () => {
    const line = cells({ externalId: 'T-1', paidAt: '2026-11-20 10:00:00', feeInCents: '7' });
    expect(reader.read(2, line)).toEqual({
      line: 2,
      reference: 'abc',
      externalId: 'T-1',
      amountInCents: 100n,
      currency: 'COP',
      status: 'APPROVED',
      rawStatus: 'APPROVED',
      paidAt: new Date('2026-11-20T15:00:00Z'),
      feeInCents: 7n,
    });
  });

  it('may have its columns in any order and case, and others beside them', () => {
    const shuffled = LineReader.for(['Payer', 'STATUS', 'amountincents', ' Reference '], [OWN_MAPPING]);
    expect(shuffled.read(2, ['John', 'approved', '5', 'x'])).toMatchObject({
      reference: 'x',
      amountInCents: 5n,
      status: 'APPROVED',
    });
  });

  it('without a column for the status is a payment', () => {
    const payments = LineReader.for(['externalId', 'amountInCents'], [OWN_MAPPING]);
    expect(payments.read(2, ['T', '5'])).toMatchObject({ status: 'APPROVED', rawStatus: null });
  });

  it('with a word that is not known keeps it, for a person to read', () => {
    expect(reader.read(2, cells({ status: 'Conciliación' }))).toMatchObject({
      status: 'UNRECOGNISED',
      rawStatus: 'Conciliación',
    });
    for (const word of ['constructor', '__proto__', 'toString'])
      expect(reader.read(2, cells({ status: word })).status).toBe('UNRECOGNISED');
  });

  it('of money that went back may have a minus, and is known by its own column, too', () => {
    expect(reader.read(2, cells({ status: 'REVERSED', amountInCents: '-100' }))).toMatchObject({ amountInCents: 100n });
    expect(reader.read(2, cells({ reversedAt: '2026-11-20' }))).toMatchObject({
      status: 'REVERSED',
      rawStatus: 'APPROVED',
    });
    expect(reader.read(2, cells({ status: 'PENDING', reversedAt: '2026-11-20' }))).toMatchObject({ status: 'PENDING' });
  });

  it('of an order that was not paid needs no amount', () => {
    expect(reader.read(2, cells({ status: 'EXPIRED', amountInCents: '' }))).toMatchObject({ amountInCents: null });
  });

  it.each([
    ['no order', { reference: '' }, /no reference and no external id/],
    ['an endless reference', { reference: 'x'.repeat(256) }, /"reference" must be/],
    ['a reference with a tab in it', { reference: 'a\tb' }, /"reference" must be/],
    ['no amount', { amountInCents: '' }, /"amountInCents" must be more than 0/],
    ['nothing paid', { amountInCents: '0' }, /"amountInCents" must be more than 0/],
    ['a minus before a payment', { amountInCents: '-100' }, /"amountInCents" must be an amount in cents/],
    ['an amount that is none', { amountInCents: 'ten' }, /"amountInCents" must be an amount in cents/],
    ['a fee below nothing', { feeInCents: '-1' }, /"feeInCents" must be an amount/],
    ['no status', { status: '' }, /"status" must be/],
    ['a currency that is none', { currency: '$' }, /"currency" must be three letters/],
    ['a time that is none', { paidAt: 'yesterday' }, /"paidAt" must be a date/],
  ])('is refused with %s, by the name of its column', (_, changes, message) => {
    expect(() => reader.read(2, cells(changes))).toThrow(UnreadableLine);
    expect(() => reader.read(2, cells(changes))).toThrow(message);
  });

  it('is refused with more or fewer fields than the header', () => {
    expect(() => reader.read(2, [...cells(), 'x'])).toThrow('it has 9 fields, the header has 8');
    expect(() => reader.read(2, ['x'])).toThrow('it has 1 fields, the header has 8');
  });

  it('never has its content in the refusal: a column that is not what it seems may hold personal data', () => {
    const canary = 'jane.canary@example.com';
    for (const name of HEADER.filter(
      (column) => !['reference', 'externalId', 'status', 'reversedAt'].includes(column),
    )) {
      const message = String(catchError(() => reader.read(2, cells({ [name]: canary }))));
      expect([name, message.includes('canary')]).toEqual([name, false]);
    }
  });
});

describe('the mapping', () => {
  const theirs = {
    columns: { externalId: 'trade', amount: 'paid' },
    amountUnit: 'pesos',
    statuses: { 2: 'APPROVED' },
  } as const;

  it('is the first that fits the header: the provider’s, or our own', () => {
    const mappings = mappingsFor(theirs);
    expect(LineReader.for(['trade', 'paid'], mappings).read(2, ['T', '5'])).toMatchObject({ amountInCents: 500n });
    expect(LineReader.for(['externalId', 'amountInCents'], mappings).read(2, ['T', '5'])).toMatchObject({
      amountInCents: 5n,
    });
  });

  it('knows the provider’s words for a status, and ours', () => {
    const both = LineReader.for(['externalId', 'amountInCents', 'status'], mappingsFor(theirs));
    expect([both.read(2, ['T', '5', '2']).status, both.read(3, ['T', '5', 'approved']).status]).toEqual([
      'APPROVED',
      'APPROVED',
    ]);
  });

  it('can be said by the caller, part by part', () => {
    const [mapping, ...others] = mappingsFor(theirs, {
      delimiter: ';',
      decimalSeparator: ',',
      columns: { reference: 'Ref', amount: 'Valor', status: 'Estado' },
      statuses: { Aprobada: 'APPROVED' },
    });
    expect([mapping!.delimiter, others]).toEqual([';', []]);
    const line = LineReader.for(['Ref', 'Valor', 'Estado'], [mapping!], true).read(2, ['R', '1.000,50', 'APROBADA']);
    expect(line).toMatchObject({ reference: 'R', amountInCents: 100_050n, status: 'APPROVED' });
  });

  it('must fit: what it names is missed by name, and nothing is there twice', () => {
    expect(() => LineReader.for(['a', 'b'], mappingsFor(theirs))).toThrow(
      /"paid" and "trade".*"amountInCents" and "reference" or "externalId"/,
    );
    const said = mappingsFor(undefined, { columns: { reference: 'Ref', amount: 'Valor', status: 'Estado' } });
    expect(() => LineReader.for(['Ref', 'Valor'], said, true)).toThrow(/"Ref", "Valor", "Estado"/);
    expect(() => LineReader.for(['reference', 'amountInCents', 'Reference'], [OWN_MAPPING])).toThrow(
      /"reference" twice/,
    );
  });
});

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
