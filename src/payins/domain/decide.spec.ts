import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { foundBefore, pendingPayin } from './known-payin.fixture.js';
import type { Decision } from './decision.js';
import { addSeconds, WEBHOOK_GRACE_SECONDS } from './check-schedule.js';
import { isOpen, mayMove, OPEN_STATUSES, PAID_STATUSES, PAYIN_STATUSES } from './status.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';
import type { AttemptUpdate, PayinUpdate } from './update.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import type { ProviderReport } from '@recaudo/payment-provider';

const now = new Date('2026-11-21T12:00:00Z');
const FIXED: RailRules = {
  payerMayEditAmount: false,
  pollSeconds: [10, 30],
  lateHours: 24,
  reversalCheckDays: 0,
  unconfirmedAmount: 'hold',
};
const EDITABLE: RailRules = { ...FIXED, payerMayEditAmount: true };

const pending = pendingPayin(now, { instructions: { type: 'redirect', url: 'https://example.com' } });

const created: KnownPayin = {
  ...pending,
  status: 'CREATED',
  instructions: null,
  attempts: [{ ...pending.attempts[0]!, state: 'opening', externalId: null }],
};

function answer(
  report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>,
  extra: { amountMayBeEchoed?: true; askedAt?: Date } = {},
): PayinUpdate {
  const { askedAt = now, ...echo } = extra;
  const full: ProviderReport = { rawStatus: report.status, currency: 'COP', amountInCents: 5000n, ...report, ...echo };
  return {
    attemptId: 'a1',
    source: 'poll',
    kind: 'answer',
    askedAt,
    report: full,
  };
}

function answerOf(attemptId: string, report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>): PayinUpdate {
  return { ...answer(report), attemptId } as AttemptUpdate;
}

function hint(report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>): PayinUpdate {
  return { ...answer(report), source: 'webhook', kind: 'hint' } as PayinUpdate;
}

const kinds = (decision: Decision) =>
  decision.discrepancies.filter(({ status }) => status === 'OPEN').map(({ kind }) => kind);

const found = (kind: DiscrepancyKind, changes: Partial<Discrepancy> = {}): Discrepancy =>
  foundBefore(kind, now, { id: kind, ...changes });
const moves = (decision: Decision) => decision.history.filter(({ to }) => to).map(({ from, to }) => `${from}>${to}`);

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
