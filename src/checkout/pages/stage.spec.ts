import { describe, expect, it } from '@jest/globals';
import { PAYIN_STATUSES } from '../../payins/domain/status.js';
import { isFollowed, stageOf } from './stage.js';

const NOW = new Date('2026-11-30T15:00:00Z');
const LATER = new Date('2026-11-30T15:10:00Z');
const waiting = {
  status: 'PENDING',
  amountStatus: 'NONE',
  mayChoose: false,
  isOpening: false,
  instructions: { type: 'push' },
  orderExpiresAt: null,
  expiresAt: LATER,
  now: NOW,
} as const;

describe('the page of a payin', () => {
  it('is another for every status that is over, and follows no more', () => {
    const over = PAYIN_STATUSES.filter((status) => !isFollowed({ status }));
    expect(over.map((status) => [status, stageOf({ ...waiting, status }).kind])).toEqual([
      ['UNDERPAID', 'underpaid'],
      ['APPROVED', 'paid'],
      ['REJECTED', 'rejected'],
      ['EXPIRED', 'expired'],
      ['CANCELED', 'canceled'],
      ['FAILED', 'failed'],
      ['REVERSED', 'reversed'],
    ]);
  });

  it('says what to do while there is time, and checks when there is none', () => {
    expect(stageOf(waiting)).toEqual({ kind: 'pay', instructions: { type: 'push' } });
    expect(stageOf({ ...waiting, expiresAt: NOW })).toEqual({ kind: 'checking', why: 'time' });
    expect(stageOf({ ...waiting, orderExpiresAt: NOW })).toEqual({ kind: 'checking', why: 'time' });
    expect(stageOf({ ...waiting, orderExpiresAt: LATER, expiresAt: NOW }).kind).toBe('pay');
  });

  it('offers no other way to pay while money may be there already, or an order is being opened', () => {
    expect(stageOf({ ...waiting, amountStatus: 'UNCONFIRMED', mayChoose: true })).toEqual({
      kind: 'checking',
      why: 'amount',
    });
    expect(stageOf({ ...waiting, isOpening: true }).kind).toBe('opening');
    expect(stageOf({ ...waiting, status: 'CREATED', instructions: null }).kind).toBe('opening');
    expect(stageOf({ ...waiting, status: 'CREATED', instructions: null, mayChoose: true }).kind).toBe('choose');
  });
});
