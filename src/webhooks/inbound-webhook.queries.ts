import { insertAuditEntries, type NewAuditEntry } from '../audit/audit.queries.js';
import type { Claimed } from '../database/due-work.js';
import { CLAIM_KEY, type ClaimKey, claimQuery, releaseQuery, stillClaimed } from '../database/due-work.queries.js';
import { idNow } from '../database/id-at.js';
import { batchColumns, batchQuery, query } from '../database/query.js';
import { NO_BODY } from './inbound-webhook.entity.js';
import { NO_ORGANIZATION } from '../organizations/no-organization.js';

export interface ClaimedWebhook extends Claimed {
  provider: string;
  providerReference: string | null;
  rawBody: Buffer;
  verifiedBy: string | null;
  /** This one included. */
  attempts: number;
}

/** Kept of one order: many more than any provider sends. Whoever captured one weak signature can make up others without end. */
export const KEPT_PER_ORDER_MAX = 50;

interface NewWebhook {
  /** Of the organization, as the reference begins with it. */
  code: string | null;
  id: string;
  provider: string;
  eventKey: string;
  providerReference: string | null;
  /** In Base64. */
  rawBody: string;
  verifiedBy: string | null;
}

const NEW_WEBHOOK_COLUMNS = batchColumns<NewWebhook>({
  code: 'text',
  id: 'uuid',
  provider: 'text',
  eventKey: 'text',
  providerReference: 'text',
  rawBody: 'text',
  verifiedBy: 'text',
});

/** Where there is one organization, webhooks without a known code are its own, so that it can see them. */
const ONLY_ORGANIZATION = `
  select (array_agg(id))[1] from (select id from organizations limit 2) as organization having count(*) = 1`;

const KEPT_OF_ORDER = `
  select count(*) from (
    select from inbound_webhooks i
    where i.organization_id = event.organization_id and i.provider_reference = event."providerReference" limit ${KEPT_PER_ORDER_MAX}
  ) as kept`;

const IS_KNOWN = `
  select true from inbound_webhooks i
  where i.organization_id = event.organization_id and i.provider = event.provider and i.event_key = event."eventKey"`;

/** No row comes back for one whose order has too many webhooks already. */
export const RECEIVE_WEBHOOKS = batchQuery<{ webhook: NewWebhook }, object>(
  'receive webhooks',
  `
    with webhook as materialized (
      -- The same event may be there several times, and is stored once: its first.
      select owned.*, min(row) over same_event as first, count(*) over same_event as deliveries
      from (
        select n.*, coalesce((select id from organizations o where o.code = n.code), (${ONLY_ORGANIZATION}), '${NO_ORGANIZATION}') as organization_id
        from jsonb_to_recordset($webhook::jsonb) as n (${NEW_WEBHOOK_COLUMNS})
      ) as owned
      window same_event as (partition by organization_id, provider, "eventKey")
    ), kept as materialized (
      select row from (
        select *, row_number() over (partition by organization_id, "providerReference" order by row) as place from webhook where row = first
      ) as event
      where "providerReference" is null or place + (${KEPT_OF_ORDER}) <= ${KEPT_PER_ORDER_MAX} or (${IS_KNOWN})
    ), stored as (
      insert into inbound_webhooks as i
        (organization_id, id, provider, event_key, provider_reference, raw_body, verified_by, deliveries)
      select organization_id, ${idNow('id')}, provider, "eventKey", "providerReference", decode("rawBody", 'base64'), "verifiedBy", deliveries
      from webhook where row in (select row from kept)
      order by organization_id, provider, "eventKey"
      on conflict (organization_id, provider, event_key) do update
      set deliveries = i.deliveries + excluded.deliveries,
          -- What is to be applied once more, and was forgotten, is known again.
          raw_body = case when i.raw_body = ${NO_BODY} and i.outcome in ('not_confirmed', 'given_up') then excluded.raw_body else i.raw_body end,
          due_at = case when i.outcome in ('not_confirmed', 'given_up') then now() else i.due_at end,
          attempts = case when i.outcome in ('not_confirmed', 'given_up') then 0 else i.attempts end
    )
    select row from webhook where first in (select row from kept)`,
);

export const CLAIM_WEBHOOKS = claimQuery<ClaimedWebhook, { provider: string }>({
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

export const RELEASE_WEBHOOK = releaseQuery('inbound_webhooks', 'attempts');

export interface AttemptRow {
  id: string;
  payinId: string;
  /** The payin's. */
  reference: string;
  provider: string;
  providerReference: string;
  externalId: string | null;
  startedAt: Date;
  amountInCents: string;
}

interface AttemptKey {
  organizationId: string;
  providerReference: string;
}

export const FIND_ATTEMPTS = batchQuery<{ attempt: AttemptKey }, AttemptRow>(
  'find attempts by reference',
  `
    select key.row, a.id, a.payin_id as "payinId", p.reference, a.provider, a.provider_reference as "providerReference", a.external_id as "externalId",
           a.started_at as "startedAt", p.amount_in_cents::text as "amountInCents"
    from jsonb_to_recordset($attempt::jsonb) as key (${batchColumns<AttemptKey>({ organizationId: 'uuid', providerReference: 'text' })})
    join attempts a on a.organization_id = key."organizationId" and a.provider_reference = key."providerReference"
    join payins p on p.organization_id = a.organization_id and p.id = a.payin_id`,
);

interface AppliedWebhook extends ClaimKey {
  outcome: string;
  againInSeconds: number | null;
}

export const FINISH_WEBHOOKS = batchQuery<{ webhook: AppliedWebhook }, object>(
  'finish webhooks',
  `
    with finished as materialized (
      select * from jsonb_to_recordset($webhook::jsonb) as f (${batchColumns<AppliedWebhook>({
        ...CLAIM_KEY,
        outcome: 'text',
        againInSeconds: 'int',
      })}) order by "organizationId", id
    )
    update inbound_webhooks i
    set outcome = f.outcome, applied_at = now(), due_at = now() + f."againInSeconds" * interval '1 second', last_error = null
    from finished f where ${stillClaimed('f', 'i')}
    returning f.row`,
);

interface FailedWebhook extends ClaimKey {
  error: string;
  delaySeconds: number | null;
}

/** Without a delay it is given up. */
export const RETRY_WEBHOOKS = batchQuery<{ webhook: FailedWebhook }, object>(
  'retry webhooks',
  `
    with failed as materialized (
      select * from jsonb_to_recordset($webhook::jsonb) as f (${batchColumns<FailedWebhook>({
        ...CLAIM_KEY,
        error: 'text',
        delaySeconds: 'int',
      })}) order by "organizationId", id
    )
    update inbound_webhooks i
    set last_error = f.error, due_at = now() + f."delaySeconds" * interval '1 second',
        outcome = case when f."delaySeconds" is null then 'given_up' else i.outcome end
    from failed f where ${stillClaimed('f', 'i')}
    returning f.row`,
);

interface WebhookKey {
  organizationId: string;
  id: string;
}

export const REPLAY_WEBHOOK = query<WebhookKey & { auditEntries: readonly NewAuditEntry[] }, object>(
  'replay a webhook',
  `
    with replayed as (
      update inbound_webhooks set due_at = now(), attempts = 0, fencing_token = fencing_token + 1
      where organization_id = $organizationId and id = $id and raw_body <> ${NO_BODY}
      returning id
    )${insertAuditEntries('$auditEntries::jsonb', 'exists (select from replayed)')} returning id`,
);

export const NAME_ORDER_OF_WEBHOOK = query<WebhookKey & { providerReference: string }>(
  'name the order of a webhook',
  `
    update inbound_webhooks set provider_reference = $providerReference
    where organization_id = $organizationId and id = $id`,
);

export const FIND_ORGANIZATION_BY_CODE = query<{ code: string }>(
  'find organization by code',
  'select 1 from organizations where code = $code',
);
