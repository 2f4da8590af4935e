import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDecision } from './apply-decision.fixture.js';
import { decide } from './decide.js';
import { pendingPayin } from './known-payin.fixture.js';
import type { HistoryEntry } from './history.js';
import { EVIDENCE_MAX } from './discrepancy.js';
import { addSeconds } from './check-schedule.js';
import type { RailRules } from './known-payin.js';
import type { PayinUpdate } from './update.js';
import type { ProviderReport } from '@recaudo/payment-provider';
import { mayMove } from './status.js';

const start = new Date('2026-11-21T12:00:00Z');
const REQUESTED = 5000n;

const created = pendingPayin(start, {
  status: 'CREATED',
  amountInCents: REQUESTED,
  instructions: null,
  createdAt: start,
  attempts: [
    { id: 'a1', provider: 'p', providerReference: 'ref1', externalId: null, state: 'opening', startedAt: start },
  ],
});

interface Step {
  updates: PayinUpdate[];
  atSeconds: number;
}

function run(steps: readonly Step[], rules: RailRules) {
  let known = created;
  const moves: [string | null, string | null][] = [];
  const entries: HistoryEntry[] = [];
  let dueAt: Date | null = null;
  for (const { updates, atSeconds } of steps) {
    const now = addSeconds(start, atSeconds);
    const decision = decide(known, updates, rules, now);
    moves.push(
      ...decision.history.filter(({ to }) => to).map(({ from, to }): [string | null, string | null] => [from, to]),
    );
    entries.push(...decision.history);
    known = applyDecision(known, decision, now);
    dueAt = decision.dueAt;
  }
  return { known, moves, entries, dueAt };
}

const amount = fc.constantFrom(1000n, 4999n, REQUESTED, 5001n, 9000n);
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ProviderReport['status']>('APPROVED') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<ProviderReport['status']>(
      'PENDING',
      'REJECTED',
      'EXPIRED',
      'CANCELED',
      'REVERSED',
      'UNRECOGNISED',
    ),
  },
);
const report = fc
  .record({
    status,
    amountInCents: fc.option(amount, { nil: undefined }),
    payments: fc.option(
      fc.uniqueArray(fc.record({ paymentId: fc.constantFrom('p1', 'p2', 'p3'), amountInCents: amount }), {
        selector: ({ paymentId }) => paymentId,
      }),
      { nil: undefined },
    ),
  })
  .map((fields): ProviderReport => ({ ...fields, rawStatus: fields.status, currency: 'COP' }));
const opening: fc.Arbitrary<PayinUpdate> = fc.constantFrom<PayinUpdate>(
  { attemptId: 'a1', source: 'create', kind: 'opened', externalId: 'T1', instructions: { type: 'push' } },
  { attemptId: 'a1', source: 'create', kind: 'unknown', reason: 'timeout' },
  { attemptId: 'a1', source: 'recovery', kind: 'not_executed', reason: 'none', errorCode: 'NONE', next: null },
  { attemptId: 'a1', source: 'poll', kind: 'not_found', askedAt: start },
);
const reported: fc.Arbitrary<PayinUpdate> = fc
  .record({
    of: report,
    trust: fc.constantFrom<'hint' | 'answer'>('hint', 'answer', 'answer'),
    amountMayBeEchoed: fc.boolean(),
    askedAfter: fc.nat(2000),
  })
  .map(({ of, trust, amountMayBeEchoed, askedAfter }) => ({
    attemptId: 'a1',
    source: 'poll',
    kind: trust,
    askedAt: addSeconds(start, askedAfter),
    report: amountMayBeEchoed ? { ...of, amountMayBeEchoed } : of,
  }));
const listed: fc.Arbitrary<PayinUpdate> = fc.oneof(
  fc
    .record({
      discrepancy: fc.constantFrom(
        'STATUS_CONFLICT' as const,
        'AMOUNT_CONFLICT' as const,
        'MISSING_AT_PROVIDER' as const,
      ),
      actualInCents: fc.option(amount),
      line: fc.nat(40),
    })
    .map(({ discrepancy, actualInCents, line }): PayinUpdate => ({
      source: 'statement',
      kind: 'mismatch',
      discrepancy,
      actualInCents,
      detail: 'the list says otherwise',
      evidence: [{ type: 'statement_line', statementId: 's1', line }],
    })),
  fc.constant<PayinUpdate>({ source: 'statement', kind: 'match' }),
);
// Mostly reports: long stories of money coming and going are what can go wrong.
const update = fc.oneof(
  { weight: 1, arbitrary: opening },
  { weight: 6, arbitrary: reported },
  { weight: 1, arbitrary: listed },
);
const steps = fc.array(
  fc.record({ updates: fc.array(update, { minLength: 1, maxLength: 3 }), atSeconds: fc.nat(2000) }),
  {
    maxLength: 12,
  },
);
const rules = fc.boolean().map((payerMayEditAmount): RailRules => ({
  payerMayEditAmount,
  pollSeconds: [10, 60],
  lateHours: 1,
  reversalCheckDays: 1,
  unconfirmedAmount: 'hold',
}));

function reportsMoney({ status, payments = [] }: ProviderReport): boolean {
  return status === 'APPROVED' || status === 'REVERSED' || payments.length > 0;
}

describe('any updates in any order', () => {
  it('a payin moves along the table only', () => {
    fc.assert(
      fc.property(steps, rules, (history, rail) => {
        for (const [from, to] of run(history, rail).moves) expect(mayMove(from as never, to as never)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('a payin is paid exactly when its receipts say so, and each payment is booked once', () => {
    fc.assert(
      fc.property(steps, rules, (history, rail) => {
        const { known } = run(history, rail);
        const received = known.receipts.reduce((total, { amountInCents }) => total + amountInCents, 0n);
        if (known.status === 'APPROVED') expect(received >= REQUESTED).toBe(true);
        if (known.status === 'UNDERPAID') expect(received > 0n && received < REQUESTED).toBe(true);
        if (received > 0n) expect(['APPROVED', 'UNDERPAID', 'REVERSED']).toContain(known.status);
        expect(new Set(known.receipts.map(({ paymentId }) => paymentId)).size).toBe(known.receipts.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('the same update again, at once, changes nothing', () => {
    fc.assert(
      fc.property(steps, update, fc.nat(2000), rules, (history, last, atSeconds, rail) => {
        const { known } = run([...history, { updates: [last], atSeconds }], rail);
        const again = decide(known, [last], rail, addSeconds(start, atSeconds));
        expect(again).toMatchObject({ status: known.status, history: [], receipts: [], discrepancies: [] });
      }),
      { numRuns: 2000 },
    );
  });

  it('a payin has one open discrepancy of a kind at most, with bounded evidence, and each end and beginning is in its history', () => {
    fc.assert(
      fc.property(steps, rules, (history, rail) => {
        const { known, entries } = run(history, rail);
        const open = known.discrepancies.filter(({ status }) => status === 'OPEN').map(({ kind }) => kind);
        expect(new Set(open).size).toBe(open.length);
        for (const { evidence } of known.discrepancies) expect(evidence.length).toBeLessThanOrEqual(EVIDENCE_MAX);
        const count = (type: string) => entries.filter((entry) => entry.type === type).length;
        expect(count('discrepancy.opened')).toBe(known.discrepancies.length);
        expect(count('discrepancy.resolved')).toBe(known.discrepancies.length - open.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('a payin that is short of money has an open UNDERPAID, and no other has one', () => {
    fc.assert(
      fc.property(steps, rules, (history, rail) => {
        const { known } = run(history, rail);
        const open = known.discrepancies.some(({ kind, status }) => kind === 'UNDERPAID' && status === 'OPEN');
        expect(open).toBe(known.status === 'UNDERPAID');
      }),
      { numRuns: 2000 },
    );
  });

  it('no payin is approved with less at the provider than was asked, whatever is lost of webhooks, answers and statements', () => {
    const paid = fc.constantFrom(100n, 1000n, 4999n, REQUESTED, 5001n, 9000n);
    const scenario = paid.chain((paidInCents) => {
      const about = (
        trust: 'hint' | 'answer',
        source: 'webhook' | 'poll' | 'statement',
        of: Partial<ProviderReport>,
      ): PayinUpdate => ({
        attemptId: 'a1',
        source,
        kind: trust,
        askedAt: addSeconds(start, 5000),
        report: {
          status: 'PENDING',
          rawStatus: 'x',
          currency: 'COP',
          externalId: 'T1',
          amountInCents: REQUESTED,
          ...(trust === 'answer' ? { amountMayBeEchoed: true } : {}),
          ...of,
        },
      });
      const truth = { status: 'APPROVED' as const, amountInCents: paidInCents };
      const echo = about('answer', 'poll', { status: 'APPROVED' });
      const facts: PayinUpdate[][] = [
        [{ attemptId: 'a1', source: 'create', kind: 'opened', externalId: 'T1', instructions: { type: 'push' } }],
        [{ attemptId: 'a1', source: 'create', kind: 'unknown', reason: 'timeout' }],
        [about('answer', 'poll', {})],
        [about('answer', 'poll', { status: 'EXPIRED' })],
        [about('answer', 'poll', { status: 'REVERSED' })],
        [{ attemptId: 'a1', source: 'poll', kind: 'not_found', askedAt: start }],
        [echo],
        [about('hint', 'webhook', truth)],
        [about('hint', 'webhook', truth), echo],
        [about('hint', 'webhook', { status: 'APPROVED', amountInCents: undefined }), echo],
        [about('hint', 'statement', truth)],
        [{ source: 'statement', kind: 'match' }],
        [{ source: 'request', kind: 'cancel', by: 'key' }],
      ];
      const step = fc.record({ updates: fc.constantFrom(...facts), atSeconds: fc.nat(100_000) });
      return fc.record({ paidInCents: fc.constant(paidInCents), history: fc.array(step, { maxLength: 14 }) });
    });
    const editable: RailRules = {
      payerMayEditAmount: true,
      pollSeconds: [10, 60],
      lateHours: 1,
      reversalCheckDays: 0,
      unconfirmedAmount: 'hold',
    };
    fc.assert(
      fc.property(scenario, ({ paidInCents, history }) => {
        const inOrder = history.toSorted((one, other) => one.atSeconds - other.atSeconds);
        const { known, dueAt } = run(inOrder, editable);
        const booked = known.receipts.reduce((total, { amountInCents }) => total + amountInCents, 0n);
        expect([0n, paidInCents]).toContain(booked);
        if (known.status === 'APPROVED') expect(paidInCents >= REQUESTED).toBe(true);
        // What is not booked though it is paid is on somebody's list, or waits for its webhook.
        const isSaidPaid = inOrder.some(({ updates: reported }) =>
          reported.some((item) => item.kind === 'answer' && item.report.status === 'APPROVED'),
        );
        if (!isSaidPaid || booked > 0n) return;
        expect(known.unconfirmedPaidSince).not.toBeNull();
        const isListed = known.discrepancies.some(({ status: is }) => is === 'OPEN');
        expect(isListed || dueAt !== null).toBe(true);
        const last = inOrder.at(-1)!;
        const isAnswer = last.updates.some(({ kind }) => kind === 'answer');
        const hasWaited = addSeconds(start, last.atSeconds) > addSeconds(known.unconfirmedPaidSince!, 30);
        if (isAnswer && hasWaited) expect(isListed).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('no receipt comes from hints alone', () => {
    fc.assert(
      fc.property(steps, rules, (history, rail) => {
        const hintsOnly = history.map((step) => ({
          ...step,
          updates: step.updates.filter((item) => item.kind !== 'answer' || !reportsMoney(item.report)),
        }));
        expect(run(hintsOnly, rail).known.receipts).toEqual([]);
      }),
    );
  });

  it('the same webhooks and answers about one payment end alike in any order, however often each comes', () => {
    const about = (
      trust: 'hint' | 'answer',
      of: Partial<ProviderReport> & Pick<ProviderReport, 'status'>,
    ): PayinUpdate => ({
      attemptId: 'a1',
      source: trust === 'hint' ? 'webhook' : 'poll',
      kind: trust,
      askedAt: start,
      report: { amountMayBeEchoed: true, rawStatus: of.status, currency: 'COP', amountInCents: REQUESTED, ...of },
    });
    const scenario = amount.chain((paid) => {
      const facts: PayinUpdate[][] = [
        [{ attemptId: 'a1', source: 'create', kind: 'opened', externalId: 'T1', instructions: { type: 'push' } }],
        [about('hint', { status: 'PENDING' }), about('answer', { status: 'PENDING' })],
        [about('hint', { status: 'APPROVED', amountInCents: paid }), about('answer', { status: 'APPROVED' })],
        [about('hint', { status: 'APPROVED', amountInCents: paid }), about('answer', { status: 'APPROVED' })],
      ];
      return fc.shuffledSubarray(facts, { minLength: facts.length }).map((order) => ({ paid, order }));
    });
    fc.assert(
      fc.property(scenario, ({ paid, order }) => {
        const { known, moves } = run(
          order.map((facts, index) => ({ updates: facts, atSeconds: index })),
          {
            payerMayEditAmount: true,
            pollSeconds: [10],
            lateHours: 1,
            reversalCheckDays: 0,
            unconfirmedAmount: 'hold',
          },
        );
        expect(known.status).toBe(paid < REQUESTED ? 'UNDERPAID' : 'APPROVED');
        expect(known.receipts).toMatchObject([{ amountInCents: paid }]);
        expect(moves.filter(([, to]) => to === known.status)).toHaveLength(1);
      }),
    );
  });

  it('numbered payments on one order add up alike, reported one by one or all at once, in any order and any number of times', () => {
    const parts = fc
      .array(amount, { minLength: 1, maxLength: 4 })
      .map((amounts) => amounts.map((amountInCents, index) => ({ paymentId: `p${index}`, amountInCents })));
    const scenario = parts.chain((payments) => {
      const one = payments.map((payment) => [payment]);
      const all = payments.map((_, index) => payments.slice(0, index + 1));
      const reported = fc.array(fc.constantFrom(...one, ...all), { maxLength: 8 });
      return fc.record({
        payments: fc.constant(payments),
        reported: reported.chain((some) =>
          fc.shuffledSubarray([...some, ...one, payments], { minLength: some.length + one.length + 1 }),
        ),
      });
    });
    fc.assert(
      fc.property(scenario, ({ payments, reported }) => {
        const steps = reported.map((received, index) => ({
          updates: [
            {
              attemptId: 'a1',
              source: 'webhook' as const,
              kind: 'answer' as const,
              askedAt: start,
              report: { status: 'APPROVED' as const, rawStatus: '2', payments: received },
            },
          ],
          atSeconds: index,
        }));
        const { known, moves } = run(steps, {
          payerMayEditAmount: true,
          pollSeconds: [10],
          lateHours: 1,
          reversalCheckDays: 0,
          unconfirmedAmount: 'hold',
        });
        const total = payments.reduce((sum, { amountInCents }) => sum + amountInCents, 0n);
        expect(known.receipts.map(({ paymentId }) => paymentId).toSorted()).toEqual(
          payments.map(({ paymentId }) => paymentId),
        );
        expect(known.status).toBe(total < REQUESTED ? 'UNDERPAID' : 'APPROVED');
        expect(moves.filter(([, to]) => to === 'APPROVED').length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('sums and numbered payments of one order come to the larger of both, reported in any order', () => {
    const scenario = fc.array(amount, { minLength: 1, maxLength: 4 }).chain((amounts) => {
      const payments = amounts.map((amountInCents, index) => ({ paymentId: `p${index}`, amountInCents }));
      // What the provider says at some moment: a payment by its number, or the sum of all that had come by then.
      const facts = payments.flatMap((payment, index) => [
        { payments: [payment] },
        { amountInCents: payments.slice(0, index + 1).reduce((sum, { amountInCents }) => sum + amountInCents, 0n) },
      ]);
      return fc.shuffledSubarray(facts, { minLength: 1 });
    });
    fc.assert(
      fc.property(scenario, (reported) => {
        const steps = reported.map((fact, index) => ({
          updates: [
            {
              attemptId: 'a1',
              source: 'poll' as const,
              kind: 'answer' as const,
              acceptsSeveralPayments: true,
              askedAt: start,
              report: { status: 'APPROVED' as const, rawStatus: '2', ...fact },
            },
          ],
          atSeconds: index,
        }));
        const { known } = run(steps, {
          payerMayEditAmount: true,
          pollSeconds: [10],
          lateHours: 1,
          reversalCheckDays: 0,
          unconfirmedAmount: 'hold',
        });
        const total = (list: readonly { amountInCents: bigint }[]) =>
          list.reduce((sum, { amountInCents }) => sum + amountInCents, 0n);
        const sums = reported.flatMap(({ amountInCents }: { amountInCents?: bigint }) => amountInCents ?? []);
        const numbered = total(
          reported.flatMap(({ payments = [] }: { payments?: { amountInCents: bigint }[] }) => payments),
        );
        const largest = [...sums, numbered].reduce((one, other) => (one > other ? one : other));
        expect(total(known.receipts)).toBe(largest);
      }),
      { numRuns: 1000 },
    );
  });
});
