import { query } from '../database/query.js';

export const IS_READ_ONLY = query<object, { readOnly: boolean }>(
  'ask whether changes are taken',
  `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as "readOnly"`,
);

/**
 * Sorts more than 64 kB of memory hold, so that PostgreSQL writes some hundred kB to its disk and drops them: it needs no table and no right,
 * writes no WAL, leaves nothing behind, and fails as every statement does that needs room. The rows are made after the limit was set,
 * because they are made of its answer.
 */
export const TRY_ROOM = query<object, { rows: number }>(
  'try out whether there is room',
  `select count(*)::int as rows
         from (select set_config('work_mem', '64kB', true) as memory offset 0) as limited,
              lateral (select md5(n::text || memory) from generate_series(1, 4000) as n order by 1 offset 0) as sorted`,
);
