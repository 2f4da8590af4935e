import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AmountEvidence, amountStatus, isUnitMismatch, settledAmount } from './amounts.js';

const cents = fc.bigInt({ min: 1n, max: 10n ** 14n });

describe('amountStatus', () => {
  it.each([
    [5000n, 0n, 'NONE'],
    [5000n, 1n, 'UNDERPAID'],
    [5000n, 4999n, 'UNDERPAID'],
    [5000n, 5000n, 'EXACT'],
    [5000n, 5001n, 'OVERPAID'],
  ] as const)('of %d asked and %d received is %s', (asked, received, expected) => {
    expect(amountStatus(asked, received, false)).toBe(expected);
  });

  it('is unconfirmed while nothing has been booked of what the provider says is paid', () => {
    expect(amountStatus(5000n, 0n, true)).toBe('UNCONFIRMED');
    expect(amountStatus(5000n, 4000n, true)).toBe('UNDERPAID');
  });
});

describe('isUnitMismatch', () => {
  it('stops a factor of exactly 100 either way and nothing else', () => {
    fc.assert(
      fc.property(cents, cents, (asked, received) => {
        expect(isUnitMismatch(asked, received, 100n)).toBe(received === asked * 100n || asked === received * 100n);
      }),
    );
    expect(isUnitMismatch(5000n, 500_000n, 100n)).toBe(true);
    expect(isUnitMismatch(5000n, 50n, 100n)).toBe(true);
    expect(isUnitMismatch(5000n, 500_001n, 100n)).toBe(false);
    expect(isUnitMismatch(5000n, 5000n, 1n)).toBe(false);
  });
});

describe('settledAmount', () => {
  const settled = (evidence: Partial<AmountEvidence>) =>
    settledAmount({
      requestedInCents: 5000n,
      answeredInCents: 5000n,
      hintedInCents: [],
      mayBeEcho: true,
      ...evidence,
    });

  it('is the webhook’s where the answer only repeats what was asked', () => {
    fc.assert(
      fc.property(cents, cents, (requestedInCents, hinted) => {
        expect(settled({ requestedInCents, answeredInCents: requestedInCents, hintedInCents: [hinted] })).toBe(hinted);
      }),
    );
  });

  it('is never raised by a webhook over an answer that is no echo', () => {
    fc.assert(
      fc.property(cents, cents, fc.array(cents), (requestedInCents, answeredInCents, hintedInCents) => {
        fc.pre(answeredInCents !== requestedInCents);
        const amount = settled({ requestedInCents, answeredInCents, hintedInCents });
        expect(typeof amount === 'bigint' && amount <= answeredInCents).toBe(true);
      }),
    );
  });

  it('is unconfirmed only where the answer may be an echo of what was asked', () => {
    expect(settled({})).toBe('unconfirmed');
    expect(settled({ mayBeEcho: false })).toBe(5000n);
    expect(settled({ answeredInCents: 4000n })).toBe(4000n);
  });

  it('is the answer’s where the payer cannot change the amount, whatever a webhook says', () => {
    expect(settled({ mayBeEcho: false, hintedInCents: [3000n] })).toBe(5000n);
  });

  it('is the least of several webhooks, unless the payer cannot change the amount', () => {
    expect(settled({ hintedInCents: [4000n, 3000n] })).toBe(3000n);
    expect(settled({ answeredInCents: undefined, hintedInCents: [4000n, 3000n] })).toBe(3000n);
    expect(settled({ mayBeEcho: false, hintedInCents: [4000n, 3000n] })).toBe(5000n);
  });

  it('is the webhook’s when the answer has no amount', () => {
    expect(settled({ answeredInCents: undefined, hintedInCents: [3000n] })).toBe(3000n);
    expect(settled({ answeredInCents: undefined })).toBe('not_reported');
    expect(settled({ answeredInCents: 0n, hintedInCents: [3000n] })).toBe('not_reported');
  });
});
