import { notExecuted, opened, retry, unknown } from './attempt-updates.js';
import { addSeconds, nextCheck } from './check-schedule.js';
import type { Decision } from './decision.js';
import { DecisionDraft } from './decision-draft.js';
import type { KnownPayin, RailRules } from './known-payin.js';
import { cancel, refresh } from './merchant-request.js';
import { accept, operatorAction } from './operator-update.js';
import { choose, ranOut } from './payer-choice.js';
import { answer, hint, notFound, unanswered } from './provider-report.js';
import { match, mismatch } from './reconciliation-finding.js';
import {
  answerRefund,
  approveRefund,
  cancelRefund,
  checkRefunds,
  payRefund,
  refundDiscrepancy,
  requestRefund,
} from './refund-update.js';
import type { PayinUpdate, Update } from './update.js';

/**
 * Takes what is known of a payin and what is new, and says what follows. Pure, and the only place where a status is decided: every webhook,
 * poll, create reply and recovery goes through it, in any order and any number of times.
 */
export function decide(known: KnownPayin, updates: readonly PayinUpdate[], rules: RailRules, now: Date): Decision {
  const draft = new DecisionDraft(known, rules, now);
  for (const update of updates) {
    draft.begin(update);
    apply(draft, update);
  }
  if (draft.refunds.length > 0) checkRefunds(draft);
  const decision = draft.finish();
  scheduleNextCheck(draft, updates);
  return decision;
}

type Kind = PayinUpdate['kind'];

/** What each kind of update does. */
const BY_KIND: { readonly [K in Kind]: (draft: DecisionDraft, update: Update<K>) => void } = {
  opened,
  not_executed: notExecuted,
  retry,
  unknown,

  answer,
  hint,
  not_found: notFound,
  unanswered,

  refresh,
  cancel,

  choose,
  ran_out: ranOut,

  accept,
  resolve: operatorAction,
  correct: operatorAction,
  approve: operatorAction,
  reject: operatorAction,

  request_refund: requestRefund,
  refund_discrepancy: refundDiscrepancy,
  approve_refund: approveRefund,
  pay_refund: payRefund,
  cancel_refund: cancelRefund,
  refund_answered: answerRefund,

  mismatch,
  match,
};

function apply<K extends Kind>(draft: DecisionDraft, update: Update<K>): void {
  const byKind = BY_KIND[update.kind] as (draft: DecisionDraft, update: Update<K>) => void;
  byKind(draft, update);
}

/** Long enough for the other lines of a list to arrive as well. */
const AFTER_A_LIST_SECONDS = 5;

function scheduleNextCheck(draft: DecisionDraft, updates: readonly PayinUpdate[]): void {
  const { decision, known, rules, now } = draft;
  const live = draft.liveAttempt();
  const wasAnswered = updates.some(({ kind }) => kind === 'answer' || kind === 'not_found');
  if (draft.checkSoon) decision.checks = 1;
  else if (wasAnswered) decision.checks += 1;
  const check = nextCheck(
    {
      status: decision.status,
      live,
      expiresAt: known.expiresAt,
      endedAt: known.endedAt,
      checks: decision.checks,
      unconfirmedPaidSince: decision.unconfirmedPaidSince,
      checkSoon: draft.checkSoon,
      retryAt: draft.retryAt,
      hasInstructions: Boolean(decision.instructions === undefined ? known.instructions : decision.instructions),
      payerChooses: known.payerChooses,
      hasAttempts: draft.attempts.size > 0,
      jitter: known.jitter,
      // What has settled itself is on nobody's list.
      isShown: known.discrepancies.some(({ status, resolvedBy }) => status === 'OPEN' || resolvedBy !== null),
    },
    rules,
    now,
  );
  // A list says otherwise than we do: its provider is asked.
  const wasOpenedByList = decision.history.some(
    ({ type, source }) => type === 'discrepancy.opened' && source === 'statement',
  );
  const planned = check?.at ?? null;
  const dueAt = wasOpenedByList && live ? earlier(planned, addSeconds(now, AFTER_A_LIST_SECONDS)) : planned;
  const { notBefore } = updates.findLast((update) => update.kind === 'hint') ?? {};
  decision.dueAt = dueAt && notBefore && dueAt < notBefore ? notBefore : dueAt;
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
