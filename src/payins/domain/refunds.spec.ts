import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDecision } from './apply-decision.fixture.js';
import { sumOf } from './amounts.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import type { DiscrepancyKind } from './discrepancy.js';
import { foundBefore, pendingPayin } from './known-payin.fixture.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import { ledgerEntriesOf } from './ledger-entries.js';
import {
  PROVIDER_ALONE_MS,
  type RefundAnswer,
  refundableOf,
  type RefundReason,
  refundedOf,
  reservedOf,
} from './refunds.js';
import type { OperatorUpdate, PayinUpdate, RefundUpdate } from './update.js';

const now = new Date('2026-11-30T12:00:00Z');
const RULES: RailRules = {
  payerMayEditAmount: false,
  pollSeconds: [60],
  lateHours: 24,
  reversalCheckDays: 30,
  unconfirmedAmount: 'hold',
};
const LIMIT = 1_000_000n;
const ANN = { by: 'key of Ann', personId: 'Ann' };
const BEN = { by: 'key of Ben', personId: 'Ben' };

const paidPayin = (received: bigint, changes: Partial<KnownPayin> = {}): KnownPayin =>
  pendingPayin(now, {
    status: 'APPROVED',
    endedAt: now,
    receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: received }],
    ...changes,
  });

const requests = (id: string, amountInCents: bigint, changes: object = {}): RefundUpdate => ({
  source: 'operator',
  kind: 'request_refund',
  ...ANN,
  refund: { id, amountInCents, reason: 'OTHER', note: null, reference: null, destination: 'v1.sealed', ...changes },
});
const approves = (refundId: string, who = BEN, approvalAboveInCents = LIMIT): RefundUpdate => ({
  source: 'operator',
  kind: 'approve_refund',
  refundId,
  approvalAboveInCents,
  refunding: [],
  ...who,
});
const pays = (refundId: string, evidence = 'transfer 1'): RefundUpdate => ({
  source: 'operator',
  kind: 'pay_refund',
  refundId,
  evidence,
  ...ANN,
});
const cancels = (refundId: string): RefundUpdate => ({ source: 'operator', kind: 'cancel_refund', refundId, ...ANN });
const reversed: PayinUpdate = {
  attemptId: 'a1',
  source: 'poll',
  kind: 'answer',
  askedAt: now,
  report: { status: 'REVERSED', rawStatus: 'REVERSED' },
};

const of = (known: KnownPayin, update: PayinUpdate): Decision => decide(known, [update], RULES, now);
const after = (known: KnownPayin, ...updates: readonly PayinUpdate[]): KnownPayin =>
  updates.reduce((payin, update) => applyDecision(payin, of(payin, update), now), known);
const types = ({ history }: Decision) => history.map(({ type }) => type);

describe('a refund', () => {
  const known = paidPayin(5000n);

  it('is requested, approved and paid, each with its event and its entries', () => {
    const requested = of(known, requests('f1', 2000n));
    expect(types(requested)).toEqual(['refund.requested']);
    expect(requested.history[0]).toMatchObject({ notify: true, refund: { id: 'f1', status: 'REQUESTED' } });
    expect(ledgerEntriesOf(known, requested, 1)).toEqual([]);
    expect([requested.status, requested.refundedInCents]).toEqual(['APPROVED', 0n]);

    const second = after(known, requests('f1', 2000n));
    const approved = of(second, approves('f1'));
    expect(types(approved)).toEqual(['refund.approved']);
    expect(ledgerEntriesOf(second, approved, 2)).toEqual([
      { sequence: 3, debit: 'merchant', credit: 'payer-refunds', amountInCents: 2000n },
    ]);

    const third = after(second, approves('f1'));
    const paid = of(third, pays('f1'));
    expect(types(paid)).toEqual(['refund.paid']);
    expect(ledgerEntriesOf(third, paid, 3)).toEqual([
      { sequence: 4, debit: 'payer-refunds', credit: 'own-funds', amountInCents: 2000n },
    ]);
    expect(paid.refundedInCents).toBe(2000n);
    expect(paid.refunds).toEqual([expect.objectContaining({ status: 'PAID', evidence: 'transfer 1' })]);
  });

  it('that is canceled after its approval is not owed any more, and its amount is free again', () => {
    const approved = after(known, requests('f1', 5000n), approves('f1'));
    const canceled = of(approved, cancels('f1'));
    expect(ledgerEntriesOf(approved, canceled, 3)).toEqual([
      { sequence: 4, debit: 'payer-refunds', credit: 'merchant', amountInCents: 5000n },
    ]);
    expect(of(approved, requests('f2', 1n)).refusal).toBe('REFUND_EXCEEDS');
    expect(of(after(approved, cancels('f1')), requests('f2', 5000n)).refusal).toBeNull();
  });

  it('never names where its money goes, but where it is written once', () => {
    const decision = of(known, requests('f1', 1n, { destination: 'canary' }));
    expect(
      JSON.stringify(decision.history, (_, value: unknown) => (typeof value === 'bigint' ? 'n' : value)),
    ).not.toMatch(/canary/);
    expect(decision.refunds[0]!.destination).toBe('canary');
    expect(of(after(known, requests('f1', 1n)), approves('f1')).refunds[0]!.destination).toBeNull();
  });

  it('again changes nothing', () => {
    const approved = after(known, requests('f1', 1n), approves('f1'));
    expect(of(approved, approves('f1', ANN))).toMatchObject({ history: [], refusal: null });
    const paid = after(approved, pays('f1'));
    expect(of(paid, pays('f1'))).toMatchObject({ history: [], refusal: null });
    expect(of(paid, pays('f1', 'another'))).toMatchObject({ history: [], refusal: 'REFUND_STATUS' });
    expect(of(paid, cancels('f1'))).toMatchObject({ history: [], refusal: 'REFUND_STATUS' });
    const canceled = after(approved, cancels('f1'));
    expect(of(canceled, cancels('f1'))).toMatchObject({ history: [], refusal: null });
    for (const update of [approves('f1'), pays('f1')]) expect(of(canceled, update).refusal).toBe('REFUND_STATUS');
    expect(of(after(known, requests('f1', 1n)), pays('f1')).refusal).toBe('REFUND_STATUS');
  });

  it('has a reference of its own among those of the payin', () => {
    const one = after(known, requests('f1', 1n, { reference: 'R' }));
    expect(of(one, requests('f2', 1n, { reference: 'R' })).refusal).toBe('REFUND_REFERENCE_TAKEN');
    expect(of(one, requests('f2', 1n, { reference: 'S' })).refusal).toBeNull();
    expect(of(one, requests('f2', 1n)).refusal).toBeNull();
  });
});

describe('a refund that its provider is asked to pay', () => {
  const [PROVIDER] = paidPayin(1n).attempts.map(({ provider }) => provider);
  const known = paidPayin(5000n);
  const asks = (refundId: string, refunding = [PROVIDER!]): RefundUpdate =>
    ({ ...approves(refundId), refunding }) as RefundUpdate;
  const answers = (refundId: string, answer: RefundAnswer): PayinUpdate => ({
    source: 'poll',
    kind: 'refund_answered',
    refundId,
    answer,
  });
  const PAID: RefundAnswer = { status: 'PAID', evidence: 'refund 9' };
  const REFUSED: RefundAnswer = { status: 'REFUSED', reason: 'CLOSED' };
  const asked = after(known, requests('f1', 2000n), asks('f1'));

  it('is approved, and may then be paid by nobody else, nor canceled', () => {
    const decision = of(after(known, requests('f1', 2000n)), asks('f1'));
    expect(decision.refunds).toMatchObject([
      { status: 'APPROVED', provider: PROVIDER, attemptId: 'a1', askedAt: now, providerStatus: 'ASKED' },
    ]);
    expect(types(decision)).toEqual(['refund.approved']);
    for (const update of [pays('f1'), cancels('f1')])
      expect(of(asked, update)).toMatchObject({ history: [], refusal: 'REFUND_AT_PROVIDER' });
    expect(of(asked, asks('f1'))).toMatchObject({ history: [], refusal: null });
  });

  it('is paid from what the provider holds, once', () => {
    const decision = of(asked, answers('f1', PAID));
    expect(types(decision)).toEqual(['refund.paid']);
    expect(decision.refunds).toMatchObject([
      { status: 'PAID', providerStatus: 'PAID', evidence: 'refund 9', paidBy: null, paidAt: now },
    ]);
    expect(ledgerEntriesOf(asked, decision, 3)).toEqual([
      { sequence: 4, debit: 'payer-refunds', credit: `provider:${PROVIDER}`, amountInCents: 2000n },
    ]);
    const paid = after(asked, answers('f1', PAID));
    for (const answer of [PAID, REFUSED]) expect(of(paid, answers('f1', answer)).history).toEqual([]);
  });

  it('that is refused is left to people, who see why', () => {
    const decision = of(asked, answers('f1', REFUSED));
    expect(decision.history).toMatchObject([{ type: 'refund.refused', notify: false, data: { because: 'CLOSED' } }]);
    expect(decision.refunds).toMatchObject([
      { status: 'APPROVED', providerStatus: 'REFUSED', providerReason: 'CLOSED', approvedAt: now },
    ]);
    expect(ledgerEntriesOf(asked, decision, 3)).toEqual([]);
    const refused = after(asked, answers('f1', REFUSED));
    expect(of(refused, answers('f1', PAID)).history).toEqual([]);
    expect(ledgerEntriesOf(refused, of(refused, pays('f1')), 4)).toMatchObject([{ credit: 'own-funds' }]);
    expect(of(refused, cancels('f1')).refusal).toBeNull();
  });

  it('that has not answered for 25 hours can be recorded as paid by people, from their own funds, and still not be canceled', () => {
    const later = (ms: number) => new Date(now.getTime() + ms);
    for (const update of [pays('f1'), cancels('f1')])
      expect(decide(asked, [update], RULES, later(PROVIDER_ALONE_MS - 1)).refusal).toBe('REFUND_AT_PROVIDER');
    expect(decide(asked, [cancels('f1')], RULES, later(PROVIDER_ALONE_MS)).refusal).toBe('REFUND_AT_PROVIDER');
    const decision = decide(asked, [pays('f1')], RULES, later(PROVIDER_ALONE_MS));
    expect(decision.refunds).toMatchObject([
      { status: 'PAID', providerStatus: 'REFUSED', providerReason: 'NO_ANSWER' },
    ]);
    expect(ledgerEntriesOf(asked, decision, 3)).toMatchObject([{ debit: 'payer-refunds', credit: 'own-funds' }]);
  });

  it('is asked of no provider that cannot, or has not so much of the money', () => {
    const requested = after(known, requests('f1', 2000n));
    const notAsked = (payin: KnownPayin, id: string, refunding?: string[]) =>
      expect(of(payin, asks(id, refunding)).refunds).toMatchObject([{ status: 'APPROVED', providerStatus: null }]);
    notAsked(requested, 'f1', []);
    notAsked(requested, 'f1', ['another']);
    const elsewhere = paidPayin(5000n, { receipts: [{ attemptId: 'a0', paymentId: 'p1', amountInCents: 5000n }] });
    notAsked(after(elsewhere, requests('f1', 2000n)), 'f1');
    // What it has paid back already it has not any more; what it has refused it has.
    const more = { receipts: [...known.receipts, { attemptId: 'a0', paymentId: 'p2', amountInCents: 4000n }] };
    const half = after(paidPayin(5000n, more), requests('f1', 3000n), asks('f1'), requests('f2', 3000n));
    notAsked(half, 'f2');
    expect(of(after(half, answers('f1', REFUSED)), asks('f2')).refunds).toMatchObject([{ providerStatus: 'ASKED' }]);
  });

  it('ends its discrepancy when it is paid, and money that was reversed meanwhile does not hide that it was', () => {
    const overpaid = paidPayin(6000n, {
      discrepancies: [foundBefore('OVERPAID', now, { id: 'd1', moneyAtRiskInCents: 1000n })],
    });
    const refund = { id: 'f1', note: 'back', destination: 'v1.sealed' };
    const refunds: RefundUpdate = {
      source: 'operator',
      kind: 'refund_discrepancy',
      discrepancyId: 'd1',
      refund,
      ...ANN,
    };
    const waiting = after(overpaid, refunds, asks('f1'));
    expect(of(waiting, answers('f1', PAID)).discrepancies).toMatchObject([
      { id: 'd1', status: 'RESOLVED', resolution: 'REFUNDED', resolvedBy: ANN.by, note: 'back' },
    ]);
    expect(of(waiting, answers('f1', REFUSED)).discrepancies).toEqual([]);
    expect(of(after(asked, reversed), answers('f1', PAID))).toMatchObject({ refundedInCents: 2000n });
  });
});

describe('the second person', () => {
  const known = paidPayin(5_000_000n, { amountInCents: 5_000_000n });

  it('is needed where the refunds of the payin are together more than the limit, whichever of them comes first', () => {
    const small = after(known, requests('f1', LIMIT));
    expect(of(small, approves('f1', ANN)).refusal).toBeNull();
    const both = after(small, requests('f2', 1n));
    for (const id of ['f1', 'f2']) {
      expect(of(both, approves(id, ANN)).refusal).toBe('REFUND_SAME_PERSON');
      expect(of(both, approves(id, { ...ANN, by: 'another key of Ann' })).refusal).toBe('REFUND_SAME_PERSON');
      expect(of(both, approves(id, { by: 'a key of nobody', personId: null as never })).refusal).toBe(
        'REFUND_NO_PERSON',
      );
      expect(of(both, approves(id, BEN)).refusal).toBeNull();
    }
    expect(of(after(both, cancels('f2')), approves('f1', ANN)).refusal).toBeNull();
  });
});

describe('money that is reversed while a refund is live', () => {
  it('opens a discrepancy, keeps the refund from being approved, and ends when it is canceled', () => {
    const requested = after(paidPayin(5000n), requests('f1', 2000n));
    const decision = of(requested, reversed);
    expect(decision.status).toBe('REVERSED');
    expect(decision.discrepancies).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'OVERREFUNDED', status: 'OPEN', moneyAtRiskInCents: 2000n }),
      ]),
    );
    const gone = after(requested, reversed);
    expect(of(gone, approves('f1')).refusal).toBe('REFUND_EXCEEDS');
    const canceled = of(gone, cancels('f1'));
    expect(canceled.discrepancies).toEqual([
      expect.objectContaining({ kind: 'OVERREFUNDED', status: 'RESOLVED', resolution: 'THE_REFUNDS_FIT' }),
    ]);
  });

  it('does not hide that an approved one was paid', () => {
    const gone = after(paidPayin(5000n), requests('f1', 2000n), approves('f1'), reversed);
    expect(of(gone, pays('f1'))).toMatchObject({ refusal: null, refundedInCents: 2000n });
  });
});

const OF_KIND: readonly [DiscrepancyKind, object, bigint, RefundReason][] = [
  ['OVERPAID', { moneyAtRiskInCents: 1000n }, 1000n, 'OVERPAID'],
  ['PAID_TWICE', { moneyAtRiskInCents: 3000n }, 3000n, 'DUPLICATE'],
  ['LATE_PAYMENT', { moneyAtRiskInCents: 6000n }, 6000n, 'LATE'],
  ['UNDERPAID', { moneyAtRiskInCents: 4000n, actualInCents: 1000n }, 1000n, 'OTHER'],
];

describe.each(OF_KIND)('the refund of %s', (kind, changes, amountInCents, reason) => {
  const known = paidPayin(6000n, { discrepancies: [foundBefore(kind, now, { id: 'd1', ...changes })] });
  const refunds: RefundUpdate = {
    source: 'operator',
    kind: 'refund_discrepancy',
    discrepancyId: 'd1',
    refund: { id: 'f1', note: 'back', destination: 'v1.sealed' },
    ...ANN,
  };
  const resolves = (reason: 'ACCEPTED' | 'REFUNDED_OUTSIDE' | 'WRITTEN_OFF', limit = LIMIT): OperatorUpdate => ({
    source: 'operator',
    discrepancyId: 'd1',
    kind: 'resolve',
    reason,
    note: 'back',
    approvalAboveInCents: limit,
    ...ANN,
  });

  it('keeps it open until it is paid', () => {
    const decision = of(known, refunds);
    expect(decision.refunds).toEqual([expect.objectContaining({ amountInCents, reason, discrepancyId: 'd1' })]);
    expect(decision.discrepancies).toEqual([expect.objectContaining({ status: 'OPEN', refundId: 'f1' })]);
    const requested = after(known, refunds);
    expect(of(requested, refunds).refusal).toBe('REFUND_LIVE');
    expect(of(requested, resolves('ACCEPTED')).refusal).toBe('REFUND_LIVE');
    expect(of(requested, resolves('REFUNDED_OUTSIDE')).refusal).toBe('REFUND_LIVE');
    const paid = of(after(requested, approves('f1')), pays('f1'));
    expect(types(paid)).toEqual(['refund.paid', 'discrepancy.resolved']);
    expect(paid.discrepancies).toEqual([
      expect.objectContaining({ status: 'RESOLVED', resolution: 'REFUNDED', refundId: 'f1', note: 'back' }),
    ]);
  });

  it('frees it when it is canceled', () => {
    const freed = after(known, refunds, cancels('f1'));
    expect(freed.discrepancies[0]).toMatchObject({ status: 'OPEN', refundId: null });
    expect(of(freed, { ...refunds, refund: { ...refunds.refund, id: 'f2' } }).refusal).toBeNull();
  });

  it('is no more than is left', () => {
    const reserved = after(known, requests('f0', 5999n));
    expect(of(reserved, refunds).refunds[0]).toMatchObject({ amountInCents: 1n });
    expect(of(after(reserved, requests('f2', 1n)), refunds).refusal).toBe('REFUND_EXCEEDS');
  });

  it('that was done outside is booked at once, and leaves the ledger square', () => {
    const outside = of(known, resolves('REFUNDED_OUTSIDE'));
    expect(types(outside)).toEqual(['refund.requested', 'refund.approved', 'refund.paid', 'discrepancy.resolved']);
    expect(outside.refunds).toEqual([expect.objectContaining({ id: 'd1', status: 'PAID', amountInCents, reason })]);
    expect(ledgerEntriesOf(known, outside, 1)).toEqual([
      { sequence: 3, debit: 'merchant', credit: 'payer-refunds', amountInCents },
      { sequence: 4, debit: 'payer-refunds', credit: 'own-funds', amountInCents },
    ]);
    expect(outside.history.slice(0, 3).map(({ refund }) => refund!.status)).toEqual(['REQUESTED', 'APPROVED', 'PAID']);
    const resolved = after(known, resolves('REFUNDED_OUTSIDE'));
    expect(of(resolved, resolves('REFUNDED_OUTSIDE'))).toMatchObject({ history: [], refusal: null });
  });

  it('that was done outside waits for a second person where it is much', () => {
    const proposed = of(known, resolves('REFUNDED_OUTSIDE', 1n));
    expect(types(proposed)).toEqual(['correction.proposed']);
    expect(proposed.refunds).toEqual([]);
    const waits = after(known, resolves('REFUNDED_OUTSIDE', 1n));
    expect(of(waits, refunds).refusal).toBe('APPROVAL_PENDING');
    const approve = { source: 'operator', discrepancyId: 'd1', kind: 'approve' } as const;
    expect(of(waits, { ...approve, ...ANN }).refusal).toBe('SAME_PERSON');
    const applied = of(waits, { ...approve, ...BEN });
    expect(applied.refunds).toEqual([
      expect.objectContaining({ status: 'PAID', requestedBy: ANN.by, approvedBy: BEN.by, amountInCents }),
    ]);
    // A refund that was requested meanwhile has the money.
    expect(of(after(waits, requests('f9', 6000n)), { ...approve, ...BEN }).refusal).toBe('NOT_ALLOWED');
  });

  it('that was done outside waits for a second person where the refunds of the payin are much together', () => {
    const enough = { ...known, receipts: paidPayin(12_000n).receipts };
    expect(types(of(enough, resolves('REFUNDED_OUTSIDE', amountInCents)))).not.toContain('correction.proposed');
    const another = after(enough, requests('f0', 1n), approves('f0'), pays('f0'));
    expect(types(of(another, resolves('REFUNDED_OUTSIDE', amountInCents)))).toEqual(['correction.proposed']);
    const canceled = after(enough, requests('f0', 1n), cancels('f0'));
    expect(types(of(canceled, resolves('REFUNDED_OUTSIDE', amountInCents)))).not.toContain('correction.proposed');
  });
});

describe('a discrepancy without money that could go back', () => {
  it.each(['UNIT_MISMATCH', 'AMOUNT_UNCONFIRMED', 'CHARGEBACK', 'STATUS_CONFLICT'] as const)('%s', (kind) => {
    const known = paidPayin(6000n, { discrepancies: [foundBefore(kind, now, { id: 'd1', moneyAtRiskInCents: 10n })] });
    const refund = { id: 'f1', note: null, destination: null };
    const update = { source: 'operator', kind: 'refund_discrepancy', discrepancyId: 'd1', refund, ...ANN } as const;
    expect(of(known, update).refusal).toBe('REFUND_NOT_OF_KIND');
    const outside = { reason: 'REFUNDED_OUTSIDE', note: 'back', approvalAboveInCents: 0n } as const;
    const resolve = { source: 'operator', kind: 'resolve', discrepancyId: 'd1', ...outside, ...ANN } as const;
    expect(of(known, resolve)).toMatchObject({ refunds: [], refusal: null });
    expect(types(of(known, resolve))).toEqual(['discrepancy.resolved']);
  });
});

describe('whatever comes in whatever order', () => {
  const id = fc.constantFrom('f1', 'f2', 'f3');
  const amount = fc.bigInt({ min: 1n, max: 6000n });
  const update = fc.oneof(
    fc.tuple(id, amount).map(([one, cents]) => ({ kind: 'request' as const, one, cents })),
    fc.record({ kind: fc.constantFrom('approve' as const, 'pay' as const, 'cancel' as const), one: id }),
    fc.record({ kind: fc.constantFrom('reverse' as const, 'receive' as const), one: id }),
  );

  it('nothing is requested or approved that is not there, and the ledger owes what the approved refunds say', () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 14 }), fc.bigInt({ min: 1n, max: 9000n }), (steps, received) => {
        let known = paidPayin(received, { amountInCents: received });
        const balances = new Map<string, bigint>();
        let requested = 0;
        for (const step of steps) {
          const next = toUpdate(step, known, (requested += 1));
          if (!next) continue;
          const decision = of(known, next);
          if (step.kind === 'request' || step.kind === 'approve') {
            const isFree = refundableOf(known) >= (step.kind === 'request' ? step.cents : 0n);
            if (decision.history.length > 0) expect(isFree).toBe(true);
          }
          if (decision.refusal) expect(decision.history).toEqual([]);
          for (const { debit, credit, amountInCents } of ledgerEntriesOf(known, decision, 0)) {
            balances.set(debit, (balances.get(debit) ?? 0n) + amountInCents);
            balances.set(credit, (balances.get(credit) ?? 0n) - amountInCents);
          }
          const before = known;
          known = applyDecision(known, decision, now);
          // The same again is harmless: it changes nothing, or is refused.
          if (step.kind !== 'request' && step.kind !== 'reverse' && step.kind !== 'receive')
            expect(of(known, next).history).toEqual([]);
          expect(known.refunds.length).toBeGreaterThanOrEqual(before.refunds.length);
          const owed = sumOf(known.refunds.filter(({ status }) => status === 'APPROVED'));
          expect(balances.get('payer-refunds') ?? 0n).toBe(-owed);
          expect(balances.get('own-funds') ?? 0n).toBe(-refundedOf(known.refunds));
          const isOver = refundableOf(known) < 0n;
          const isOpen = known.discrepancies.some(({ kind, status }) => kind === 'OVERREFUNDED' && status === 'OPEN');
          expect(isOpen).toBe(isOver);
          if (!known.reversals.length) expect(reservedOf(known.refunds)).toBeLessThanOrEqual(sumOf(known.receipts));
        }
      }),
    );
  });

  function toUpdate(step: { kind: string; one: string; cents?: bigint }, known: KnownPayin, count: number) {
    if (step.kind === 'request') return requests(`r${count}`, step.cents!);
    if (step.kind === 'reverse') return reversed;
    if (step.kind === 'receive')
      return {
        attemptId: 'a1',
        source: 'webhook',
        kind: 'answer',
        askedAt: now,
        acceptsSeveralPayments: true,
        report: {
          status: 'APPROVED',
          rawStatus: 'PAID',
          payments: [{ paymentId: `more ${count}`, amountInCents: 500n }],
        },
      } as PayinUpdate;
    const refund = known.refunds[Number(step.one.slice(1)) - 1];
    if (!refund) return undefined;
    if (step.kind === 'approve') return approves(refund.id);
    return step.kind === 'pay' ? pays(refund.id) : cancels(refund.id);
  }
});
