import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { chooseAccount, spawnAs } from './account.js';
import { type Binaries, loadBinaries } from './binaries.js';
import { SUPERUSER, clusterIn, ensureCluster, ensurePassword, passwordFileIn, reasonIn } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { type Release, takeOwnerLock } from './owner-lock.js';
import { disownPidFile, findPostmaster, isRunning, killOrphans, serves } from './postmaster.js';

export interface EmbeddedPostgresOptions {
  /** Where everything is kept, for instance `.data/postgres`; created when absent. One machine at a time may use it. */
  readonly directory: string;
  /** The database to create and to name in the URL. */
  readonly database: string;
  /** Overrides of postgresql.conf, for instance `{ fsync: 'off' }` for tests; address, port and sockets cannot be overridden. */
  readonly settings?: Readonly<Record<string, string>>;
}

const READY_TIMEOUT_MS = 60_000;
const LAUNCHES_MAX = 6;
/** Between launches, for what is in the way and that we are not allowed to see. */
const RETRY_PAUSE_MS = 300;
const FAST_SHUTDOWN_MS = 6_000;
const IMMEDIATE_SHUTDOWN_MS = 2_000;
const POLL_MS = 25;
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOG_LINES_SHOWN = 5;

/** What passes, or is found out about and cleared, before the next launch. */
const IN_THE_WAY = /Address already in use|pre-existing shared memory block|lock file "postmaster\.pid" already exists/;
const INVALID_PASSWORD = '28P01';

/**
 * A PostgreSQL server of our own, kept in one folder, that outlives a killed owner and is adopted by the next one.
 * One process at a time owns the folder.
 */
export class EmbeddedPostgres {
  readonly #directory: string;
  readonly #cluster: string;
  readonly #log: string;
  /** Starts and stops, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #release: Release | undefined;

  constructor(private readonly options: EmbeddedPostgresOptions) {
    this.#directory = resolve(options.directory);
    this.#cluster = clusterIn(this.#directory);
    this.#log = join(this.#directory, 'server.log');
  }

  /**
   * Starts the server (creating or recovering it as needed) or adopts the one that a killed owner left, and takes ownership. Returns the
   * connection URL. May be called again: while the server runs, the URL is the same; after it died, it starts anew on another port.
   * `settings` do not reach an adopted server. Throws EmbeddedPostgresError.
   */
  start(): Promise<string> {
    return this.#inTurn(() => this.#start());
  }

  /**
   * Ends the server we own: 6 s for a fast shutdown, then 2 s for an immediate one, after which it throws EmbeddedPostgresError.
   * Does nothing when there is none; removes nothing from disk.
   */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** For process.on('exit'): asks the server for a fast shutdown without waiting for it. Never throws. */
  stopNow(): void {
    const postmaster = this.#release && findPostmaster(this.#cluster);
    if (postmaster) this.#signal(postmaster.pid, 'SIGINT');
  }

  /** URL of the server while it runs, to be its guest; undefined when none runs. Starts nothing. */
  urlIfRunning(): string | undefined {
    const port = findPostmaster(this.#cluster)?.port;
    if (port === undefined) return undefined;
    return this.#url(port, readFileSync(passwordFileIn(this.#directory), 'utf8').trim());
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #url(port: number, password: string, database = this.options.database): string {
    return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  }

  async #start(): Promise<string> {
    try {
      const binaries = await loadBinaries();
      await mkdir(this.#directory, { recursive: true });
      this.#release ??= await takeOwnerLock(this.#directory);
      const password = await ensurePassword(this.#directory);
      return this.#url(await this.#adoptOrLaunch(binaries, password), password);
    } catch (error) {
      await this.#stop().catch(() => undefined);
      throw this.#sentenceOf(error as NodeJS.ErrnoException);
    }
  }

  async #adoptOrLaunch(binaries: Binaries, password: string): Promise<number> {
    let port = await this.#untilReady(password, () => false);
    for (let launches = 1; port === undefined; launches += 1) {
      const { isAlive, log } = await this.#launch(binaries, password);
      port = await this.#untilReady(password, isAlive);
      if (port !== undefined) break;
      const said = await log();
      if (launches === LAUNCHES_MAX || !IN_THE_WAY.test(said)) throw this.#didNotStart(said);
      killOrphans(this.#cluster);
      await delay(RETRY_PAUSE_MS);
    }
    return port;
  }

  /** The port of the folder's server once it answers; undefined when there is none, or none any more. */
  async #untilReady(password: string, mayAppear: () => boolean): Promise<number | undefined> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    let problem = 'it has not opened its port';
    for (;;) {
      const mayStillAppear = mayAppear();
      const postmaster = findPostmaster(this.#cluster);
      if (!postmaster && !mayStillAppear) return undefined;
      if (postmaster?.port !== undefined) {
        try {
          await this.#ensureDatabase(this.#url(postmaster.port, password, 'postgres'));
          return postmaster.port;
        } catch (error) {
          // Refused, still starting, recovering, shutting down: all of these pass, or the server ends.
          if ((error as { code?: string }).code === INVALID_PASSWORD)
            throw new EmbeddedPostgresError(
              `The password in ${passwordFileIn(this.#directory)} is not the one of the database beside it: restore the file that belongs to it.`,
            );
          problem = (error as Error).message;
        }
      }
      if (Date.now() > deadline)
        throw new EmbeddedPostgresError(
          `The database in ${this.#directory} does not accept connections after ${READY_TIMEOUT_MS / 1000} s (${problem}): start again in a while.`,
        );
      await delay(POLL_MS);
    }
  }

  async #ensureDatabase(url: string): Promise<void> {
    const { database } = this.options;
    // What pg would take from PG* variables of the environment is stated.
    const client = new Client({ connectionString: url, ssl: false, options: '', connectionTimeoutMillis: 5_000 });
    // Its loss is seen by the query that fails.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query('select 1 from pg_database where datname = $1', [database]);
      if (rows.length === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
    } finally {
      await client.end();
    }
  }

  /** Starts a server on a free port and does not wait for it. */
  async #launch({ initdb, postgres }: Binaries, password: string) {
    const { settings = {} } = this.options;
    const account = await chooseAccount(postgres, this.#directory);
    await ensureCluster(this.#directory, { initdb, account, password, isDurable: settings['fsync'] !== 'off' });
    await disownPidFile(this.#cluster);
    const logged = (await stat(this.#log).catch(() => undefined))?.size ?? 0;
    if (logged > LOG_BYTES_MAX) await rename(this.#log, `${this.#log}.1`);
    const all = [
      ...Object.entries({ max_connections: '100', ...settings }),
      // The last one counts, so ours come last: the server never listens beyond this machine.
      ['listen_addresses', '127.0.0.1'],
      ['unix_socket_directories', ''],
      ['port', await freePort()],
    ];
    const args = ['-D', this.#cluster, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const output = openSync(this.#log, 'a', 0o600);
    const child = spawnAs(account, postgres, args, { stdio: ['ignore', output, output] });
    closeSync(output);
    let isAlive = true;
    for (const end of ['exit', 'error']) child.once(end, () => (isAlive = false));
    child.unref();
    const from = logged > LOG_BYTES_MAX ? 0 : logged;
    return { isAlive: () => isAlive, log: async () => (await readFile(this.#log)).subarray(from).toString() };
  }

  async #stop(): Promise<void> {
    const postmaster = this.#release && findPostmaster(this.#cluster);
    // The folder stays ours until the server has ended, so that nobody adopts one that is about to end.
    const hasEnded =
      !postmaster ||
      (await this.#end(postmaster.pid, 'SIGINT', FAST_SHUTDOWN_MS)) ||
      (await this.#end(postmaster.pid, 'SIGQUIT', IMMEDIATE_SHUTDOWN_MS));
    this.#release?.();
    this.#release = undefined;
    if (hasEnded) return;
    throw new EmbeddedPostgresError(
      `The database in ${this.#directory} (process ${postmaster.pid}) did not end within ${(FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS) / 1000} s: the next start takes it over, or end that process by hand.`,
    );
  }

  async #end(pid: number, signal: NodeJS.Signals, limitMs: number): Promise<boolean> {
    const deadline = Date.now() + limitMs;
    this.#signal(pid, signal);
    while (isRunning(pid) && Date.now() < deadline) await delay(POLL_MS);
    return !isRunning(pid);
  }

  #signal(pid: number, signal: NodeJS.Signals): void {
    try {
      // A number may have gone to another program since.
      if (serves(pid, this.#cluster)) process.kill(pid, signal);
    } catch {
      // It ended on its own.
    }
  }

  #didNotStart(log: string): EmbeddedPostgresError {
    const sentence = `The database in ${this.#directory} did not start (${reasonIn(log) ?? 'it gave no reason'}): see ${this.#log}, or set DATABASE_URL to a PostgreSQL of your own.`;
    return new EmbeddedPostgresError([sentence, ...log.trim().split('\n').slice(-LOG_LINES_SHOWN)].join('\n').trim());
  }

  #sentenceOf(error: NodeJS.ErrnoException): EmbeddedPostgresError {
    if (error instanceof EmbeddedPostgresError) return error;
    const { code, message, syscall } = error;
    return new EmbeddedPostgresError(
      syscall
        ? `The folder ${this.#directory} cannot be used for the database (${code}): make it writable and check the free space of its disk, or set DATABASE_URL to a PostgreSQL of your own.`
        : `The database in ${this.#directory} failed while it started (${message}): see ${this.#log}, then start again.`,
    );
  }
}

/** A TCP port that nobody uses at this moment, chosen by the system. */
function freePort(): Promise<number> {
  return new Promise((settle, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => settle(port));
    });
  });
}
