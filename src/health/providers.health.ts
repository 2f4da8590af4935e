import { Injectable } from '@nestjs/common';
import { type DestinationHealth, OutboundHttp } from '@recaudo/outbound-http';
import { type Backlog, BacklogReader } from '../metrics/backlog.js';
import type { KindOfWork } from '../metrics/backlog.queries.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';

export interface CallsHealth {
  /** `open`: too many calls failed in a row, and none is let out for some seconds. */
  breaker: string;
  inFlight: number;
  waiting: number;
  lastFailureAt: string | null;
}

/** A provider as this process sees it, with what waited for it in the database at `backlogAt`. Counts end at 10,000. */
export interface ProviderHealth {
  provider: string;
  /** False: it is not in PROVIDERS, and something waits for it all the same. */
  enabled: boolean;
  rails: readonly string[];
  /** Calls that open orders. Null where it is not enabled. */
  orders: CallsHealth | null;
  /** All others: queries, lists, banks. */
  questions: CallsHealth | null;
  /** Payins whose next status check is more than a minute late. */
  overdueChecks: number | null;
  /** Attempts of which it is not known whether the provider took the order. */
  attemptsUnknown: number | null;
  /** Webhooks of it that are due to be applied for more than a minute. */
  webhooksLate: number | null;
  oldestWebhookSeconds: number | null;
}

export interface ProvidersHealthView {
  data: ProviderHealth[];
  /** Null: the database could not be asked, and what is counted in it is null, too. */
  backlogAt: string | null;
}

/**
 * For an operator at night: which provider is in trouble, and what waits for it. Says nothing of how much business there is, and costs
 * nothing: it needs no key.
 */
@Injectable()
export class ProvidersHealth {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly outbound: OutboundHttp,
    private readonly backlog: BacklogReader,
  ) {}

  async all(): Promise<ProvidersHealthView> {
    const backlog = await this.backlog.latest();
    const waitedFor = backlog ? [...backlog.due, ...backlog.unknownAttempts].map(({ provider }) => provider) : [];
    const others = waitedFor.filter((name) => name !== null).filter((name) => !this.registry.get(name));
    const names = [...this.registry.names, ...new Set(others)];
    return {
      data: names.map((provider) => ({ ...this.calls(provider), ...waiting(backlog, provider) })),
      backlogAt: backlog?.readAt.toISOString() ?? null,
    };
  }

  private calls(provider: string) {
    const enabled = this.registry.get(provider);
    if (!enabled) return { provider, enabled: false, rails: [], orders: null, questions: null };
    const { order, question } = this.outbound.health(provider);
    return {
      provider,
      enabled: true,
      rails: enabled.rails,
      orders: callsHealth(order),
      questions: callsHealth(question),
    };
  }
}

function waiting(backlog: Backlog | undefined, provider: string) {
  const due = (kind: KindOfWork) => backlog?.due.find((count) => count.work === kind && count.provider === provider);
  const unknown = backlog?.unknownAttempts.find((count) => count.provider === provider);
  const none = backlog ? 0 : null;
  return {
    overdueChecks: due('payins')?.late ?? none,
    attemptsUnknown: unknown?.rows ?? none,
    webhooksLate: due('inbound_webhooks')?.late ?? none,
    oldestWebhookSeconds: Math.round(due('inbound_webhooks')?.oldestSeconds ?? 0) || none,
  };
}

const callsHealth = ({ breaker, inFlight, queued, lastFailureAt }: DestinationHealth): CallsHealth => ({
  breaker,
  inFlight,
  waiting: queued,
  lastFailureAt: lastFailureAt?.toISOString() ?? null,
});
