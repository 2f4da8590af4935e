import { describe, expect, it } from '@jest/globals';
import type { PayinStatus } from '../domain/status.js';
import type { PresentedPayin } from './payin.presenter.js';
import { toContractNotifications } from './payin-notifications.js';

const AT = new Date('2026-11-30T12:00:00Z');
const PAID = ['receipt.added', 'payin.approved', 'payin.rejected'];

/** The lines of one decision of which a contract is notified, by their places. */
function notified(
  types: readonly string[],
  status: PayinStatus,
  { notifies = PAID, notifiesEachPayment = false }: { notifies?: string[]; notifiesEachPayment?: boolean } = {},
): string[] {
  const lines = types.map((type, index) => ({
    type,
    sequence: index + 1,
    ...(type === 'receipt.added' && { receipt: { paymentId: `P${index + 1}` } }),
  }));
  const payin = { status, callbackUrl: 'https://shop.example/hook' } as PresentedPayin;
  const served = { contract: 'acme', keyId: 'key', notifies, notifiesEachPayment, asked: {} };
  return toContractNotifications(lines, payin, AT, served).map(({ type, sequence }) => `${type} ${sequence}`);
}

describe('a drop-in contract', () => {
  it('is notified of a payment and not of the status that comes with it, and of the last of several with the sum', () => {
    expect(notified(['observation', 'receipt.added', 'payin.approved'], 'APPROVED')).toEqual(['receipt.added 2']);
    expect(notified(['receipt.added', 'receipt.added', 'payin.approved'], 'APPROVED')).toEqual(['receipt.added 2']);
  });

  it('is notified of each payment where it says each', () => {
    const lines = ['receipt.added', 'receipt.added', 'payin.approved'];
    expect(notified(lines, 'APPROVED', { notifiesEachPayment: true })).toEqual(['receipt.added 1', 'receipt.added 2']);
  });

  it('is notified of a status without a payment', () => {
    expect(notified(['observation', 'payin.rejected'], 'REJECTED')).toEqual(['payin.rejected 2']);
    expect(notified(['payin.approved'], 'APPROVED')).toEqual(['payin.approved 1']);
    expect(notified(['observation', 'payin.created'], 'CREATED')).toEqual([]);
  });

  it('is not left believing in money that came and was reversed at once', () => {
    const lines = ['receipt.added', 'payin.approved', 'payin.reversed'];
    expect(notified(lines, 'REVERSED')).toEqual([]);
    const notifies = [...PAID, 'payin.reversed'];
    expect(notified(lines, 'REVERSED', { notifies, notifiesEachPayment: true })).toEqual([
      'receipt.added 1',
      'payin.reversed 3',
    ]);
  });
});
