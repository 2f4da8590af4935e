import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { addSeconds } from './check-schedule.js';
import { isOpen, mayMove, OPEN_STATUSES, PAID_STATUSES, PAYIN_STATUSES } from './status.js';
import type { PayinUpdate } from './update.js';
import type { KnownPayin } from './known-payin.js';
import { now, FIXED, pending, created, answer, hint, found, moves } from './decide.fixture.js';

describe('a provider that was away', () => {
  const away: PayinUpdate = {
    attemptId: 'a1',
    source: 'create',
    kind: 'not_executed',
    reason: 'r',
    errorCode: 'BUSY',
    next: null,
  };
  const retryAt = addSeconds(now, 2);

  it('is tried again later: the payin waits without a live order, and says why', () => {
    expect(decide(created, [{ ...away, retryAt }], FIXED, now)).toMatchObject({
      status: 'CREATED',
      errorCode: 'BUSY',
      dueAt: retryAt,
      newAttempt: null,
    });
  });

  it('gets the next try when its time has come, and the payin fails with the last reason when none is left', () => {
    const waiting: KnownPayin = {
      ...created,
      errorCode: 'BUSY',
      attempts: [{ ...created.attempts[0]!, state: 'not_executed' }],
    };
    const next = { id: 'a2', provider: 'p', providerReference: 'ref2' };
    const retry: PayinUpdate = { attemptId: 'a1', source: 'recovery', kind: 'retry', next };
    expect(decide(waiting, [retry], FIXED, now)).toMatchObject({ status: 'CREATED', newAttempt: next });
    expect(decide(waiting, [{ ...retry, next: null }], FIXED, now)).toMatchObject({
      status: 'FAILED',
      errorCode: 'BUSY',
    });
  });

  it('is not tried again for a payin that was canceled, or whose order is live', () => {
    const next = { id: 'a2', provider: 'p', providerReference: 'ref2' };
    const retry: PayinUpdate = { attemptId: 'a1', source: 'recovery', kind: 'retry', next };
    expect(decide({ ...created, status: 'CANCELED' }, [retry], FIXED, now).newAttempt).toBeNull();
    expect(decide(created, [retry], FIXED, now).newAttempt).toBeNull();
  });
});

describe('a verified webhook', () => {
  it('proves that the order is there: no later "not found" opens a second one', () => {
    const unknown: KnownPayin = { ...created, attempts: [{ ...created.attempts[0]!, state: 'unknown' }] };
    const received = decide(unknown, [hint({ status: 'APPROVED', externalId: 'T9' })], FIXED, now);
    expect(received).toMatchObject({
      status: 'CREATED',
      attempts: [{ state: 'open', externalId: 'T9' }],
      receipts: [],
    });
    const open: KnownPayin = { ...created, attempts: [{ ...created.attempts[0]!, state: 'open', externalId: 'T9' }] };
    const next = { id: 'a2', provider: 'p', providerReference: 'ref2' };
    const notFound: PayinUpdate = {
      attemptId: 'a1',
      source: 'recovery',
      kind: 'not_executed',
      reason: 'r',
      errorCode: 'E',
      next,
    };
    expect(decide(open, [notFound], FIXED, now)).toMatchObject({ status: 'CREATED', newAttempt: null });
  });
});

describe('opening', () => {
  it('makes the payin wait for its payer and keeps ticket and instructions', () => {
    const decision = decide(
      created,
      [{ attemptId: 'a1', source: 'create', kind: 'opened', externalId: 'T1', instructions: { type: 'push' } }],
      FIXED,
      now,
    );
    expect(decision).toMatchObject({
      status: 'PENDING',
      instructions: { type: 'push' },
      attempts: [{ id: 'a1', state: 'open', externalId: 'T1' }],
    });
    expect(decision.dueAt).toEqual(addSeconds(now, 10));
  });

  it('does not end the payin when the outcome is unknown', () => {
    const decision = decide(
      created,
      [{ attemptId: 'a1', source: 'create', kind: 'unknown', reason: 'timeout' }],
      FIXED,
      now,
    );
    expect(decision).toMatchObject({ status: 'CREATED', attempts: [{ state: 'unknown' }], newAttempt: null });
    // At once, whatever the rail's plan: payer and merchant are waiting.
    expect(decision.dueAt).toEqual(addSeconds(now, 0.5));
  });

  it.each([true, false])('keeps a refusal to serve apart from a reply that says nothing: %p', (refusedToServe) => {
    const update: PayinUpdate = {
      attemptId: 'a1',
      source: 'create',
      kind: 'unknown',
      reason: 'HTTP 503',
      refusedToServe,
    };
    const decision = decide(created, [update], FIXED, now);
    expect(decision.attempts).toMatchObject([{ state: 'unknown', refusedAt: refusedToServe ? now : null }]);
    expect(decision.history).toMatchObject([{ type: 'attempt.unknown', data: { refusedToServe } }]);
  });

  it('goes on with the next provider only when the first certainly did not take it', () => {
    const next = { id: 'a2', provider: 'q', providerReference: 'ref2' };
    const update: PayinUpdate = {
      attemptId: 'a1',
      source: 'create',
      kind: 'not_executed',
      reason: 'refused',
      errorCode: 'NO',
      next,
    };
    expect(decide(created, [update], FIXED, now)).toMatchObject({ status: 'CREATED', newAttempt: next });
    expect(decide(created, [{ ...update, next: null }], FIXED, now)).toMatchObject({
      status: 'FAILED',
      errorCode: 'NO',
      newAttempt: null,
    });
  });

  it('takes no second order for a payin that has moved on meanwhile', () => {
    const next = { id: 'a2', provider: 'q', providerReference: 'ref2' };
    const update: PayinUpdate = {
      attemptId: 'a1',
      source: 'create',
      kind: 'not_executed',
      reason: 'refused',
      errorCode: 'NO',
      next,
    };
    expect(decide(pending, [update], FIXED, now).newAttempt).toBeNull();
  });

  it('takes an answer about an order whose create reply was lost for its opening', () => {
    const unknown = { ...created, attempts: [{ ...created.attempts[0]!, state: 'unknown' as const }] };
    const decision = decide(unknown, [answer({ status: 'PENDING', externalId: 'T9' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'PENDING', attempts: [{ state: 'open', externalId: 'T9' }] });
  });

  it('does not lose money that arrives before the create call has returned', () => {
    const decision = decide(created, [answer({ status: 'APPROVED' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'APPROVED', receivedInCents: 5000n });
    const opened: PayinUpdate = {
      attemptId: 'a1',
      source: 'create',
      kind: 'opened',
      externalId: 'T1',
      instructions: { type: 'push' },
    };
    expect(decide({ ...created, status: 'APPROVED' }, [opened], FIXED, now).status).toBe('APPROVED');
  });
});

describe('running out', () => {
  const expired: KnownPayin = { ...pending, expiresAt: addSeconds(now, -1) };

  it('expires only what the provider says is not paid', () => {
    const decision = decide(expired, [answer({ status: 'PENDING' })], FIXED, now);
    expect(moves(decision)).toEqual(['PENDING>EXPIRED']);
    // As where the provider itself says so.
    expect(decision.errorCode).toBe('EXPIRED');
    expect(decide(expired, [answer({ status: 'APPROVED' })], FIXED, now).status).toBe('APPROVED');
    expect(
      decide(expired, [{ attemptId: 'a1', source: 'poll', kind: 'not_found', askedAt: now }], FIXED, now).status,
    ).toBe('PENDING');
    expect(decide(expired, [answer({ status: 'UNRECOGNISED', rawStatus: 'EN_PROCESO' })], FIXED, now).status).toBe(
      'PENDING',
    );
  });

  it('does not believe an answer that is older than the end', () => {
    const stale = answer({ status: 'PENDING' }, { askedAt: addSeconds(now, -2) });
    expect(decide(expired, [stale], FIXED, now).status).toBe('PENDING');
  });

  it('goes on looking for late money, and stops when the window closes', () => {
    const decision = decide(expired, [answer({ status: 'PENDING' })], FIXED, now);
    expect(decision.dueAt).toEqual(addSeconds(now, 300));
    const old = {
      ...expired,
      status: 'EXPIRED' as const,
      endedAt: addSeconds(now, -90_000),
      expiresAt: addSeconds(now, -90_000),
    };
    expect(decide(old, [answer({ status: 'EXPIRED' })], FIXED, now).dueAt).toBeNull();
  });
});

describe('what is asked for by request', () => {
  const asks = (kind: 'cancel' | 'accept' | 'refresh'): PayinUpdate =>
    kind === 'accept'
      ? { source: 'operator', kind, by: 'key1', personId: null, approvalAboveInCents: 1_000_000n }
      : { source: 'request', kind, by: 'key1' };
  const of = (status: KnownPayin['status']): KnownPayin => ({ ...pending, status });

  it('cancels what still waits, says who asked, and goes on looking for late money', () => {
    for (const status of ['CREATED', 'PENDING'] as const) {
      const decision = decide(of(status), [asks('cancel')], FIXED, now);
      expect(decision).toMatchObject({ status: 'CANCELED', errorCode: 'CANCELED', ended: true });
      expect(decision.history).toMatchObject([
        { type: 'payin.canceled', source: 'request', data: { by: 'key1' }, notify: true },
      ]);
      expect(decision.dueAt).not.toBeNull();
    }
  });

  it.each(PAYIN_STATUSES.filter((status) => !isOpen(status)))('does not cancel a payin that is %s', (status) => {
    const decision = decide(of(status), [asks('cancel')], FIXED, now);
    expect(decision).toMatchObject({ status, history: [] });
  });

  it('accepts an underpaid payin as paid, settles its discrepancy, and takes the rest without a new one', () => {
    const short: KnownPayin = {
      ...of('UNDERPAID'),
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 3000n }],
      discrepancies: [found('UNDERPAID', { actualInCents: 3000n })],
    };
    const decision = decide(short, [asks('accept')], FIXED, now);
    expect(decision).toMatchObject({
      status: 'APPROVED',
      receivedInCents: 3000n,
      discrepancies: [{ kind: 'UNDERPAID', status: 'RESOLVED', resolution: 'ACCEPTED', resolvedBy: 'key1' }],
      history: [
        { type: 'correction.applied', source: 'operator', data: { correction: 'ACCEPT_AS_PAID', by: 'key1' } },
        { type: 'discrepancy.resolved' },
        { type: 'payin.approved', source: 'operator', data: { by: 'key1' } },
      ],
    });
    const accepted: KnownPayin = {
      ...short,
      status: 'APPROVED',
      discrepancies: [
        found('UNDERPAID', { status: 'RESOLVED', actualInCents: 3000n, resolution: 'ACCEPTED', resolvedBy: 'key1' }),
      ],
    };
    const more = [answer({ status: 'APPROVED', payments: [{ paymentId: 'p2', amountInCents: 500n }] })];
    expect(decide(accepted, more, FIXED, now)).toMatchObject({
      status: 'APPROVED',
      receivedInCents: 3500n,
      discrepancies: [],
    });
  });

  it.each(PAYIN_STATUSES.filter((status) => status !== 'UNDERPAID'))('accepts no payin that is %s', (status) => {
    const decision = decide(of(status), [asks('accept')], FIXED, now);
    expect(decision).toMatchObject({ status, history: [] });
  });

  it('leaves a line in the history for a refresh', () => {
    const decision = decide(pending, [asks('refresh'), answer({ status: 'PENDING' })], FIXED, now);
    expect(decision.history[0]).toMatchObject({ type: 'refresh.requested', data: { by: 'key1' } });
  });
});

describe('instructions that come later', () => {
  const opened: PayinUpdate = { attemptId: 'a1', source: 'create', kind: 'opened', externalId: 'T1' };
  const redirect = { type: 'redirect', url: 'https://bank.example.com' } as const;

  it('are asked for every second for a minute, then by the rail’s plan', () => {
    const fresh = { ...created, attempts: [{ ...created.attempts[0]!, startedAt: now }] };
    expect(decide(fresh, [opened], FIXED, now)).toMatchObject({ status: 'PENDING', dueAt: addSeconds(now, 1) });
    const waited = { ...pending, instructions: null };
    expect(decide(waited, [answer({ status: 'PENDING' })], FIXED, now).dueAt).toEqual(addSeconds(now, 30));
  });

  it('are taken from an answer and written into the history', () => {
    const waiting = { ...pending, instructions: null };
    const decision = decide(waiting, [answer({ status: 'PENDING', instructions: redirect })], FIXED, now);
    expect(decision).toMatchObject({ instructions: redirect, history: [{}, { type: 'instructions.received' }] });
  });

  it('do not replace those that the payer may be following, nor come to a payin that has ended', () => {
    const other = [answer({ status: 'PENDING', instructions: redirect })];
    expect(decide(pending, other, FIXED, now).instructions).toBeUndefined();
    const ended: KnownPayin = { ...pending, status: 'EXPIRED', instructions: null };
    expect(decide(ended, other, FIXED, now).instructions).toBeUndefined();
  });
});

describe('every status', () => {
  const ranOut: KnownPayin = { ...pending, errorCode: 'BUSY', expiresAt: addSeconds(now, -60) };

  it.each(OPEN_STATUSES)('%s waits for the payer, and comes to an end', (status) => {
    const open = { ...ranOut, status };
    expect(decide(open, [answer({ status: 'PENDING' })], FIXED, now)).toMatchObject({ status: 'EXPIRED', ended: true });
    expect(decide(open, [answer({ status: 'APPROVED' })], FIXED, now)).toMatchObject({
      status: 'APPROVED',
      errorCode: null,
    });
    const early = { ...open, expiresAt: addSeconds(now, 600) };
    expect(decide(early, [answer({ status: 'PENDING' })], FIXED, now).dueAt).not.toBeNull();
  });

  it.each(PAYIN_STATUSES.filter((status) => !isOpen(status) && mayMove(status, 'APPROVED')))(
    '%s is checked for late money',
    (status) => {
      const ended = { ...ranOut, status, endedAt: addSeconds(now, -30) };
      expect(decide(ended, [], FIXED, now).dueAt).not.toBeNull();
    },
  );

  it.each(PAID_STATUSES)('%s is checked for reversals', (status) => {
    const paid = { ...ranOut, status, endedAt: addSeconds(now, -30), expiresAt: addSeconds(now, -1e6) };
    expect(decide(paid, [], { ...FIXED, reversalCheckDays: 30 }, now).dueAt).not.toBeNull();
  });

  it.each(['PENDING', ...PAID_STATUSES] as const)('%s takes away why an earlier try failed', (status) => {
    const amountInCents = status === 'UNDERPAID' ? 1000n : 5000n;
    const reported = status === 'PENDING' ? 'PENDING' : 'APPROVED';
    const failed: KnownPayin = { ...created, errorCode: 'BUSY' };
    expect(decide(failed, [answer({ status: reported, amountInCents })], FIXED, now)).toMatchObject({
      status,
      errorCode: null,
    });
  });
});
