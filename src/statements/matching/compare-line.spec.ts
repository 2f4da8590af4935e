import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REPORTED_STATUSES } from '@recaudo/payment-provider';
import { PAYIN_STATUSES, type PayinStatus } from '../../payins/domain/status.js';
import {
  compareLine,
  confirmsAmount,
  type LedgerSide,
  PLAIN_AGREEMENTS,
  type StatementSide,
  STATUSES_WITH_AMOUNT,
} from './compare-line.js';

const line = (changes: Partial<StatementSide> = {}): StatementSide => {
  const { amountInCents = 1000n } = changes;
  const approved = {
    status: 'APPROVED',
    currency: 'COP',
    isFirst: true,
    isReversed: false,
    totalInCents: amountInCents ?? 0n,
  } as const;
  return { ...approved, ...changes, amountInCents };
};
const payin = (status: PayinStatus, bookedInCents = 0n, changes: Partial<LedgerSide> = {}): LedgerSide => ({
  status,
  bookedInCents,
  requestedInCents: 1000n,
  currency: 'COP',
  isUnconfirmed: false,
  isBelieved: false,
  ...changes,
});

describe('a line against a payin', () => {
  it.each([
    // Paid there.
    ['the payment that is booked', line(), payin('APPROVED', 1000n), []],
    ['a short payment that is booked', line({ amountInCents: 400n }), payin('UNDERPAID', 400n), []],
    ['another amount than is booked', line({ amountInCents: 999n }), payin('APPROVED', 1000n), ['AMOUNT_CONFLICT']],
    ['a hundred times what is booked', line({ amountInCents: 100_000n }), payin('APPROVED', 1000n), ['UNIT_MISMATCH']],
    ['a hundredth of what is booked', line({ amountInCents: 10n }), payin('APPROVED', 1000n), ['UNIT_MISMATCH']],
    ['a payment of an open payin', line(), payin('PENDING'), ['STATUS_CONFLICT']],
    ['a payment of a payin that is not open at a provider yet', line(), payin('CREATED'), ['STATUS_CONFLICT']],
    [
      'a short payment of an open payin',
      line({ amountInCents: 900n }),
      payin('PENDING'),
      ['STATUS_CONFLICT', 'UNDERPAID'],
    ],
    [
      'too large a payment of an open payin',
      line({ amountInCents: 1100n }),
      payin('PENDING'),
      ['STATUS_CONFLICT', 'OVERPAID'],
    ],
    [
      'a hundred times the amount of an open payin',
      line({ amountInCents: 100_000n }),
      payin('PENDING'),
      ['STATUS_CONFLICT', 'UNIT_MISMATCH'],
    ],
    ['a payment of which only the amount was unknown', line(), payin('PENDING', 0n, { isUnconfirmed: true }), []],
    [
      'less than was requested, of which only the amount was unknown',
      line({ amountInCents: 900n }),
      payin('PENDING', 0n, { isUnconfirmed: true }),
      ['UNDERPAID'],
    ],
    [
      'a refusal of an order that its provider reports as paid',
      line({ status: 'REJECTED' }),
      payin('PENDING', 0n, { isUnconfirmed: true }),
      ['STATUS_CONFLICT'],
    ],
    ['a payment of an expired payin', line(), payin('EXPIRED'), ['LATE_PAYMENT']],
    ['a payment of a rejected payin', line(), payin('REJECTED'), ['LATE_PAYMENT']],
    ['a payment of a failed payin', line(), payin('FAILED'), ['LATE_PAYMENT']],
    ['a payment of a reversed payin', line(), payin('REVERSED', 1000n), ['STATUS_CONFLICT']],
    ['a payment whose reversal has a line of its own', line({ isReversed: true }), payin('REVERSED', 1000n), []],
    ['a payment of a payin that another order paid', line(), payin('APPROVED', 0n), ['PAID_TWICE']],
    ['another currency', line({ currency: 'USD' }), payin('APPROVED', 1000n), ['CURRENCY_MISMATCH']],
    [
      'another currency and amount: amounts of two currencies are not compared',
      line({ currency: 'USD', amountInCents: 1n }),
      payin('APPROVED', 1000n),
      ['CURRENCY_MISMATCH'],
    ],
    [
      'another currency of an open payin',
      line({ currency: 'USD' }),
      payin('PENDING'),
      ['CURRENCY_MISMATCH', 'STATUS_CONFLICT'],
    ],
    ['a payment without an amount', line({ amountInCents: null }), payin('APPROVED', 1000n), []],
    // Reversed there.
    ['a reversal of a paid payin', line({ status: 'REVERSED' }), payin('APPROVED', 1000n), ['CHARGEBACK']],
    [
      'a reversal of a short payin',
      line({ status: 'REVERSED', amountInCents: 400n }),
      payin('UNDERPAID', 400n),
      ['CHARGEBACK'],
    ],
    ['a reversal that is recorded', line({ status: 'REVERSED' }), payin('REVERSED', 1000n), []],
    [
      'a reversal of another amount',
      line({ status: 'REVERSED', amountInCents: 1n }),
      payin('REVERSED', 1000n),
      ['AMOUNT_CONFLICT'],
    ],
    ['a reversal of a payin that was never paid', line({ status: 'REVERSED' }), payin('EXPIRED'), ['STATUS_CONFLICT']],
    // Not paid there.
    [
      'the end of a paid payin',
      line({ status: 'EXPIRED', amountInCents: null }),
      payin('APPROVED', 1000n),
      ['STATUS_CONFLICT'],
    ],
    ['the end of an open payin', line({ status: 'REJECTED' }), payin('PENDING'), ['STATUS_CONFLICT']],
    ['another way to end unpaid', line({ status: 'REJECTED' }), payin('EXPIRED'), []],
    ['the end of an order beside the one that was paid', line({ status: 'REJECTED' }), payin('APPROVED', 0n), []],
    ['an open order of an open payin', line({ status: 'PENDING' }), payin('PENDING'), []],
    ['an open order of an expired payin', line({ status: 'PENDING' }), payin('EXPIRED'), []],
    ['an open order of a paid payin', line({ status: 'PENDING' }), payin('APPROVED', 1000n), ['STATUS_CONFLICT']],
    ['an unknown status', line({ status: 'UNRECOGNISED' }), payin('APPROVED', 1000n), ['UNRECOGNISED_STATUS']],
    // Several lines of one order.
    [
      'the first of two payments that are booked',
      line({ amountInCents: 400n, totalInCents: 1000n }),
      payin('APPROVED', 1000n),
      [],
    ],
    [
      'the second of them',
      line({ amountInCents: 600n, totalInCents: 1000n, isFirst: false }),
      payin('APPROVED', 1000n),
      [],
    ],
    ['the first line of a payment that is listed twice', line({ totalInCents: 2000n }), payin('APPROVED', 1000n), []],
    ['its repetition', line({ totalInCents: 2000n, isFirst: false }), payin('APPROVED', 1000n), ['PAID_TWICE']],
    [
      'the first of two that are too little',
      line({ amountInCents: 300n, totalInCents: 600n }),
      payin('APPROVED', 1000n),
      ['AMOUNT_CONFLICT'],
    ],
    [
      'the second of two that are too little',
      line({ amountInCents: 300n, totalInCents: 600n, isFirst: false }),
      payin('APPROVED', 1000n),
      [],
    ],
    [
      'the first of two, itself too much',
      line({ amountInCents: 1500n, totalInCents: 1600n }),
      payin('APPROVED', 1000n),
      ['AMOUNT_CONFLICT'],
    ],
  ] as const)('%s: %#', (_, theirs, ours, kinds) => {
    expect(compareLine(theirs, ours)).toEqual(kinds);
  });

  it('never finds a kind twice, and always finds money that is not booked', () => {
    const amount = fc.bigInt(1n, 10_000n);
    fc.assert(
      fc.property(
        fc.constantFrom(...REPORTED_STATUSES),
        fc.constantFrom(...PAYIN_STATUSES),
        amount,
        amount,
        fc.oneof(fc.constant(0n), amount),
        (status, here, reported, requestedInCents, bookedInCents) => {
          const kinds = compareLine(
            line({ status, amountInCents: reported }),
            payin(here, bookedInCents, { requestedInCents }),
          );
          expect(new Set(kinds).size).toBe(kinds.length);
          if (status === 'APPROVED' && bookedInCents !== reported) expect(kinds).not.toEqual([]);
        },
      ),
    );
  });
});

describe('a line that confirms an amount', () => {
  const believed = payin('APPROVED', 1000n, { isBelieved: true });
  it.each<[string, StatementSide, LedgerSide, boolean]>([
    ['of an order whose amount was unconfirmed', line(), payin('PENDING', 0n, { isUnconfirmed: true }), true],
    ['less than was believed', line({ amountInCents: 400n }), believed, true],
    ['what was believed', line(), believed, false],
    ['less than is booked, which was not believed', line({ amountInCents: 400n }), payin('APPROVED', 1000n), false],
    ['in another currency', line({ amountInCents: 400n, currency: 'USD' }), believed, false],
    ['of a reversed payment', line({ amountInCents: 400n, isReversed: true }), believed, false],
  ])('%s', (_, theirs, ours, is) => expect(confirmsAmount(theirs, ours)).toBe(is));
});

describe('lines that agree plainly', () => {
  it('differ in nothing and confirm nothing, whatever their amounts are', () => {
    const amounts = fc.array(fc.option(fc.bigInt(1n, 10_000n), { nil: null }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(...PLAIN_AGREEMENTS),
        amounts,
        fc.bigInt(1n, 10_000n),
        fc.boolean(),
        ({ theirs: status, ours, isBooked }, lines, requestedInCents, isBelieved) => {
          const totalInCents = lines.reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n);
          fc.pre(!STATUSES_WITH_AMOUNT.includes(status) || totalInCents > 0n);
          const bookedInCents = !isBooked
            ? 0n
            : STATUSES_WITH_AMOUNT.includes(status)
              ? totalInCents
              : requestedInCents;
          const here = payin(ours, bookedInCents, { requestedInCents, isBelieved });
          for (const [index, amountInCents] of lines.entries()) {
            const there = line({ status, isFirst: index === 0, isReversed: status === 'REVERSED' });
            const both = [{ ...there, amountInCents, totalInCents }, here] as const;
            expect([compareLine(...both), confirmsAmount(...both)]).toEqual([[], false]);
          }
        },
      ),
    );
  });

  it('are the most common ones', () => {
    const common = [
      { theirs: 'APPROVED', ours: 'APPROVED', isBooked: true },
      { theirs: 'REVERSED', ours: 'REVERSED', isBooked: true },
      { theirs: 'REJECTED', ours: 'EXPIRED', isBooked: false },
      { theirs: 'PENDING', ours: 'PENDING', isBooked: false },
    ];
    expect(PLAIN_AGREEMENTS).toEqual(expect.arrayContaining(common));
    expect(PLAIN_AGREEMENTS).not.toContainEqual(expect.objectContaining({ theirs: 'UNRECOGNISED' }));
  });
});
