import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CallPurpose } from '@recaudo/outbound-http';
import type { Rail } from '@recaudo/payment-provider';
import type { Answer } from '../http/answer.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import type { ClosedBecause, ProviderHealthWord, ProviderStatesSchema } from './provider-states.schema.js';
import { type CallsHealth, type ProviderHealth, ProvidersHealth } from './providers.health.js';
import { type CallFailure, type FailureKind, RecentCalls } from './recent-calls.js';

/** A failure that is older says nothing of now. */
const RECENT_MS = 5 * 60_000;

const TEXTS: Readonly<Record<FailureKind, (status: number | null) => string>> = {
  NOT_CONNECTED: () => 'No connection could be made; nothing was sent.',
  BROKEN_OFF: () => 'The connection broke off before the whole answer had come.',
  TIMEOUT: () => 'No answer came in time.',
  TOO_LARGE: () => 'The answer was longer than an answer may be.',
  CIRCUIT_OPEN: () => 'It was not called, because too many calls had failed one after the other.',
  OVERLOADED: () => 'It was not called, because too many calls were under way.',
  FORBIDDEN_ADDRESS: () => 'It was not called, because its address may not be called.',
  SERVER_ERROR: (status) => `It answered with HTTP ${status}: it could not serve.`,
  CREDENTIALS_REFUSED: (status) => `It answered with HTTP ${status}: it refused our credentials, or our address.`,
  TOO_MANY_CALLS: (status) => `It answered with HTTP ${status}: too many calls came from us.`,
};

/** For those who work on payins: which provider is open, and how the last calls of this replica went. */
@Injectable()
export class ProviderStates {
  private readonly replica = { id: randomUUID(), startedAt: new Date().toISOString() };

  constructor(
    private readonly health: ProvidersHealth,
    private readonly registry: ProviderRegistry,
    private readonly recent: RecentCalls,
  ) {}

  async all(): Promise<Answer<ProviderStatesSchema>> {
    const { data, backlogAt } = await this.health.all();
    return { data: data.map((one) => this.stateOf(one)), replica: this.replica, backlogAt };
  }

  private stateOf(one: ProviderHealth): Answer<ProviderStatesSchema>['data'][number] {
    const { provider, enabled, orders, questions } = one;
    const { overdueChecks, attemptsUnknown, webhooksLate, oldestWebhookSeconds } = one;
    const failures = this.recent.failures(provider);
    return {
      provider,
      enabled,
      health: this.wordOf(one, failures),
      rails: (one.rails as readonly Rail[]).map((rail) => {
        const closedBecause = this.closedBecause(provider, rail, orders);
        return { rail, open: closedBecause === null, closedBecause };
      }),
      orders: orders && this.callsOf(provider, 'order', orders),
      questions: questions && this.callsOf(provider, 'question', questions),
      lastFailures: failures.map(({ purpose, kind, status, times, firstAt, lastAt }) => ({
        at: lastAt.toISOString(),
        firstAt: firstAt.toISOString(),
        times,
        purpose,
        kind,
        status,
        text: TEXTS[kind](status),
      })),
      backlog: { overdueChecks, attemptsUnknown, webhooksLate, oldestWebhookSeconds },
    };
  }

  private callsOf(provider: string, purpose: CallPurpose, { breaker, inFlight, waiting, lastFailureAt }: CallsHealth) {
    const lastSuccessAt = this.recent.lastSuccessAt(provider, purpose)?.toISOString() ?? null;
    return { breaker, inFlight, waiting, lastSuccessAt, lastFailureAt };
  }

  private closedBecause(provider: string, rail: Rail, orders: CallsHealth | null): ClosedBecause | null {
    if (!this.registry.forRail(rail).some(({ name }) => name === provider)) return 'NOT_ROUTED';
    return orders?.breaker === 'open' ? 'BREAKER_OPEN' : null;
  }

  private wordOf(one: ProviderHealth, failures: readonly CallFailure[]): ProviderHealthWord {
    const calls = [one.orders, one.questions];
    if (calls.some((of) => of?.breaker === 'open')) return 'DOWN';
    const isLate = [one.overdueChecks, one.webhooksLate].some((late) => (late ?? 0) > 0);
    const isBehind = !one.enabled || isLate || calls.some((of) => of?.breaker === 'half_open');
    return isBehind || failures.some((failure) => this.isLastWord(one.provider, failure)) ? 'DEGRADED' : 'UP';
  }

  /** It is recent, and no call of its purpose succeeded since. */
  private isLastWord(provider: string, { purpose, lastAt }: CallFailure): boolean {
    const succeededAt = this.recent.lastSuccessAt(provider, purpose);
    return Date.now() - lastAt.getTime() < RECENT_MS && (succeededAt === undefined || succeededAt < lastAt);
  }
}
