import { query } from '../database/query.js';

export interface Counted {
  attempts: number;
  retryAfterSeconds: number;
}

/** Counts before anything is checked: of many that come at once none is let through. */
export const COUNT_ATTEMPT = query<{ key: string; windowSeconds: number }, Counted>(
  'count attempt to sign in',
  `
    insert into sign_in_throttles as known (key, attempts, seen_at, window_ends_at)
    values ($key, 1, now(), now() + make_interval(secs => $windowSeconds::int))
    on conflict (key) do update set
      attempts = case when known.window_ends_at <= excluded.seen_at then 1 else known.attempts + 1 end,
      window_ends_at = case when known.window_ends_at <= excluded.seen_at then excluded.window_ends_at else known.window_ends_at end,
      seen_at = excluded.seen_at
    returning attempts, ceil(extract(epoch from window_ends_at - seen_at))::int as "retryAfterSeconds"`,
);

/** An attempt that was none: it is not counted. */
export const UNCOUNT_ATTEMPT = query<{ keys: readonly string[] }>(
  'uncount attempt to sign in',
  `
    with locked as (select key from sign_in_throttles where key = any($keys::text[]) order by key for update)
    update sign_in_throttles t set attempts = greatest(t.attempts - 1, 0) from locked where t.key = locked.key`,
);

export const SWEEP_THROTTLES = query<{ limit: number }, { gone: number }>(
  'sweep attempts to sign in',
  `
    with gone as (
      delete from sign_in_throttles where key in (select key from sign_in_throttles where window_ends_at < now() limit $limit::int) returning 1
    )
    select count(*)::int as gone from gone`,
);
