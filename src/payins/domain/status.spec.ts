import { describe, expect, it } from '@jest/globals';
import {
  ENDED_UNPAID_STATUSES,
  endedUnpaid,
  isOpen,
  mayMove,
  OPEN_STATUSES,
  PAID_STATUSES,
  PAYIN_STATUSES,
  STATUS_EVENTS,
  STATUSES,
} from './status.js';

describe('the status table', () => {
  it('has a line and an event for every status', () => {
    expect(Object.keys(STATUSES).toSorted()).toEqual(PAYIN_STATUSES.toSorted());
    expect(new Set(STATUS_EVENTS).size).toBe(PAYIN_STATUSES.length);
  });

  it('puts every status but REVERSED in exactly one list', () => {
    const listed = [...OPEN_STATUSES, ...ENDED_UNPAID_STATUSES, ...PAID_STATUSES, 'REVERSED'];
    expect(listed.toSorted()).toEqual(PAYIN_STATUSES.toSorted());
    expect([OPEN_STATUSES, PAID_STATUSES]).toEqual([
      ['CREATED', 'PENDING'],
      ['UNDERPAID', 'APPROVED'],
    ]);
  });

  it('never moves back to a status before payment, and never from paid to unpaid', () => {
    for (const from of PAYIN_STATUSES) {
      expect(mayMove(from, 'CREATED')).toBe(false);
      if (from !== 'CREATED') expect(mayMove(from, 'PENDING')).toBe(false);
      if (from === 'APPROVED' || from === 'UNDERPAID') {
        expect(STATUSES[from].next.filter((to) => endedUnpaid(to) || isOpen(to))).toEqual([]);
      }
    }
  });

  it('lets late money in from every status that ended without it', () => {
    for (const from of PAYIN_STATUSES.filter(endedUnpaid))
      expect(STATUSES[from].next).toEqual(['APPROVED', 'UNDERPAID']);
  });

  it('lets every open status be paid, refused, canceled and expire', () => {
    for (const from of OPEN_STATUSES)
      expect(STATUSES[from].next).toEqual(
        expect.arrayContaining(['APPROVED', 'UNDERPAID', 'REJECTED', 'EXPIRED', 'CANCELED']),
      );
  });

  it('lets nothing out of REVERSED', () => {
    expect(STATUSES.REVERSED.next).toEqual([]);
  });
});
