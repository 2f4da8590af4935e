import { describe, expect, it } from '@jest/globals';
import { addSeconds, nextLateLookAt, lookDelaySeconds, nextPollAt, nextRetryAt } from './look-plan.js';

const now = new Date('2026-11-21T12:00:00Z');

describe('the plan of looks', () => {
  it('follows the rail’s steps and repeats the last one', () => {
    expect([0, 1, 2, 3, 99].map((looks) => lookDelaySeconds(undefined, { pollSeconds: [10, 30, 60] }, looks))).toEqual([
      10, 30, 60, 60, 60,
    ]);
  });

  it('is ahead of the rail’s steps while it is not known whether there is an order, and never behind them', () => {
    const unknown = {
      id: 'a',
      provider: 'p',
      providerReference: 'r',
      externalId: null,
      state: 'unknown' as const,
      startedAt: now,
    };
    const delays = (pollSeconds: number[]) =>
      [0, 1, 99].map((looks) => lookDelaySeconds(unknown, { pollSeconds }, looks));
    expect(delays([3600])).toEqual([5, 10, 300]);
    expect(delays([1])).toEqual([1, 1, 1]);
  });

  it('never steps over the moment at which the payin runs out', () => {
    expect(nextPollAt(now, addSeconds(now, 20), 300)).toEqual(addSeconds(now, 20));
    expect(nextPollAt(now, addSeconds(now, 400), 300)).toEqual(addSeconds(now, 300));
  });

  it('goes on by the plan when a payin has run out and its provider cannot say', () => {
    expect(nextPollAt(now, addSeconds(now, -5), 60)).toEqual(addSeconds(now, 60));
  });

  it('looks for late money ever more rarely, and stops when the window closes', () => {
    const endedAt = addSeconds(now, -3600);
    expect(nextLateLookAt(now, now, addSeconds(now, 1e6))).toEqual(addSeconds(now, 300));
    expect(nextLateLookAt(now, endedAt, addSeconds(now, 1e6))).toEqual(addSeconds(now, 1800));
    expect(nextLateLookAt(now, addSeconds(now, -1e6), addSeconds(now, 1e6))).toEqual(addSeconds(now, 6 * 3600));
    expect(nextLateLookAt(now, endedAt, addSeconds(now, 1000))).toEqual(addSeconds(now, 1000));
    expect(nextLateLookAt(now, endedAt, now)).toBeNull();
  });

  it('tries a provider that was away again ever more rarely, seven times in all, never past the end, and not before it asks for', () => {
    const later = addSeconds(now, 3600);
    const waits = [1, 2, 3, 7].map((tries) => nextRetryAt(now, later, tries));
    expect(waits).toEqual([1, 2, 4, 60].map((seconds) => addSeconds(now, seconds)));
    expect(nextRetryAt(now, later, 8)).toBeUndefined();
    expect(nextRetryAt(now, later, 1, 30_000)).toEqual(addSeconds(now, 30));
    expect(nextRetryAt(now, addSeconds(now, 30), 1, 30_000)).toBeUndefined();
  });
});
