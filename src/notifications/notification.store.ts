import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Busy, BusyPartition, Claimed } from '../database/due-work.js';
import { claimQuery, releaseQuery } from '../database/due-work.queries.js';
import type { DisabledReason, EndpointStatus } from './endpoints/webhook-endpoint.entity.js';
import { TEST_EVENT } from './event-types.js';
import type { OutgoingNotification } from '../outbox/fan-out.js';
import { PARTITION_CONCURRENCY } from './partition-concurrency.js';

export interface ClaimedNotification extends Claimed {
  partition: string;
  /** The payin's `callbackUrl`; null when it goes to an endpoint. */
  url: string | null;
  body: string;
  failures: number;
  /** Sealed; the organization's. */
  organizationSecrets: SealedSecrets;
  endpointId: string | null;
  /** As it is now; null when there is none any more. */
  endpoint: {
    status: EndpointStatus;
    url: string;
    secrets: SealedSecrets;
    includePersonalData: boolean;
  } | null;
  /** Only for an endpoint that asked for it. */
  inlineCustomer: unknown;
}

/** The present one, and the one before while it still signs along. */
export type SealedSecrets = readonly [present: string, previous: string | null];

/** What came of one try. */
export interface AttemptOutcome {
  delivered: boolean;
  httpStatus: number | null;
  durationMs: number;
  result: string;
  firstBytes: string | null;
}

const CLAIM = claimQuery<ClaimedNotification, { busyPartitions: readonly BusyPartition[] }>({
  label: 'notifications',
  table: 'notifications',
  partitions: { concurrency: PARTITION_CONCURRENCY },
  columns: [
    'claimed.partition',
    'claimed.url',
    'claimed.body',
    'claimed.failures',
    `(select ${secretsOf('o', 'notification_secret')} from organizations o where o.id = claimed.organization_id) as "organizationSecrets"`,
    'claimed.endpoint_id as "endpointId"',
    `(select jsonb_build_object('status', e.status, 'url', e.url, 'includePersonalData', e.include_personal_data, 'secrets', ${secretsOf('e', 'secret')})
        from webhook_endpoints e where e.organization_id = claimed.organization_id and e.id = claimed.endpoint_id) as endpoint`,
    `(select p.request->'inlineCustomer' from payins p, webhook_endpoints e
        where p.organization_id = claimed.organization_id and p.id = claimed.payin_id
          and e.organization_id = claimed.organization_id and e.id = claimed.endpoint_id and e.include_personal_data) as "inlineCustomer"`,
  ],
});

function secretsOf(row: string, column: string): string {
  const previous = `${row}.previous_${column}`;
  return `jsonb_build_array(${row}.${column}, case when ${previous}_until > now() then ${previous} end)`;
}

const RELEASE = releaseQuery('notifications');

/**
 * For how long an endpoint may fail, without anything that got through, before it is disabled: more than a long weekend, and more than the
 * retries of a single message last, so that it takes several.
 */
export const FAILING_DAYS_MAX = 5;
/** Messages of a lane that are held back by one statement. */
const HOLD_BACK_MAX = 1_000;

/** The SQL of deliveries. */
@Injectable()
export class NotificationStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @param busyPartitions those that have fewer places than others */
  claim(free: number, busy: readonly Busy[], busyPartitions: readonly BusyPartition[]): Promise<ClaimedNotification[]> {
    return this.database.query(CLAIM, { free, busy, busyPartitions });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE, claim);
  }

  /**
   * Notes a try and what follows from it, for the message and for its endpoint, in one commit.
   * @param delaySeconds until the next try; null: there is none, the message stays for people to see
   * @param isGone the endpoint said that it wants no more
   * @returns why its endpoint was disabled, if this did it
   */
  async tried(
    claim: Claimed,
    outcome: AttemptOutcome,
    delaySeconds: number | null,
    isGone: boolean,
  ): Promise<DisabledReason | null> {
    const rows = await this.database.query<{ disabled: DisabledReason | null }>(
      {
        name: 'notification tried',
        text: `
          with tried as (
            update notifications
            set attempts = attempts + 1, last_result = $5::text,
                failures = case when $4::boolean then failures else failures + 1 end,
                delivered_at = case when $4 then now() else delivered_at end,
                due_at = now() + $9::int * interval '1 second'
            where organization_id = $1 and id = $2 and fencing_token = $3
            returning organization_id, id, attempts, endpoint_id
          ), noted as (
            insert into delivery_attempts (organization_id, notification_id, number, result, http_status, duration_ms, first_bytes)
            select organization_id, id, attempts, $5::text, $6::int, $7::int, $8::text from tried
          ), endpoint as (
            select e.organization_id, e.id,
                   case when e.status = 'DISABLED' or $4 then null
                        when $10::boolean then 'GONE'
                        when e.failing_since < now() - interval '${FAILING_DAYS_MAX} days' then 'FAILING' end as disabled
            from tried join webhook_endpoints e on e.organization_id = tried.organization_id and e.id = tried.endpoint_id
            where case when $4 then e.failing_since is not null
                       else $10 or e.failing_since is null or e.failing_since < now() - interval '${FAILING_DAYS_MAX} days' end
          ), changed as (
            update webhook_endpoints e
            set failing_since = case when not $4 then coalesce(e.failing_since, now()) end,
                status = case when endpoint.disabled is null then e.status else 'DISABLED' end,
                disabled_reason = coalesce(endpoint.disabled, e.disabled_reason),
                disabled_at = case when endpoint.disabled is null then e.disabled_at else now() end
            from endpoint where e.organization_id = endpoint.organization_id and e.id = endpoint.id
          )
          select (select disabled from endpoint) as disabled`,
      },
      [
        ...[claim.organizationId, claim.id, claim.fencingToken],
        ...[
          outcome.delivered,
          outcome.result.slice(0, 255),
          outcome.httpStatus,
          outcome.durationMs,
          outcome.firstBytes,
        ],
        ...[delaySeconds, isGone],
      ],
    );
    return rows[0]?.disabled ?? null;
  }

  /** A message for one endpoint, of no payin. */
  async addTest(
    organizationId: string,
    endpointId: string,
    { id, createdAt, body }: Pick<OutgoingNotification, 'id' | 'createdAt' | 'body'>,
  ): Promise<void> {
    await this.database.query(
      {
        name: 'add a test notification',
        text: `insert into notifications (organization_id, id, created_at, sequence, type, endpoint_id, partition, body, due_at)
               values ($1, $2, $5, 0, '${TEST_EVENT}', $3::uuid, $3::uuid::text, $4, now())`,
      },
      [organizationId, id, endpointId, body, createdAt],
    );
  }

  /**
   * Keeps what waits in the lane of a disabled or deleted endpoint, to be resent when it is back; nothing if it was enabled since it was claimed.
   * What somebody is sending right now is still noted as delivered if it gets through.
   */
  async holdBack({
    organizationId,
    partition,
  }: Pick<ClaimedNotification, 'organizationId' | 'partition'>): Promise<void> {
    await this.database.query(
      {
        name: 'hold notifications back',
        text: `
          update notifications set due_at = null, last_result = 'not sent: the endpoint is disabled or deleted'
          where (organization_id, id) in (
            select organization_id, id from notifications
            where organization_id = $1 and partition = $2 and due_at is not null limit ${HOLD_BACK_MAX})
            and not exists (select from webhook_endpoints where organization_id = $1 and id = $2::text::uuid and status = 'ENABLED')`,
      },
      [organizationId, partition],
    );
  }
}
