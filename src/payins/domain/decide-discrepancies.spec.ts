import { describe, expect, it } from '@jest/globals';
import { applyDecision } from './apply-decision.fixture.js';
import { decide } from './decide.js';
import { foundBefore, pendingPayin } from './known-payin.fixture.js';
import type { Decision } from './decision.js';
import type { Discrepancy, DiscrepancyKind } from './discrepancy.js';
import { addSeconds } from './check-schedule.js';
import type { MismatchUpdate, PayinUpdate } from './update.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import type { ProviderReport } from '@recaudo/payment-provider';

const now = new Date('2026-11-21T12:00:00Z');
const RULES: RailRules = {
  payerMayEditAmount: true,
  pollSeconds: [600],
  lateHours: 24,
  reversalCheckDays: 0,
  unconfirmedAmount: 'hold',
};

const pending = pendingPayin(now);
const paid: KnownPayin = {
  ...pending,
  status: 'APPROVED',
  endedAt: addSeconds(now, -30),
  receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 5000n }],
};

const found = (kind: DiscrepancyKind, changes: Partial<Discrepancy> = {}): Discrepancy =>
  foundBefore(kind, now, changes);

function answer(report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>, askedAt = now): PayinUpdate {
  return {
    attemptId: 'a1',
    source: 'poll',
    kind: 'answer',
    askedAt,
    report: { rawStatus: report.status, currency: 'COP', amountInCents: 5000n, ...report },
  };
}

const reported = (report: Partial<ProviderReport> & Pick<ProviderReport, 'status'>): PayinUpdate =>
  ({ ...answer(report), source: 'webhook', unasked: true }) as PayinUpdate;
const missing: PayinUpdate = { attemptId: 'a1', source: 'poll', kind: 'not_found', askedAt: now };
const difference = (changes: Partial<MismatchUpdate> = {}): PayinUpdate => ({
  attemptId: 'a1',
  source: 'statement',
  kind: 'mismatch',
  discrepancy: 'STATUS_CONFLICT',
  actualInCents: 5000n,
  detail: 'the statement has it as paid',
  evidence: [{ type: 'statement_line', statementId: 's1', line: 7 }],
  ...changes,
});

const having = (known: KnownPayin, ...discrepancies: Discrepancy[]): KnownPayin => ({ ...known, discrepancies });
const after = (known: KnownPayin, ...update: PayinUpdate[]): Decision => decide(known, update, RULES, now);
const ends = (decision: Decision) =>
  decision.discrepancies.map(({ kind, status, resolution }) => `${kind} ${status} ${resolution}`);

describe('a discrepancy closes itself', () => {
  it.each([
    ['MISSING_AT_PROVIDER', pending, answer({ status: 'PENDING' }), 'THE_PROVIDER_HAS_IT'],
    ['UNRECOGNISED_STATUS', pending, answer({ status: 'PENDING' }), 'A_KNOWN_STATUS_CAME'],
    ['STATUS_CONFLICT', pending, answer({ status: 'PENDING' }), 'THE_PROVIDER_AGREES'],
    ['STATUS_CONFLICT', paid, answer({ status: 'APPROVED' }), 'THE_PROVIDER_AGREES'],
    ['STATUS_CONFLICT', pending, answer({ status: 'REJECTED' }), 'THE_PROVIDER_AGREES'],
    ['UNIT_MISMATCH', pending, answer({ status: 'APPROVED' }), 'THE_RIGHT_AMOUNT_CAME'],
    ['CURRENCY_MISMATCH', pending, answer({ status: 'APPROVED' }), 'THE_RIGHT_AMOUNT_CAME'],
    ['AMOUNT_CONFLICT', pending, answer({ status: 'APPROVED' }), 'THE_RIGHT_AMOUNT_CAME'],
  ] as const)('%s, by a later fact that settles it, and says which', (kind, known, update, resolution) => {
    const decision = after(having(known, found(kind)), update);
    expect(decision.discrepancies).toMatchObject([
      { id: `${kind} 1`, status: 'RESOLVED', resolution, resolvedBy: null },
    ]);
    expect(decision.history.filter(({ type }) => type.startsWith('discrepancy'))).toMatchObject([
      { type: 'discrepancy.resolved', notify: true, data: { kind, resolution } },
    ]);
  });

  it('UNDERPAID, when all that had arrived is reversed', () => {
    const short: KnownPayin = {
      ...paid,
      status: 'UNDERPAID',
      receipts: [{ attemptId: 'a1', paymentId: 'ref1', amountInCents: 3000n }],
    };
    const decision = after(having(short, found('UNDERPAID', { actualInCents: 3000n })), answer({ status: 'REVERSED' }));
    expect(ends(decision).toSorted()).toEqual(['CHARGEBACK OPEN null', 'UNDERPAID RESOLVED REVERSED']);
  });

  it('not by an answer that was asked for before it was opened', () => {
    const earlier = answer({ status: 'PENDING' }, addSeconds(now, -31));
    expect(ends(after(having(pending, found('MISSING_AT_PROVIDER')), earlier))).toEqual([]);
  });

  it('not while its cause comes again beside the fact', () => {
    const known = having(pending, found('MISSING_AT_PROVIDER'));
    expect(ends(after(known, missing, answer({ status: 'PENDING' })))).toEqual([]);
  });

  it('not by a webhook that was applied before', () => {
    const first = after(pending, reported({ status: 'UNRECOGNISED', rawStatus: 'X' }));
    const known = having(
      { ...pending, observationKeys: new Set(first.observations.map(({ key }) => key)) },
      found('MISSING_AT_PROVIDER'),
    );
    expect(ends(after(known, reported({ status: 'UNRECOGNISED', rawStatus: 'X' })))).not.toContain(
      'MISSING_AT_PROVIDER RESOLVED THE_PROVIDER_HAS_IT',
    );
  });

  it.each(['OVERPAID', 'LATE_PAYMENT', 'PAID_TWICE', 'CHARGEBACK'] as const)(
    '%s never does: money is where it should not be',
    (kind) => {
      const known = having(paid, found(kind), found('MISSING_AT_PROVIDER'));
      const decision = after(known, answer({ status: 'APPROVED' }), { source: 'statement', kind: 'match' });
      expect(decision.discrepancies.map((changed) => changed.kind)).toEqual(['MISSING_AT_PROVIDER']);
    },
  );

  it('not where two amounts were reported: a person must say which is true', () => {
    const known = having(pending, found('AMOUNT_CONFLICT', { actualInCents: 4000n }));
    expect(ends(after(known, answer({ status: 'APPROVED' })))).toEqual([]);
  });

  it('not STATUS_CONFLICT while a second order is there', () => {
    const [first] = pending.attempts;
    const attempts = [
      { ...first!, state: 'not_executed' as const },
      { ...first!, id: 'a2', externalId: 'T2' },
    ];
    const known = having({ ...pending, attempts }, found('STATUS_CONFLICT'));
    expect(ends(after(known, { ...answer({ status: 'PENDING' }), attemptId: 'a2' } as PayinUpdate))).toEqual([]);
  });

  it('not STATUS_CONFLICT of a reversed payin to which money came', () => {
    const reversed: KnownPayin = { ...paid, status: 'REVERSED' };
    expect(ends(after(having(reversed, found('STATUS_CONFLICT')), answer({ status: 'REVERSED' })))).toEqual([]);
  });

  it('three times; when it comes back then, it stays open for a person', () => {
    const settled = [1, 2, 3].map((time) =>
      found('MISSING_AT_PROVIDER', { id: `${time}`, status: 'RESOLVED', resolution: 'THE_PROVIDER_HAS_IT' }),
    );
    const comesBack = after(having(pending, ...settled), missing);
    expect(ends(comesBack)).toEqual(['MISSING_AT_PROVIDER OPEN null']);
    const known = having(pending, ...settled, found('MISSING_AT_PROVIDER'));
    expect(ends(after(known, answer({ status: 'PENDING' })))).toEqual([]);
  });
});

describe('a discrepancy comes back', () => {
  const settled = (resolvedBy: string | null) =>
    having(pending, found('MISSING_AT_PROVIDER', { status: 'RESOLVED', resolution: 'X', resolvedBy }));

  it('when it had settled itself', () => {
    expect(ends(after(settled(null), missing))).toEqual(['MISSING_AT_PROVIDER OPEN null']);
  });

  it('not when a person has settled it', () => {
    expect(ends(after(settled('key1'), missing))).toEqual([]);
  });
});

describe('an open discrepancy', () => {
  it('adds the evidence of a cause that comes back, each once and not without end', () => {
    const evidence = Array.from({ length: 19 }, (_, line) => ({
      type: 'statement_line' as const,
      statementId: 's0',
      line,
    }));
    const known = having(pending, found('STATUS_CONFLICT', { evidence }));
    const [changed] = after(known, difference()).discrepancies;
    expect(changed?.evidence).toEqual([...evidence, { type: 'statement_line', statementId: 's1', line: 7 }]);
    const full = having(pending, changed!);
    expect(after(full, difference(), difference({ evidence: [{ type: 'webhook', id: 'w1' }] })).discrepancies).toEqual(
      [],
    );
  });

  it('of short money follows the money', () => {
    const short: KnownPayin = {
      ...paid,
      status: 'UNDERPAID',
      receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 1000n }],
    };
    const known = having(short, found('UNDERPAID', { actualInCents: 1000n, moneyAtRiskInCents: 4000n }));
    const more = answer({ status: 'APPROVED', payments: [{ paymentId: 'p2', amountInCents: 2000n }] });
    expect(after(known, more)).toMatchObject({
      discrepancies: [{ kind: 'UNDERPAID', status: 'OPEN', actualInCents: 3000n, moneyAtRiskInCents: 2000n }],
      history: expect.not.arrayContaining([expect.objectContaining({ type: 'discrepancy.opened' })]),
    });
  });

  it('of a second payment has at risk what came after the payin was whole', () => {
    const over: KnownPayin = { ...paid, receipts: [{ attemptId: 'a1', paymentId: 'p1', amountInCents: 7000n }] };
    const twice = answer({ status: 'APPROVED', payments: [{ paymentId: 'p2', amountInCents: 5000n }] });
    expect(after(having(over, found('OVERPAID')), twice).discrepancies).toMatchObject([
      { kind: 'PAID_TWICE', actualInCents: 12_000n, moneyAtRiskInCents: 5000n },
    ]);
  });
});

describe('late money', () => {
  it('of which more comes is one discrepancy of all that came', () => {
    const part = (...payments: { paymentId: string; amountInCents: bigint }[]) =>
      answer({ status: 'APPROVED', amountInCents: undefined, payments });
    const one = { paymentId: 'p1', amountInCents: 2000n };
    const ended: KnownPayin = { ...pending, status: 'EXPIRED', endedAt: addSeconds(now, -30) };
    const first = applyDecision(ended, after(ended, part(one)), now);
    const { discrepancies } = after(first, part(one, { paymentId: 'p2', amountInCents: 3000n }));
    expect(discrepancies.filter(({ kind }) => kind === 'LATE_PAYMENT')).toMatchObject([
      { status: 'OPEN', actualInCents: 5000n, moneyAtRiskInCents: 5000n },
    ]);
  });
});

describe('money that is reversed', () => {
  it('opens CHARGEBACK with what had arrived', () => {
    expect(after(paid, answer({ status: 'REVERSED' }))).toMatchObject({
      status: 'REVERSED',
      reversals: [{ attemptId: 'a1', amountInCents: 5000n }],
      discrepancies: [{ kind: 'CHARGEBACK', actualInCents: 5000n, moneyAtRiskInCents: 5000n }],
    });
  });

  const second = { ...paid.attempts[0]!, id: 'a2', providerReference: 'ref2', externalId: 'T2' };
  const twice: KnownPayin = {
    ...paid,
    attempts: [{ ...paid.attempts[0]!, state: 'not_executed' }, second],
    receipts: [...paid.receipts, { attemptId: 'a2', paymentId: 'ref2', amountInCents: 5000n }],
    discrepancies: [found('PAID_TWICE', { actualInCents: 10_000n })],
  };
  const reversed = (attemptId: string): PayinUpdate =>
    ({ ...answer({ status: 'REVERSED' }), attemptId }) as PayinUpdate;

  it.each(['a1', 'a2'])('of one order of two that were paid leaves the payin paid, once: %s', (attemptId) => {
    const decision = after(twice, reversed(attemptId));
    expect(decision).toMatchObject({
      status: 'APPROVED',
      reversedAt: null,
      reversals: [{ attemptId, amountInCents: 5000n }],
    });
    expect(ends(decision)).toContain('CHARGEBACK OPEN null');
    expect(ends(decision)).toContain('PAID_TWICE RESOLVED THE_REST_WAS_REVERSED');
    const again = after(applyDecision(twice, decision, now), reversed(attemptId));
    expect(again).toMatchObject({ status: 'APPROVED', reversals: [], history: [] });
  });

  it('of both orders, at once or one after the other, reverses the payin', () => {
    const all = [
      { attemptId: 'a1', amountInCents: 5000n },
      { attemptId: 'a2', amountInCents: 5000n },
    ];
    expect(after(twice, reversed('a1'), reversed('a2'))).toMatchObject({ status: 'REVERSED', reversals: all });
    const first = applyDecision(twice, after(twice, reversed('a1')), now);
    expect(after(first, reversed('a2'))).toMatchObject({
      status: 'REVERSED',
      reversals: [all[1]],
      discrepancies: [{ kind: 'CHARGEBACK', status: 'OPEN', actualInCents: 10_000n }],
    });
  });
});

describe("a provider's list", () => {
  it('that differs is not believed: it opens a discrepancy, and the provider is asked soon', () => {
    const decision = after(paid, difference({ actualInCents: 0n, detail: 'the statement has it as refunded' }));
    expect(decision).toMatchObject({
      status: 'APPROVED',
      receipts: [],
      discrepancies: [{ kind: 'STATUS_CONFLICT', source: 'statement', evidence: [{ statementId: 's1', line: 7 }] }],
      dueAt: addSeconds(now, 5),
    });
  });

  it('that is read again finds nothing new, and asks no more', () => {
    const known = having(paid, ...after(paid, difference()).discrepancies);
    expect(after(known, difference())).toMatchObject({ discrepancies: [], history: [], dueAt: null });
    const settled = having(paid, found('STATUS_CONFLICT', { status: 'RESOLVED', actualInCents: 5000n }));
    expect(after(settled, difference())).toMatchObject({ discrepancies: [], history: [], dueAt: null });
  });

  it('that agrees later settles what a list has found, and nothing else', () => {
    const known = having(paid, found('STATUS_CONFLICT', { source: 'statement' }), found('AMOUNT_CONFLICT'));
    expect(ends(after(known, { source: 'statement', kind: 'match' }))).toEqual([
      'STATUS_CONFLICT RESOLVED A_LATER_STATEMENT_AGREES',
    ]);
  });

  it('that agrees later does not settle what the provider itself has said since, and nor does the integrity check', () => {
    const rejected = answer({ status: 'REJECTED', reasonCode: 'no' });
    for (const source of ['statement', 'integrity_check'] as const) {
      const open = having(paid, found('STATUS_CONFLICT', { source, evidence: [] }));
      const [both] = after(open, rejected).discrepancies;
      expect(both).toMatchObject({ source: 'poll', detail: expect.stringContaining('p reports REJECTED') });
      expect(ends(after(having(paid, both!), { source, kind: 'match' }))).toEqual([]);
      expect(ends(after(having(paid, both!), answer({ status: 'APPROVED' })))).toEqual([
        'STATUS_CONFLICT RESOLVED THE_PROVIDER_AGREES',
      ]);
    }
  });

  it('that says what the provider has said settles nothing of it later', () => {
    for (const source of ['statement', 'integrity_check'] as const) {
      const known = having(paid, found('STATUS_CONFLICT'));
      const changed = after(known, difference({ source })).discrepancies;
      const open = having(paid, ...(changed.length > 0 ? changed : known.discrepancies));
      expect(ends(after(open, { source, kind: 'match' }))).toEqual([]);
    }
  });

  it('settles nothing that the integrity check has found, and nor does the provider', () => {
    const known = having(paid, found('STATUS_CONFLICT', { source: 'integrity_check' }));
    const received = [{ source: 'statement', kind: 'match' } as const, answer({ status: 'APPROVED' })];
    expect(ends(after(known, ...received))).toEqual([]);
    expect(ends(after(known, { source: 'integrity_check', kind: 'match' }))).toEqual([
      'STATUS_CONFLICT RESOLVED THE_LEDGER_AGREES',
    ]);
  });
});

describe('what the integrity check finds', () => {
  const broken = (detail = 'the ledger lacks 1') =>
    difference({ source: 'integrity_check', attemptId: undefined, actualInCents: null, detail, evidence: [] });
  const opens = ['STATUS_CONFLICT OPEN null'];
  const settled = (changes: Partial<Discrepancy>) =>
    having(paid, found('STATUS_CONFLICT', { status: 'RESOLVED', resolution: 'X', ...changes }));

  it('is opened whatever a person has settled of what others found, or of another break', () => {
    expect(ends(after(settled({ resolvedBy: 'key1' }), broken()))).toEqual(opens);
    const other = settled({ resolvedBy: 'key1', source: 'integrity_check', detail: 'the ledger lacks 2' });
    expect(ends(after(other, broken()))).toEqual(opens);
  });

  it('is opened again after the ledger has agreed', () => {
    const known = settled({
      source: 'integrity_check',
      detail: 'the ledger lacks 1',
      resolution: 'THE_LEDGER_AGREES',
    });
    expect(ends(after(known, broken()))).toEqual(opens);
  });

  it('stays settled once a person has settled that very break', () => {
    const known = settled({ source: 'integrity_check', detail: 'the ledger lacks 1', resolvedBy: 'key1' });
    expect(ends(after(known, broken()))).toEqual([]);
  });

  it('silences nothing that a provider says', () => {
    const known = settled({ source: 'integrity_check', actualInCents: 0n, resolvedBy: 'key1' });
    expect(ends(after(known, answer({ status: 'REJECTED' })))).toEqual(opens);
  });

  it('is found anew, after the provider has agreed with what both had found', () => {
    const both = after(
      having(paid, found('STATUS_CONFLICT', { source: 'integrity_check' })),
      answer({ status: 'REJECTED' }),
    );
    const agreed = after(having(paid, ...both.discrepancies), answer({ status: 'APPROVED' }));
    expect(ends(after(having(paid, ...agreed.discrepancies), broken()))).toEqual(opens);
  });
});
