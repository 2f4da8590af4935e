import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { addSeconds } from './check-schedule.js';
import type { PayinUpdate } from './update.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import { now, FIXED, EDITABLE, pending, answer, answerOf, hint, kinds, found, moves } from './decide.fixture.js';

describe('a provider that cannot say how an order stands', () => {
  const unanswered: PayinUpdate = { attemptId: 'a1', source: 'poll', kind: 'unanswered' };

  it('is shown to a person once the window for late money has closed, and not before', () => {
    const ranOut = (secondsAgo: number): KnownPayin => ({ ...pending, expiresAt: addSeconds(now, -secondsAgo) });
    expect(kinds(decide(ranOut(86_300), [unanswered], FIXED, now))).toEqual([]);
    const closed = decide(ranOut(86_500), [unanswered], FIXED, now);
    expect(closed.status).toBe('PENDING');
    expect(kinds(closed)).toEqual(['MISSING_AT_PROVIDER']);
  });
});

describe('contradictions', () => {
  it.each([4000n, 6000n])(
    'books nothing more when the only payment of an order is reported with another amount: %p',
    (reported) => {
      const booked: KnownPayin = {
        ...pending,
        status: 'APPROVED',
        receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 5000n }],
      };
      const decision = decide(booked, [answer({ status: 'APPROVED', amountInCents: reported })], FIXED, now);
      expect(decision).toMatchObject({ receipts: [], receivedInCents: 5000n });
      expect(kinds(decision)).toEqual(['AMOUNT_CONFLICT']);
    },
  );

  const paid: KnownPayin = {
    ...pending,
    status: 'APPROVED',
    receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 5000n }],
  };

  it('does not reverse money on a failure that is reported after it', () => {
    const decision = decide(paid, [answer({ status: 'REJECTED' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'APPROVED', receivedInCents: 5000n });
    expect(kinds(decision)).toEqual(['STATUS_CONFLICT']);
  });

  it('takes money back on an explicit reversal', () => {
    expect(decide(paid, [answer({ status: 'REVERSED' })], FIXED, now)).toMatchObject({
      status: 'REVERSED',
      reversedAt: now,
      dueAt: null,
    });
  });

  it('books the money first when a reversal is the first report of it, and keeps the provider’s time', () => {
    const reversedAt = addSeconds(now, -3600);
    const decision = decide(pending, [answer({ status: 'REVERSED', reversedAt })], FIXED, now);
    expect(moves(decision)).toEqual(['PENDING>APPROVED', 'APPROVED>REVERSED']);
    expect(decision).toMatchObject({ receivedInCents: 5000n, reversedAt });
  });

  it('goes on checking for a reversal where no webhook reports it, ever more rarely, and not for ever', () => {
    const watched: RailRules = { ...FIXED, reversalCheckDays: 2, unconfirmedAmount: 'hold' };
    const stillPaid = [answer({ status: 'APPROVED' })];
    expect(decide(pending, stillPaid, watched, now).dueAt).toEqual(addSeconds(now, 3600));
    const yesterday = { ...paid, endedAt: addSeconds(now, -86_400) };
    expect(decide(yesterday, stillPaid, watched, now).dueAt).toEqual(addSeconds(now, 43_200));
    expect(decide({ ...paid, endedAt: addSeconds(now, -172_800) }, stillPaid, watched, now).dueAt).toBeNull();
    expect(decide(yesterday, stillPaid, FIXED, now).dueAt).toBeNull();
  });

  it('books money that comes after a reversal, and leaves the payin reversed for a person to see', () => {
    const reversed: KnownPayin = {
      ...paid,
      status: 'REVERSED',
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 5000n }],
    };
    const decision = decide(
      reversed,
      [answer({ status: 'APPROVED', payments: [{ paymentId: 'p2', amountInCents: 5000n }] })],
      FIXED,
      now,
    );
    expect(decision).toMatchObject({ status: 'REVERSED', receivedInCents: 10_000n });
    expect(kinds(decision)).toContain('STATUS_CONFLICT');
  });

  it('opens a discrepancy once, and again only for other money', () => {
    const settled = found('UNIT_MISMATCH', { status: 'RESOLVED', actualInCents: 50n, resolvedBy: 'key1' });
    const seen = { ...pending, discrepancies: [settled] };
    expect(kinds(decide(seen, [answer({ status: 'APPROVED', amountInCents: 50n })], FIXED, now))).toEqual([]);
    expect(kinds(decide(seen, [answer({ status: 'APPROVED', amountInCents: 500_000n })], FIXED, now))).toEqual([
      'UNIT_MISMATCH',
    ]);
  });

  it('shows a status that nobody documented and keeps the payin', () => {
    const decision = decide(pending, [answer({ status: 'UNRECOGNISED', rawStatus: 'EN_PROCESO' })], FIXED, now);
    expect(decision.status).toBe('PENDING');
    expect(decision.discrepancies).toMatchObject([
      { kind: 'UNRECOGNISED_STATUS', detail: expect.stringContaining('EN_PROCESO') },
    ]);
  });
});

describe('an order that the provider had not found', () => {
  const first = {
    ...pending.attempts[0]!,
    id: 'a0',
    providerReference: 'ref0',
    externalId: null,
    state: 'not_executed' as const,
  };
  const replaced: KnownPayin = { ...pending, attempts: [first, pending.attempts[0]!] };

  it('is not opened beside the one that replaced it, and is shown', () => {
    const opened: PayinUpdate = {
      attemptId: 'a0',
      source: 'create',
      kind: 'opened',
      externalId: 'T0',
      instructions: { type: 'push' },
    };
    const decision = decide({ ...replaced, instructions: null }, [opened], FIXED, now);
    expect(decision.attempts).toMatchObject([{ id: 'a0', state: 'not_executed', externalId: 'T0' }]);
    expect(decision.instructions).toBeUndefined();
    expect(kinds(decision)).toEqual(['STATUS_CONFLICT']);
  });

  it('still brings its money', () => {
    const decision = decide(replaced, [answerOf('a0', { status: 'APPROVED' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'APPROVED', receivedInCents: 5000n });
  });

  it('does not end the payin when it ends itself', () => {
    for (const status of ['REJECTED', 'EXPIRED', 'PENDING'] as const) {
      const late = { ...replaced, expiresAt: addSeconds(now, -1) };
      expect(decide(late, [answerOf('a0', { status })], FIXED, now).status).toBe('PENDING');
    }
  });
});

describe('a webhook that knows more than the answer', () => {
  const expired: KnownPayin = { ...pending, expiresAt: addSeconds(now, -1) };

  it('keeps the payin from expiring for a while, and has it checked soon', () => {
    const decision = decide(expired, [hint({ status: 'APPROVED' }), answer({ status: 'PENDING' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'PENDING', dueAt: addSeconds(now, 10) });
    const received = {
      ...expired,
      hints: [{ attemptId: 'a1', amountInCents: 5000n, receivedAt: addSeconds(now, -601) }],
    };
    expect(decide(received, [answer({ status: 'PENDING' })], FIXED, now).status).toBe('EXPIRED');
  });

  it('has a payin that ended unpaid checked soon, even when the late window has closed', () => {
    const ended: KnownPayin = {
      ...expired,
      status: 'EXPIRED',
      endedAt: addSeconds(now, -1e6),
      expiresAt: addSeconds(now, -1e6),
    };
    const decision = decide(ended, [hint({ status: 'APPROVED' }), answer({ status: 'EXPIRED' })], FIXED, now);
    expect(decision.dueAt).toEqual(addSeconds(now, 10));
  });

  it('is remembered alone, when the provider cannot be asked', () => {
    const decision = decide(pending, [hint({ status: 'APPROVED', amountInCents: 3000n })], EDITABLE, now);
    expect(decision).toMatchObject({ status: 'PENDING', receipts: [], observations: [{ trust: 'hint' }] });
    expect(decision.dueAt).toEqual(addSeconds(now, 10));
  });

  it('in another currency is no amount', () => {
    const decision = decide(
      pending,
      [
        hint({ status: 'APPROVED', amountInCents: 4000n, currency: 'USD' }),
        answer({ status: 'APPROVED' }, { amountMayBeEchoed: true }),
      ],
      EDITABLE,
      now,
    );
    expect(decision.receipts).toEqual([]);
    expect(kinds(decision)).toEqual(['CURRENCY_MISMATCH']);
  });

  it('gives the amount that the answer leaves out', () => {
    const bare = answer({ status: 'APPROVED', amountInCents: undefined }, { amountMayBeEchoed: true });
    expect(decide(pending, [hint({ status: 'APPROVED', amountInCents: 4000n }), bare], EDITABLE, now)).toMatchObject({
      receivedInCents: 4000n,
    });
  });
});
