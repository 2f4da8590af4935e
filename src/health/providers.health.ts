import { Inject, Injectable } from '@nestjs/common';
import { type DestinationHealth, OutboundHttp } from '@recaudo/outbound-http';
import { Database } from '../database/database.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';

interface CallsHealth {
  /** `open`: too many calls failed in a row, and none is let out for some seconds. */
  breaker: string;
  inFlight: number;
  waiting: number;
  lastFailureAt: string | null;
}

/** A provider as this process sees it, with what waits for it in the database. */
export interface ProviderHealth {
  provider: string;
  rails: readonly string[];
  /** Calls that open orders. */
  orders: CallsHealth;
  /** All others: queries, lists, banks. */
  questions: CallsHealth;
  /** Payins whose next look is more than a minute late. */
  looksLate: number;
  /** Attempts of which it is not known whether the provider took the order. */
  attemptsUnknown: number;
}

interface Backlog {
  provider: string;
  looksLate: number;
  attemptsUnknown: number;
}

/** For an operator at night: which provider is in trouble, and what waits for it. Says nothing of how much business there is: it needs no key. */
@Injectable()
export class ProvidersHealth {
  constructor(
    @Inject(ProviderRegistry) private readonly registry: ProviderRegistry,
    @Inject(OutboundHttp) private readonly outbound: OutboundHttp,
    @Inject(Database) private readonly database: Database,
  ) {}

  async all(): Promise<ProviderHealth[]> {
    const backlogs = await this.database.query<Backlog>(
      {
        name: 'what waits for each provider',
        text: `
          select p.provider,
                 count(*) filter (where p.due_at < now() - interval '1 minute')::int as "looksLate",
                 count(*) filter (where exists (
                   select 1 from attempts a
                   where a.organization_id = p.organization_id and a.payin_id = p.id and a.state = 'unknown'))::int as "attemptsUnknown"
          from payins p where p.due_at is not null group by p.provider`,
      },
      [],
    );
    return this.registry.names.map((provider) => {
      const { order, question } = this.outbound.health(provider);
      const waiting = backlogs.find((backlog) => backlog.provider === provider);
      return {
        provider,
        rails: this.registry.get(provider)?.rails ?? [],
        orders: callsHealth(order),
        questions: callsHealth(question),
        looksLate: waiting?.looksLate ?? 0,
        attemptsUnknown: waiting?.attemptsUnknown ?? 0,
      };
    });
  }
}

const callsHealth = ({ breaker, inFlight, queued, lastFailureAt }: DestinationHealth): CallsHealth => ({
  breaker,
  inFlight,
  waiting: queued,
  lastFailureAt: lastFailureAt?.toISOString() ?? null,
});
