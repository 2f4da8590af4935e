import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StatementMapping } from '@recaudo/payment-provider';
import { LineReader } from './line-reader.js';
import { UnreadableLine } from './unreadable.js';
import { mappingsFor, OWN_MAPPING } from './statement-mappings.js';

const HEADER = ['reference', 'externalId', 'amountInCents', 'currency', 'status', 'paidAt', 'feeInCents', 'reversedAt'];
function readerOf(header: readonly string[], ...mappings: readonly StatementMapping[]): LineReader {
  const readers = (mappings.length > 0 ? mappings : [OWN_MAPPING]).map((mapping) =>
    LineReader.fitting(header, mapping),
  );
  return readers.find((one) => one !== undefined)!;
}

const reader = readerOf(HEADER);
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
    const shuffled = readerOf(['Payer', 'STATUS', 'amountincents', ' Reference ']);
    expect(shuffled.read(2, ['John', 'approved', '5', 'x'])).toMatchObject({
      reference: 'x',
      amountInCents: 5n,
      status: 'APPROVED',
    });
  });

  it('without a column for the status is a payment', () => {
    const payments = readerOf(['externalId', 'amountInCents']);
    expect(payments.read(2, ['T', '5'])).toMatchObject({ status: 'APPROVED', rawStatus: null });
  });

  it('with an unknown status keeps it, for a person to read', () => {
    expect(reader.read(2, cells({ status: 'Conciliación' }))).toMatchObject({
      status: 'UNRECOGNISED',
      rawStatus: 'Conciliación',
    });
    for (const word of ['constructor', '__proto__', 'toString'])
      expect(reader.read(2, cells({ status: word }))?.status).toBe('UNRECOGNISED');
  });

  it('of reversed money may have a minus, and is recognised by its own column, too', () => {
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
    [
      'no status',
      { status: '' },
      /"status" is empty; write the status of each payment, and leave sums and remarks out/,
    ],
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

  it('never has its content in the refusal: a wrong column may have personal data', () => {
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
    expect(readerOf(['trade', 'paid'], ...mappings).read(2, ['T', '5'])).toMatchObject({ amountInCents: 500n });
    expect(readerOf(['externalId', 'amountInCents'], ...mappings).read(2, ['T', '5'])).toMatchObject({
      amountInCents: 5n,
    });
  });

  it('has the provider’s names of a status, and ours', () => {
    const both = readerOf(['externalId', 'amountInCents', 'status'], ...mappingsFor(theirs));
    expect([both.read(2, ['T', '5', '2'])?.status, both.read(3, ['T', '5', 'approved'])?.status]).toEqual([
      'APPROVED',
      'APPROVED',
    ]);
  });

  it('can be overridden by the caller, part by part', () => {
    const [mapping, ...others] = mappingsFor(theirs, {
      delimiter: ';',
      decimalSeparator: ',',
      columns: { reference: 'Ref', amount: 'Valor', status: 'Estado' },
      statuses: { Aprobada: 'APPROVED' },
    });
    expect([mapping!.delimiter, others]).toEqual([';', []]);
    const line = LineReader.fitting(['Ref', 'Valor', 'Estado'], mapping!, true)!.read(2, ['R', '1.000,50', 'APROBADA']);
    expect(line).toMatchObject({ reference: 'R', amountInCents: 100_050n, status: 'APPROVED' });
  });

  it('must fit: every column of it must be there, and none twice', () => {
    const [said] = mappingsFor(undefined, { columns: { reference: 'Ref', amount: 'Valor', status: 'Estado' } });
    expect(LineReader.fitting(['a', 'b'], OWN_MAPPING)).toBeUndefined();
    expect(LineReader.fitting(['Ref', 'Valor'], said!, true)).toBeUndefined();
    expect(() => LineReader.fitting(['reference', 'amountInCents', 'Reference'], OWN_MAPPING)).toThrow(
      /"reference" twice/,
    );
  });
});

describe('a header or a status', () => {
  const forms = (word: string) => [
    word.normalize('NFC'),
    word.normalize('NFD'),
    word.toUpperCase(),
    word.toLowerCase().normalize('NFD'),
    `\u00a0${word}\u200b `,
    word.normalize('NFC').replace(/[!-~]/g, (char) => String.fromCodePoint(char.codePointAt(0)! + 0xfee0)),
  ];

  it('is the same in any Unicode form', () => {
    const columns = { reference: 'Descripción', amount: 'Valor', status: 'Situación' };
    for (const spelled of forms('Situación')) {
      const [mapping] = mappingsFor(undefined, { columns, statuses: { [spelled]: 'REJECTED' } });
      for (const header of forms('Descripción')) {
        const read = LineReader.fitting([header, 'VALOR', spelled], mapping!, true)!;
        for (const status of forms('Situación'))
          expect(read.read(2, ['R', '5', status.replace('\u200b', '')])).toMatchObject({ status: 'REJECTED' });
      }
    }
  });

  it('with another accent is another one', () => {
    const [mapping] = mappingsFor(undefined, { columns: { reference: 'Descripción', amount: 'Valor' } });
    expect(LineReader.fitting(['Descripcion', 'Valor'], mapping!, true)).toBeUndefined();
  });
});

const NAMED = { reference: 'Referencia', amount: 'Valor', status: 'Estado', paidAt: 'Fecha' };
/** The results of the lines of a file, each written with `;`: `-` is no payment, and a text is why it is refused. */
function readAll(header: string, lines: readonly string[], amountUnit: 'pesos' | 'cents' = 'pesos') {
  const names = header.split(';');
  const columns = Object.fromEntries(Object.entries(NAMED).filter(([, name]) => names.includes(name)));
  const [mapping] = mappingsFor(undefined, {
    amountUnit,
    columns: { amount: 'Valor', ...columns },
    statuses: { Aprobada: 'APPROVED' },
  });
  const file = LineReader.fitting(names, mapping!)!;
  const outcomes = lines.map((text, index) => {
    try {
      const read = file.read(index + 2, text.split(';'));
      return read ? `${read.reference} ${read.amountInCents}` : '-';
    } catch (error) {
      return (error as Error).message;
    }
  });
  return { outcomes, wrong: file.wrong() };
}

const BARE = 'Referencia;Valor';
const FULL = 'Referencia;Valor;Estado;Fecha';

describe('a total', () => {
  it.each([
    ['named in place of a reference', FULL, ['st-1;100;Aprobada;2026-11-29', 'TOTAL;100,00;;']],
    ['named, without a status in the file', BARE, ['st-1;100', 'st-2;200', 'TOTAL;300']],
    ['named, of fewer cells', FULL, ['st-1;100;Aprobada;2026-11-29', 'Total general: ;100']],
    ['named where there is another column', `Nota;${BARE}`, [';st-1;100', 'Gran total;;100']],
    ['of a day between the lines', BARE, ['st-1;100', 'Subtotal 29/11;100', 'st-2;200', 'TOTALES;300']],
    [
      'with how many there are in place of a reference',
      `Nota;${FULL}`,
      [';st-1;100;Aprobada;2026-11-29', 'TOTAL;1;100;;'],
    ],
    ['without a name, being the sum', BARE, ['st-1;100', 'st-2;200', ';$ 300,00']],
    ['without a name, being the sum of what was paid', FULL, ['st-1;100;Aprobada;', 'st-2;200;Rechazada;', ';100;;']],
    ['without a name, with how many there are', BARE, ['st-1;100', 'st-2;200', '2;300']],
    ['with a status', FULL, ['st-1;100;Aprobada;2026-11-29', 'TOTAL;100;Aprobada;']],
    ['in full width', BARE, ['st-1;100', 'ＴＯＴＡＬ;100']],
    ...['GRAN-TOTAL', 'Total.', 'TOTAL_DIA', 'Tot.', 'Totalizado', 'Acumulado'].map(
      (name) =>
        [`named ${name}, being the sum`, BARE, ['st-1;100', 'st-2;200', `${name};300`]] as [string, string, string[]],
    ),
    [
      'named in the column of the time, whatever it adds up',
      'Fecha;Referencia;Valor;Estado',
      ['2026-11-29;st-1;100;Aprobada', 'TOTALES;;99;', 'Subtotal 29/11/2026;1;99;', 'TOTAL;1;100;'],
    ],
    ['named in the column of the time, the only one', 'Fecha;Referencia;Valor', ['2026-11-29;st-1;100', 'Total:;1;99']],
    ['that is wrong or cannot be read', BARE, ['st-1;100', 'TOTAL;99', 'TOTAL;?']],
  ])('is no payment: %s', (_, header, lines) => {
    const { outcomes } = readAll(header, lines);
    const isTotal = (line: string) => !/st-\d/.test(line);
    expect(outcomes.map((outcome) => outcome === '-')).toEqual(lines.map(isTotal));
    expect(outcomes.filter((outcome) => outcome !== '-').every((outcome) => /^st-\d \d+$/.test(outcome))).toBe(true);
  });

  it.each([
    ['is named a total, is none and has a status', FULL, 'TOTAL;300;Aprobada;', /payment, a sum of others or a remark/],
    ['is named a total, is none and has a time', FULL, 'TOTAL;300;;2026-11-29', /payment, a sum of others or a remark/],
    ['stands behind such a name', `Nota;${BARE}`, 'Total;st-9;300', /payment, a sum of others or a remark/],
    ['has words in place of a reference', BARE, 'Cantidad de registros;2', /payment, a sum of others or a remark/],
    ['is another sum', BARE, 'Neto;95', /payment, a sum of others or a remark/],
    ['is a tax', BARE, 'ReteICA;5', /payment, a sum of others or a remark/],
    ['is named nearly so and is not the sum', BARE, 'GRAN-TOTAL;95', /payment, a sum of others or a remark/],
    ['is the sum, under a name without a digit', BARE, 'Bancolombia;100', /payment, a sum of others or a remark/],
    ['has the word in a remark', `Nota;${BARE}`, 'Pago total;;99', /payment, a sum of others or a remark/],
    ['has no reference and is not the sum', BARE, ';99', /no reference and no external id/],
    ['has no reference and a status', FULL, ';100;Aprobada;', /no reference and no external id/],
  ])('or a payment, which is unclear: a line that %s is refused', (_, header, line, message) => {
    const first = header === FULL ? 'st-1;100;Aprobada;2026-11-29' : header === BARE ? 'st-1;100' : ';st-1;100';
    expect(readAll(header, [first, line]).outcomes[1]).toMatch(message);
  });

  it('is not a line that has the word in its reference, or in another cell', () => {
    expect(readAll(BARE, ['TOTAL-1;100', 'subtotal.9;200', '7;300']).outcomes).toEqual([
      'TOTAL-1 10000',
      'subtotal.9 20000',
      '7 30000',
    ]);
    const described = readAll(`Nota;${FULL}`, [
      'Total compra;st-1;100;Aprobada;',
      'TOTAL;st-2;100;Aprobada;2026-11-29',
    ]);
    expect(described.outcomes).toEqual(['st-1 10000', 'st-2 10000']);
  });

  it('is never a payment, whatever the lines before it are', () => {
    const pesos = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(fc.array(pesos, { minLength: 1, maxLength: 20 }), fc.constantFrom('', 'TOTAL', '#'), (paid, name) => {
        const sum = paid.reduce((all, one) => all + one, 0);
        const lines = [
          ...paid.map((amount, index) => `st-${index};${amount}`),
          `${name === '#' ? paid.length : name};${sum}`,
        ];
        expect(readAll(BARE, lines).outcomes).toEqual([...paid.map((amount, index) => `st-${index} ${amount}00`), '-']);
      }),
    );
  });
});

describe('the fields of a line', () => {
  it('may be one fewer or more where the header ends in separators', () => {
    const lines = ['st-1;1', 'st-2;2;', 'st-3;3;;', 'Referencia;Valor', 'Referencia;Valor;;'];
    expect(readAll(`${BARE};`, lines).outcomes).toEqual(['st-1 100', 'st-2 200', 'st-3 300', '-', '-']);
  });

  it('are refused in a column without a name: the separator may stand in an amount', () => {
    const [outcome] = readAll(`${BARE};`, ['st-1;50;000']).outcomes;
    expect(outcome).toBe(
      'it has 3 fields, the header has 2; write each of them, and one with the separator in it in quotes',
    );
  });

  it('show a reversal by a time, or by yes or no', () => {
    const statusOf = (reversedAt: string) => reader.read(2, cells({ reversedAt }))?.status;
    expect(['no', 'N', 'false', '0', ''].map(statusOf)).toEqual(Array(5).fill('APPROVED'));
    expect(['2026-11-29', 'Sí', 'X', '1'].map(statusOf)).toEqual(Array(4).fill('REVERSED'));
  });

  it('are a status, though a total has its name, too', () => {
    expect(readAll('Referencia;Valor;Estado', ['st-1;100;Aprobada', 'st-2;100;Total']).outcomes).toEqual([
      'st-1 10000',
      'st-2 10000',
    ]);
  });

  it.each(['-', ' – ', '$ -', '$ - ', 'NULL', 'n/a'])('are empty where they have %p', (nothing) => {
    const line = cells({ feeInCents: nothing, paidAt: nothing, reversedAt: nothing, externalId: nothing });
    expect(reader.read(2, line)).toMatchObject({
      feeInCents: null,
      paidAt: null,
      status: 'APPROVED',
      externalId: null,
    });
    expect(() => reader.read(2, cells({ amountInCents: nothing }))).toThrow('must be more than 0');
  });
});

describe('no line', () => {
  it('is blank cells, and the header again', () => {
    expect(
      readAll(FULL, [';;;', ' ;-; ; ---', 'referencia;VALOR;Estado;Fecha', 'st-1;1;Aprobada;;;']).outcomes,
    ).toEqual(['-', '-', '-', 'st-1 100']);
  });
});

describe('a cell that Excel has changed', () => {
  it.each([
    ['7,70123E+14', /Excel has shortened/],
    ['7.70123E+14', /Excel has shortened/],
    ['7E+14', /Excel has shortened/],
    ['77,0123e+13', /Excel has shortened/],
    ['5,00E-12', /Excel has shortened/],
    ['7,70123E14', /shortened/],
    ['7.70123e014', /shortened/],
    ['7,70123 E+14', /shortened/],
    ['7701,23E+11', /shortened/],
    ['7.70123x10^14', /shortened/],
    ['="7701234"', /guarded against Excel/],
    ["'7701234", /guarded against Excel/],
    ['=7701234', /guarded against Excel/],
    ['’7701234', /guarded against Excel/],
    ['#NAME?', /error of Excel/],
    ['#¿NOMBRE?', /error of Excel/],
    ['########', /error of Excel/],
    ['#N/A', /error of Excel/],
  ])('is refused with the reason: %s', (cell, message) => {
    for (const line of [
      `${cell};100;Aprobada;`,
      `st-1;${cell};Aprobada;`,
      `st-1;100;${cell};`,
      `st-1;100;Aprobada;${cell}`,
    ]) {
      const [outcome] = readAll(FULL, [line]).outcomes;
      expect(outcome).toMatch(message);
    }
  });

  it('is not a reference that only resembles one', () => {
    for (const reference of ['7E14', '1E-05', 'E+14', 'a7.7E', '770123456789012', '#12'])
      expect(readAll(BARE, [`${reference};100`]).outcomes).toEqual([`${reference} 10000`]);
  });

  it('may be a long number that ends in zeros, which only the whole file shows', () => {
    const rounded = ['770123456789012000', '770123456789013000'];
    const reported = readAll(
      BARE,
      rounded.map((ticket) => `${ticket};100`),
    ).wrong;
    expect(reported).toEqual([
      { line: 2, message: expect.stringMatching(/"Referencia" is a number that Excel has rounded/) },
      { line: 3, message: expect.any(String) },
    ]);
    expect(
      readAll(
        BARE,
        [...rounded, '770123456789014001'].map((ticket) => `${ticket};100`),
      ).wrong,
    ).toEqual([]);
    expect(readAll(BARE, ['1234567890123450;100']).wrong).toEqual([]);
  });
});

describe('amounts of which one shows how the others are written', () => {
  it('are all right, or all refused', () => {
    const amounts = (...lines: string[]) =>
      readAll(
        BARE,
        lines.map((amount) => `st;${amount}`),
      );
    expect(amounts('50.000', '1.234,50').outcomes).toEqual(['st 5000000', 'st 123450']);
    expect(amounts('50.000', '1.234,50').wrong).toEqual([]);
    expect(amounts('50.000', '7', '50.000', '1234.50').wrong.map(({ line }) => line)).toEqual([2, 4]);
    expect(amounts('1234.50', '50.000').outcomes[1]).toMatch(/must be an amount in pesos.*after "\."/);
    expect(amounts('1.234,50', '1,234.50').outcomes[1]).toMatch(/must be an amount in pesos.*after ","/);
    expect(amounts('50.000', '50,000').outcomes[1]).toMatch(/must be an amount in pesos/);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
