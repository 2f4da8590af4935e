import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Correction, CORRECTIONS, effectOf, mostLeft } from './corrections.js';
import { decide } from './decide.js';
import { foundBefore, pendingPayin } from './known-payin.fixture.js';
import type { Decision } from './decision.js';
import type { Actor } from './actor.js';
import { type OperatorAction, REASONS } from './operator-action.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';
import type { OperatorUpdate, PayinUpdate } from './update.js';
import type { KnownPayin, RailRules, Receipt } from './known-payin.js';
import { mayMove, PAYIN_STATUSES, type PayinStatus } from './status.js';

const now = new Date('2026-11-21T12:00:00Z');
const RULES: RailRules = {
  payerMayEditAmount: true,
  pollSeconds: [600],
  lateHours: 24,
  reversalCheckDays: 0,
  unconfirmedAmount: 'hold',
};
const ANN = 'key of Ann';
const BEN = 'key of Ben';
const NOTE = 'seen in the bank statement of November 21';

function receipt(amountInCents: bigint, changes: Partial<Receipt> = {}): Receipt {
  return { attemptId: 'a1', paymentId: `p${amountInCents}`, amountInCents, source: 'poll', ...changes };
}

const found = (kind: DiscrepancyKind, changes: Partial<Discrepancy> = {}): Discrepancy =>
  foundBefore(kind, now, { id: 'd1', ...changes });

const known = (status: PayinStatus, receipts: readonly Receipt[], discrepancy: Discrepancy): KnownPayin =>
  pendingPayin(now, { status, receipts, discrepancies: [discrepancy] });

type Action = ResolveAction | CorrectAction | ApproveAction | RejectAction;
const action = (by: string, what: Action, personId: string | null = `who has ${by}`) =>
  ({
    approvalAboveInCents: 1_000_000n,
    ...what,
    by,
    personId,
    source: 'operator',
    discrepancyId: 'd1',
  }) as OperatorUpdate;
type ResolveAction = Omit<Extract<OperatorAction, { kind: 'resolve' }>, keyof Actor | 'approvalAboveInCents'> & {
  approvalAboveInCents?: bigint;
};
type CorrectAction = Omit<Extract<OperatorAction, { kind: 'correct' }>, keyof Actor>;
type ApproveAction = Omit<Extract<OperatorAction, { kind: 'approve' }>, keyof Actor>;
type RejectAction = Omit<Extract<OperatorAction, { kind: 'reject' }>, keyof Actor>;

const corrects = (correction: Correction, approvalAboveInCents = 1_000_000n): CorrectAction => ({
  kind: 'correct',
  correction,
  note: NOTE,
  approvalAboveInCents,
});
const REFUND = { id: 'f1', amountInCents: 100n, note: NOTE, reference: null, destination: 'v1.sealed' };
const REST: Correction = { type: 'BOOK_RECEIPT', amountInCents: 2000n, paymentId: 'BANK-7' };
const after = (payin: KnownPayin, ...update: PayinUpdate[]): Decision => decide(payin, update, RULES, now);
/** The payin with what a decision made of its discrepancies and receipts. */
const next = (payin: KnownPayin, { status, discrepancies, receipts }: Decision): KnownPayin => ({
  ...payin,
  status,
  receipts: [...payin.receipts, ...receipts],
  discrepancies: [
    ...payin.discrepancies.filter(({ id }) => !discrepancies.some((changed) => changed.id === id)),
    ...discrepancies.map((changed, index) => ({ ...changed, id: changed.id ?? `new ${index}` })),
  ],
});
const types = ({ history }: Decision) => history.map(({ type }) => type);
const short = known(
  'UNDERPAID',
  [receipt(3000n)],
  found('UNDERPAID', { actualInCents: 3000n, moneyAtRiskInCents: 2000n }),
);

describe('a discrepancy that a person settles', () => {
  it.each(['ACCEPTED', 'WRITTEN_OFF'] as const)(
    'as %s leaves the payin as it is, with who and why in its history',
    (reason) => {
      const decision = after(short, action(ANN, { kind: 'resolve', reason, note: NOTE }));
      expect(decision).toMatchObject({
        status: 'UNDERPAID',
        receipts: [],
        refusal: null,
        discrepancies: [{ id: 'd1', status: 'RESOLVED', resolution: reason, resolvedBy: ANN, note: NOTE }],
        history: [
          { type: 'discrepancy.resolved', source: 'operator', notify: true, data: { by: ANN }, texts: { note: NOTE } },
        ],
      });
    },
  );

  it('as REFUNDED_OUTSIDE leaves its status and receipts, and has the refund in its history', () => {
    const decision = after(short, action(ANN, { kind: 'resolve', reason: 'REFUNDED_OUTSIDE', note: NOTE }));
    expect(decision).toMatchObject({
      status: 'UNDERPAID',
      receipts: [],
      refusal: null,
      discrepancies: [{ id: 'd1', status: 'RESOLVED', resolution: 'REFUNDED_OUTSIDE', resolvedBy: ANN, note: NOTE }],
      refunds: [{ status: 'PAID', amountInCents: 3000n, discrepancyId: 'd1' }],
    });
    expect(decision.history.at(-1)).toMatchObject({
      type: 'discrepancy.resolved',
      source: 'operator',
      notify: true,
      data: { by: ANN },
      texts: { note: NOTE },
    });
  });

  it('the same way again changes nothing, and another way is refused', () => {
    const settled = next(short, after(short, action(ANN, { kind: 'resolve', reason: 'ACCEPTED', note: NOTE })));
    const again = (by: string, reason: 'ACCEPTED' | 'WRITTEN_OFF', note: string) => {
      const { refusal, history, discrepancies } = after(settled, action(by, { kind: 'resolve', reason, note }));
      expect([history, discrepancies]).toEqual([[], []]);
      return refusal;
    };
    expect(again(ANN, 'ACCEPTED', NOTE)).toBeNull();
    expect(again(BEN, 'ACCEPTED', NOTE)).toBeNull();
    expect(again(ANN, 'WRITTEN_OFF', NOTE)).toBe('SETTLED_OTHERWISE');
    expect(again(ANN, 'ACCEPTED', 'another note')).toBe('SETTLED_OTHERWISE');
    expect(after(settled, action(ANN, corrects(REST))).refusal).toBe('SETTLED_OTHERWISE');
  });

  it('comes back only with other money', () => {
    const settled = next(short, after(short, action(ANN, { kind: 'resolve', reason: 'ACCEPTED', note: NOTE })));
    const reported = (payments: { paymentId: string; amountInCents: bigint }[]): PayinUpdate => ({
      attemptId: 'a1',
      source: 'poll',
      kind: 'answer',
      askedAt: now,
      report: { status: 'APPROVED', rawStatus: 'OK', currency: 'COP', payments },
    });
    const same = { paymentId: 'p3000', amountInCents: 3000n };
    expect(after(settled, reported([same])).discrepancies).toEqual([]);
    expect(after(settled, reported([same, { paymentId: 'p1', amountInCents: 1n }])).discrepancies).toMatchObject([
      { kind: 'UNDERPAID', status: 'OPEN', actualInCents: 3001n },
    ]);
  });
});

describe('what a person writes', () => {
  const late = known('EXPIRED', [receipt(5000n)], found('LATE_PAYMENT', { actualInCents: 5000n }));
  const moves: Correction[] = [REST, { type: 'MARK_REVERSED', amountInCents: 500n }, { type: 'ACCEPT_AS_PAID' }];
  const ways: Action[] = [
    ...REASONS.map((reason) => ({ kind: 'resolve', reason, note: NOTE }) as const),
    ...moves.map((move) => corrects(move)),
  ];

  it('stands in no data of a line of the history, whichever way it is settled, proposed, approved or rejected', () => {
    const payins = [short, late];
    const lines = payins.flatMap((payin) =>
      ways.flatMap((way) => {
        const limited = (limit: bigint) => after(payin, action(ANN, { ...way, approvalAboveInCents: limit } as Action));
        const proposed = limited(0n);
        const waiting = next(payin, proposed);
        const second = [action(BEN, { kind: 'approve' }), action(BEN, { kind: 'reject', note: NOTE })];
        return [limited(10n ** 18n), proposed, ...second.map((what) => after(waiting, what))].flatMap(
          ({ history }) => history,
        );
      }),
    );
    const asked: PayinUpdate[] = [
      { source: 'operator', by: ANN, personId: null, kind: 'request_refund', refund: { ...REFUND, reason: 'OTHER' } },
      { source: 'operator', by: ANN, personId: null, kind: 'refund_discrepancy', discrepancyId: 'd1', refund: REFUND },
    ];
    const refunded = asked.flatMap((what) => after(late, what).history);
    const written = [...lines, ...refunded];
    expect(written.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'discrepancy.resolved',
        'correction.proposed',
        'correction.applied',
        'correction.rejected',
        'refund.requested',
      ]),
    );
    for (const { data } of written) expect(JSON.stringify(data)).not.toContain(NOTE);
  });
});

describe('a correction', () => {
  it('books money that is proven, as a receipt of the operator, and pays the payin', () => {
    const decision = after(short, action(ANN, corrects(REST)));
    expect(decision).toMatchObject({
      status: 'APPROVED',
      receivedInCents: 5000n,
      receipts: [{ paymentId: 'BANK-7', amountInCents: 2000n, source: 'operator' }],
      discrepancies: [{ id: 'd1', status: 'RESOLVED', resolution: 'CORRECTED', resolvedBy: ANN, approvedBy: null }],
    });
    expect(types(decision)).toEqual(['correction.applied', 'discrepancy.resolved', 'receipt.added', 'payin.approved']);
    expect(decision.history[0]).toMatchObject({
      source: 'operator',
      notify: false,
      data: { correction: 'BOOK_RECEIPT', amountInCents: '2000', paymentId: 'BANK-7', by: ANN },
      texts: { note: NOTE },
    });
  });

  it('that leaves the payin short opens the rest as a discrepancy of its own', () => {
    const decision = after(short, action(ANN, corrects({ ...REST, amountInCents: 500n })));
    expect(decision.status).toBe('UNDERPAID');
    expect(decision.discrepancies).toMatchObject([
      { id: 'd1', status: 'RESOLVED' },
      { kind: 'UNDERPAID', status: 'OPEN', moneyAtRiskInCents: 1500n },
    ]);
  });

  it.each(['EXPIRED', 'REJECTED', 'CANCELED', 'FAILED'] as const)(
    'pays a payin that was %s; the merchant is notified that it was late, and no second discrepancy opens',
    (status) => {
      const decision = after(
        known(status, [], found('STATUS_CONFLICT')),
        action(ANN, corrects({ ...REST, amountInCents: 5000n })),
      );
      expect(decision.status).toBe('APPROVED');
      expect(types(decision)).toContain('payin.late_payment');
      expect(decision.discrepancies).toMatchObject([{ id: 'd1', status: 'RESOLVED' }]);
    },
  );

  it('marks a paid payin as reversed, by the amount that went back', () => {
    const paid = known('APPROVED', [receipt(5000n)], found('STATUS_CONFLICT'));
    const decision = after(paid, action(ANN, corrects({ type: 'MARK_REVERSED', amountInCents: 4000n })));
    expect(decision).toMatchObject({
      status: 'REVERSED',
      reversals: [{ attemptId: 'a1', amountInCents: 4000n }],
      discrepancies: [{ id: 'd1', status: 'RESOLVED' }],
    });
    expect(types(decision)).toEqual(['correction.applied', 'discrepancy.resolved', 'payin.reversed']);
  });

  it('that reverses only what is too much leaves the payin paid', () => {
    const over = known('APPROVED', [receipt(7000n)], found('OVERPAID'));
    const decision = after(over, action(ANN, corrects({ type: 'MARK_REVERSED', amountInCents: 2000n })));
    expect(decision).toMatchObject({ status: 'APPROVED', reversals: [{ attemptId: 'a1', amountInCents: 2000n }] });
    expect(types(decision)).toEqual(['correction.applied', 'discrepancy.resolved', 'money.reversed']);
  });

  it('accepts a short payin as paid, and settles its shortage whichever discrepancy it is asked at', () => {
    const payin = { ...short, discrepancies: [found('AMOUNT_CONFLICT'), found('UNDERPAID', { id: 'd2' })] };
    const decision = after(payin, action(ANN, corrects({ type: 'ACCEPT_AS_PAID' })));
    expect(decision).toMatchObject({ status: 'APPROVED', receipts: [], receivedInCents: 3000n });
    expect(decision.discrepancies).toMatchObject([
      { id: 'd1', resolution: 'CORRECTED', correction: { amountInCents: 2000n } },
      { id: 'd2', resolution: 'ACCEPTED', resolvedBy: ANN },
    ]);
  });

  it.each<[string, KnownPayin, Correction]>([
    ['a payment that is booked already', short, { ...REST, paymentId: 'p3000' }],
    ['more reversed than came', short, { type: 'MARK_REVERSED', amountInCents: 3001n }],
    ['nothing reversed', short, { type: 'MARK_REVERSED', amountInCents: 0n }],
    ['paid what is paid', known('APPROVED', [receipt(5000n)], found('OVERPAID')), { type: 'ACCEPT_AS_PAID' }],
    ['money after a reversal', known('REVERSED', [receipt(5000n)], found('CHARGEBACK')), REST],
    [
      'a reversal without money',
      known('EXPIRED', [], found('STATUS_CONFLICT')),
      { type: 'MARK_REVERSED', amountInCents: 1n },
    ],
  ])('that is not allowed changes nothing: %s', (_, payin, correction) => {
    expect(after(payin, action(ANN, corrects(correction)))).toMatchObject({
      refusal: 'NOT_ALLOWED',
      status: payin.status,
      history: [],
      receipts: [],
      discrepancies: [],
    });
  });

  it('leads only where its own table and that of all moves both allow', () => {
    const amount = fc.bigInt({ min: -1n, max: 8000n });
    const correction = fc.oneof(
      fc.record({
        type: fc.constant('BOOK_RECEIPT' as const),
        amountInCents: amount,
        paymentId: fc.constantFrom('x', 'p1'),
      }),
      fc.record({ type: fc.constant('MARK_REVERSED' as const), amountInCents: amount }),
      fc.constant<Correction>({ type: 'ACCEPT_AS_PAID' }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...PAYIN_STATUSES),
        fc.array(amount),
        correction,
        fc.boolean(),
        (status, amounts, wanted, isUnconfirmed) => {
          const receipts = amounts.filter((cents) => cents > 0n).map((cents) => receipt(cents));
          const effect = effectOf(wanted, { status, amountInCents: 5000n, receipts, reversals: [], isUnconfirmed });
          if (!effect) return;
          expect(CORRECTIONS[status][wanted.type]).toContain(effect.to);
          expect(effect.to === status || mayMove(status, effect.to)).toBe(true);
        },
      ),
    );
    expect(CORRECTIONS.REVERSED).toEqual({});
  });

  it('takes the money back from the order that brought most', () => {
    expect(mostLeft({ receipts: [], reversals: [] })).toBeUndefined();
    const receipts = [receipt(3n), receipt(4n, { attemptId: 'a2' }), receipt(2n)];
    expect(mostLeft({ receipts, reversals: [{ attemptId: 'a1', amountInCents: 2n }] })).toMatchObject({
      attemptId: 'a2',
    });
    expect(mostLeft({ receipts, reversals: [] })).toEqual({
      attemptId: 'a1',
      amountInCents: 5n,
    });
  });
});

describe('a correction of much money', () => {
  const much = action(ANN, corrects(REST, 1999n));
  const proposed = next(short, after(short, much));

  it('waits for a second person and changes nothing yet', () => {
    const decision = after(short, much);
    expect(decision).toMatchObject({
      status: 'UNDERPAID',
      receipts: [],
      refusal: null,
      discrepancies: [{ status: 'OPEN', correction: { correction: REST, amountInCents: 2000n, by: ANN, note: NOTE } }],
    });
    expect(types(decision)).toEqual(['correction.proposed']);
    // Exactly at the limit one person is enough.
    expect(after(short, action(ANN, corrects(REST, 2000n))).status).toBe('APPROVED');
  });

  it('asked for again by the same person is the same one; anything else must wait', () => {
    expect(after(proposed, much)).toMatchObject({ refusal: null, history: [], discrepancies: [] });
    for (const other of [
      action(BEN, corrects(REST, 1999n)),
      action(ANN, corrects({ ...REST, amountInCents: 1n }, 1999n)),
      action(ANN, { kind: 'resolve', reason: 'ACCEPTED', note: NOTE }),
    ])
      expect(after(proposed, other)).toMatchObject({ refusal: 'APPROVAL_PENDING', history: [], discrepancies: [] });
  });

  it('is not approved by who proposed it', () => {
    expect(after(proposed, action(ANN, { kind: 'approve' }))).toMatchObject({ refusal: 'SAME_PERSON', history: [] });
  });

  it('is not approved with another key of who proposed it, nor with a key that acts for nobody', () => {
    expect(after(proposed, action('another key', { kind: 'approve' }, `who has ${ANN}`)).refusal).toBe('SAME_PERSON');
    expect(after(proposed, action(BEN, { kind: 'approve' }, null)).refusal).toBe('NO_PERSON');
    const byNobody = next(short, after(short, action(ANN, corrects(REST, 0n), null)));
    expect(after(byNobody, action(ANN, { kind: 'approve' }, null)).refusal).toBe('NO_PERSON');
    expect(after(byNobody, action(ANN, { kind: 'approve' }, 'a person')).refusal).toBe('SAME_PERSON');
    expect(after(byNobody, action(BEN, { kind: 'approve' })).refusal).toBeNull();
  });

  it('is applied when another approves it, once', () => {
    const decision = after(proposed, action(BEN, { kind: 'approve' }));
    expect(decision).toMatchObject({
      status: 'APPROVED',
      receivedInCents: 5000n,
      discrepancies: [{ status: 'RESOLVED', resolution: 'CORRECTED', resolvedBy: ANN, approvedBy: BEN, note: NOTE }],
    });
    expect(decision.history[0]).toMatchObject({ type: 'correction.applied', data: { by: ANN, approvedBy: BEN } });
    const applied = next(proposed, decision);
    expect(after(applied, action(BEN, { kind: 'approve' }))).toMatchObject({
      refusal: null,
      history: [],
      receipts: [],
    });
    expect(after(applied, action('another key', { kind: 'approve' }))).toMatchObject({
      refusal: 'NOTHING_PROPOSED',
      history: [],
      receipts: [],
    });
  });

  it('is applied to the payin as it is then, or not at all', () => {
    const reversed = { ...proposed, status: 'REVERSED' as const };
    expect(after(reversed, action(BEN, { kind: 'approve' }))).toMatchObject({ refusal: 'NOT_ALLOWED', history: [] });
    const restCame = { ...proposed, receipts: [...proposed.receipts, receipt(2000n)] };
    expect(after({ ...restCame, status: 'APPROVED' }, action(BEN, { kind: 'approve' }))).toMatchObject({
      refusal: 'MONEY_MOVED',
      receivedInCents: 5000n,
      history: [],
    });
  });

  it('is asked for a write-off as well, also where nobody can say how much it is', () => {
    const writesOff = (limit: bigint) =>
      action(ANN, { kind: 'resolve', reason: 'WRITTEN_OFF', note: NOTE, approvalAboveInCents: limit });
    expect(types(after(short, writesOff(1999n)))).toEqual(['correction.proposed']);
    const late = known('EXPIRED', [], found('LATE_PAYMENT'));
    const decision = after(late, writesOff(1_000_000n));
    expect(types(decision)).toEqual(['correction.proposed']);
    expect(after(next(late, decision), action(BEN, { kind: 'approve' })).discrepancies).toMatchObject([
      { resolution: 'WRITTEN_OFF', resolvedBy: ANN, approvedBy: BEN },
    ]);
  });

  it('is not applied where money came and went meanwhile, and the sum is what it was', () => {
    const believed = [receipt(5000n), receipt(-2000n, { paymentId: 'less' }), receipt(2000n, { paymentId: 'rest' })];
    const whole = known('APPROVED', believed.slice(0, 1), found('AMOUNT_CONFLICT'));
    const waiting = next(whole, after(whole, action(ANN, corrects(REST, 0n))));
    expect(after({ ...waiting, receipts: believed }, action(BEN, { kind: 'approve' })).refusal).toBe('MONEY_MOVED');
  });

  it('is asked for each small one, too, once they are much together', () => {
    const half: Correction = { type: 'BOOK_RECEIPT', amountInCents: 1000n, paymentId: 'BANK-8' };
    const request = { correction: half, note: NOTE, by: BEN, amountInCents: 500n, movedInCents: 3000n, at: now };
    const before = found('AMOUNT_CONFLICT', { id: 'd0', status: 'RESOLVED', resolvedBy: BEN, correction: request });
    const booked = {
      ...short,
      receipts: [...short.receipts, receipt(500n, { source: 'operator' })],
      discrepancies: [...short.discrepancies, before],
    };
    expect(after(booked, action(ANN, corrects(half, 1500n)))).toMatchObject({ receipts: [{ amountInCents: 1000n }] });
    expect(types(after(booked, action(ANN, corrects(half, 1499n))))).toEqual(['correction.proposed']);
  });

  it('that is rejected is gone, with who and why, and the discrepancy stays open', () => {
    const decision = after(proposed, action(BEN, { kind: 'reject', note: 'the money is of another order' }));
    expect(decision).toMatchObject({
      status: 'UNDERPAID',
      discrepancies: [{ status: 'OPEN', correction: null }],
      history: [
        {
          type: 'correction.rejected',
          data: { by: ANN, rejectedBy: BEN },
          texts: { note: NOTE, because: 'the money is of another order' },
        },
      ],
    });
    const dropped = next(proposed, decision);
    for (const late of [action(BEN, { kind: 'approve' }), action(BEN, { kind: 'reject', note: NOTE })])
      expect(after(dropped, late)).toMatchObject({ refusal: 'NOTHING_PROPOSED', history: [], receipts: [] });
  });

  it('is gone when a later fact settles the discrepancy', () => {
    const rest: PayinUpdate = {
      attemptId: 'a1',
      source: 'poll',
      kind: 'answer',
      askedAt: now,
      report: {
        status: 'APPROVED',
        rawStatus: 'OK',
        currency: 'COP',
        payments: [{ paymentId: 'p2000', amountInCents: 2000n }],
      },
    };
    const settled = next(proposed, after(proposed, rest));
    expect(settled.discrepancies).toMatchObject([{ resolution: 'THE_REST_ARRIVED', correction: null }]);
    expect(after(settled, action(BEN, { kind: 'approve' })).refusal).toBe('NOTHING_PROPOSED');
  });
});

describe('money that a person has booked', () => {
  const byHand = (amount: bigint, paymentId = 'BANK-7') => receipt(amount, { paymentId, source: 'operator' });
  const paid = known('APPROVED', [byHand(5000n)], found('STATUS_CONFLICT', { status: 'RESOLVED', resolvedBy: ANN }));
  const reports = (report: object, acceptsSeveralPayments = false): PayinUpdate => ({
    attemptId: 'a1',
    source: 'poll',
    kind: 'answer',
    acceptsSeveralPayments,
    askedAt: now,
    report: { status: 'APPROVED', rawStatus: 'OK', currency: 'COP', ...report },
  });
  const numbered = (paymentId: string, amountInCents: bigint) => ({ payments: [{ paymentId, amountInCents }] });

  it.each<[string, object]>([
    ['as a sum', { amountInCents: 5000n }],
    ['by the same number', numbered('BANK-7', 5000n)],
    ['by a number of its own', numbered('N-1', 5000n)],
  ])('is not booked twice when its provider reports it later, %s', (_, report) => {
    expect(after(paid, reports(report))).toMatchObject({ receipts: [], status: 'APPROVED', discrepancies: [] });
  });

  it('is no conflict with a provider that never reports it', () => {
    const both = { ...paid, receipts: [receipt(3000n, { paymentId: 'ref1' }), byHand(2000n)] };
    expect(after(both, reports({ amountInCents: 3000n })).discrepancies).toEqual([]);
    expect(after(paid, reports({ status: 'EXPIRED' })).discrepancies).toEqual([]);
  });

  it('is a conflict when the provider reports less', () => {
    expect(after(paid, reports({ amountInCents: 4000n })).discrepancies).toMatchObject([
      { kind: 'AMOUNT_CONFLICT', moneyAtRiskInCents: 1000n },
    ]);
  });

  it('is a conflict when the payments that the provider numbers are less', () => {
    const both = { ...paid, receipts: [receipt(2000n, { paymentId: 'ref1' }), byHand(3000n)] };
    expect(after(paid, reports(numbered('N-1', 4000n)))).toMatchObject({
      receipts: [],
      discrepancies: [{ kind: 'AMOUNT_CONFLICT', actualInCents: 4000n, moneyAtRiskInCents: 1000n }],
    });
    expect(after(both, reports(numbered('N-1', 2000n))).discrepancies).toEqual([]);
    expect(after(both, reports(numbered('N-1', 2500n))).discrepancies).toMatchObject([{ kind: 'AMOUNT_CONFLICT' }]);
  });

  it('leaves what the provider reports beyond it to be booked', () => {
    const short = { ...paid, status: 'UNDERPAID' as const, receipts: [byHand(3000n)] };
    expect(after(short, reports({ amountInCents: 5000n })).receipts).toMatchObject([{ amountInCents: 2000n }]);
    expect(after(short, reports(numbered('N-1', 5000n))).receipts).toMatchObject([{ amountInCents: 2000n }]);
  });

  it('never takes the name of money that is not numbered', () => {
    const named = { ...paid, status: 'UNDERPAID' as const, receipts: [byHand(3000n, 'ref1+1')] };
    const { receipts } = after(named, reports({ amountInCents: 5000n }));
    expect(receipts.map(({ paymentId }) => paymentId)).toEqual(['ref1+2']);
  });
});
