import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { NOBODY, onBehalfOf } from '@recaudo/fair-share';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import type { Busy, Claimed } from '../database/due-work.js';
import { claimQuery, releaseQuery } from '../database/due-work.queries.js';
import { idNow } from '../database/id-at.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';
import { organizationCodeOf } from '../organizations/provider-reference.js';

export interface ClaimedWebhook extends Claimed {
  provider: string;
  providerReference: string | null;
  rawBody: Buffer;
  verifiedBy: string | null;
  /** This one included. */
  attempts: number;
}

/**
 * What came of a webhook. `not_confirmed`: the provider, when asked, did not say so (yet). `moved`: it is in the inbox of the organization
 * that it belongs to, which could not be read from it when it came.
 */
export const WEBHOOK_OUTCOMES = ['applied', 'not_confirmed', 'orphan', 'unreadable', 'moved'] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

export interface ReceivedWebhook {
  provider: string;
  /** What tells events of this provider apart. */
  eventKey: string;
  providerReference: string | null;
  rawBody: Buffer;
  /** The strategy that verified it; null is not known. */
  verifiedBy: string | null;
}

/** Who hosts it for one merchant has all webhooks on that merchant's desk. */
const ONLY_ORGANIZATION = `
  select (array_agg(id))[1] from (select id from organizations limit 2) as organization having count(*) = 1`;

const CLAIM = claimQuery<ClaimedWebhook, { provider: string }>({
  label: 'inbound webhooks',
  table: 'inbound_webhooks',
  kind: 'provider = $provider',
  counter: 'attempts',
  columns: [
    'claimed.provider',
    'claimed.provider_reference as "providerReference"',
    'claimed.raw_body as "rawBody"',
    'claimed.verified_by as "verifiedBy"',
    'claimed.attempts',
  ],
});

const RELEASE = releaseQuery('inbound_webhooks', 'attempts');

/** Of an order: many more than any provider sends. Who captured one weak signature can make up others without end. */
export const KEPT_PER_ORDER_MAX = 50;

/** The inbox's SQL. */
@Injectable()
export class InboundWebhookStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Stores a verified webhook, durable when it returns. The same event again is counted; it is applied again only if it was given up, or if
   * what it said was not confirmed.
   * @returns false when its order has too many already
   */
  async receive({ provider, eventKey, providerReference, rawBody, verifiedBy }: ReceivedWebhook): Promise<boolean> {
    const code = (providerReference && organizationCodeOf(providerReference)) ?? null;
    const received = onBehalfOf(code ?? NOBODY, () =>
      this.database.query(
        {
          name: 'receive a webhook',
          text: `
          insert into inbound_webhooks as i (organization_id, id, provider, event_key, provider_reference, raw_body, verified_by)
          select owner.id, ${idNow('$2')}, $3::text, $4::text, $5::text, $6::bytea, $7::text
          from (select coalesce((select id from organizations where code = $1), (${ONLY_ORGANIZATION}), '${NO_ORGANIZATION}') as id) as owner
          where (select count(*) from (select from inbound_webhooks
                  where organization_id = owner.id and provider_reference = $5 limit ${KEPT_PER_ORDER_MAX}) as kept) < ${KEPT_PER_ORDER_MAX}
             or exists (select from inbound_webhooks where organization_id = owner.id and provider = $3 and event_key = $4)
          on conflict (organization_id, provider, event_key) do update
          set deliveries = i.deliveries + 1,
              due_at = case when i.outcome in ('not_confirmed', 'given_up') then now() else i.due_at end,
              attempts = case when i.outcome in ('not_confirmed', 'given_up') then 0 else i.attempts end
          returning id`,
        },
        [
          code,
          uuidv7(),
          provider,
          createHash('sha256').update(eventKey).digest('hex'),
          providerReference,
          rawBody,
          verifiedBy,
        ],
      ),
    );
    return (await received).length > 0;
  }

  claim(free: number, busy: readonly Busy[], provider: string): Promise<ClaimedWebhook[]> {
    return this.database.query(CLAIM, { free, busy, provider });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE, claim);
  }

  async findAttempt(organizationId: string, providerReference: string): Promise<FoundAttempt | undefined> {
    const [attempt] = await this.database.query<Omit<FoundAttempt, 'amountInCents'> & { amountInCents: string }>(
      {
        name: 'find attempt by reference',
        text: `select a.id, a.payin_id as "payinId", a.provider, a.provider_reference as "providerReference", a.external_id as "externalId",
                      a.started_at as "startedAt", p.amount_in_cents::text as "amountInCents"
               from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
               where a.organization_id = $1 and a.provider_reference = $2`,
      },
      [organizationId, providerReference],
    );
    return attempt && { ...attempt, amountInCents: BigInt(attempt.amountInCents) };
  }

  /** @param againInSeconds when it is to be applied once more, because what it said is not confirmed yet */
  async finish(claim: Claimed, outcome: WebhookOutcome, againInSeconds: number | null): Promise<void> {
    await this.database.query(
      {
        name: 'finish a webhook',
        text: `update inbound_webhooks set outcome = $4, applied_at = now(), due_at = now() + $5::int * interval '1 second', last_error = null
               where organization_id = $1 and id = $2 and fencing_token = $3`,
      },
      [claim.organizationId, claim.id, claim.fencingToken, outcome, againInSeconds],
    );
  }

  /** @param delaySeconds null gives up; the row stays for people to see */
  async retry(claim: Claimed, error: string, delaySeconds: number | null): Promise<void> {
    await this.database.query(
      {
        name: 'retry a webhook',
        text: `update inbound_webhooks
               set last_error = $4, due_at = now() + $5::int * interval '1 second',
                   outcome = case when $5::int is null then 'given_up' else outcome end
               where organization_id = $1 and id = $2 and fencing_token = $3`,
      },
      [claim.organizationId, claim.id, claim.fencingToken, error.slice(0, 255), delaySeconds],
    );
  }

  /** Due again, from its first try. Whoever is at it loses it: what is found out from now on must not be overlooked. */
  async replay(organizationId: string, id: string): Promise<void> {
    await this.database.query(
      {
        name: 'replay a webhook',
        text: `update inbound_webhooks set due_at = now(), attempts = 0, fencing_token = fencing_token + 1 where organization_id = $1 and id = $2`,
      },
      [organizationId, id],
    );
  }

  async nameOrder({ organizationId, id }: Claimed, providerReference: string): Promise<void> {
    await this.database.query(
      {
        name: 'name the order of a webhook',
        text: 'update inbound_webhooks set provider_reference = $3 where organization_id = $1 and id = $2',
      },
      [organizationId, id, providerReference],
    );
  }

  async hasOrganization(code: string): Promise<boolean> {
    const found = await this.database.query(
      { name: 'find organization by code', text: 'select 1 from organizations where code = $1' },
      [code],
    );
    return found.length > 0;
  }
}

export interface FoundAttempt {
  id: string;
  payinId: string;
  provider: string;
  providerReference: string;
  externalId: string | null;
  startedAt: Date;
  /** What the payin asks for. */
  amountInCents: bigint;
}
