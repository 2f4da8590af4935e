import { batchColumns } from '../database/query.js';
import type { OutgoingNotification } from './fan-out.js';

/**
 * SQL, a part of the statement that commits the event: messages for the `callbackUrl` and for every webhook endpoint that receives the event.
 * Those of a disabled endpoint are stored, but not due, so that they can be resent when it is back.
 * @param of a table expression with what has events: `organization_id` and `payin_id`, and `row` in a statement of many items
 * @param whose which of `$notifications` are of one of those
 */
export function insertNotifications(of: string, whose = 'n.row = one.row'): string {
  return `
      insert into notifications (organization_id, id, created_at, payin_id, sequence, type, endpoint_id, url, partition, body, contract_key_id, due_at)
      select one.organization_id, coalesce(target.id, n.id), n."createdAt", one.payin_id, n.sequence, n.type, target.endpoint_id, target.url,
             target.partition, n.body, n."contractKeyId", target.due_at
      from ${of} as one
      join jsonb_to_recordset($notifications::jsonb) as n (${COLUMNS}) on ${whose}
      cross join lateral (
        select null::uuid as id, null::uuid as endpoint_id, n.url, n.partition, now() as due_at where n.url is not null
        union all
        -- Another id of the same millisecond.
        select (substr(n.id::text, 1, 15) || substr(gen_random_uuid()::text, 16))::uuid, e.id, null, e.id::text, case when e.status = 'ENABLED' then now() end
        from webhook_endpoints e
        where e.organization_id = one.organization_id and n."contractKeyId" is null and (e.event_types is null or n.type = any (e.event_types))
      ) as target
      returning payin_id, due_at`;
}

/** SQL: the organization has a webhook endpoint. */
export function hasEndpoints(organizationId: string): string {
  return `exists (select from webhook_endpoints e where e.organization_id = ${organizationId})`;
}

const COLUMNS = batchColumns<OutgoingNotification>({
  id: 'uuid',
  createdAt: 'timestamptz',
  sequence: 'int',
  type: 'text',
  url: 'text',
  partition: 'text',
  body: 'text',
  contractKeyId: 'uuid',
});
