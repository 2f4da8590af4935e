import { isOpen } from '../payins/domain/status.js';
import { addSeconds, type CheckReason, lateUntil, nextCheck } from '../payins/domain/check-schedule.js';
import { type HistoryType, MONEY_REVERSED, RECEIPT_CORRECTED, REFUND_REFUSED } from '../payins/domain/history.js';
import { CORRECTION_TYPES } from '../payins/domain/corrections.js';
import { type Discrepancy, BELIEVED } from '../payins/domain/discrepancy.js';
import type { Rail } from '@recaudo/payment-provider';
import { type Attempt, isLive, type KnownPayin, type RailRules } from '../payins/domain/known-payin.js';
import { sumOf } from '../payins/domain/amounts.js';
import type { PayinSnapshot } from '../payins/store/payin-record.js';
import { type Phrase, type Values } from './phrases.js';
import { CORRECTION_TEXTS, DISCREPANCY_TEXTS, CHECK_TEXTS, STATUS_TEXTS, STORY_TEXTS } from './texts.js';

/** One line of the history. */
export interface HistoryLine {
  type: string;
  at: Date;
  source: string;
  data: Record<string, unknown>;
}

/** The facts that are explained. */
export interface Story {
  snapshot: Pick<PayinSnapshot, 'known' | 'dueAt' | 'now'> & {
    payin: Pick<PayinSnapshot['payin'], 'rail' | 'provider'>;
  };
  history: readonly HistoryLine[];
  rules: RailRules;
}

export const WAITING_FOR = ['PAYER', 'PROVIDER', 'WEBHOOK', 'PERSON', 'NOTHING'] as const;
export type WaitingFor = (typeof WAITING_FOR)[number];

export interface Sentence {
  phrase: Phrase;
  values: Values;
}

export interface Explanation {
  sentences: Sentence[];
  waitingFor: WaitingFor;
  nextCheckAt: Date | null;
  nextCheckReason: CheckReason | null;
  open: readonly Discrepancy[];
}

const AWAITED: Readonly<Record<CheckReason, WaitingFor>> = {
  OPENING: 'PROVIDER',
  NEXT_ATTEMPT: 'PROVIDER',
  ORDER_UNKNOWN: 'PROVIDER',
  INSTRUCTIONS_MAY_COME: 'PROVIDER',
  PAYER_MAY_CHOOSE: 'PAYER',
  PAYER_MAY_PAY: 'PAYER',
  RAN_OUT: 'PROVIDER',
  HINTED: 'PROVIDER',
  AMOUNT_UNCONFIRMED: 'WEBHOOK',
  LATE_MONEY: 'NOTHING',
  MONEY_REVERSED: 'NOTHING',
};

/**
 * Explains the status of a payin, what it waits for, and when and why it is checked next. Pure. It uses no data of the payer and no text of
 * a provider, because everybody who may see the payin may see the explanation.
 */
export function explain(story: Story): Explanation {
  const { snapshot, history, rules } = story;
  const { known, dueAt, now } = snapshot;
  const nextCheckReason = dueAt && reasonOf(story, dueAt);
  const open = known.discrepancies.filter((discrepancy) => discrepancy.status === 'OPEN');
  const values: Values = {
    provider: { name: liveAttempt(known)?.provider ?? snapshot.payin.provider ?? '' },
    requested: amount(known.amountInCents, known),
    received: amount(sumOf(known.receipts), known),
    missing: amount(known.amountInCents - sumOf(known.receipts), known),
    unit: { name: String(known.unitInCents) },
    until: { time: known.expiresAt },
    closes: { time: lateUntil(known.expiresAt, rules) },
  };
  const sentences: Sentence[] = [
    { phrase: statusText(known), values },
    ...history.flatMap((line) => phrase(line, story)),
    ...(nextCheckReason ? [{ phrase: CHECK_TEXTS[nextCheckReason], values }] : []),
    nextCheckSentence(dueAt, now),
    ...open.map(({ kind }) => ({ phrase: forAPerson(DISCREPANCY_TEXTS[kind]), values })),
  ];
  return { sentences, waitingFor: awaited(snapshot, nextCheckReason, open), nextCheckAt: dueAt, nextCheckReason, open };
}

function forAPerson({ es, en }: Phrase): Phrase {
  return { es: `Una persona debe revisar: ${es}`, en: `A person must check: ${en}` };
}

function statusText(known: KnownPayin): Phrase {
  if (known.unconfirmedPaidSince && known.receipts.length === 0) return STORY_TEXTS.paidUnconfirmed;
  const short = known.status === 'APPROVED' && sumOf(known.receipts) < known.amountInCents;
  return short ? STORY_TEXTS.acceptedShort : STATUS_TEXTS[known.status];
}

function awaited(
  { known, now }: Story['snapshot'],
  reason: CheckReason | null,
  open: readonly Discrepancy[],
): WaitingFor {
  if (reason === 'LATE_MONEY' && known.status === 'UNDERPAID') return 'PAYER';
  if (reason === 'RAN_OUT' && now < known.expiresAt) return 'PAYER';
  // The provider could not answer until the end: see check-schedule.ts.
  if (!reason && isOpen(known.status)) return 'PERSON';
  if (reason === 'AMOUNT_UNCONFIRMED' && open.some(({ kind }) => kind === reason)) return 'PERSON';
  const awaitedThen = reason ? AWAITED[reason] : 'NOTHING';
  return awaitedThen === 'NOTHING' && open.length > 0 ? 'PERSON' : awaitedThen;
}

/** The reason of the check schedule, as it will be at the next check. */
function reasonOf({ snapshot: { known, now }, rules }: Story, dueAt: Date): CheckReason {
  const live = liveAttempt(known);
  const hinted = known.hints.some(({ attemptId }) => attemptId === live?.id) && known.receipts.length === 0;
  const situation = {
    ...known,
    live,
    checkSoon: hinted,
    retryAt: dueAt,
    hasInstructions: Boolean(known.instructions),
    hasAttempts: known.attempts.length > 0,
    isShown: false,
  };
  // An open payin may have expired by then. A window that closes with the next check is still open.
  const last = addSeconds(dueAt, -1);
  const at = isOpen(known.status) ? (dueAt > now ? dueAt : now) : last < now ? last : now;
  // A check outside of the schedule follows a hint.
  return nextCheck(situation, rules, at)?.why ?? 'HINTED';
}

function nextCheckSentence(dueAt: Date | null, now: Date): Sentence {
  if (!dueAt) return { phrase: STORY_TEXTS.noCheck, values: {} };
  return dueAt > now
    ? { phrase: STORY_TEXTS.nextCheck, values: { at: { time: dueAt } } }
    : { phrase: STORY_TEXTS.nextCheckNow, values: {} };
}

/** The effects of a correction are part of its own sentence. */
const BY_CORRECTION = 'operator';

type SentenceOf = (line: HistoryLine, story: Story) => [phrase: Phrase, values?: Values] | undefined;

/** The sentence of each line of the history; null: another sentence says it. */
const SENTENCES: Readonly<Record<HistoryType, SentenceOf | null>> = {
  'payin.created': (_line, { snapshot: { known, payin } }) => [
    STORY_TEXTS.requested,
    {
      amount: amount(known.amountInCents, known),
      rail: { rail: known.payerChooses ? 'ANY' : payin.rail },
      until: { time: known.expiresAt },
    },
  ],
  'attempt.opened': ({ data }) => [STORY_TEXTS.opened, { provider: nameIn(data['provider']) }],
  'attempt.unknown': ({ data }) => [
    data['refusedToServe'] === true ? STORY_TEXTS.refusedToServe : STORY_TEXTS.unknown,
    { provider: nameIn(data['provider']) },
  ],
  'attempt.not_executed': ({ data }) => [
    STORY_TEXTS.notTaken,
    { provider: nameIn(data['provider']), code: nameIn(data['code']) },
  ],
  'rail.chosen': ({ data }) => [STORY_TEXTS.chosen, { rail: { rail: data['rail'] as Rail } }],
  'attempt.ended': ({ data }) => [
    STORY_TEXTS.orderEnded,
    { provider: nameIn(data['provider']), code: nameIn(data['code']) },
  ],
  observation: ({ data }, { snapshot: { known } }) => {
    if (data['trust'] !== 'hint' || data['status'] !== 'APPROVED') return undefined;
    const phrased = centsIn(data['amountInCents']);
    return phrased === undefined
      ? [STORY_TEXTS.hinted]
      : [STORY_TEXTS.hintedAmount, { amount: amount(phrased, known) }];
  },
  'receipt.added': ({ source, data }, { snapshot: { known } }) =>
    source === BY_CORRECTION
      ? undefined
      : [STORY_TEXTS.arrived, { amount: amount(centsIn(data['amountInCents']) ?? 0n, known) }],
  [RECEIPT_CORRECTED]: ({ data }, { snapshot: { known } }) => [
    STORY_TEXTS.receiptCorrected,
    { amount: amount(centsIn(data['amountInCents']) ?? 0n, known) },
  ],
  'discrepancy.resolved': ({ data }) => {
    if (data['kind'] === 'AMOUNT_UNCONFIRMED' && data['resolution'] === BELIEVED) return [STORY_TEXTS.believed];
    return undefined;
  },
  'payin.late_payment': () => [STORY_TEXTS.late],
  'payin.overpaid': () => [STORY_TEXTS.over],
  // Accepted before there were corrections: those that are accepted now have a line `correction.applied`.
  'payin.approved': ({ source }) => (source === 'request' ? [STORY_TEXTS.accepted] : undefined),
  'correction.proposed': ({ data }, { snapshot: { known } }) => [
    STORY_TEXTS.proposed,
    { amount: amount(centsIn(data['amountInCents']) ?? 0n, known) },
  ],
  'correction.rejected': () => [STORY_TEXTS.proposalRejected],
  'correction.applied': ({ data }, { snapshot: { known } }) => {
    const type = CORRECTION_TYPES.find((one) => one === data['correction']);
    return type && [CORRECTION_TEXTS[type], { amount: amount(centsIn(data['amountInCents']) ?? 0n, known) }];
  },
  'refund.requested': (line, story) => ofRefund(STORY_TEXTS.refundRequested, line, story),
  'refund.approved': (line, story) =>
    ofRefund(line.data['provider'] ? STORY_TEXTS.refundAsked : STORY_TEXTS.refundApproved, line, story),
  'refund.paid': (line, story) =>
    ofRefund(line.data['provider'] ? STORY_TEXTS.refundPaidByProvider : STORY_TEXTS.refundPaid, line, story),
  [REFUND_REFUSED]: (line, story) => ofRefund(STORY_TEXTS.refundRefused, line, story),
  'refund.canceled': (line, story) => ofRefund(STORY_TEXTS.refundCanceled, line, story),
  'payin.rejected': () => [STORY_TEXTS.rejected],
  'payin.expired': () => [STORY_TEXTS.expired],
  'payin.canceled': ({ source }) => [
    source === 'request' ? STORY_TEXTS.canceledByRequest : STORY_TEXTS.canceledByProvider,
  ],
  'payin.failed': () => [STORY_TEXTS.failed],
  [MONEY_REVERSED]: ({ source }) => (source === BY_CORRECTION ? undefined : [STORY_TEXTS.partReversed]),
  'payin.reversed': ({ source }) => (source === BY_CORRECTION ? undefined : [STORY_TEXTS.reversals]),
  'payin.pending': null,
  'payin.underpaid': null,
  'discrepancy.opened': null,
  'instructions.received': null,
  'refresh.requested': null,
};

function ofRefund(phrased: Phrase, { data }: HistoryLine, { snapshot: { known } }: Story): [Phrase, Values] {
  const values = { amount: amount(centsIn(data['amountInCents']) ?? 0n, known), provider: nameIn(data['provider']) };
  return [phrased, values];
}

function phrase(line: HistoryLine, story: Story): Sentence[] {
  const phrased = Object.hasOwn(SENTENCES, line.type) ? SENTENCES[line.type as HistoryType]?.(line, story) : undefined;
  if (!phrased) return [];
  const [phrase, values = {}] = phrased;
  return [{ phrase, values: { at: { time: line.at }, ...values } }];
}

function liveAttempt({ attempts }: KnownPayin): Attempt | undefined {
  return attempts.findLast(isLive);
}

function amount(cents: bigint, { currency }: KnownPayin): { cents: bigint; currency: string } {
  return { cents, currency };
}

/** Names of providers and codes of errors. Both are ours; nothing else is repeated. */
function nameIn(value: unknown): { name: string } {
  return { name: typeof value === 'string' && /^[A-Za-z]\w{0,63}$/.test(value) ? value : '?' };
}

function centsIn(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^\d{1,18}$/.test(value) ? BigInt(value) : undefined;
}
