import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ProviderError, type ProviderErrorKind } from '@recaudo/payment-provider';
import type { DatabaseTime } from '../../database/database-time.js';
import { newId } from '../../database/id-at.js';
import { describeError } from '../../logging/describe-error.js';
import { aboutPayin } from '../../logging/pino-logger.js';
import { outsideTurn } from '../../http/turn.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { type Applied, ApplyUpdates, type PayinAfter } from './apply-updates.service.js';
import { nextRetryAt } from '../domain/check-schedule.js';
import type { NewAttempt } from '../domain/known-payin.js';
import type { PayinUpdate } from '../domain/update.js';
import { toOrder } from './payin-order.js';
import { PayinRouter } from './payin-router.js';
import { PayinRules } from './payin-rules.js';
import { PayinStore } from '../store/payin.store.js';
import { providerReference } from '../../organizations/provider-reference.js';
import type { PayinRecord, PayinSnapshot } from '../store/payin-record.js';

/** Attempts of one payin at all providers together, so that a provider that loses orders is not called for ever. */
const ATTEMPTS_MAX = 12;

/** A call that has not begun this long after its attempt was written is left to recovery, which may have begun already. */
const CALL_BEGINS_WITHIN_MS = 10_000;
const APPLY_AGAIN_AFTER_MS = [100, 500, 2_000, 5_000];

/** A payin and its first attempt as they were written, and the database's time since. */
export interface JustWritten {
  snapshot: PayinSnapshot;
  time: DatabaseTime;
}

/** Carries out a written attempt: calls the provider, with no transaction open, and applies the outcome. */
@Injectable()
export class OpenAttempt {
  private readonly logger = new Logger(OpenAttempt.name);

  constructor(
    private readonly store: PayinStore,
    private readonly applyUpdates: ApplyUpdates,
    private readonly registry: ProviderRegistry,
    private readonly router: PayinRouter,
    private readonly rules: PayinRules,
  ) {}

  /**
   * Goes on to the next provider for as long as the last one certainly did not take the order.
   * @param written the payin as this process has just written it: the first attempt's need not be read
   * @returns the payin as the last call has left it; undefined where nothing was called, or something else was faster
   */
  async execute(
    organizationId: string,
    payinId: string,
    first: NewAttempt,
    written?: JustWritten,
  ): Promise<PayinAfter | undefined> {
    let known = written;
    for (let attempt: NewAttempt | null = first; ;) {
      const snapshot: PayinSnapshot | undefined = asOfNow(known) ?? (await this.store.read(organizationId, payinId));
      if (!snapshot) throw new Error('there is no payin for this attempt');
      if (!mayStillBeCalled(snapshot, attempt)) return undefined;
      const update = await this.call(snapshot, attempt);
      const applied: Applied | undefined = await this.applyInsistently(snapshot.payin, update, known);
      attempt = applied?.newAttempt ?? null;
      if (!attempt) return applied?.after;
      known = undefined;
    }
  }

  /** The provider gives its answer once, so a database that is away for a moment must not lose it. */
  private async applyInsistently(
    { organizationId, id: payinId, reference }: PayinRecord,
    update: PayinUpdate,
    written: JustWritten | undefined,
  ): Promise<Applied | undefined> {
    const apply = () => this.applyUpdates.execute(organizationId, payinId, [update], { known: asOfNow(written) });
    for (const delayMs of APPLY_AGAIN_AFTER_MS) {
      try {
        return await apply();
      } catch (error) {
        this.logger.warn(
          { payinId, reference, error: describeError(error) },
          'the answer of a provider could not be written yet',
        );
        await outsideTurn(() => wait(delayMs));
      }
    }
    return apply();
  }

  /** The attempt after one that was certainly not executed: at the next provider that takes the order and has had no attempt. */
  next({ payin, known }: PayinSnapshot, now: Date): NewAttempt | null {
    const last = known.attempts.at(-1);
    const minutes = minutesLeft(payin, last, now);
    // Those that follow from what was chosen last, by the merchant or by the payer.
    const attempts = known.attempts.filter(({ choice }) => choice === last?.choice);
    if (!last || minutes <= 0 || attempts.length >= ATTEMPTS_MAX) return null;
    const draft = { provider: payin.provider ?? '', providerReference: '', rail: last.rail };
    const order = toOrder(payin.request, draft, minutes, this.rules.urlsOf(payin));
    const called = new Set(attempts.map(({ provider }) => provider));
    const provider = this.router.route(order, payin.request.provider).providers.find(({ name }) => !called.has(name));
    return provider ? attemptAt(provider.name, last) : null;
  }

  /** What follows a create with an unknown outcome when the provider later has no such order. */
  afterNotFound(snapshot: PayinSnapshot): { next: NewAttempt | null; retryAt?: Date } {
    return { next: this.next(snapshot, snapshot.now), retryAt: nextAttemptAt(snapshot) };
  }

  /** Another attempt at the same provider, which has no order of ours and has not refused one. */
  again({ payin, known }: PayinSnapshot, now: Date): NewAttempt | null {
    const last = known.attempts.at(-1);
    if (!last || minutesLeft(payin, last, now) <= 0 || known.attempts.length >= ATTEMPTS_MAX) return null;
    return attemptAt(last.provider, last);
  }

  private async call(snapshot: PayinSnapshot, attempt: NewAttempt): Promise<PayinUpdate> {
    const { payin, now } = snapshot;
    const about = { attemptId: attempt.id, source: 'create' as const };
    const provider = this.registry.get(attempt.provider);
    const notExecuted = (reason: string, errorCode: string, retryAt?: Date): PayinUpdate => ({
      ...about,
      kind: 'not_executed',
      reason,
      errorCode,
      next: this.next(snapshot, now),
      retryAt: retryAt,
    });
    if (!provider) return notExecuted('the provider is not enabled', 'PROVIDER_NOT_ENABLED');
    const minutes = Math.max(1, minutesLeft(payin, attempt, now));
    try {
      const order = toOrder(payin.request, attempt, minutes, this.rules.urlsOf(payin));
      const opened = await aboutPayin(
        () => ({ payinId: payin.id, reference: payin.reference }),
        () => outsideTurn(() => provider.createPayin(order)),
      );
      return { ...about, kind: 'opened', ...opened };
    } catch (error) {
      if (!(error instanceof ProviderError)) {
        this.logger.error(
          { payinId: payin.id, reference: payin.reference, provider: provider.name, error: describeError(error) },
          'a provider failed with an unexpected error',
        );
        return { ...about, kind: 'unknown', reason: 'internal error' };
      }
      const { refusedToServe } = error.detail;
      if (error.outcome === 'unknown')
        return { ...about, kind: 'unknown', reason: error.message.slice(0, 255), refusedToServe };
      const errorCode = error.detail.providerCode ?? error.kind.toUpperCase();
      return notExecuted(error.message.slice(0, 255), errorCode, retryAt(snapshot, error));
    }
  }
}

/** @returns undefined where it must be read */
function asOfNow(written: JustWritten | undefined): PayinSnapshot | undefined {
  const now = written?.time.now();
  return written && now && { ...written.snapshot, now };
}

/** At another provider, or at the same one again, for the same choice. */
function attemptAt(provider: string, before: NewAttempt): NewAttempt {
  const id = newId();
  const reference = providerReference(before.providerReference.slice(0, 7), id);
  const { rail, choice, expiresAt } = before;
  return { id, provider, providerReference: reference, rail, choice, expiresAt };
}

function minutesLeft(payin: PayinRecord, attempt: Pick<NewAttempt, 'expiresAt'> | undefined, now: Date): number {
  const expiresAt = attempt?.expiresAt ?? payin.expiresAt;
  return Math.round((expiresAt.getTime() - now.getTime()) / 60_000);
}

const RETRY_JITTER_MS = 500;

/** The provider could not be reached, was too busy, or we held the call back. None of these says anything about the order. */
const AWAY: readonly ProviderErrorKind[] = ['connection', 'held_back', 'rate_limited'];

function retryAt(snapshot: PayinSnapshot, { kind, detail }: ProviderError): Date | undefined {
  return AWAY.includes(kind) ? nextAttemptAt(snapshot, detail.retryAfterMs) : undefined;
}

function nextAttemptAt({ payin, known, now }: PayinSnapshot, retryAfterMs = 0): Date | undefined {
  const last = known.attempts.at(-1);
  const attempts = known.attempts.filter(({ provider }) => provider === last?.provider).length;
  // Jitter: payins that were held back together do not come back together.
  const jitterMs = Math.random() * RETRY_JITTER_MS;
  return nextRetryAt(now, payin.expiresAt, attempts, retryAfterMs + jitterMs);
}

function mayStillBeCalled({ known, now }: PayinSnapshot, { id }: NewAttempt): boolean {
  const attempt = known.attempts.find((candidate) => candidate.id === id);
  return attempt?.state === 'opening' && now.getTime() - attempt.startedAt.getTime() < CALL_BEGINS_WITHIN_MS;
}
