import type { Customer, PayinOrder } from '@recaudo/payment-provider';
import type { BusyPartition, Claimed } from '../database/due-work.js';
import { claimQuery, LEASE_END, releaseQuery, STILL_CLAIMED } from '../database/due-work.queries.js';
import { batchColumns, batchQuery, query } from '../database/query.js';
import type { DisabledReason, EndpointStatus } from './endpoints/webhook-endpoint.entity.js';
import { TEST_EVENT } from './test-event.js';
import type { NotificationStatus } from './notification.dto.js';
import { PARTITION_CONCURRENCY } from './partition-concurrency.js';

/** The current secret, and the previous one while it still signs. */
export type SealedSecrets = readonly [current: string, previous: string | null];

export interface ClaimedNotification extends Claimed {
  partition: string;
  /** The payin's `callbackUrl`; null when it goes to an endpoint. */
  url: string | null;
  body: string;
  failures: number;
  /** Sealed; the organization's. Null when it goes to an endpoint. */
  organizationSecrets: SealedSecrets | null;
  endpointId: string | null;
  contractKeyId: string | null;
  /** Where it is sent in the words of a drop-in contract: what they need besides the body. Null when the credentials no longer exist. */
  served: {
    contract: string;
    sealedSecrets: string;
    asked: Record<string, unknown>;
    /** Null once it is forgotten. */
    inlineCustomer: Customer | null;
    pse: NonNullable<PayinOrder['pse']> | null;
  } | null;
  /** As it is now; null when it no longer exists. */
  endpoint: {
    status: EndpointStatus;
    url: string;
    secrets: SealedSecrets;
    /** Only where it asked for it. */
    inlineCustomer: unknown;
  } | null;
}

export const CLAIM_NOTIFICATIONS = claimQuery<ClaimedNotification, { busyPartitions: readonly BusyPartition[] }>({
  label: 'notifications',
  table: 'notifications',
  partitions: { concurrency: PARTITION_CONCURRENCY },
  columns: [
    'claimed.partition',
    'claimed.url',
    'claimed.body',
    'claimed.failures',
    // Each only where it is used: these are looked up for every message.
    `case when claimed.endpoint_id is null and claimed.contract_key_id is null then
       (select ${secretsOf('o', 'notification_secret')} from organizations o where o.id = claimed.organization_id) end as "organizationSecrets"`,
    'claimed.endpoint_id as "endpointId"',
    'claimed.contract_key_id as "contractKeyId"',
    `case when claimed.contract_key_id is not null then
       (select jsonb_build_object('contract', k.contract, 'sealedSecrets', k.contract_secrets, 'asked', p.request->'served'->'asked', 'inlineCustomer', p.request->'inlineCustomer', 'pse', p.request->'pse')
        from api_keys k, payins p
        where k.organization_id = claimed.organization_id and k.id = claimed.contract_key_id
          and p.organization_id = claimed.organization_id and p.id = claimed.payin_id) end as served`,
    `(select jsonb_build_object('status', e.status, 'url', e.url, 'secrets', ${secretsOf('e', 'secret')}, 'inlineCustomer',
               case when e.include_personal_data then
                 (select p.request->'inlineCustomer' from payins p where p.organization_id = claimed.organization_id and p.id = claimed.payin_id) end)
        from webhook_endpoints e where e.organization_id = claimed.organization_id and e.id = claimed.endpoint_id) as endpoint`,
  ],
});

function secretsOf(row: string, column: string): string {
  const previous = `${row}.previous_${column}`;
  return `jsonb_build_array(${row}.${column}, case when ${previous}_until > now() then ${previous} end)`;
}

export const RELEASE_NOTIFICATION = releaseQuery('notifications');

/**
 * For how long an endpoint may fail, without one delivery, before it is disabled: more than a long weekend, and more than the retries of a
 * single message last, so that it takes several.
 */
const FAILING_DAYS_MAX = 5;

type RecordedAttempt = Pick<Claimed, 'organizationId' | 'id' | 'fencingToken'> & {
  delivered: boolean;
  result: string;
  httpStatus: number | null;
  durationMs: number;
  firstBytes: string | null;
  /** Until the next attempt; null: there is none. */
  delaySeconds: number | null;
  isGone: boolean;
};

const ATTEMPT_COLUMNS = batchColumns<RecordedAttempt>({
  organizationId: 'uuid',
  id: 'uuid',
  fencingToken: 'int',
  delivered: 'boolean',
  result: 'text',
  httpStatus: 'int',
  durationMs: 'int',
  firstBytes: 'text',
  delaySeconds: 'int',
  isGone: 'boolean',
});

/** Nobody waits for a record, and a statement of fifty costs little more than one of ten. */
const RECORDS_GATHER_MS = 5;

/**
 * Delivery attempts and what follows from them, for the messages and for their endpoints, as if one were recorded after the other. There is a row for each
 * by which its endpoint was disabled.
 */
export const RECORD_DELIVERY_ATTEMPTS = batchQuery<{ attempt: RecordedAttempt }, { disabled: DisabledReason }>(
  'record delivery attempts',
  `
    with attempt as materialized (
      -- In the order in which claims lock them, too: statements at once do not wait for each other in a ring.
      select * from jsonb_to_recordset($attempt::jsonb) as t (${ATTEMPT_COLUMNS}) order by "organizationId", id
    ), attempted as (
      update notifications n
      set attempts = n.attempts + 1, last_result = t.result,
          failures = case when t.delivered then n.failures else n.failures + 1 end,
          delivered_at = case when t.delivered then now() else n.delivered_at end,
          due_at = now() + t."delaySeconds" * interval '1 second'
      from attempt t
      where n.organization_id = t."organizationId" and n.id = t.id and n.fencing_token = t."fencingToken"
      returning n.organization_id, n.id, n.attempts, n.endpoint_id, t.row, t.delivered, t.result, t."httpStatus", t."durationMs", t."firstBytes", t."isGone"
    ), recorded as (
      insert into delivery_attempts (organization_id, notification_id, number, result, http_status, duration_ms, first_bytes)
      select organization_id, id, attempts, result, "httpStatus", "durationMs", "firstBytes" from attempted
    ), outcome as (
      select organization_id, endpoint_id, min(row) filter (where delivered) as first_delivered, max(row) filter (where delivered) as last_delivered,
             min(row) filter (where not delivered) as first_failed, max(row) filter (where not delivered) as last_failed,
             min(row) filter (where "isGone") as first_gone
      from attempted where endpoint_id is not null group by organization_id, endpoint_id
    ), endpoint as materialized (
      select e.organization_id, e.id, outcome.first_delivered is not null as was_reached,
             outcome.first_failed is null or outcome.last_delivered > outcome.last_failed as is_well,
             outcome.first_gone, disabled.row
      from outcome join webhook_endpoints e on e.organization_id = outcome.organization_id and e.id = outcome.endpoint_id, lateral (
        select case when e.status = 'ENABLED' then least(outcome.first_gone,
          case when e.failing_since < now() - interval '${FAILING_DAYS_MAX} days' and outcome.first_failed < coalesce(outcome.first_delivered, outcome.first_failed + 1)
               then outcome.first_failed end) end as row
      ) as disabled
      where disabled.row is not null
         or case when outcome.first_failed is null or outcome.first_delivered is not null then e.failing_since is not null or outcome.last_failed > outcome.last_delivered
                 else e.failing_since is null end
      order by organization_id, id
    ), changed as (
      update webhook_endpoints e
      set failing_since = case when endpoint.is_well then null when endpoint.was_reached then now() else coalesce(e.failing_since, now()) end,
          status = case when endpoint.row is null then e.status else 'DISABLED' end,
          disabled_reason = case when endpoint.row is null then e.disabled_reason when endpoint.row = endpoint.first_gone then 'GONE' else 'FAILING' end,
          disabled_at = case when endpoint.row is null then e.disabled_at else now() end
      from endpoint where e.organization_id = endpoint.organization_id and e.id = endpoint.id
    )
    select row, case when row = first_gone then 'GONE' else 'FAILING' end as disabled from endpoint where row is not null`,
  RECORDS_GATHER_MS,
);

interface TestNotification {
  organizationId: string;
  id: string;
  createdAt: Date;
  endpointId: string;
  body: string;
}

export const ADD_TEST_NOTIFICATION = query<TestNotification>(
  'add a test notification',
  `
    insert into notifications (organization_id, id, created_at, sequence, type, endpoint_id, partition, body, due_at)
    values ($organizationId, $id, $createdAt, 0, '${TEST_EVENT}', $endpointId::uuid, $endpointId::uuid::text, $body, now())`,
);

/** Rows of one statement. */
const HOLD_BACK_MAX = 1_000;

/** Nothing is held back if the endpoint was enabled since the claim. */
export const HOLD_BACK_PARTITION = query<{ organizationId: string; partition: string }>(
  'hold notifications back',
  `
    update notifications set due_at = null, last_result = 'not sent: the endpoint is disabled or deleted'
    where (organization_id, id) in (
      select organization_id, id from notifications
      where organization_id = $organizationId and partition = $partition and due_at is not null limit ${HOLD_BACK_MAX})
      and not exists (
        select from webhook_endpoints where organization_id = $organizationId and id = $partition::text::uuid and status = 'ENABLED')`,
);

/** One whose contract is not known here: it can be resent by a version that knows it. */
export const HOLD_BACK = query<Claimed>(
  'hold a notification back',
  `update notifications set due_at = null, last_result = 'not sent: its contract is not known here' where ${STILL_CLAIMED}`,
);

/** Of one message, resends included, so that its stored attempts have an end. A whole schedule may follow the last resend. */
export const ATTEMPTS_MAX = 100;
/** Messages of one request. */
export const RESENT_MAX = 10_000;

/** Nobody is sending it, and its next attempt is not about to come by itself. */
const IS_WAITING = `(n.due_at is null or n.due_at > ${LEASE_END})`;
const HAS_TARGET = `(n.endpoint_id is null or exists (
  select from webhook_endpoints e where e.organization_id = n.organization_id and e.id = n.endpoint_id and e.status = 'ENABLED'))`;

export const RESEND_NOTIFICATION = query<
  { organizationId: string; id: string },
  { hasTarget: boolean; attempts: number }
>(
  'resend a notification',
  `
    with one as (
      select n.organization_id, n.id, n.attempts, ${HAS_TARGET} as "hasTarget"
      from notifications n where n.organization_id = $organizationId and n.id = $id
    ), resent as (
      update notifications n set due_at = now(), failures = 0
      from one
      where n.organization_id = one.organization_id and n.id = one.id and one."hasTarget" and n.attempts < ${ATTEMPTS_MAX} and ${IS_WAITING}
    )
    select attempts, "hasTarget" from one`,
);

interface ResentRange {
  organizationId: string;
  from: Date;
  to: Date;
  endpointId: string | null;
  status: NotificationStatus | null;
}

/** What was written in a range of time, oldest first, but for what is on its way or has nowhere to go. */
export const RESEND_RANGE = query<ResentRange, { resent: number; continueFrom: Date | null }>(
  'resend a range of notifications',
  `
    with chosen as materialized (
      select n.organization_id, n.id, n.created_at, row_number() over (order by n.created_at, n.id) as place
      from notifications n
      where n.organization_id = $organizationId and n.created_at >= $from and n.created_at < $to
        and ($endpointId::uuid is null or n.endpoint_id = $endpointId)
        and ($status::text is null or $status = case when n.due_at is not null then 'PENDING' when n.delivered_at is not null then 'DELIVERED' else 'FAILED' end)
        and n.attempts < ${ATTEMPTS_MAX} and ${IS_WAITING} and ${HAS_TARGET}
      order by n.created_at, n.id limit ${RESENT_MAX + 1}
    ), resent as (
      update notifications n set due_at = now(), failures = 0
      from chosen
      where n.organization_id = chosen.organization_id and n.id = chosen.id and chosen.place <= ${RESENT_MAX} and ${IS_WAITING}
      returning n.id
    )
    select (select count(*)::int from resent) as resent,
           (select created_at from chosen where place = ${RESENT_MAX + 1}) as "continueFrom"`,
);
