import { describe, expect, it } from '@jest/globals';
import { AMOUNT_UNITS } from '@recaudo/payment-provider';
import fc from 'fast-check';
import { AmountUnits, contradictsItself, isForAnotherAmount, readCents, settledInCents } from './hellopay.amounts.js';

describe('an amount in their JSON', () => {
  it.each([
    [100_000, 'cents', 100_000n],
    [100_000, 'pesos', 10_000_000n],
    [100.5, 'pesos', 10_050n],
    [100.05, 'pesos', 10_005n],
    [0.07, 'pesos', 7n],
    [1.1, 'pesos', 110n],
    [9_999_999_999_999.99, 'pesos', 999_999_999_999_999n],
    ['100.50', 'pesos', 10_050n],
    ['100.00', 'cents', 100n],
    ['5000', 'cents', 5000n],
    [0, 'pesos', 0n],
    [Number.MAX_SAFE_INTEGER, 'cents', 9_007_199_254_740_991n],
  ] as const)('%p in %s is %p cents', (value, unit, cents) => expect(readCents(value, unit)).toBe(cents));

  it.each([
    [100.5, 'cents'],
    [100.005, 'pesos'],
    [0.1 + 0.2, 'pesos'],
    [99_999_999_999_999.98, 'pesos'],
    [2 ** 53, 'cents'],
    [1e21, 'pesos'],
    [1e-7, 'pesos'],
    [-1, 'cents'],
    [Number.NaN, 'cents'],
    [Infinity, 'cents'],
    ['', 'cents'],
    ['1e3', 'cents'],
    ['-1', 'cents'],
    [' 1', 'cents'],
    ['1,000', 'pesos'],
    ['1.000.000', 'pesos'],
    ['0x10', 'cents'],
    ['9'.repeat(17), 'cents'],
    [null, 'cents'],
    [undefined, 'cents'],
    [true, 'cents'],
    [[100], 'cents'],
    [{}, 'cents'],
  ] as const)('%p is no amount in %s, and none is made of it', (value, unit) =>
    expect(readCents(value, unit)).toBeUndefined(),
  );

  it('is read back exactly from pesos with centavos, whatever the number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), (cents) => {
        const text = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
        expect(readCents(JSON.parse(text), 'pesos')).toBe(cents);
        expect(readCents(text, 'pesos')).toBe(cents);
      }),
    );
  });
});

describe('what arrived', () => {
  const all = { confirmedAmountInCents: 1, confirmedAmount: 2, amountInCents: 3, amount: 4 };
  const without = (...names: (keyof typeof all)[]) => ({
    ...all,
    ...Object.fromEntries(names.map((name) => [name, null])),
  });

  it.each([
    ['the confirmed cents', all, 1n],
    ['the confirmed amount', without('confirmedAmountInCents'), 200n],
    ['the requested cents', without('confirmedAmountInCents', 'confirmedAmount'), 3n],
    ['the requested amount', without('confirmedAmountInCents', 'confirmedAmount', 'amountInCents'), 400n],
  ])('is first of all %s', (_what, fields, cents) => expect(settledInCents(fields, 'pesos')).toBe(cents));

  it('is not known where its field cannot be read, whatever the others say', () => {
    for (const unreadable of [-5, 'x', {}, 1.5])
      expect(settledInCents({ ...all, confirmedAmountInCents: unreadable }, 'pesos')).toBeUndefined();
    expect(settledInCents({}, 'cents')).toBeUndefined();
  });

  it.each([
    [{ amount: 100, amountInCents: 10_000, confirmedAmount: 50 }, 5_000n],
    [{ amount: 10_000, amountInCents: 10_000, confirmedAmount: 50 }, 50n],
  ])('is in the unit that the answer itself shows, whatever else was believed: %p', (fields, cents) => {
    for (const unit of AMOUNT_UNITS) expect(settledInCents(fields, unit)).toBe(cents);
  });
});

describe('what arrived, while the unit of `amount` is not known and 1,000 pesos were requested', () => {
  const arrived = (fields: object) => settledInCents({ ...fields }, undefined, 100_000n);

  it.each([
    ['what was requested in cents', { amount: 100_000 }, 100_000n],
    // Read literally, and so off by a factor of 100: the core stops there.
    ['what was requested in pesos', { amount: 1000 }, 1000n],
    ['what was requested in pesos, with decimals', { amount: '1000.00' }, 1000n],
    ['nothing in either unit', { amount: 0 }, 0n],
    ['in cents', { amountInCents: 50_000 }, 50_000n],
    ['in cents, and confirmed', { confirmedAmountInCents: 50_000, amount: 1000 }, 50_000n],
    ['in both units', { amountInCents: 100_000, amount: 1000, confirmedAmount: 500 }, 50_000n],
    ['confirmed as it was requested', { confirmedAmount: 100_000, amount: 3 }, 100_000n],
  ])('is read where it is %s', (_what, fields, cents) => expect(arrived(fields)).toBe(cents));

  it.each([
    { amount: 500 },
    { amount: 50_000 },
    { amount: 999 },
    { amount: 100_001 },
    { amount: 10_000_000 },
    { amount: 1000.5 },
    { confirmedAmount: 500 },
    { confirmedAmount: 500, amount: 1000 },
    {},
  ])('is not made up of %p, which is what was requested in neither unit', (fields) =>
    expect(arrived(fields)).toBeUndefined(),
  );

  it('is read from nobody’s order only in a field that says its unit', () => {
    expect(settledInCents({ amount: 100_000 }, undefined)).toBeUndefined();
    expect(settledInCents({ amountInCents: 100_000 }, undefined)).toBe(100_000n);
  });
});

describe('an answer with an amount twice', () => {
  it.each([
    [{ amountInCents: 10_000, amount: 10_000 }, false],
    [{ amountInCents: 10_000, amount: 100 }, false],
    [{ amountInCents: 10_050, amount: 100.5 }, false],
    [{ amountInCents: 10_000, amount: 1_000_000 }, true],
    [{ amountInCents: 10_000, amount: 9_999 }, true],
    [{ amountInCents: 10_000, amount: 0 }, true],
    [{ amountInCents: 10_000, amount: 'x' }, false],
    [{ amountInCents: null, amount: 1 }, false],
    [{ amountInCents: 100, amount: 1, confirmedAmountInCents: 200, confirmedAmount: 3 }, true],
    [{ confirmedAmountInCents: 300, confirmedAmount: 3 }, false],
  ])('%p contradicts itself: %p', (fields, contradicts) => expect(contradictsItself(fields)).toBe(contradicts));
});

describe('an answer about an order of 100 pesos', () => {
  it.each([
    [{ amount: 10_000 }, 'auto', false],
    [{ amount: 100 }, 'auto', false],
    [{ amount: 1_000_000 }, 'auto', true],
    [{ amount: 101 }, 'auto', true],
    [{ amount: 100 }, 'cents', true],
    [{ amount: 10_000 }, 'pesos', true],
    [{ amount: 100 }, 'pesos', false],
    [{ amountInCents: 10_000, amount: 100 }, 'cents', false],
    [{ amountInCents: 1_000_000, amount: 10_000 }, 'auto', true],
    [{ amountInCents: 100, amount: 100 }, 'auto', true],
    [{ amount: 'x' }, 'auto', true],
    [{}, 'auto', false],
  ] as const)('%p, the setting being %s, is about another amount: %p', (fields, setting, another) =>
    expect(isForAnotherAmount(fields, 10_000n, setting)).toBe(another),
  );
});

describe('the unit of `amount`', () => {
  it('is not known until a payin shows it', () => {
    const units = new AmountUnits('auto');
    expect(units.of('BRE_B')).toBeUndefined();
    units.learn('BRE_B', { amount: 100 }, 10_000n);
    expect(units.of('BRE_B')).toBe('pesos');
    units.learn('BRE_B', { amount: 10_000 }, 10_000n);
    expect(units.of('BRE_B')).toBe('cents');
  });

  it('is learned for each rail alone', () => {
    const units = new AmountUnits('auto');
    units.learn('BRE_B', { amount: 100 }, 10_000n);
    expect([units.of('PSE'), units.of('NEQUI'), units.of(undefined)]).toEqual([undefined, undefined, undefined]);
  });

  it.each([{ amount: 99 }, { amount: null }, {}, { amount: 1_000_000 }])('is not learned from %p', (fields) => {
    const units = new AmountUnits('auto');
    units.learn('PSE', { amount: 100 }, 10_000n);
    units.learn('PSE', fields, 10_000n);
    expect(units.of('PSE')).toBe('pesos');
  });

  it('is what the settings say, whatever payins show', () => {
    for (const setting of AMOUNT_UNITS) {
      const units = new AmountUnits(setting);
      for (const amount of [100, 10_000]) units.learn('PSE', { amount }, 10_000n);
      expect(units.of('PSE')).toBe(setting);
    }
  });
});
