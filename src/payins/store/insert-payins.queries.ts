import { batchColumns, batchQuery } from '../../database/query.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import { hasEndpoints, insertNotifications } from '../../outbox/fan-out.queries.js';
import { STATUSES } from '../domain/status.js';
import type { PayinRecord } from './payin-record.js';
import { type Written, isRecent } from './written.queries.js';

type NewPayinRow = Pick<
  PayinRecord,
  | 'organizationId'
  | 'id'
  | 'reference'
  | 'fingerprint'
  | 'request'
  | 'currency'
  | 'rail'
  | 'status'
  | 'expiresAt'
  | 'createdAt'
> & {
  provider: string | null;
  amountInCents: string;
  /** Null: the payer chooses the rail, and nothing is opened before. */
  attemptId: string | null;
  providerReference: string | null;
  dueAt: Date;
  leavesOutMessages: boolean;
};

interface NewPayin {
  payin: NewPayinRow;
  notifications: readonly OutgoingNotification[];
}

const NEW_PAYIN_COLUMNS = batchColumns<NewPayinRow>({
  organizationId: 'uuid',
  id: 'uuid',
  reference: 'text',
  fingerprint: 'text',
  request: 'jsonb',
  amountInCents: 'bigint',
  currency: 'text',
  rail: 'text',
  provider: 'text',
  status: 'text',
  expiresAt: 'timestamptz',
  createdAt: 'timestamptz',
  dueAt: 'timestamptz',
  attemptId: 'uuid',
  providerReference: 'text',
  leavesOutMessages: 'boolean',
});

/** Of those whose reference is not taken: the payin, the intent to open it, the first line of its history and its event, in one commit. */
export const INSERT_PAYINS = batchQuery<NewPayin, Written>(
  'insert payins',
  `
    with new as materialized (
      -- In the order in which every replica goes on: those that wait for each other's references do not do so in a ring.
      select * from jsonb_to_recordset($payin::jsonb) as n (${NEW_PAYIN_COLUMNS})
      where not ("leavesOutMessages" and ${hasEndpoints('"organizationId"')}) and ${isRecent('"createdAt"')}
      order by "organizationId", reference
    ), inserted as (
      insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                          expires_at, sequence, created_at, updated_at, due_at)
      select "organizationId", id, reference, fingerprint, request, "amountInCents", currency, rail, provider, status,
             "expiresAt", 1, "createdAt", "createdAt", "dueAt"
      from new
      on conflict (organization_id, reference) do nothing
      returning id
    ), payin as materialized (
      select new.*, new."organizationId" as organization_id, new.id as payin_id from inserted join new using (id)
    ), attempt as (
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at)
      select organization_id, "attemptId", payin_id, provider, "providerReference", 'opening', "createdAt" from payin
      where "attemptId" is not null
    ), event as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select organization_id, payin_id, 1, '${STATUSES.CREATED.event}', 'create', null, status, '{}', "createdAt" from payin
    ), unindexed as (
      insert into unindexed_payins (organization_id, payin_id) select organization_id, payin_id from payin
    ), notification as (${insertNotifications('payin')}
    )
    select row, exists (select from notification n where n.payin_id = payin.payin_id and n.due_at is not null) as "hasDueNotifications",
           ${hasEndpoints('payin.organization_id')} as "hasEndpoints"
    from payin`,
);
