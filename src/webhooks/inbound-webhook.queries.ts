import type { Claimed } from '../database/due-work.js';
import { claimQuery, releaseQuery, STILL_CLAIMED } from '../database/due-work.queries.js';
import { idNow } from '../database/id-at.js';
import { query } from '../database/query.js';
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
  rawBody: Buffer;
  verifiedBy: string | null;
}

/** Where there is one organization, webhooks without a known code are its own, so that it can see them. */
const ONLY_ORGANIZATION = `
  select (array_agg(id))[1] from (select id from organizations limit 2) as organization having count(*) = 1`;

/** No row comes back when the order has too many webhooks already. */
export const RECEIVE_WEBHOOK = query<NewWebhook, { id: string }>(
  'receive a webhook',
  `
    insert into inbound_webhooks as i (organization_id, id, provider, event_key, provider_reference, raw_body, verified_by)
    select owner.id, ${idNow('$id')}, $provider::text, $eventKey::text, $providerReference::text, $rawBody::bytea, $verifiedBy::text
    from (select coalesce((select id from organizations where code = $code), (${ONLY_ORGANIZATION}), '${NO_ORGANIZATION}') as id) as owner
    where (select count(*) from (select from inbound_webhooks
            where organization_id = owner.id and provider_reference = $providerReference limit ${KEPT_PER_ORDER_MAX}) as kept) < ${KEPT_PER_ORDER_MAX}
       or exists (select from inbound_webhooks where organization_id = owner.id and provider = $provider and event_key = $eventKey)
    on conflict (organization_id, provider, event_key) do update
    set deliveries = i.deliveries + 1,
        due_at = case when i.outcome in ('not_confirmed', 'given_up') then now() else i.due_at end,
        attempts = case when i.outcome in ('not_confirmed', 'given_up') then 0 else i.attempts end
    returning id`,
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
  provider: string;
  providerReference: string;
  externalId: string | null;
  startedAt: Date;
  amountInCents: string;
}

export const FIND_ATTEMPT = query<{ organizationId: string; providerReference: string }, AttemptRow>(
  'find attempt by reference',
  `
    select a.id, a.payin_id as "payinId", a.provider, a.provider_reference as "providerReference", a.external_id as "externalId",
           a.started_at as "startedAt", p.amount_in_cents::text as "amountInCents"
    from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
    where a.organization_id = $organizationId and a.provider_reference = $providerReference`,
);

export const FINISH_WEBHOOK = query<Claimed & { outcome: string; againInSeconds: number | null }>(
  'finish a webhook',
  `
    update inbound_webhooks
    set outcome = $outcome, applied_at = now(), due_at = now() + $againInSeconds::int * interval '1 second', last_error = null
    where ${STILL_CLAIMED}`,
);

/** Without a delay it is given up. */
export const RETRY_WEBHOOK = query<Claimed & { error: string; delaySeconds: number | null }>(
  'retry a webhook',
  `
    update inbound_webhooks
    set last_error = $error, due_at = now() + $delaySeconds::int * interval '1 second',
        outcome = case when $delaySeconds::int is null then 'given_up' else outcome end
    where ${STILL_CLAIMED}`,
);

interface WebhookKey {
  organizationId: string;
  id: string;
}

export const REPLAY_WEBHOOK = query<WebhookKey>(
  'replay a webhook',
  `
    update inbound_webhooks set due_at = now(), attempts = 0, fencing_token = fencing_token + 1
    where organization_id = $organizationId and id = $id`,
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
