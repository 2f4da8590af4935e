import type { PayinStatus } from '../payins/domain/status.js';
import { query } from '../database/query.js';

/** Sealed, the present one first. */
export const READ_NOTIFICATION_SECRETS = query<{ organizationId: string }, { secrets: string[] }>(
  'read notification secrets',
  `
    select array_remove(
      array[notification_secret, case when previous_notification_secret_until > now() then previous_notification_secret end], null
    ) as secrets
    from organizations where id = $organizationId`,
);

/** What is watched: three lists of the same length. */
export interface WatchedPayins {
  organizationIds: readonly string[];
  ids: readonly string[];
  versions: readonly number[];
}

export interface ChangedPayin {
  organizationId: string;
  id: string;
  version: number;
  status: PayinStatus;
}

/** Of all payins that are watched, those that have changed. */
export const FIND_CHANGED_PAYINS = query<WatchedPayins, ChangedPayin>(
  'find changed payins',
  `
    select p.organization_id as "organizationId", p.id, p.version, p.status
    from unnest($organizationIds::uuid[], $ids::uuid[], $versions::int[]) as watched (organization_id, id, version)
    join payins p on p.organization_id = watched.organization_id and p.id = watched.id and p.version <> watched.version`,
);
