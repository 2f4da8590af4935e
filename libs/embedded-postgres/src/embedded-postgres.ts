import { readFileSync } from 'node:fs';
import { type Binaries, loadBinaries } from './binaries.js';
import { ensureCluster, ensurePassword, prepareDirectory } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { assertSafePath, launch, untilGone } from './launch.js';
import { type Layout, SUPERUSER, layoutOf } from './layout.js';
import { type Ownership, type Target, ensureDatabase, takeOwnership } from './ownership.js';
import { readPidFile, servesCluster } from './postmaster.js';
import { chooseRunner } from './runner.js';
import { takeStartLock } from './start-lock.js';

export interface EmbeddedPostgresOptions {
  /** Where everything is kept, for instance `.data/postgres`; created when absent. One machine at a time may use it. */
  readonly directory: string;
  /** The database to create and to name in the URL. */
  readonly database: string;
  /** Overrides of postgresql.conf, for instance `{ fsync: 'off' }` for tests; address, port and sockets cannot be overridden. */
  readonly settings?: Readonly<Record<string, string>>;
}

const READY_TIMEOUT_MS = 60_000;
const START_LOCK_TIMEOUT_MS = 180_000;
const MAX_LAUNCHES = 6;
const FAST_SHUTDOWN_MS = 6_000;
const IMMEDIATE_SHUTDOWN_MS = 2_000;

interface Running extends Ownership {
  readonly postmasterPid: number;
  readonly url: string;
}

/**
 * A PostgreSQL server of our own, kept in one folder, that outlives a killed owner and is adopted by the next one.
 * One process at a time owns it.
 */
export class EmbeddedPostgres {
  readonly #layout: Layout;
  readonly #database: string;
  readonly #settings: Readonly<Record<string, string>>;
  #running: Running | undefined;
  #starting: Promise<string> | undefined;
  #stopping: Promise<void> | undefined;
  /** True while any server that appears in the folder can only be the one we are starting. */
  #isLaunching = false;

  constructor(options: EmbeddedPostgresOptions) {
    this.#layout = layoutOf(options.directory);
    this.#database = options.database;
    this.#settings = options.settings ?? {};
  }

  /**
   * Starts the server (creating or recovering it as needed) or adopts the one a killed owner left, and takes ownership.
   * Returns the connection URL. May be called again: while the server runs, the URL is the same; after it died, it starts anew on
   * another port. `settings` do not reach an adopted server. Throws EmbeddedPostgresError.
   */
  start(): Promise<string> {
    // Noted before anything is awaited, so that a stop() right after this call waits for it.
    this.#starting ??= this.#startAfter(this.#stopping).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** URL of the server while another process owns and runs it, to be its guest; undefined when none runs. Starts nothing. */
  urlIfRunning(): string | undefined {
    const { cluster, passwordFile } = this.#layout;
    const pidFile = readPidFile(cluster);
    if (pidFile?.port === undefined || !servesCluster(pidFile.pid, cluster)) return undefined;
    return this.#url(pidFile.port, readFileSync(passwordFile, 'utf8').trim());
  }

  /**
   * Ends the server we own: 6 s for a fast shutdown, then 2 s for an immediate one, after which it throws EmbeddedPostgresError.
   * Does nothing when there is none; removes nothing from disk.
   */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** For process.on('exit'): asks the server for a fast shutdown without waiting for it. Never throws. */
  stopNow(): void {
    try {
      const pid =
        this.#running?.postmasterPid ?? (this.#isLaunching ? readPidFile(this.#layout.cluster)?.pid : undefined);
      if (pid !== undefined) this.#signal(pid, 'SIGINT');
    } catch {
      // There is nobody left to tell; the next start adopts the server.
    }
  }

  #url(port: number, password: string): string {
    return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(this.#database)}`;
  }

  async #startAfter(stopping: Promise<void> | undefined): Promise<string> {
    await stopping?.catch(() => undefined);
    return this.#start();
  }

  async #start(): Promise<string> {
    const { cluster } = this.#layout;
    if (this.#running !== undefined) {
      if (servesCluster(this.#running.postmasterPid, cluster)) return this.#running.url;
      this.#running = undefined;
    }
    const binaries = await loadBinaries();
    assertSafePath(cluster);
    assertSafePath(binaries.postgres);
    await prepareDirectory(this.#layout);
    const release = await takeStartLock(this.#layout, START_LOCK_TIMEOUT_MS);
    try {
      const password = await ensurePassword(this.#layout);
      const { postmasterPid, ...ownership } = await this.#adoptOrLaunch(binaries, password);
      // From here on the server is ours, so that a failure below leaves something for stop() to end.
      const url = this.#url(ownership.port, password);
      this.#own({ ...ownership, postmasterPid, url }, password);
      await ensureDatabase(ownership.client, this.#database);
      return url;
    } catch (error) {
      await this.#stop().catch(() => undefined);
      if (error instanceof EmbeddedPostgresError) throw error;
      throw new EmbeddedPostgresError(
        `The database in ${this.#layout.directory} failed while it started (${error instanceof Error ? error.message : String(error)}): see ${this.#layout.serverLog}, then start again.`,
      );
    } finally {
      await release();
    }
  }

  async #adoptOrLaunch(binaries: Binaries, password: string): Promise<Ownership & Pick<Running, 'postmasterPid'>> {
    const { cluster, directory } = this.#layout;
    for (let launches = 0; launches <= MAX_LAUNCHES; launches += 1) {
      const postmasterPid = readPidFile(cluster)?.pid ?? NaN;
      if (servesCluster(postmasterPid, cluster)) {
        const target: Target = { directory, cluster, password, postmasterPid };
        const ownership = await takeOwnership(target, READY_TIMEOUT_MS);
        if (ownership !== undefined) return { ...ownership, postmasterPid };
      }
      if (launches < MAX_LAUNCHES) await this.#launch(binaries, password);
    }
    throw new EmbeddedPostgresError(
      `The database in ${directory} did not stay up after ${MAX_LAUNCHES} attempts (processes of a killed server may still be ending): start again in a moment, and see ${this.#layout.serverLog} if that does not help.`,
    );
  }

  async #launch(binaries: Binaries, password: string): Promise<void> {
    const runner = await chooseRunner(binaries.postgres, this.#layout.directory);
    const isDurable = this.#settings['fsync'] !== 'off';
    await ensureCluster({ layout: this.#layout, binaries, runner, password, isDurable });
    this.#isLaunching = true;
    try {
      await launch(this.#layout, binaries, runner, this.#settings);
    } finally {
      this.#isLaunching = false;
    }
  }

  #own(running: Running, password: string): void {
    this.#running = running;
    running.client.once('end', () => void this.#reclaim(running, password));
  }

  /** The connection that holds the lock broke and the server may live on, as after the crash of any of its backends. */
  async #reclaim(lost: Running, password: string): Promise<void> {
    if (this.#running !== lost) return;
    const { cluster, directory } = this.#layout;
    const target: Target = { directory, cluster, password, postmasterPid: lost.postmasterPid };
    let ownership: Ownership | undefined;
    try {
      ownership = await takeOwnership(target, READY_TIMEOUT_MS);
    } catch {
      // Somebody else owns the server now: it is no longer ours to stop.
      if (this.#running === lost) this.#running = undefined;
    }
    if (ownership === undefined) return;
    if (this.#running === lost) this.#own({ ...lost, ...ownership }, password);
    else await ownership.client.end().catch(() => undefined);
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    const { postmasterPid } = running;
    // The owner's connection stays until the server closes it, so that nobody adopts a server that is about to end.
    this.#signal(postmasterPid, 'SIGINT');
    let remaining = await untilGone([postmasterPid], FAST_SHUTDOWN_MS);
    if (remaining.length > 0) {
      this.#signal(postmasterPid, 'SIGQUIT');
      remaining = await untilGone([postmasterPid], IMMEDIATE_SHUTDOWN_MS);
    }
    void running.client.end().catch(() => undefined);
    if (remaining.length === 0) return;
    throw new EmbeddedPostgresError(
      `The database in ${this.#layout.directory} (process ${postmasterPid}) did not end within ${(FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS) / 1000} s: the next start takes it over, or end that process by hand.`,
    );
  }

  #signal(pid: number, signal: NodeJS.Signals): void {
    // A number may have gone to another program since.
    if (!servesCluster(pid, this.#layout.cluster)) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended on its own.
    }
  }
}
