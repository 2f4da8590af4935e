import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { addSeconds, WEBHOOK_GRACE_SECONDS } from './check-schedule.js';
import type { AttemptUpdate, PayinUpdate } from './update.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import { now, FIXED, EDITABLE, pending, created, answer, hint, kinds, found, moves } from './decide.fixture.js';

describe('money', () => {
  it.each([
    [4999n, 'UNDERPAID', ['UNDERPAID']],
    [5000n, 'APPROVED', []],
    [5001n, 'APPROVED', ['OVERPAID']],
  ] as const)('of %d cents for 5000 makes it %s', (amountInCents, status, discrepancies) => {
    const decision = decide(pending, [answer({ status: 'APPROVED', amountInCents })], FIXED, now);
    expect(decision.status).toBe(status);
    expect(kinds(decision)).toEqual(discrepancies);
    expect(decision.receipts).toMatchObject([{ amountInCents }]);
  });

  it('is booked once however often it is reported', () => {
    const update = answer({ status: 'APPROVED' });
    expect(decide(pending, [update, update, update], FIXED, now).receivedInCents).toBe(5000n);
    const paid = {
      ...pending,
      status: 'APPROVED' as const,
      receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 5000n }],
    };
    expect(decide(paid, [update], FIXED, now)).toMatchObject({ receipts: [], status: 'APPROVED', discrepancies: [] });
  });

  it('is never booked on the word of a hint', () => {
    const decision = decide(pending, [hint({ status: 'APPROVED' }), answer({ status: 'PENDING' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'PENDING', receipts: [] });
    expect(decision.dueAt).toEqual(addSeconds(now, 10));
  });

  it.each([500_000n, 50n])('off by a factor of exactly 100 (%d) is stopped', (amountInCents) => {
    const decision = decide(pending, [answer({ status: 'APPROVED', amountInCents })], FIXED, now);
    expect(decision).toMatchObject({ status: 'PENDING', receipts: [] });
    expect(kinds(decision)).toEqual(['UNIT_MISMATCH']);
  });

  it('in another currency is stopped', () => {
    const decision = decide(pending, [answer({ status: 'APPROVED', currency: 'USD' })], FIXED, now);
    expect(decision).toMatchObject({ status: 'PENDING', receipts: [] });
    expect(kinds(decision)).toEqual(['CURRENCY_MISMATCH']);
  });

  it('without an amount is not guessed', () => {
    const decision = decide(pending, [answer({ status: 'APPROVED', amountInCents: undefined })], FIXED, now);
    expect(decision).toMatchObject({ status: 'PENDING', receipts: [] });
    expect(kinds(decision)).toEqual(['AMOUNT_CONFLICT']);
  });

  it.each(['REJECTED', 'EXPIRED', 'CANCELED', 'FAILED'] as const)(
    'that comes after %s wins, and is shown to be late',
    (status) => {
      const decision = decide({ ...pending, status }, [answer({ status: 'APPROVED' })], FIXED, now);
      expect(decision.status).toBe('APPROVED');
      expect(kinds(decision)).toEqual(['LATE_PAYMENT']);
      expect(decision.history.filter(({ notify }) => notify).map(({ type }) => type)).toEqual([
        'payin.approved',
        'discrepancy.opened',
        'payin.late_payment',
      ]);
    },
  );

  it('that completes a short payment closes its discrepancy', () => {
    const short: KnownPayin = {
      ...pending,
      status: 'UNDERPAID',
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 3000n }],
      discrepancies: [found('UNDERPAID', { actualInCents: 3000n })],
    };
    const decision = decide(
      short,
      [answer({ status: 'APPROVED', payments: [{ paymentId: 'p2', amountInCents: 2000n }] })],
      FIXED,
      now,
    );
    expect(decision).toMatchObject({
      status: 'APPROVED',
      receivedInCents: 5000n,
      discrepancies: [{ kind: 'UNDERPAID', status: 'RESOLVED', resolution: 'THE_REST_ARRIVED', resolvedBy: null }],
    });
  });

  it('that comes again for a payin that was whole is shown as paid twice', () => {
    const paid: KnownPayin = {
      ...pending,
      status: 'APPROVED',
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 5000n }],
    };
    expect(
      kinds(
        decide(
          paid,
          [answer({ status: 'APPROVED', payments: [{ paymentId: 'p2', amountInCents: 5000n }] })],
          FIXED,
          now,
        ),
      ),
    ).toEqual(['PAID_TWICE']);
  });
});

describe('an amount that the payer may have changed', () => {
  const echo = answer({ status: 'APPROVED' }, { amountMayBeEchoed: true });

  it('is the webhook’s, and the contradiction with the echo is shown', () => {
    const decision = decide(pending, [hint({ status: 'APPROVED', amountInCents: 3000n }), echo], EDITABLE, now);
    expect(decision).toMatchObject({ status: 'UNDERPAID', receivedInCents: 3000n });
    expect(kinds(decision)).toEqual(['AMOUNT_CONFLICT', 'UNDERPAID']);
  });

  const graceEnds = addSeconds(now, WEBHOOK_GRACE_SECONDS);
  const unconfirmed: KnownPayin = { ...pending, unconfirmedPaidSince: now };
  const listed: KnownPayin = { ...unconfirmed, discrepancies: [found('AMOUNT_UNCONFIRMED', { openedAt: graceEnds })] };

  it('is not booked from an echo: the payin waits for a webhook, and then for a person', () => {
    const waiting = decide(pending, [echo], EDITABLE, now);
    expect(waiting).toMatchObject({ status: 'PENDING', receipts: [], discrepancies: [], unconfirmedPaidSince: now });
    expect(waiting.dueAt! > now).toBe(true);
    const later = decide(unconfirmed, [echo], EDITABLE, graceEnds);
    expect(later).toMatchObject({ status: 'PENDING', receipts: [], receivedInCents: 0n, unconfirmedPaidSince: now });
    expect(later.discrepancies).toMatchObject([
      {
        kind: 'AMOUNT_UNCONFIRMED',
        status: 'OPEN',
        expectedInCents: 5000n,
        actualInCents: null,
        moneyAtRiskInCents: 5000n,
      },
    ]);
    expect(later.dueAt! > graceEnds).toBe(true);
  });

  it('makes an order that was not known to exist one that waits', () => {
    expect(decide(created, [echo], EDITABLE, now)).toMatchObject({ status: 'PENDING', unconfirmedPaidSince: now });
  });

  it.each(['PENDING', 'EXPIRED', 'REJECTED', 'CANCELED', 'UNRECOGNISED'] as const)(
    'keeps the payin from ending while it is unconfirmed, though the provider says %s now',
    (status) => {
      const over = addSeconds(pending.expiresAt, 3600);
      const decision = decide(listed, [answer({ status }, { askedAt: over })], EDITABLE, over);
      expect(decision).toMatchObject({ status: 'PENDING', unconfirmedPaidSince: now, receipts: [] });
      if (status !== 'PENDING' && status !== 'UNRECOGNISED') expect(kinds(decision)).toEqual(['STATUS_CONFLICT']);
    },
  );

  it('is a person’s as well where the provider, asked again, no longer says that it is paid', () => {
    const waiting = answer({ status: 'PENDING' }, { amountMayBeEchoed: true });
    expect(kinds(decide(unconfirmed, [waiting], EDITABLE, addSeconds(graceEnds, -1)))).toEqual([]);
    expect(kinds(decide(unconfirmed, [waiting], EDITABLE, graceEnds))).toEqual(['AMOUNT_UNCONFIRMED']);
    // Nor does such an answer agree with what it had said before.
    const conflict = found('STATUS_CONFLICT', { openedAt: now });
    const contradicted = { ...unconfirmed, discrepancies: [conflict] };
    expect(decide(contradicted, [waiting], EDITABLE, graceEnds).discrepancies).toMatchObject([
      { kind: 'AMOUNT_UNCONFIRMED', status: 'OPEN' },
    ]);
  });

  it('is marked in the history where the answer repeats what was asked, and again when it is no echo any more', () => {
    const marks = (known: KnownPayin, update: PayinUpdate) =>
      decide(known, [update], EDITABLE, graceEnds).history.flatMap(({ type, data }) =>
        type === 'observation' ? [data['amountMayBeEchoed'] ?? false] : [],
      );
    const { observations } = decide(pending, [echo], EDITABLE, now);
    const received = { ...unconfirmed, observationKeys: new Set(observations.map(({ key }) => key)) };
    expect(marks(pending, echo)).toEqual([true]);
    expect(marks(received, echo)).toEqual([]);
    expect(marks(received, answer({ status: 'APPROVED' }))).toEqual([false]);
    expect(marks(pending, answer({ status: 'APPROVED', amountInCents: 4000n }, { amountMayBeEchoed: true }))).toEqual([
      false,
    ]);
  });

  it('is asked about ever more rarely until the window for late money closes, and then waits for a person alone', () => {
    const closes = addSeconds(pending.expiresAt, EDITABLE.lateHours * 3600);
    const waits = [60, 3600, 36_000].map((seconds) => {
      const at = addSeconds(now, seconds);
      return decide(listed, [echo], EDITABLE, at).dueAt!.getTime() - at.getTime();
    });
    expect(waits).toEqual(waits.toSorted((one, other) => one - other));
    expect(decide(listed, [echo], EDITABLE, addSeconds(closes, 1)).dueAt).toBeNull();
    expect(
      decide(listed, [hint({ status: 'APPROVED', amountInCents: 4000n })], EDITABLE, addSeconds(closes, 1)).dueAt,
    ).not.toBeNull();
  });

  it.each(['webhook', 'statement'] as const)('is settled by a %s with the amount, however late', (source) => {
    for (const [amountInCents, status] of [
      [4000n, 'UNDERPAID'],
      [5000n, 'APPROVED'],
      [6000n, 'APPROVED'],
    ] as const) {
      const reported = { ...hint({ status: 'APPROVED', amountInCents }), source } as PayinUpdate;
      const decision = decide(listed, [reported, echo], EDITABLE, addSeconds(now, 90_000));
      expect(decision).toMatchObject({ status, receivedInCents: amountInCents, unconfirmedPaidSince: null });
      expect(decision.discrepancies).toContainEqual(
        expect.objectContaining({ kind: 'AMOUNT_UNCONFIRMED', status: 'RESOLVED', resolution: 'THE_AMOUNT_CAME' }),
      );
    }
  });

  it('is settled by a person who accepts it, as paid exactly', () => {
    for (const known of [unconfirmed, listed, { ...listed, status: 'EXPIRED' as const }]) {
      const accept = {
        source: 'operator',
        kind: 'accept',
        by: 'key1',
        personId: null,
        approvalAboveInCents: 5000n,
      } as const;
      const decision = decide(known, [accept], EDITABLE, graceEnds);
      expect(decision).toMatchObject({
        status: 'APPROVED',
        receivedInCents: 5000n,
        unconfirmedPaidSince: null,
        refusal: null,
      });
      expect(decision.receipts).toMatchObject([{ attemptId: 'a1', amountInCents: 5000n, source: 'operator' }]);
      expect(decision.discrepancies).toMatchObject([
        { kind: 'AMOUNT_UNCONFIRMED', status: 'RESOLVED', resolution: 'ACCEPTED', resolvedBy: 'key1' },
      ]);
    }
  });

  it('is not canceled away, unless a person has said what became of the money', () => {
    const cancel = { source: 'request', kind: 'cancel', by: 'key1' } as const;
    for (const known of [unconfirmed, listed])
      expect(decide(known, [cancel], EDITABLE, graceEnds)).toMatchObject({ status: 'PENDING', history: [] });
    const givenBack: KnownPayin = {
      ...unconfirmed,
      discrepancies: [
        found('AMOUNT_UNCONFIRMED', { status: 'RESOLVED', resolution: 'REFUNDED_OUTSIDE', resolvedBy: 'key1' }),
      ],
    };
    expect(decide(givenBack, [cancel], EDITABLE, graceEnds).status).toBe('CANCELED');
  });

  it('late, of a payin that has ended, is a person’s as well', () => {
    const expired: KnownPayin = { ...unconfirmed, status: 'EXPIRED', endedAt: now };
    const decision = decide(expired, [echo], EDITABLE, graceEnds);
    expect(decision).toMatchObject({ status: 'EXPIRED', receipts: [] });
    expect(kinds(decision)).toEqual(['AMOUNT_UNCONFIRMED']);
  });

  it('is not booked by a reversal of what was never booked', () => {
    const decision = decide(pending, [answer({ status: 'REVERSED' }, { amountMayBeEchoed: true })], EDITABLE, now);
    expect(decision).toMatchObject({ status: 'PENDING', receipts: [] });
    expect(kinds(decision)).toEqual(['STATUS_CONFLICT']);
  });

  describe('where it is set to be believed', () => {
    const BELIEVING: RailRules = { ...EDITABLE, unconfirmedAmount: 'believe' };
    const believed: KnownPayin = {
      ...pending,
      status: 'APPROVED',
      receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 5000n, source: 'poll' }],
      discrepancies: [found('AMOUNT_UNCONFIRMED', { status: 'RESOLVED', resolution: 'BELIEVED' })],
    };

    it('waits for the webhook, and is booked as asked then, with a trace of it', () => {
      expect(decide(pending, [echo], BELIEVING, now)).toMatchObject({ status: 'PENDING', receipts: [] });
      const decision = decide(unconfirmed, [echo], BELIEVING, graceEnds);
      expect(decision).toMatchObject({ status: 'APPROVED', receivedInCents: 5000n, unconfirmedPaidSince: null });
      expect(decision.discrepancies).toMatchObject([
        { kind: 'AMOUNT_UNCONFIRMED', status: 'RESOLVED', resolution: 'BELIEVED', resolvedBy: null },
      ]);
    });

    it('withdraws the approval when less turns out to have come, and notifies the merchant', () => {
      const less = hint({ status: 'APPROVED', amountInCents: 100n });
      const decision = decide(believed, [less, echo], BELIEVING, addSeconds(now, 900));
      expect(decision).toMatchObject({ status: 'UNDERPAID', receivedInCents: 100n });
      expect(decision.receipts).toMatchObject([{ amountInCents: -4900n, source: 'poll' }]);
      expect(moves(decision)).toEqual(['APPROVED>UNDERPAID']);
      expect(decision.history).toContainEqual(expect.objectContaining({ type: 'payin.underpaid', notify: true }));
      expect(kinds(decision)).toContain('UNDERPAID');
      const corrected = {
        ...believed,
        status: decision.status,
        receipts: [...believed.receipts, ...decision.receipts],
      };
      const hints = [{ attemptId: 'a1', amountInCents: 100n, receivedAt: now }];
      expect(decide({ ...corrected, hints }, [echo], BELIEVING, addSeconds(now, 1800)).receipts).toEqual([]);
    });

    it('is not corrected by an amount off by a factor of exactly 100, which a person is shown', () => {
      const mixedUp = hint({ status: 'APPROVED', amountInCents: 50n });
      const decision = decide(believed, [mixedUp, echo], BELIEVING, addSeconds(now, 900));
      expect(decision).toMatchObject({ status: 'APPROVED', receipts: [] });
      expect(kinds(decision)).toContain('UNIT_MISMATCH');
    });
  });

  it('waits longer while a webhook about the order is in the inbox, and not for ever', () => {
    const [attempt] = pending.attempts;
    const waiting: KnownPayin = {
      ...pending,
      unconfirmedPaidSince: now,
      attempts: [{ ...attempt!, webhookWaits: true }],
    };
    const decision = decide(waiting, [echo], EDITABLE, addSeconds(graceEnds, 60));
    expect(decision).toMatchObject({ status: 'PENDING', discrepancies: [], unconfirmedPaidSince: now });
    expect(decision.dueAt! > addSeconds(graceEnds, 60)).toBe(true);
    expect(kinds(decide(waiting, [echo], EDITABLE, addSeconds(now, 599)))).toEqual([]);
    expect(kinds(decide(waiting, [echo], EDITABLE, addSeconds(now, 600)))).toEqual(['AMOUNT_UNCONFIRMED']);
    const received = decide(waiting, [hint({ status: 'APPROVED', amountInCents: 3000n }), echo], EDITABLE, graceEnds);
    expect(received).toMatchObject({ status: 'UNDERPAID', receivedInCents: 3000n, unconfirmedPaidSince: null });
  });

  it('does not wait when the answer is no echo', () => {
    const settled = answer({ status: 'APPROVED', amountInCents: 4000n }, { amountMayBeEchoed: true });
    expect(decide(pending, [settled], EDITABLE, now)).toMatchObject({ status: 'UNDERPAID', receivedInCents: 4000n });
  });

  it('is not raised by a forged webhook over what the provider answers', () => {
    const short = answer({ status: 'APPROVED', amountInCents: 1000n }, { amountMayBeEchoed: true });
    const decision = decide(pending, [hint({ status: 'APPROVED', amountInCents: 5000n }), short], EDITABLE, now);
    expect(decision).toMatchObject({ status: 'UNDERPAID', receivedInCents: 1000n });
    expect(kinds(decision)).toContain('AMOUNT_CONFLICT');
  });

  it('is the answer’s on a rail whose amount is fixed', () => {
    const decision = decide(pending, [hint({ status: 'APPROVED', amountInCents: 3000n }), echo], FIXED, now);
    expect(decision).toMatchObject({ status: 'APPROVED', receivedInCents: 5000n });
    expect(kinds(decision)).toEqual(['AMOUNT_CONFLICT']);
  });
});

describe('payments that the provider numbers', () => {
  const part = (paymentId: string, amountInCents: bigint) => ({ paymentId, amountInCents });

  it('are booked one by one with fee and time, whatever the order’s own status says', () => {
    const paidAt = addSeconds(now, -5);
    const payments = [{ ...part('p1', 2000n), feeInCents: 15n, paidAt }, part('p2', 3000n)];
    const decision = decide(pending, [answer({ status: 'PENDING', payments })], FIXED, now);
    expect(decision.receipts).toEqual([
      { attemptId: 'a1', paymentId: 'p1', amountInCents: 2000n, feeInCents: 15n, paidAt, source: 'poll' },
      { attemptId: 'a1', paymentId: 'p2', amountInCents: 3000n, source: 'poll' },
    ]);
    expect(moves(decision)).toEqual(['PENDING>APPROVED']);
  });

  it('and are reported together are one step: a part of them is neither a status nor a discrepancy that stays', () => {
    const decided = (...payments: ReturnType<typeof part>[]) =>
      decide(pending, [answer({ status: 'APPROVED', payments })], FIXED, now);
    const whole = decided(part('p1', 2000n), part('p2', 3000n));
    expect([moves(whole), kinds(whole)]).toEqual([['PENDING>APPROVED'], []]);
    const over = decided(part('p1', 2000n), part('p2', 4000n));
    expect([moves(over), kinds(over)]).toEqual([['PENDING>APPROVED'], ['OVERPAID']]);
    expect(over.history.filter(({ type }) => type === 'payin.overpaid')).toHaveLength(1);
    const twice = decided(part('p1', 5000n), part('p2', 5000n));
    expect([moves(twice), kinds(twice)]).toEqual([['PENDING>APPROVED'], ['PAID_TWICE']]);
    const short = decided(part('p1', 1000n), part('p2', 2000n));
    expect([moves(short), kinds(short)]).toEqual([['PENDING>UNDERPAID'], ['UNDERPAID']]);
  });

  it('are not booked again where the order’s money was booked as one sum, but for what goes beyond it', () => {
    const summed: KnownPayin = {
      ...pending,
      status: 'APPROVED',
      receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 5000n }],
    };
    const all = [part('p1', 2000n), part('p2', 3000n)];
    const same = decide(summed, [answer({ status: 'APPROVED', payments: all })], FIXED, now);
    expect(same).toMatchObject({ receipts: [], discrepancies: [] });
    const one = decide(summed, [answer({ status: 'APPROVED', payments: [part('p3', 700n)] })], FIXED, now);
    expect(one).toMatchObject({ receipts: [], discrepancies: [] });
    const more = decide(summed, [answer({ status: 'APPROVED', payments: [...all, part('p3', 700n)] })], FIXED, now);
    expect(more.receipts).toMatchObject([{ paymentId: 'ref1+1', amountInCents: 700n }]);
    expect(kinds(more)).toEqual(['PAID_TWICE']);
  });

  it('and sums add up where an order can be paid more than once: what is missing to the larger of both is booked', () => {
    const sum = (amountInCents: bigint): PayinUpdate =>
      ({ ...answer({ status: 'APPROVED', amountInCents }), acceptsSeveralPayments: true }) as AttemptUpdate;
    const short: KnownPayin = {
      ...pending,
      status: 'UNDERPAID',
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 2000n }],
      payments: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 2000n }],
    };
    const whole = decide(short, [sum(5000n)], FIXED, now);
    expect(whole).toMatchObject({ status: 'APPROVED', receipts: [{ paymentId: 'ref1+1', amountInCents: 3000n }] });
    const numberedLater: KnownPayin = {
      ...short,
      status: 'APPROVED',
      receipts: [...short.receipts, { attemptId: 'a1', paymentId: 'ref1+1', amountInCents: 3000n }],
    };
    const rest = [answer({ status: 'APPROVED', payments: [part('p2', 3000n)] })];
    expect(decide(numberedLater, rest, FIXED, now)).toMatchObject({ receipts: [], discrepancies: [] });
    const less = decide(numberedLater, [sum(4000n)], FIXED, now);
    expect(less.receipts).toEqual([]);
    expect(kinds(less)).toEqual(['AMOUNT_CONFLICT']);
  });

  it('stop when all of them together are off by a factor of exactly 100, and only then', () => {
    const hundredth = decide(pending, [answer({ status: 'APPROVED', payments: [part('p1', 50n)] })], FIXED, now);
    expect(hundredth).toMatchObject({ status: 'PENDING', receipts: [] });
    expect(kinds(hundredth)).toEqual(['UNIT_MISMATCH']);
    const both = [part('p1', 50n), part('p2', 4950n)];
    expect(decide(pending, [answer({ status: 'APPROVED', payments: both })], FIXED, now).status).toBe('APPROVED');
  });

  it('are shown when the provider changes its mind about one', () => {
    const short: KnownPayin = {
      ...pending,
      status: 'UNDERPAID',
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 2000n }],
    };
    const decision = decide(short, [answer({ status: 'PENDING', payments: [part('p1', 2500n)] })], FIXED, now);
    expect(decision).toMatchObject({ receipts: [], receivedInCents: 2000n });
    expect(kinds(decision)).toEqual(['AMOUNT_CONFLICT']);
  });
});
