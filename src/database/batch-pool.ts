import pg, { type Pool } from 'pg';

/** Every batcher has one batch under way, and more only while something holds one up. */
const CONNECTIONS_MAX = 16;
/** Many times what a batch takes. PostgreSQL ends it then, and its items go on alone. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** A connection that has gone silent holds up a batch, and those behind it: not for as long as the driver's own limit. */
const QUERY_TIMEOUT_MS = 6_000;

/**
 * Batches touch rows by their keys alone, so the plan with an index for each table is the right one, whatever PostgreSQL knows of the table; it is not
 * made anew for each execution. A batch waits for a lock only shortly: the items of one that does not get it go on alone.
 */
export const BATCH_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  lock_timeout: '250',
};

/** A pool for batches beside the given one, to the same database. It ends with that one. */
export function batchPool(beside: Pool): Pool {
  const { options } = beside;
  const settings = Object.entries(BATCH_SETTINGS).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new pg.Pool({
    ...options,
    // Not enumerable.
    password: options.password,
    max: CONNECTIONS_MAX,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    allowExitOnIdle: true,
    options: [options.options, ...settings].filter(Boolean).join(' '),
  });
  // A connection that breaks while nobody uses it: the pool opens another one.
  pool.on('error', () => undefined);
  const end = beside.end.bind(beside);
  beside.end = async () => {
    await Promise.all([pool.end(), end()]);
  };
  return pool;
}
