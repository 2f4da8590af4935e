import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountStatus, isUnitMismatch, settledAmount } from './amounts.js';

const cents = fc.bigInt({ min: 1n, max: 10n ** 14n });

describe('amountStatus', () => {
  it.each([
    [5000n, 0n, 'NONE'],
    [5000n, 1n, 'UNDERPAID'],
    [5000n, 4999n, 'UNDERPAID'],
    [5000n, 5000n, 'EXACT'],
    [5000n, 5001n, 'OVERPAID'],
  ] as const)('of %d asked and %d received is %s', (asked, received, expected) => {
    expect(amountStatus(asked, received)).toBe(expected);
  });
});

describe('isUnitMismatch', () => {
  it('stops a factor of exactly 100 either way and nothing else', () => {
    fc.assert(
      fc.property(cents, cents, (asked, received) => {
        expect(isUnitMismatch(asked, received)).toBe(received === asked * 100n || asked === received * 100n);
      }),
    );
    expect(isUnitMismatch(5000n, 500_000n)).toBe(true);
    expect(isUnitMismatch(5000n, 50n)).toBe(true);
    expect(isUnitMismatch(5000n, 500_001n)).toBe(false);
  });
});

describe('settledAmount', () => {
  it('is the webhook’s where the answer only repeats what was asked', () => {
    fc.assert(fc.property(cents, cents, (asked, hinted) => expect(settledAmount(asked, asked, hinted)).toBe(hinted)));
  });

  it('is never raised by a webhook over an answer that is no echo', () => {
    fc.assert(
      fc.property(cents, cents, cents, (asked, answered, hinted) => {
        fc.pre(answered !== asked);
        expect(settledAmount(asked, answered, hinted) <= answered).toBe(true);
      }),
    );
  });
});
