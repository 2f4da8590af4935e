import { describe, expect, it } from '@jest/globals';
import {
  addSeconds,
  notFoundCountsFrom,
  type CheckSituation,
  nextLateCheckAt,
  checkDelaySeconds,
  nextCheck,
  nextPollAt,
  nextRetryAt,
} from './check-schedule.js';

const now = new Date('2026-11-21T12:00:00Z');

describe('the schedule of status checks', () => {
  it('follows the rail’s steps and repeats the last one', () => {
    expect(
      [0, 1, 2, 3, 99].map((checks) => checkDelaySeconds(undefined, { pollSeconds: [10, 30, 60] }, checks)),
    ).toEqual([10, 30, 60, 60, 60]);
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
      [0, 1, 99].map((checks) => checkDelaySeconds(unknown, { pollSeconds }, checks));
    expect(delays([3600])).toEqual([0.5, 1, 300]);
    expect(delays([1])).toEqual([0.5, 1, 1]);
  });

  it('asks about an order that may be there within two seconds, a tick of one second included, and then ever more rarely', () => {
    const asked = [0, 1, 2, 3, 4, 5].map((checks) =>
      checkDelaySeconds({ ...open, state: 'unknown' }, { pollSeconds: [86_400] }, checks),
    );
    expect(asked[0]).toBeLessThan(1);
    expect(asked).toEqual(asked.toSorted((one, other) => one - other));
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('believes "no such order" only once the create cannot arrive any more: soon after a refusal to serve, else after the longest call', () => {
    const startedAt = addSeconds(now, -14);
    expect(notFoundCountsFrom({ startedAt, refusedAt: now })).toEqual(addSeconds(now, 5));
    expect(notFoundCountsFrom({ startedAt, refusedAt: null })).toEqual(addSeconds(startedAt, 30));
    expect(notFoundCountsFrom({ startedAt })).toEqual(addSeconds(startedAt, 30));
  });

  it('never steps over the moment at which the payin runs out, by more than a few seconds', () => {
    expect(nextPollAt(now, addSeconds(now, 20), 300, 0)).toEqual(addSeconds(now, 20));
    expect(nextPollAt(now, addSeconds(now, 20), 300, 1)).toEqual(addSeconds(now, 25));
    expect(nextPollAt(now, addSeconds(now, 400), 300, 1)).toEqual(addSeconds(now, 300));
  });

  const open = {
    id: 'a',
    provider: 'p',
    providerReference: 'r',
    externalId: 'T',
    state: 'open' as const,
    startedAt: now,
  };
  const waiting = {
    live: open,
    endedAt: null,
    checks: 0,
    unconfirmedPaidSince: null,
    checkSoon: false,
    retryAt: null,
    hasInstructions: true,
    payerChooses: false,
    hasAttempts: true,
  };
  const rules = {
    pollSeconds: [10],
    lateHours: 24,
    payerMayEditAmount: false,
    reversalCheckDays: 1,
    unconfirmedAmount: 'hold' as const,
  };
  const DAY = 24 * 3600;

  it.each<[string, Partial<CheckSituation>]>([
    ['that waits for its payer', { status: 'PENDING', expiresAt: addSeconds(now, 600) }],
    ['that runs out', { status: 'PENDING', expiresAt: addSeconds(now, 5) }],
    ['of which a webhook reported something', { status: 'PENDING', expiresAt: addSeconds(now, 600), checkSoon: true }],
    ['whose provider cannot say', { status: 'PENDING', expiresAt: addSeconds(now, -2 * DAY) }],
    ['that has run out', { status: 'EXPIRED', expiresAt: addSeconds(now, -60), endedAt: addSeconds(now, -60) }],
    ['that is paid', { status: 'APPROVED', expiresAt: addSeconds(now, 600), endedAt: now }],
  ])('spreads out the status checks of payins %s, which were opened in the same second', (_what, situation) => {
    const at = (jitter: number) =>
      nextCheck({ ...waiting, isShown: false, ...situation, jitter } as CheckSituation, rules, now)!.at.getTime() -
      now.getTime();
    const [least, middle, most] = [at(0), at(0.5), at(1)];
    expect(middle - least).toBeCloseTo(most - middle);
    expect(most - least).toBeGreaterThanOrEqual(2_000);
    expect(most - least).toBeLessThanOrEqual(Math.max(5_000, 0.2 * most));
  });

  it('stops when the window for late money has closed, once a person can see it', () => {
    const at = (secondsAgo: number, isShown: boolean, checkSoon = false) =>
      nextCheck(
        { ...waiting, status: 'PENDING', expiresAt: addSeconds(now, -secondsAgo), isShown, checkSoon, jitter: 1 },
        rules,
        now,
      )?.at ?? null;
    expect(at(DAY - 60, true)).toEqual(addSeconds(now, 10));
    expect(at(DAY + 60, false)).toEqual(addSeconds(now, 6 * 3600));
    expect(at(DAY + 60, true)).toBeNull();
    // A webhook has something new to say.
    expect(at(DAY + 60, true, true)).toEqual(addSeconds(now, 10));
  });

  it('goes on checking for a reversal of a payin that another order has paid, when the amount of one is never reported', () => {
    const paid = {
      ...waiting,
      status: 'APPROVED' as const,
      endedAt: addSeconds(now, -1.5 * DAY),
      isShown: true,
      jitter: 1,
    };
    const unconfirmed = {
      ...paid,
      expiresAt: addSeconds(now, -1.5 * DAY),
      unconfirmedPaidSince: addSeconds(now, -1.5 * DAY),
    };
    expect(nextCheck(unconfirmed, { ...rules, reversalCheckDays: 5 }, now)).toMatchObject({ why: 'MONEY_REVERSED' });
    expect(nextCheck({ ...unconfirmed, status: 'PENDING', endedAt: null }, rules, now)).toBeNull();
  });

  it('goes on by the plan when a payin has run out and its provider cannot say', () => {
    expect(nextPollAt(now, addSeconds(now, -5), 60, 1)).toEqual(addSeconds(now, 60));
  });

  it('checks for late money ever more rarely, and stops when the window closes', () => {
    const endedAt = addSeconds(now, -3600);
    expect(nextLateCheckAt(now, now, addSeconds(now, 1e6), 1)).toEqual(addSeconds(now, 300));
    expect(nextLateCheckAt(now, endedAt, addSeconds(now, 1e6), 1)).toEqual(addSeconds(now, 1800));
    expect(nextLateCheckAt(now, addSeconds(now, -1e6), addSeconds(now, 1e6), 1)).toEqual(addSeconds(now, 6 * 3600));
    expect(nextLateCheckAt(now, endedAt, addSeconds(now, 1000), 1)).toEqual(addSeconds(now, 1000));
    expect(nextLateCheckAt(now, endedAt, now, 1)).toBeNull();
  });

  it('starts attempts at a provider that was away ever more rarely, seven in all, never past the end, and not before the time it asks for', () => {
    const later = addSeconds(now, 3600);
    const waits = [1, 2, 3, 7].map((attempts) => nextRetryAt(now, later, attempts));
    expect(waits).toEqual([1, 2, 4, 60].map((seconds) => addSeconds(now, seconds)));
    expect(nextRetryAt(now, later, 8)).toBeUndefined();
    expect(nextRetryAt(now, later, 1, 30_000)).toEqual(addSeconds(now, 30));
    expect(nextRetryAt(now, later, 1, 3_000_000)).toEqual(addSeconds(now, 300));
    expect(nextRetryAt(now, addSeconds(now, 30), 1, 30_000)).toBeUndefined();
  });
});
