import { Injectable, Logger } from '@nestjs/common';
import { type FetchedOrder, ProviderError } from '@recaudo/payment-provider';
import type { Claimed } from '../../database/due-work.js';
import { outsideTurn } from '../../http/turn.js';
import { aboutPayin } from '../../logging/pino-logger.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { ApplyUpdates } from './apply-updates.service.js';
import {
  notFoundCountsFrom,
  lateUntil,
  checkDelaySeconds,
  REVERSAL_CHECK_MIN_SECONDS,
  withJitter,
} from '../domain/check-schedule.js';
import { type Attempt, isLive, NOT_FOUND_AT_PROVIDER } from '../domain/known-payin.js';
import { type PayinUpdate, type RequestUpdate, updateOf } from '../domain/update.js';
import type { UpdateSource } from '../domain/update-source.js';
import { endedUnpaid, isOpen } from '../domain/status.js';
import { OpenAttempt } from './open-attempt.service.js';
import { PayinStore } from '../store/payin.store.js';
import type { PayinSnapshot } from '../store/payin-record.js';
import { PayinRules } from './payin-rules.js';

/** Status checks that one process runs at the same time, for each provider and worker; half of them for one organization alone. */
export const CHECKS_AT_ONCE = 32;

/**
 * Asks the provider for the status of a payin and applies the answer. Polling, expiry, recovery of lost creates and the watch for late money are
 * all this one check at different times. What follows from it is decided in one place.
 */
@Injectable()
export class CheckPayinStatus {
  private readonly logger = new Logger(CheckPayinStatus.name);

  constructor(
    private readonly store: PayinStore,
    private readonly applyUpdates: ApplyUpdates,
    private readonly openAttempt: OpenAttempt,
    private readonly registry: ProviderRegistry,
    private readonly rules: PayinRules,
  ) {}

  /**
   * @param request who asked for this check, for the history
   * @returns whether the provider answered
   */
  async execute(claim: Claimed, request?: RequestUpdate): Promise<boolean> {
    const snapshot = await this.store.read(claim.organizationId, claim.id);
    if (!snapshot) throw new Error('there is no payin to check');
    const attempt = attemptToAskAbout(snapshot);
    const asked = request ? [request] : [];
    if (!attempt && !snapshot.known.payerChooses) throw new Error('there is no attempt to check');
    if (!attempt || mayBeOver(snapshot)) {
      await this.apply(claim, [...asked, { source: 'expiry', kind: 'ran_out' }]);
      return true;
    }
    if (mayBeRetried(snapshot)) {
      const next = this.openAttempt.again(snapshot, claim.claimedAt);
      await this.apply(claim, [...asked, { attemptId: attempt.id, source: 'recovery', kind: 'retry', next }]);
      return true;
    }
    const recovering = attempt.state === 'opening' || attempt.state === 'unknown';
    const source = recovering ? 'recovery' : 'poll';
    const fetched = await this.fetch(snapshot, attempt).catch((error: unknown) =>
      this.unanswered(snapshot, attempt, claim, asked, error),
    );
    if (!fetched) return false;
    const secondsUntilNotFoundCounts = (notFoundCountsFrom(attempt).getTime() - claim.claimedAt.getTime()) / 1000;
    if (recovering && !fetched.found && secondsUntilNotFoundCounts > 0) {
      if (request) await this.applyUpdates.execute(claim.organizationId, claim.id, asked, claim);
      await this.store.postpone(claim, Math.min(this.delayUntilNext(snapshot, attempt), secondsUntilNotFoundCounts));
      return true;
    }
    const updates = [...asked, this.toUpdate(snapshot, attempt, fetched, claim, source)];
    await this.apply(claim, [...updates, ...(await this.foundAfterAll(snapshot, attempt, claim))]);
    return true;
  }

  private async apply(claim: Claimed, updates: readonly PayinUpdate[]): Promise<void> {
    const decision = await this.applyUpdates.execute(claim.organizationId, claim.id, updates, claim);
    if (decision?.newAttempt) await this.openAttempt.execute(claim.organizationId, claim.id, decision.newAttempt);
  }

  /** Until the next check. A call that may be under way is not asked about. */
  private delayUntilNext({ payin, known }: PayinSnapshot, attempt: Attempt): number {
    if (attempt.state === 'opening') return Infinity;
    return withJitter(checkDelaySeconds(attempt, this.rules.of(payin.rail), known.checks + 1), known.jitter);
  }

  /** Orders whose money counts though another attempt has replaced them. */
  private async foundAfterAll(snapshot: PayinSnapshot, asked: Attempt, claim: Claimed): Promise<PayinUpdate[]> {
    const others = snapshot.known.attempts.filter((attempt) => attempt !== asked && mayHaveMoney(snapshot, attempt));
    const fetched = await Promise.all(
      others.map(async (attempt) => {
        const answer = await this.fetch(snapshot, attempt).catch(() => undefined);
        return answer?.found ? [this.toUpdate(snapshot, attempt, answer, claim, 'poll')] : [];
      }),
    );
    return fetched.flat();
  }

  private async fetch({ payin, known }: PayinSnapshot, attempt: Attempt): Promise<FetchedOrder> {
    const provider = this.registry.get(attempt.provider);
    if (!provider) throw new ProviderError('unavailable', 'unknown', 'the provider is not enabled here');
    const order = {
      providerReference: attempt.providerReference,
      externalId: attempt.externalId ?? undefined,
      amountInCents: known.amountInCents,
      startedAt: attempt.startedAt,
    };
    return aboutPayin(
      () => ({ payinId: payin.id, reference: payin.reference }),
      () => outsideTurn(() => provider.fetchPayin(order)),
    );
  }

  private toUpdate(
    snapshot: PayinSnapshot,
    attempt: Attempt,
    fetched: FetchedOrder,
    claim: Claimed,
    source: UpdateSource,
  ): PayinUpdate {
    const about = { attemptId: attempt.id, source, askedAt: claim.claimedAt };
    if (fetched.found || source === 'poll') return updateOf(fetched, about, this.registry.get(attempt.provider)!);
    return {
      attemptId: attempt.id,
      source,
      kind: 'not_executed',
      reason: NOT_FOUND_AT_PROVIDER,
      errorCode: 'ORDER_NOT_TAKEN',
      ...this.openAttempt.afterNotFound(snapshot),
    };
  }

  /** Leaves the payin as it is: unknown is neither paid nor unpaid. */
  private async unanswered(
    snapshot: PayinSnapshot,
    attempt: Attempt,
    claim: Claimed,
    asked: readonly PayinUpdate[],
    error: unknown,
  ): Promise<undefined> {
    if (!(error instanceof ProviderError)) throw error;
    const { payin, known } = snapshot;
    this.logger.warn(
      { payinId: payin.id, reference: payin.reference, provider: attempt.provider, reason: error.kind },
      'the provider did not answer a status check',
    );
    const policy = this.rules.of(payin.rail);
    const isOver = claim.claimedAt > lateUntil(payin.expiresAt, policy);
    const about = { attemptId: attempt.id, source: 'recovery' as const };
    const update: PayinUpdate | undefined =
      attempt.state === 'opening'
        ? { ...about, kind: 'unknown', reason: 'no reply to the create call was recorded' }
        : isOver
          ? { ...about, source: 'poll', kind: 'unanswered' }
          : undefined;
    const received = [...asked, ...(update ? [update] : []), ...(await this.foundAfterAll(snapshot, attempt, claim))];
    if (received.length > 0) await this.applyUpdates.execute(claim.organizationId, claim.id, received, claim);
    // The decision says whether, and when, there is another check.
    if (isOver) return;
    const isPaid = !isOpen(payin.status) && !endedUnpaid(payin.status);
    const planned = isPaid ? REVERSAL_CHECK_MIN_SECONDS : checkDelaySeconds(attempt, policy, known.checks);
    // Not before the time that the provider asked for.
    const askedSeconds = ((error.detail.retryAfterMs ?? 0) / 1000) * (1 + known.jitter / 10);
    await this.store.postpone(claim, Math.max(withJitter(planned, known.jitter), askedSeconds));
  }
}

/** Nothing is open that its payer could pay, and its time is over. */
function mayBeOver({ payin, known, now }: PayinSnapshot): boolean {
  return known.payerChooses && isOpen(payin.status) && now >= payin.expiresAt && !known.attempts.some(isLive);
}

/**
 * Its provider did not find the order, which may have been too early; or the order ended unpaid and the payer chose again. Of the latter there may
 * be several: they are asked about once the payin is over.
 */
function mayHaveMoney({ payin }: PayinSnapshot, { state, reason }: Attempt): boolean {
  if (state === 'ended') return !isOpen(payin.status);
  return state === 'not_executed' && reason === NOT_FOUND_AT_PROVIDER;
}

/** No order is live, and its providers were only away when they were called. */
function mayBeRetried({ payin, known }: PayinSnapshot): boolean {
  return (
    !known.payerChooses && payin.status === 'CREATED' && known.attempts.every(({ state }) => state === 'not_executed')
  );
}

/** The attempt that may have an order; where none can, the last one, because its provider may be wrong. */
function attemptToAskAbout({ known }: PayinSnapshot): Attempt | undefined {
  return known.attempts.findLast(isLive) ?? known.attempts.at(-1);
}
