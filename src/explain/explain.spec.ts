import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pendingPayin } from '../payins/domain/known-payin.fixture.js';
import { applyDecision } from '../payins/domain/apply-decision.fixture.js';
import type { Correction } from '../payins/domain/corrections.js';
import { decide } from '../payins/domain/decide.js';
import { addSeconds, CHECK_REASONS } from '../payins/domain/check-schedule.js';
import type { KnownPayin, RailRules } from '../payins/domain/known-payin.js';
import type { PayinUpdate } from '../payins/domain/update.js';
import type { ProviderReport } from '@recaudo/payment-provider';
import { PAYIN_STATUSES } from '../payins/domain/status.js';
import { explain, type HistoryLine, type Story } from './explain.js';
import { LANGUAGES, say } from './phrases.js';
import { CORRECTION_TEXTS, DISCREPANCY_TEXTS, CHECK_TEXTS, STATUS_TEXTS, STORY_TEXTS } from './texts.js';

/** Seven in the morning in Bogotá. */
const start = new Date('2026-11-21T12:00:00Z');
const REQUESTED = 5_000_000n;
const RULES: RailRules = {
  payerMayEditAmount: true,
  pollSeconds: [60],
  lateHours: 24,
  reversalCheckDays: 2,
  unconfirmedAmount: 'hold',
};
const SECRET = 'Jane Canary 1098765432';

const created = pendingPayin(start, {
  status: 'CREATED',
  amountInCents: REQUESTED,
  instructions: null,
  createdAt: start,
  expiresAt: addSeconds(start, 1800),
  attempts: [
    { id: 'a1', provider: 'acme', providerReference: 'ref1', externalId: null, state: 'opening', startedAt: start },
  ],
});

interface Received {
  minute: number;
  /** As things stand then. */
  updates: PayinUpdate[] | ((known: KnownPayin) => PayinUpdate[]);
}

/** A person corrects the payin by what is open, if there is anything. */
const correct =
  (correction: Correction, approvalAboveInCents = 10n ** 18n) =>
  ({ discrepancies }: KnownPayin): PayinUpdate[] => {
    const id = discrepancies.find(({ status }) => status === 'OPEN')?.id;
    const by = { source: 'operator', by: 'key', note: SECRET } as const;
    return id ? [{ ...by, personId: null, discrepancyId: id, kind: 'correct', correction, approvalAboveInCents }] : [];
  };

/** The updates, minute by minute, and what there is to explain afterwards. */
function storyOf(received: readonly Received[], later = 1): Story {
  let known = created;
  let dueAt: Date | null = addSeconds(start, 30);
  const history: HistoryLine[] = [{ type: 'payin.created', at: start, source: 'create', data: {} }];
  for (const { minute, updates } of received) {
    const now = addSeconds(start, minute * 60);
    const decision = decide(known, typeof updates === 'function' ? updates(known) : updates, RULES, now);
    // As JSON, as they are stored and read.
    const lines = decision.history.map(({ type, source, data }) => ({ type, source, data, at: now }));
    history.push(...lines);
    known = applyDecision(known, decision, now);
    ({ dueAt } = decision);
    if (decision.newAttempt)
      known = {
        ...known,
        attempts: [...known.attempts, { ...decision.newAttempt, externalId: null, state: 'opening', startedAt: now }],
      };
  }
  const now = addSeconds(start, (received.at(-1)?.minute ?? 0) * 60 + later);
  return { snapshot: { known, dueAt, now, payin: { rail: 'BRE_B', provider: 'acme' } }, history, rules: RULES };
}

function phrased(story: Story) {
  const { sentences, waitingFor, nextCheckAt, nextCheckReason, open } = explain(story);
  const [es, en] = LANGUAGES.map((language) => sentences.map(({ phrase, values }) => say(phrase, values, language)));
  return {
    es,
    en,
    waitingFor,
    nextCheckAt: nextCheckAt?.toISOString() ?? null,
    nextCheckReason,
    open: open.map(({ kind }) => kind),
  };
}

const about = (update: object, attemptId = 'a1') => ({ attemptId, ...update }) as unknown as PayinUpdate;
const opened = about({ source: 'create', kind: 'opened', externalId: 'T1', instructions: { type: 'push' } });
const lost = about({ source: 'create', kind: 'unknown', reason: SECRET });
const notServed = about({ source: 'create', kind: 'unknown', reason: SECRET, refusedToServe: true });
const refused = (next: object | null, errorCode = 'MERCHANT_UNKNOWN') =>
  about({ source: 'create', kind: 'not_executed', reason: SECRET, errorCode, next });
const report = (trust: 'hint' | 'answer', of: Partial<ProviderReport>, amountMayBeEchoed = false): PayinUpdate => ({
  attemptId: 'a1',
  source: trust === 'hint' ? 'webhook' : 'poll',
  kind: trust,
  askedAt: addSeconds(start, 3600),
  report: { status: 'PENDING', rawStatus: SECRET, ...of, ...(amountMayBeEchoed ? { amountMayBeEchoed } : {}) },
});
const answer = (of: Partial<ProviderReport>) => report('answer', of);
const pays = (amountInCents: bigint) => answer({ status: 'APPROVED', amountInCents });
const by = { source: 'request' as const, by: 'key' };
const ACCEPT: PayinUpdate = {
  source: 'operator',
  kind: 'accept',
  by: 'key',
  personId: null,
  approvalAboveInCents: 10n ** 12n,
};

const STORIES: Readonly<Record<string, { received: Received[]; later?: number }>> = {
  'is being opened': { received: [] },
  'has an order that may or may not be there': { received: [{ minute: 0, updates: [lost] }] },
  'was refused by a provider that may have the order all the same': { received: [{ minute: 0, updates: [notServed] }] },
  'goes to the next provider': {
    received: [{ minute: 0, updates: [refused({ id: 'a2', provider: 'second', providerReference: 'ref2' })] }],
  },
  'fails at every provider': { received: [{ minute: 0, updates: [refused(null)] }] },
  'waits for its payer': { received: [{ minute: 0, updates: [opened] }] },
  'has run out, and its provider cannot say': { received: [{ minute: 0, updates: [opened] }], later: 7200 },
  'is hinted to be paid': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 1, updates: [report('hint', { status: 'APPROVED', amountInCents: REQUESTED }), answer({})] },
    ],
  },
  'is paid with an amount that may be an echo': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 1, updates: [report('answer', { status: 'APPROVED', amountInCents: REQUESTED }, true)] },
    ],
  },
  'is paid': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(REQUESTED)] },
    ],
  },
  'is short of money': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(3_000_050n)] },
    ],
  },
  'is accepted short of money': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(3_000_000n)] },
      { minute: 9, updates: [ACCEPT] },
    ],
  },
  'is corrected to be paid in full': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(3_000_000n)] },
      { minute: 9, updates: correct({ type: 'BOOK_RECEIPT', amountInCents: 2_000_000n, paymentId: SECRET }) },
    ],
  },
  'is corrected to be reversed': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(6_000_000n)] },
      { minute: 9, updates: correct({ type: 'MARK_REVERSED', amountInCents: 1_000_000n }) },
    ],
  },
  'has a correction that waits for a second person': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(3_000_000n)] },
      { minute: 9, updates: correct({ type: 'ACCEPT_AS_PAID' }, 0n) },
    ],
  },
  'is overpaid': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(6_000_000n)] },
    ],
  },
  'is rejected': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [answer({ status: 'REJECTED' })] },
    ],
  },
  'is canceled by its provider': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [answer({ status: 'CANCELED' })] },
    ],
  },
  'is canceled through the API': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [{ ...by, kind: 'cancel' }] },
    ],
  },
  'has run out, and its provider was asked': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 31, updates: [answer({})] },
    ],
  },
  'is paid late': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 31, updates: [answer({})] },
      { minute: 90, updates: [pays(REQUESTED)] },
    ],
  },
  'is reversed': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(REQUESTED)] },
      { minute: 60, updates: [answer({ status: 'REVERSED' })] },
    ],
  },
  'has amounts that contradict each other': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(REQUESTED)] },
      { minute: 3, updates: [pays(4_000_000n)] },
    ],
  },
  'is reported with cents for pesos': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [pays(50_000n)] },
    ],
  },
  'has a status that nobody knows': {
    received: [
      { minute: 0, updates: [opened] },
      { minute: 2, updates: [answer({ status: 'UNRECOGNISED' })] },
    ],
  },
};

describe('a payin that', () => {
  it.each(Object.entries(STORIES))('%s is explained in both languages', (_name, { received, later }) => {
    expect(phrased(storyOf(received, later))).toMatchSnapshot();
  });
});

describe('an explanation', () => {
  it('is there for every status: the stories above have all of them', () => {
    const statuses = Object.values(STORIES).map(
      ({ received, later }) => storyOf(received, later).snapshot.known.status,
    );
    expect(PAYIN_STATUSES.filter((status) => !statuses.includes(status))).toEqual([]);
  });

  it('fills every place of every text, the same in both languages', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();
    for (const { es, en } of [STATUS_TEXTS, STORY_TEXTS, CORRECTION_TEXTS, CHECK_TEXTS, DISCREPANCY_TEXTS].flatMap(
      (texts): { es: string; en: string }[] => Object.values(texts),
    ))
      expect([...new Set(places(es))]).toEqual([...new Set(places(en))]);
  });

  const amount = fc.constantFrom(50_000n, 3_000_000n, REQUESTED, 6_000_050n);
  const status = fc.constantFrom<ProviderReport['status']>(
    ...(['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'CANCELED', 'REVERSED', 'UNRECOGNISED'] as const),
  );
  const reported = fc
    .record({
      trust: fc.constantFrom<'hint' | 'answer'>('hint', 'answer'),
      echo: fc.boolean(),
      status,
      amountInCents: fc.option(amount, { nil: undefined }),
      currency: fc.constantFrom(undefined, 'COP', 'USD'),
    })
    .map(({ trust, echo, ...of }) =>
      report(
        trust,
        { ...of, externalId: SECRET, reasonCode: SECRET, instructions: { type: 'message', text: SECRET } },
        echo,
      ),
    );
  const update = fc.oneof(
    { weight: 4, arbitrary: reported },
    {
      weight: 3,
      arbitrary: fc.constantFrom<PayinUpdate>(
        opened,
        lost,
        refused(null, SECRET),
        about({ source: 'poll', kind: 'not_found', askedAt: start }),
        about({ source: 'poll', kind: 'unanswered' }),
        ACCEPT,
        { ...by, kind: 'cancel' },
        { ...by, kind: 'refresh' },
        {
          source: 'integrity_check',
          kind: 'mismatch',
          discrepancy: 'STATUS_CONFLICT',
          actualInCents: null,
          detail: SECRET,
          evidence: [],
        },
      ),
    },
  );
  const corrected = fc
    .record({
      correction: fc.constantFrom<Correction>(
        { type: 'ACCEPT_AS_PAID' },
        { type: 'MARK_REVERSED', amountInCents: 50_000n },
        { type: 'BOOK_RECEIPT', amountInCents: 3_000_000n, paymentId: SECRET },
      ),
      above: fc.constantFrom(0n, 10n ** 18n),
    })
    .map(({ correction, above }) => correct(correction, above));
  const received = fc
    .array(
      fc.record<Received>({
        minute: fc.nat(3000),
        updates: fc.oneof({ weight: 4, arbitrary: fc.array(update, { minLength: 1, maxLength: 2 }) }, corrected),
      }),
      { maxLength: 8 },
    )
    .map((list) => list.toSorted((one, other) => one.minute - other.minute));

  it('is complete for any history of a payin, without text of the payer or of a provider', () => {
    fc.assert(
      fc.property(received, fc.nat(400_000), (list, later) => {
        const story = storyOf(list, later);
        const { es = [], en = [], nextCheckReason, nextCheckAt, waitingFor } = phrased(story);
        expect(es).toHaveLength(en.length);
        expect(en.length).toBeGreaterThanOrEqual(3);
        for (const sentence of [...es, ...en]) expect(sentence).toMatch(/^[^{}]+\.$/);
        const text = [...es, ...en].join('\n');
        expect(text).not.toMatch(/Canary|1098765432|undefined|null|NaN/);
        if (nextCheckAt) expect(CHECK_REASONS).toContain(nextCheckReason);
        else expect(['PERSON', 'NOTHING']).toContain(waitingFor);
      }),
      { numRuns: 1000 },
    );
  });
});
