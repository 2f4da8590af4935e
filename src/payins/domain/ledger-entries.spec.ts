import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDecision } from './apply-decision.fixture.js';
import type { Correction } from './corrections.js';
import { decide } from './decide.js';
import { pendingPayin } from './known-payin.fixture.js';
import type { Decision } from './decision.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import type { PayinUpdate } from './update.js';
import type { Payment, ProviderReport } from '@recaudo/payment-provider';
import { type Account, ledgerEntriesOf, type LedgerEntry } from './ledger-entries.js';

const now = new Date('2026-11-21T12:00:00Z');
const REQUESTED = 100_000n;
const RULES: RailRules = {
  payerMayEditAmount: false,
  pollSeconds: [60],
  lateHours: 1,
  reversalCheckDays: 0,
  unconfirmedAmount: 'hold',
};

const pending = pendingPayin(now, {
  amountInCents: REQUESTED,
  attempts: [
    { id: 'a0', provider: 'first', providerReference: 'ref0', externalId: null, state: 'not_executed', startedAt: now },
    { id: 'a1', provider: 'acme', providerReference: 'ref1', externalId: 'T1', state: 'open', startedAt: now },
  ],
});

const reported = (report: Partial<ProviderReport>, attemptId = 'a1'): PayinUpdate => ({
  attemptId,
  source: 'poll',
  kind: 'answer',
  askedAt: now,
  report: { status: 'APPROVED', rawStatus: 'x', ...report },
});
const paid = (amountInCents: bigint, feeInCents?: bigint): PayinUpdate => reported({ amountInCents, feeInCents });
const payments = (...list: Payment[]): PayinUpdate => reported({ payments: list });
const reversed = reported({ status: 'REVERSED' });
const accept: PayinUpdate = {
  source: 'operator',
  kind: 'accept',
  by: 'key',
  personId: null,
  approvalAboveInCents: 10n ** 12n,
};

/** A person corrects the payin by what is open, if there is anything. */
const correct =
  (correction: Correction) =>
  ({ discrepancies }: KnownPayin): PayinUpdate[] => {
    const open = discrepancies.find(({ status }) => status === 'OPEN');
    const act = {
      kind: 'correct',
      correction,
      by: 'key',
      note: 'seen',
      personId: null,
      approvalAboveInCents: 10n ** 18n,
    } as const;
    return open?.id ? [{ source: 'operator', discrepancyId: open.id, ...act }] : [];
  };

/** Applies one update after another, and keeps the ledger. */
function bookkeeping(updates: readonly (PayinUpdate | ReturnType<typeof correct>)[], start: KnownPayin = pending) {
  let known = start;
  let sequence = 2;
  const entries: LedgerEntry[] = [];
  const reversals: Decision['reversals'] = [];
  for (const item of updates) {
    const decision = decide(known, typeof item === 'function' ? item(known) : [item], RULES, now);
    entries.push(...ledgerEntriesOf(known, decision, sequence));
    reversals.push(...decision.reversals);
    sequence += decision.history.length;
    known = applyDecision(known, decision, now);
  }
  return { known, entries, reversals };
}

const lines = (entries: readonly LedgerEntry[]) =>
  entries.map(({ debit, credit, amountInCents }) => `${debit} > ${credit} ${amountInCents}`);

function balance(entries: readonly LedgerEntry[], account: Account): bigint {
  return entries.reduce(
    (sum, { debit, credit, amountInCents }) =>
      sum + (debit === account ? amountInCents : 0n) - (credit === account ? amountInCents : 0n),
    0n,
  );
}

describe('the ledger', () => {
  it('has a payment and its fee, each as one transfer, by the line of the history about it', () => {
    const decision = decide(pending, [paid(REQUESTED, 3_000n)], RULES, now);
    const at = decision.history.findIndex(({ type }) => type === 'receipt.added') + 1;
    expect(ledgerEntriesOf(pending, decision, 7)).toEqual([
      { sequence: 7 + at, debit: 'provider:acme', credit: 'merchant', amountInCents: REQUESTED },
      { sequence: 7 + at, debit: 'fees:acme', credit: 'provider:acme', amountInCents: 3_000n },
    ]);
  });

  it('has nothing where no money moves', () => {
    expect(bookkeeping([reported({ status: 'PENDING' }), reported({ status: 'REJECTED' })]).entries).toEqual([]);
  });

  it('has every payment of an order, with what is too much of it', () => {
    const { entries } = bookkeeping([
      payments({ paymentId: 'p1', amountInCents: 60_000n, feeInCents: 600n }),
      payments(
        { paymentId: 'p1', amountInCents: 60_000n },
        { paymentId: 'p2', amountInCents: 50_000n, feeInCents: 0n },
      ),
    ]);
    expect(lines(entries)).toEqual([
      'provider:acme > merchant 60000',
      'fees:acme > provider:acme 600',
      'provider:acme > merchant 50000',
    ]);
  });

  it('has late money like any other', () => {
    const expired: KnownPayin = { ...pending, status: 'EXPIRED' };
    expect(lines(bookkeeping([paid(REQUESTED)], expired).entries)).toEqual(['provider:acme > merchant 100000']);
  });

  it('reverses what came by the order that is reversed, and leaves the fee and the money of another order', () => {
    const { entries } = bookkeeping([
      paid(REQUESTED, 3_000n),
      reported({ amountInCents: 40_000n }, 'a0'),
      reversed,
      reversed,
    ]);
    expect(lines(entries)).toEqual([
      'provider:acme > merchant 100000',
      'fees:acme > provider:acme 3000',
      'provider:first > merchant 40000',
      'merchant > provider:acme 100000',
    ]);
  });

  it('does not reverse what never came: an order without money that is reversed is for a person to see', () => {
    const { known, entries } = bookkeeping([paid(REQUESTED), reported({ status: 'REVERSED' }, 'a0')]);
    expect(known.status).toBe('APPROVED');
    expect(lines(entries)).toEqual(['provider:acme > merchant 100000']);
  });

  it('writes off what is missing when a person accepts it, less what comes afterwards, and nothing after a reversal', () => {
    const short = payments({ paymentId: 'p1', amountInCents: 60_000n });
    const rest = payments({ paymentId: 'p2', amountInCents: 30_000n });
    const { entries } = bookkeeping([short, accept, rest, reversed]);
    expect(lines(entries)).toEqual([
      'provider:acme > merchant 60000',
      'write-offs > merchant 40000',
      'provider:acme > merchant 30000',
      'merchant > write-offs 30000',
      'merchant > provider:acme 90000',
      'merchant > write-offs 10000',
    ]);
    expect(balance(entries, 'merchant')).toBe(0n);
  });
});

describe('the ledger entries of a correction', () => {
  const short = payments({ paymentId: 'p1', amountInCents: 60_000n });

  it('has money that is proven to have arrived, like any other', () => {
    const { known, entries } = bookkeeping([
      short,
      correct({ type: 'BOOK_RECEIPT', amountInCents: 40_000n, paymentId: 'by hand' }),
    ]);
    expect(known.status).toBe('APPROVED');
    expect(lines(entries)).toEqual(['provider:acme > merchant 60000', 'provider:acme > merchant 40000']);
  });

  it('reverses the part that was reversed, and no more', () => {
    const { known, entries } = bookkeeping([
      paid(120_000n),
      correct({ type: 'MARK_REVERSED', amountInCents: 20_000n }),
      reversed,
    ]);
    expect(known.status).toBe('REVERSED');
    expect(lines(entries)).toEqual([
      'provider:acme > merchant 120000',
      'merchant > provider:acme 20000',
      'merchant > provider:acme 100000',
    ]);
  });

  it('writes off what is missing', () => {
    expect(lines(bookkeeping([short, correct({ type: 'ACCEPT_AS_PAID' })]).entries)).toEqual([
      'provider:acme > merchant 60000',
      'write-offs > merchant 40000',
    ]);
  });
});

describe('any updates in any order', () => {
  const amount = fc.constantFrom(1n, 30_000n, 99_999n, REQUESTED, 100_001n);
  const payment = fc.record({
    paymentId: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
    amountInCents: amount,
    feeInCents: fc.constantFrom(undefined, 0n, 500n, 200_000n),
  });
  const correction = fc.oneof(
    fc.constant<Correction>({ type: 'ACCEPT_AS_PAID' }),
    amount.map((amountInCents): Correction => ({ type: 'MARK_REVERSED', amountInCents })),
    fc
      .record({ amountInCents: amount, paymentId: fc.constantFrom('c1', 'c2') })
      .map((receipt): Correction => ({ type: 'BOOK_RECEIPT', ...receipt })),
  );
  const update = fc.oneof(
    { weight: 2, arbitrary: correction.map(correct) },
    { weight: 3, arbitrary: payment.map((one) => payments(one)) },
    { weight: 2, arbitrary: amount.map((one) => paid(one)) },
    {
      weight: 1,
      arbitrary: fc.tuple(amount, fc.constantFrom('a0', 'a1')).map(([one, id]) => reported({ amountInCents: one }, id)),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        reversed,
        reported({ status: 'REVERSED' }, 'a0'),
        accept,
        reported({ status: 'REJECTED' }),
      ),
    },
  );

  it('the ledger says what the payin says: what came, what providers kept, what was reversed, what was written off', () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 12 }), (story) => {
        const { known, entries, reversals } = bookkeeping(story);
        const sum = (list: readonly { amountInCents: bigint }[]) =>
          list.reduce((total, { amountInCents }) => total + amountInCents, 0n);
        const received = sum(known.receipts);
        const shortfall = known.status === 'APPROVED' && received < REQUESTED ? REQUESTED - received : 0n;
        expect(balance(entries, 'write-offs')).toBe(shortfall);
        expect(balance(entries, 'merchant')).toBe(sum(reversals) - received - shortfall);
        for (const { id, provider } of known.attempts) {
          const own = known.receipts.filter(({ attemptId }) => attemptId === id);
          const fees = own.reduce((total, { feeInCents = 0n }) => total + feeInCents, 0n);
          const back = sum(reversals.filter(({ attemptId }) => attemptId === id));
          expect(balance(entries, `fees:${provider}`)).toBe(fees);
          expect(balance(entries, `provider:${provider}`)).toBe(sum(own) - fees - back);
        }
        const left = received - sum(reversals);
        expect(known.status === 'REVERSED' || reversals.length === 0 || left >= REQUESTED).toBe(true);
        expect(entries.every(({ amountInCents, debit, credit }) => amountInCents > 0n && debit !== credit)).toBe(true);
        const keys = entries.map(({ sequence, debit, credit }) => `${sequence} ${debit} ${credit}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 1000 },
    );
  });
});
