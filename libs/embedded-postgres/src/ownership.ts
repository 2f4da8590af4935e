import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';
import { SUPERUSER } from './layout.js';
import { isAlive, readPidFile, servesCluster } from './postmaster.js';

/** The server to own. */
export interface Target {
  readonly directory: string;
  readonly cluster: string;
  readonly password: string;
  readonly postmasterPid: number;
}

/** The owner's connection; the server lets go of the lock the moment it breaks. */
export interface Ownership {
  readonly client: Client;
  readonly port: number;
}

/** Any number, the same for every version of Recaudo. Advisory locks belong to one database, ours to `postgres`. */
const LOCK_KEY = '7310298756120416';
const OWNER_NAME_PREFIX = 'recaudo-owner:';
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** A killed owner's session ends within milliseconds; this bounds the wait for it. */
const DEAD_OWNER_WAIT_MS = 10_000;

const INVALID_PASSWORD = '28P01';

/**
 * Connects to a running server, waiting while it starts or recovers, and takes the owner's lock. Returns undefined when the
 * server ended meanwhile. Throws EmbeddedPostgresError when another living process owns it, when the password is not its
 * own, or when the time is up.
 */
export async function takeOwnership(target: Target, timeoutMs: number): Promise<Ownership | undefined> {
  const deadline = Date.now() + timeoutMs;
  let lastProblem = 'it has not opened its port';
  while (Date.now() < deadline) {
    if (!servesCluster(target.postmasterPid, target.cluster)) return undefined;
    const { port } = readPidFile(target.cluster) ?? { port: undefined };
    if (port !== undefined) {
      try {
        return { port, client: await connectAsOwner(target, port) };
      } catch (error) {
        // Refused, still starting, recovering, shutting down: all of these pass, or the server ends.
        if (error instanceof EmbeddedPostgresError) throw error;
        lastProblem = error instanceof Error ? error.message : String(error);
      }
    }
    await delay(POLL_MS);
  }
  throw new EmbeddedPostgresError(
    `The database in ${target.directory} (process ${target.postmasterPid}) does not accept connections after ${Math.round(timeoutMs / 1000)} s (${lastProblem}): if it is recovering, start again in a while.`,
  );
}

async function connectAsOwner(target: Target, port: number): Promise<Client> {
  const client = new Client({
    // Everything that pg would otherwise take from PG* variables of the environment is stated.
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: target.password,
    database: 'postgres',
    ssl: false,
    options: '-c idle_session_timeout=0 -c statement_timeout=0',
    application_name: `${OWNER_NAME_PREFIX}${process.pid}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // The server may die at any time, which must not end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await lock(client, target.directory);
    return client;
  } catch (error) {
    void client.end().catch(() => undefined);
    if (errorCode(error) !== INVALID_PASSWORD) throw error;
    throw new EmbeddedPostgresError(
      `The password in ${target.directory}/password is not the one of the database beside it: restore the file that belongs to it.`,
    );
  }
}

async function lock(client: Client, directory: string): Promise<void> {
  const deadline = Date.now() + DEAD_OWNER_WAIT_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1::bigint) as taken', [
      LOCK_KEY,
    ]);
    if (rows[0]?.taken === true) return;
    const holder = await findHolder(client);
    if ((holder !== undefined && isAlive(holder)) || Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Recaudo is already running from this folder (process ${holder ?? 'unknown'}, data in ${directory}): stop it first.`,
      );
    }
    await delay(POLL_MS);
  }
}

async function findHolder(client: Client): Promise<number | undefined> {
  // PostgreSQL keeps the key as two halves (docs: view pg_locks, columns classid and objid).
  const { rows } = await client.query<{ name: string }>(
    `select activity.application_name as name
       from pg_locks as lock join pg_stat_activity as activity on activity.pid = lock.pid
      where lock.locktype = 'advisory' and lock.granted and lock.objsubid = 1
        and (lock.classid::bigint << 32 | lock.objid::bigint) = $1::bigint`,
    [LOCK_KEY],
  );
  const pid = Number(rows[0]?.name.replace(OWNER_NAME_PREFIX, ''));
  return pid > 0 ? pid : undefined;
}

/** Creates the database unless it exists. May be called any number of times. */
export async function ensureDatabase(client: Client, database: string): Promise<void> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (rows.length === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
}
