import { jsonColumns } from '../database/query.js';
import type { OutgoingNotification } from './fan-out.js';

/**
 * SQL, a part of the statement that commits the event: messages for the `callbackUrl` and for every webhook endpoint that receives the event.
 * Those of a disabled endpoint are stored, but not due, so that they can be resent when it is back.
 * @param of a table expression with one row, or none, that has `organization_id` and `payin_id`
 * @param notifications the parameter with OutgoingNotifications as JSON
 */
export function insertNotifications(of: string, notifications: `$${string}`): string {
  return `
      insert into notifications (organization_id, id, created_at, payin_id, sequence, type, endpoint_id, url, partition, body, due_at)
      select event.organization_id, event.id, event."createdAt", event.payin_id, event.sequence, event.type, null, event.url, event.partition, event.body, now()
      from (select * from ${of} as one, ${rows(notifications)}) as event
      where event.url is not null
      union all
      -- Another id of the same millisecond.
      select event.organization_id, (substr(event.id::text, 1, 15) || substr(gen_random_uuid()::text, 16))::uuid, event."createdAt", event.payin_id, event.sequence,
             event.type, e.id, null, e.id::text, event.body, case when e.status = 'ENABLED' then now() end
      from (select * from ${of} as one, ${rows(notifications)}) as event
      join webhook_endpoints e on e.organization_id = event.organization_id
      where e.event_types is null or event.type = any (e.event_types)
      returning due_at`;
}

const COLUMNS = jsonColumns<OutgoingNotification>({
  id: 'uuid',
  createdAt: 'timestamptz',
  sequence: 'int',
  type: 'text',
  url: 'text',
  partition: 'text',
  body: 'text',
});

function rows(notifications: string): string {
  return `jsonb_to_recordset(${notifications}::jsonb) as n (${COLUMNS})`;
}
