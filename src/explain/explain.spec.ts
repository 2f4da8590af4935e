import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { carriedOut } from '../payins/domain/carried-out.fixture.js';
import type { Correction } from '../payins/domain/corrections.js';
import { decide } from '../payins/domain/decide.js';
import { addSeconds, LOOK_REASONS } from '../payins/domain/look-plan.js';
import type { KnownPayin, News, RailRules, Report } from '../payins/domain/news.js';
import { PAYIN_STATUSES } from '../payins/domain/status.js';
import { explain, type HistoryLine, type Story } from './explain.js';
import { LANGUAGES, say } from './phrases.js';
import { CORRECTION_TEXTS, DISCREPANCY_TEXTS, LOOK_TEXTS, STATUS_TEXTS, STORY_TEXTS } from './texts.js';

/** Seven in the morning in Bogotá. */
const start = new Date('2026-11-21T12:00:00Z');
const ASKED = 5_000_000n;
const RULES: RailRules = {
  payerMayEditAmount: true,
  pollSeconds: [60],
  lateHours: 24,
  reversalWatchDays: 2,
  unconfirmedAmount: 'hold',
};
const SECRET = 'Jane Canary 1098765432';

const created: KnownPayin = {
  status: 'CREATED',
  amountInCents: ASKED,
  currency: 'COP',
  unitInCents: 100n,
  instructions: null,
  createdAt: start,
  expiresAt: addSeconds(start, 1800),
  endedAt: null,
  errorCode: null,
  looks: 0,
  spread: 1,
  attempts: [
    { id: 'a1', provider: 'acme', providerReference: 'ref1', externalId: null, state: 'opening', startedAt: start },
  ],
  receipts: [],
  payments: [],
  hints: [],
  discrepancies: [],
  observationKeys: new Set(),
  takenBack: [],
  paidAnswerSince: null,
};

interface Heard {
  minute: number;
  /** As things stand then. */
  news: News[] | ((known: KnownPayin) => News[]);
}

/** A person corrects the payin by what is open, if there is anything. */
const correct =
  (correction: Correction, approvalAboveInCents = 10n ** 18n) =>
  ({ discrepancies }: KnownPayin): News[] => {
    const id = discrepancies.find(({ status }) => status === 'OPEN')?.id;
    const by = { source: 'operator', by: 'key', note: SECRET } as const;
    return id ? [{ ...by, discrepancyId: id, kind: 'correct', correction, approvalAboveInCents }] : [];
  };

/** What is heard, minute by minute, and what there is to explain afterwards. */
function storyOf(heard: readonly Heard[], later = 1): Story {
  let known = created;
  let dueAt: Date | null = addSeconds(start, 30);
  const history: HistoryLine[] = [{ type: 'payin.created', at: start, source: 'create', data: {} }];
  for (const { minute, news } of heard) {
    const now = addSeconds(start, minute * 60);
    const decision = decide(known, typeof news === 'function' ? news(known) : news, RULES, now);
    // As they are stored and read: JSON.
    const lines = decision.history.map(({ type, source, data }) => ({ type, source, data, at: now }));
    history.push(...lines);
    known = carriedOut(known, decision, now);
    ({ dueAt } = decision);
    if (decision.newAttempt)
      known = {
        ...known,
        attempts: [...known.attempts, { ...decision.newAttempt, externalId: null, state: 'opening', startedAt: now }],
      };
  }
  const now = addSeconds(start, (heard.at(-1)?.minute ?? 0) * 60 + later);
  return { snapshot: { known, dueAt, now, payin: { rail: 'BRE_B', provider: 'acme' } }, history, rules: RULES };
}

function told(story: Story) {
  const { sentences, waitingFor, nextLookAt, nextLookReason, open } = explain(story);
  const [es, en] = LANGUAGES.map((language) => sentences.map(({ phrase, values }) => say(phrase, values, language)));
  return {
    es,
    en,
    waitingFor,
    nextLookAt: nextLookAt?.toISOString() ?? null,
    nextLookReason,
    open: open.map(({ kind }) => kind),
  };
}

const about = (news: object, attemptId = 'a1') => ({ attemptId, ...news }) as unknown as News;
const opened = about({ source: 'create', kind: 'opened', externalId: 'T1', instructions: { type: 'push' } });
const lost = about({ source: 'create', kind: 'unknown', reason: SECRET });
const notServed = about({ source: 'create', kind: 'unknown', reason: SECRET, refusedToServe: true });
const refused = (next: object | null, errorCode = 'MERCHANT_UNKNOWN') =>
  about({ source: 'create', kind: 'not_executed', reason: SECRET, errorCode, next });
const report = (trust: 'hint' | 'answer', of: Partial<Report>, mayEchoAmount = false): News => ({
  attemptId: 'a1',
  source: trust === 'hint' ? 'webhook' : 'poll',
  kind: 'report',
  trust,
  mayEchoAmount,
  askedAt: addSeconds(start, 3600),
  report: { status: 'PENDING', rawStatus: SECRET, ...of },
});
const answer = (of: Partial<Report>) => report('answer', of);
const pays = (amountInCents: bigint) => answer({ status: 'APPROVED', amountInCents });
const by = { source: 'request' as const, by: 'key' };
const ACCEPT: News = { source: 'operator', kind: 'accept', by: 'key', approvalAboveInCents: 10n ** 12n };

const STORIES: Readonly<Record<string, { heard: Heard[]; later?: number }>> = {
  'is being opened': { heard: [] },
  'has an order that may or may not be there': { heard: [{ minute: 0, news: [lost] }] },
  'was refused by a provider that may have the order all the same': { heard: [{ minute: 0, news: [notServed] }] },
  'goes to the next provider': {
    heard: [{ minute: 0, news: [refused({ id: 'a2', provider: 'second', providerReference: 'ref2' })] }],
  },
  'fails at every provider': { heard: [{ minute: 0, news: [refused(null)] }] },
  'waits for its payer': { heard: [{ minute: 0, news: [opened] }] },
  'has run out, and its provider cannot say': { heard: [{ minute: 0, news: [opened] }], later: 7200 },
  'is hinted to be paid': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 1, news: [report('hint', { status: 'APPROVED', amountInCents: ASKED }), answer({})] },
    ],
  },
  'is paid with an amount that may be an echo': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 1, news: [report('answer', { status: 'APPROVED', amountInCents: ASKED }, true)] },
    ],
  },
  'is paid': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(ASKED)] },
    ],
  },
  'is short of money': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(3_000_050n)] },
    ],
  },
  'is accepted short of money': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(3_000_000n)] },
      { minute: 9, news: [ACCEPT] },
    ],
  },
  'is corrected to be paid in full': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(3_000_000n)] },
      { minute: 9, news: correct({ type: 'BOOK_RECEIPT', amountInCents: 2_000_000n, paymentId: SECRET }) },
    ],
  },
  'is corrected to be taken back': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(6_000_000n)] },
      { minute: 9, news: correct({ type: 'MARK_REVERSED', amountInCents: 1_000_000n }) },
    ],
  },
  'has a correction that waits for a second person': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(3_000_000n)] },
      { minute: 9, news: correct({ type: 'ACCEPT_AS_PAID' }, 0n) },
    ],
  },
  'is overpaid': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(6_000_000n)] },
    ],
  },
  'is rejected': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [answer({ status: 'REJECTED' })] },
    ],
  },
  'is canceled by its provider': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [answer({ status: 'CANCELED' })] },
    ],
  },
  'is canceled through the API': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [{ ...by, kind: 'cancel' }] },
    ],
  },
  'has run out, and its provider was asked': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 31, news: [answer({})] },
    ],
  },
  'is paid late': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 31, news: [answer({})] },
      { minute: 90, news: [pays(ASKED)] },
    ],
  },
  'is taken back': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(ASKED)] },
      { minute: 60, news: [answer({ status: 'REVERSED' })] },
    ],
  },
  'has amounts that contradict each other': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(ASKED)] },
      { minute: 3, news: [pays(4_000_000n)] },
    ],
  },
  'is reported with cents for pesos': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [pays(50_000n)] },
    ],
  },
  'has a status that nobody knows': {
    heard: [
      { minute: 0, news: [opened] },
      { minute: 2, news: [answer({ status: 'UNRECOGNISED' })] },
    ],
  },
};

describe('a payin that', () => {
  it.each(Object.entries(STORIES))('%s is explained in both languages', (_name, { heard, later }) => {
    expect(told(storyOf(heard, later))).toMatchSnapshot();
  });
});

describe('an explanation', () => {
  it('is there for every status: the stories above have all of them', () => {
    const statuses = Object.values(STORIES).map(({ heard, later }) => storyOf(heard, later).snapshot.known.status);
    expect(PAYIN_STATUSES.filter((status) => !statuses.includes(status))).toEqual([]);
  });

  it('fills every place of every text, the same in both languages', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();
    for (const { es, en } of [STATUS_TEXTS, STORY_TEXTS, CORRECTION_TEXTS, LOOK_TEXTS, DISCREPANCY_TEXTS].flatMap(
      (texts): { es: string; en: string }[] => Object.values(texts),
    ))
      expect([...new Set(places(es))]).toEqual([...new Set(places(en))]);
  });

  const amount = fc.constantFrom(50_000n, 3_000_000n, ASKED, 6_000_050n);
  const status = fc.constantFrom<Report['status']>(
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
  const news = fc.oneof(
    { weight: 4, arbitrary: reported },
    {
      weight: 3,
      arbitrary: fc.constantFrom<News>(
        opened,
        lost,
        refused(null, SECRET),
        about({ source: 'poll', kind: 'missing', askedAt: start }),
        about({ source: 'poll', kind: 'unanswered' }),
        ACCEPT,
        { ...by, kind: 'cancel' },
        { ...by, kind: 'refresh' },
        {
          source: 'books',
          kind: 'difference',
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
  const heard = fc
    .array(
      fc.record<Heard>({
        minute: fc.nat(3000),
        news: fc.oneof({ weight: 4, arbitrary: fc.array(news, { minLength: 1, maxLength: 2 }) }, corrected),
      }),
      { maxLength: 8 },
    )
    .map((list) => list.toSorted((one, other) => one.minute - other.minute));

  it('is there for whatever can become of a payin, whole, and without a word of the payer’s or of a provider’s', () => {
    fc.assert(
      fc.property(heard, fc.nat(400_000), (list, later) => {
        const story = storyOf(list, later);
        const { es = [], en = [], nextLookReason, nextLookAt, waitingFor } = told(story);
        expect(es).toHaveLength(en.length);
        expect(en.length).toBeGreaterThanOrEqual(3);
        for (const sentence of [...es, ...en]) expect(sentence).toMatch(/^[^{}]+\.$/);
        const text = [...es, ...en].join('\n');
        expect(text).not.toMatch(/Canary|1098765432|undefined|null|NaN/);
        if (nextLookAt) expect(LOOK_REASONS).toContain(nextLookReason);
        else expect(['PERSON', 'NOTHING']).toContain(waitingFor);
      }),
      { numRuns: 1000 },
    );
  });
});
