import { describe, expect, it } from '@jest/globals';
import { endedUnpaid, isOpen, mayMove, PAYIN_STATUSES, STATUS_EVENTS, TRANSITIONS } from './status.js';

describe('the status table', () => {
  it('has a line and an event for every status', () => {
    expect(Object.keys(TRANSITIONS).toSorted()).toEqual(PAYIN_STATUSES.toSorted());
    expect(new Set(Object.values(STATUS_EVENTS)).size).toBe(PAYIN_STATUSES.length);
  });

  it('never moves back to a status before payment, and never from paid to unpaid', () => {
    for (const from of PAYIN_STATUSES) {
      expect(mayMove(from, 'CREATED')).toBe(false);
      if (from !== 'CREATED') expect(mayMove(from, 'PENDING')).toBe(false);
      if (from === 'APPROVED' || from === 'UNDERPAID') {
        expect(TRANSITIONS[from].filter((to) => endedUnpaid(to) || isOpen(to))).toEqual([]);
      }
    }
  });

  it('lets late money in from every status that ended without it', () => {
    for (const from of PAYIN_STATUSES.filter(endedUnpaid)) expect(TRANSITIONS[from]).toEqual(['APPROVED', 'UNDERPAID']);
  });

  it('lets nothing out of REVERSED', () => {
    expect(TRANSITIONS.REVERSED).toEqual([]);
  });
});
