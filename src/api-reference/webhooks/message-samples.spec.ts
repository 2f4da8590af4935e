import { describe, expect, it } from '@jest/globals';
import { amountStatus } from '../../payins/domain/amounts.js';
import { STATUSES } from '../../payins/domain/status.js';
import type { PresentedPayin } from '../../payins/presenters/payin.presenter.js';
import { MESSAGE_SAMPLES } from './message-samples.js';

describe.each(Object.entries(MESSAGE_SAMPLES))('the sample of %s', (type, { data, ...sample }) => {
  it('says its own type', () => {
    expect(sample.type).toBe(type);
  });

  it('adds up', () => {
    const { receipts, status, ...payin } = data as PresentedPayin;
    if (receipts === undefined) return;
    expect(receipts.reduce((sum, { amountInCents }) => sum + amountInCents, 0)).toBe(payin.amountReceivedInCents);
    expect(amountStatus(BigInt(payin.amountInCents), BigInt(payin.amountReceivedInCents), false)).toBe(
      payin.amountStatus,
    );
    expect(payin.amount).toBe(payin.amountInCents);
    const { event } = STATUSES[status];
    const isOfStatus = Object.values(STATUSES).some((one) => one.event === type);
    if (isOfStatus) expect(event).toBe(type);
    const { discrepancy, refund } = data as { discrepancy?: { payinId: string }; refund?: { payinId: string } };
    expect([discrepancy?.payinId ?? payin.id, refund?.payinId ?? payin.id]).toEqual([payin.id, payin.id]);
  });
});
