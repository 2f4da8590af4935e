import { describe, expect, it } from '@jest/globals';
import type { ServedEvent } from '@recaudo/drop-in-contract';
import { callback } from './callback.js';
import { teemopayContract } from './teemopay.contract.js';
import { paymentOrderNo } from './wire.js';

const ID = '01a22dd3-2013-77e0-a515-4a9531ede1be';
const AT = '2026-11-30T12:00:00.000Z';
const { secrets } = teemopayContract.issue({ direct: false });

/** What the callback says of a payin that was paid so and of which so much was reversed. */
function reversal(paidInCents: readonly number[], reversedInCents: number): Record<string, unknown> {
  const receipts = paidInCents.map((amountInCents, index) => ({
    paymentId: `P${index + 1}`,
    amountInCents,
    feeInCents: null,
    receivedAt: AT,
  }));
  const payin = {
    ...{ id: ID, status: 'REVERSED', receipts, instructions: null, checkoutUrl: 'https://pay.example/pay/x' },
    ...{ amountReceivedInCents: paidInCents.reduce((sum, cents) => sum + cents, 0), errorCode: null },
    ...{ createdAt: AT, updatedAt: AT, resultAt: AT, chargebackAt: AT, expiresAt: AT },
  } as unknown as ServedEvent['payin'];
  const about = { type: 'payin.reversed', receipt: null, reversedInCents, customer: null, pse: null };
  const event: ServedEvent = { ...about, reference: 'O1', payin, asked: { paymentType: 212 } };
  const { body } = callback(event, secrets, new Date(AT));
  const { status, paymentAmount, paymentOrderNo: number } = JSON.parse(body) as Record<string, unknown>;
  return { status, paymentAmount, number };
}

describe('the callback of a reversal', () => {
  it('says what was reversed, and not what had come', () => {
    expect(reversal([1_000_000], 300_000)).toMatchObject({ status: 4, paymentAmount: '3000.00' });
    expect(reversal([600_000, 400_000], 1_000_000)).toMatchObject({ status: 4, paymentAmount: '10000.00' });
  });

  it('names the payment of just that amount, else the last', () => {
    expect(reversal([600_000, 400_000], 600_000)).toMatchObject({ number: paymentOrderNo(ID, 'P1') });
    expect(reversal([600_000, 400_000], 1_000_000)).toMatchObject({ number: paymentOrderNo(ID, 'P2') });
  });

  it('names no correction, which is a payment of less than nothing', () => {
    expect(reversal([1_000_000, -300_000], 700_000)).toMatchObject({
      paymentAmount: '7000.00',
      number: paymentOrderNo(ID, 'P1'),
    });
  });
});
