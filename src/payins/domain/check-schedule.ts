import type { Attempt, RailRules } from './known-payin.js';
import { endedUnpaid, isOpen, isPaid, mayMove, type PayinStatus } from './status.js';

/** When the next status check of a payin is due. Pure: takes the clock as an argument. */

/** Longer than the longest create call: recovery never asks about a call that is still under way. */
export const CREATE_SETTLES_SECONDS = 30;
/** Once the provider has answered that it does not serve now, no call is under way; but its answers may lag behind its writes. */
const REFUSAL_SETTLES_SECONDS = 5;

/** From when a provider's "no such order" is believed: earlier, the create may still arrive, or not yet be seen. */
export function notFoundCountsFrom({ startedAt, refusedAt }: Pick<Attempt, 'startedAt' | 'refusedAt'>): Date {
  return refusedAt ? addSeconds(refusedAt, REFUSAL_SETTLES_SECONDS) : addSeconds(startedAt, CREATE_SETTLES_SECONDS);
}
/** How long a paid answer that may only repeat the amount asked waits for the webhook with the real one. */
export const WEBHOOK_GRACE_SECONDS = 30;
/** The same while one is in the inbox: its worker may have died, and the lease is as long as the grace. Not for ever: it may never be applied. */
const WAITING_WEBHOOK_GRACE_SECONDS = 600;
const WAITING_WEBHOOK_CHECK_SECONDS = 10;
/** Between status checks of an amount without a witness: half of the time that has passed, at least this. */
const AMOUNT_CHECK_MIN_SECONDS = 30;

/** For this long a webhook that says that an order is paid keeps the payin from expiring by an answer that it is not. */
export const PAID_HINT_HOLDS_SECONDS = 600;

/** For this long an order that was opened without instructions is checked often: they come within moments, or not at all. */
export const INSTRUCTIONS_COME_WITHIN_SECONDS = 60;
const INSTRUCTIONS_CHECK_SECONDS = 1;

/** Between status checks for a reversal: rarer the longer ago the payment came. */
export const REVERSAL_CHECK_MIN_SECONDS = 3600;
const REVERSAL_CHECK_MAX_SECONDS = 24 * 3600;

/** Before the next attempt at a provider that was away, or that we held back from; two minutes in all, then the payin fails. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30, 60] as const;

/** No longer, even where the provider asks for it: a payer waits. */
const RETRY_MAX_SECONDS = 300;

/** When the next attempt is due after so many; undefined where there is none. */
export function nextRetryAt(now: Date, expiresAt: Date, attempts: number, retryAfterMs = 0): Date | undefined {
  const seconds = RETRY_SECONDS[attempts - 1];
  if (seconds === undefined) return undefined;
  const next = addSeconds(now, Math.min(Math.max(seconds, retryAfterMs / 1000), RETRY_MAX_SECONDS));
  return next < expiresAt ? next : undefined;
}

const EXPIRY_JITTER_SECONDS = 5;

const LATE_CHECK_MIN_SECONDS = 300;
const LATE_CHECK_MAX_SECONDS = 6 * 3600;

/**
 * Between status checks of an order of which it is not known whether it exists, on any rail: its payer and merchant are waiting. With the second
 * until a tick finds it, the first one comes within two.
 */
const RECOVERY_SECONDS = [0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300];

/** Before status check number `checks` (0 is the first) of an open payin, by its rail's plan, or sooner while its order is unknown. */
export function checkDelaySeconds(
  live: Attempt | undefined,
  { pollSeconds }: Pick<RailRules, 'pollSeconds'>,
  checks: number,
): number {
  const planned = stepOf(pollSeconds, checks);
  return live?.state === 'unknown' ? Math.min(planned, stepOf(RECOVERY_SECONDS, checks)) : planned;
}

/** A plan's last step repeats. */
function stepOf(plan: readonly number[], index: number): number {
  return plan[Math.min(index, plan.length - 1)] ?? LATE_CHECK_MIN_SECONDS;
}

/** Up to a fifth shorter than planned: payins that were opened together are not checked together. */
export function withJitter(seconds: number, jitter: number): number {
  return seconds * (0.8 + jitter * 0.2);
}

/** The next status check of an open payin: at its expiry at the latest, or moments after, so that not all of that minute come at once. */
export function nextPollAt(now: Date, expiresAt: Date, delaySeconds: number, jitter: number): Date {
  const next = addSeconds(now, withJitter(delaySeconds, jitter));
  return expiresAt > now && next > expiresAt ? addSeconds(expiresAt, jitter * EXPIRY_JITTER_SECONDS) : next;
}

/** The next status check for late money: rarer the longer ago the payin ended, and none once the window has closed. */
export function nextLateCheckAt(now: Date, endedAt: Date, closesAt: Date, jitter: number): Date | null {
  const wait = growing(now, endedAt, LATE_CHECK_MIN_SECONDS, LATE_CHECK_MAX_SECONDS);
  const next = addSeconds(now, withJitter(wait, jitter));
  if (now >= closesAt) return null;
  return next > closesAt ? closesAt : next;
}

/** The next status check for a reversal; null once its time is over. */
export function nextReversalCheckAt(now: Date, paidAt: Date, checkDays: number, jitter: number): Date | null {
  const until = addSeconds(paidAt, checkDays * 24 * 3600);
  if (now >= until) return null;
  const wait = growing(now, paidAt, REVERSAL_CHECK_MIN_SECONDS, REVERSAL_CHECK_MAX_SECONDS);
  const next = addSeconds(now, withJitter(wait, jitter));
  return next > until ? until : next;
}

/** Half of the time that has passed since, within bounds. */
function growing(now: Date, since: Date, minSeconds: number, maxSeconds: number): number {
  const secondsSince = Math.max(0, (now.getTime() - since.getTime()) / 1000);
  return Math.min(Math.max(secondsSince / 2, minSeconds), maxSeconds);
}

/** Until when late money of a payin is checked for. */
export function lateUntil(expiresAt: Date, { lateHours }: Pick<RailRules, 'lateHours'>): Date {
  return addSeconds(expiresAt, lateHours * 3600);
}

/** What the next status check depends on. */
export interface CheckSituation {
  status: PayinStatus;
  /** The attempt that may still bring an order. */
  live: Attempt | undefined;
  expiresAt: Date;
  endedAt: Date | null;
  checks: number;
  unconfirmedPaidSince: Date | null;
  /** A hint says that the order has changed, and no answer says so yet. */
  checkSoon: boolean;
  /** When another attempt may open an order, where none is live. */
  retryAt: Date | null;
  hasInstructions: boolean;
  /** See KnownPayin. */
  payerChooses: boolean;
  /** There was an order at all, so that money could come. */
  hasAttempts: boolean;
  /** See KnownPayin. */
  jitter: number;
  /** A person can see a discrepancy of it, or has settled one. */
  isShown: boolean;
}

/** Why a payin's status is checked. */
export const CHECK_REASONS = [
  /** Its create call is under way, or the process that made it has died. */
  'OPENING',
  /** No order is live: another attempt may open one. */
  'NEXT_ATTEMPT',
  /** No order is live: the payer may choose a rail until the payin's time is over. */
  'PAYER_MAY_CHOOSE',
  /** It is not known whether there is an order. */
  'ORDER_UNKNOWN',
  'INSTRUCTIONS_MAY_COME',
  'PAYER_MAY_PAY',
  /** Its time is over, and only its provider's answer ends it. */
  'RAN_OUT',
  /** A webhook or a list hinted that the order has changed, and no answer says so yet. */
  'HINTED',
  /** The provider says that it is paid, and the amount may be an echo of what was asked. */
  'AMOUNT_UNCONFIRMED',
  'LATE_MONEY',
  'MONEY_REVERSED',
] as const;
export type CheckReason = (typeof CHECK_REASONS)[number];

export interface ScheduledCheck {
  at: Date;
  why: CheckReason;
}

/** When the next status check is due, and why; null when there is nothing left to wait for. */
export function nextCheck(situation: CheckSituation, rules: RailRules, now: Date): ScheduledCheck | null {
  const { status, live, expiresAt, endedAt, checks, unconfirmedPaidSince, checkSoon, jitter } = situation;
  const closesAt = lateUntil(expiresAt, rules);
  if (unconfirmedPaidSince && !checkSoon) {
    const check = nextAmountCheck(situation, unconfirmedPaidSince, closesAt, now);
    // Money of another order that has paid the payin may still be reversed.
    if (check || isOpen(status)) return check;
  }
  if (isOpen(status) && !live && situation.payerChooses)
    return { at: later(addSeconds(expiresAt, jitter), addSeconds(now, RETRY_SECONDS[0])), why: 'PAYER_MAY_CHOOSE' };
  if (isOpen(status) && !live)
    return { at: situation.retryAt ?? addSeconds(now, RETRY_SECONDS[0]), why: 'NEXT_ATTEMPT' };
  if (isOpen(status) && live?.state === 'opening')
    return { at: addSeconds(live.startedAt, CREATE_SETTLES_SECONDS), why: 'OPENING' };
  if (checkSoon && (isOpen(status) || endedUnpaid(status)))
    return { at: addSeconds(now, withJitter(stepOf(rules.pollSeconds, 0), jitter)), why: 'HINTED' };
  if (isOpen(status)) {
    if (instructionsMayCome(situation, now))
      return { at: addSeconds(now, INSTRUCTIONS_CHECK_SECONDS), why: 'INSTRUCTIONS_MAY_COME' };
    const why = live?.state === 'unknown' ? 'ORDER_UNKNOWN' : now < expiresAt ? 'PAYER_MAY_PAY' : 'RAN_OUT';
    // The provider could not answer in all that time, and a person can see it: no more checks. Without a discrepancy, one more: the last error may
    // have been a moment's trouble.
    if (now > closesAt)
      return situation.isShown ? null : { at: addSeconds(now, withJitter(LATE_CHECK_MAX_SECONDS, jitter)), why };
    return { at: nextPollAt(now, endOf(live, expiresAt, now), checkDelaySeconds(live, rules, checks), jitter), why };
  }
  if (!situation.hasAttempts) return null;
  return sooner(
    mayMove(status, 'APPROVED') ? nextLateCheckAt(now, endedAt ?? now, closesAt, jitter) : null,
    isPaid(status) ? nextReversalCheckAt(now, endedAt ?? now, rules.reversalCheckDays, jitter) : null,
  );
}

/** At the end of the wait for a webhook, and then ever more rarely: a person can see it. */
function nextAmountCheck(
  { live, isShown, jitter }: CheckSituation,
  since: Date,
  closesAt: Date,
  now: Date,
): ScheduledCheck | null {
  const why = 'AMOUNT_UNCONFIRMED';
  const graceEnds = addSeconds(since, WEBHOOK_GRACE_SECONDS + 1);
  if (graceEnds > now) return { at: graceEnds, why };
  if (live?.webhookWaits && now < addSeconds(since, WAITING_WEBHOOK_GRACE_SECONDS + WAITING_WEBHOOK_CHECK_SECONDS))
    return { at: addSeconds(now, WAITING_WEBHOOK_CHECK_SECONDS), why };
  if (now > closesAt && isShown) return null;
  return {
    at: addSeconds(now, withJitter(growing(now, since, AMOUNT_CHECK_MIN_SECONDS, LATE_CHECK_MAX_SECONDS), jitter)),
    why,
  };
}

/** When its order ends, or where that is past, the payin. */
function endOf(live: Attempt | undefined, expiresAt: Date, now: Date): Date {
  return live?.expiresAt && live.expiresAt > now ? live.expiresAt : expiresAt;
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}

function sooner(late: Date | null, reversal: Date | null): ScheduledCheck | null {
  if (late && (!reversal || late <= reversal)) return { at: late, why: 'LATE_MONEY' };
  return reversal && { at: reversal, why: 'MONEY_REVERSED' };
}

/** Whether a paid answer that may be an echo, first received at `since`, has waited long enough for a webhook with the amount. */
export function hasWaitedForWebhook({ webhookWaits = false }: Attempt, since: Date, now: Date): boolean {
  return now >= addSeconds(since, webhookWaits ? WAITING_WEBHOOK_GRACE_SECONDS : WEBHOOK_GRACE_SECONDS);
}

function instructionsMayCome({ live, hasInstructions }: CheckSituation, now: Date): boolean {
  if (hasInstructions || live?.state !== 'open') return false;
  return now < addSeconds(live.startedAt, INSTRUCTIONS_COME_WITHIN_SECONDS);
}

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}
