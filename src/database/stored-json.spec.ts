import { describe, expect, it } from '@jest/globals';
import { fromStored, type Stored } from './stored-json.js';

interface Payment {
  paymentId: string;
  amountInCents: bigint;
  feeInCents: bigint | null;
  paidAt: Date | null;
  at: Date;
  parts: readonly { amountInCents: bigint }[];
}

const payment: Payment = {
  paymentId: '17',
  amountInCents: 9_007_199_254_740_993n,
  feeInCents: null,
  paidAt: null,
  at: new Date('2026-11-29T12:00:00Z'),
  parts: [{ amountInCents: -1n }],
};

describe('what is stored as JSON', () => {
  it('has its amounts and times again, at every depth, and all else as it was', () => {
    const stored: Stored<Payment> = {
      paymentId: '17',
      amountInCents: '9007199254740993',
      feeInCents: null,
      paidAt: null,
      at: '2026-11-29T12:00:00.000Z',
      parts: [{ amountInCents: '-1' }],
    };
    expect(fromStored<Payment>(stored)).toEqual(payment);
  });
});
