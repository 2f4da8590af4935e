import { chown, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { notWritable } from './cluster.js';
import { runCommand } from './command.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { Layout } from './layout.js';
import { findOrphans, isAlive, occupiesPid, pidFilePath, readPidFile, servesCluster } from './postmaster.js';
import { type Runner, lastLine } from './runner.js';

/** `retry`: something was in the way that is gone or that the caller has to look at again. */
export type LaunchOutcome = 'started' | 'retry';

const PG_CTL_WAIT_S = 60;
const ORPHAN_GRACE_MS = 2_000;
const ORPHAN_KILLED_MS = 2_000;
/** Backends of a killed server that we are not allowed to see get this long, per attempt, to end. */
const RETRY_PAUSE_MS = 300;
const POLL_MS = 25;
const MAX_LOG_BYTES = 8 * 1024 * 1024;
const LOG_LINES_SHOWN = 5;

/** What pg_ctl would put into a shell command unescaped, between double quotes. */
const UNSAFE_IN_PATH = /["$`\\\n]/;

/** Starts the server of an existing cluster on a free port and waits until it accepts connections. Throws EmbeddedPostgresError. */
export async function launch(
  layout: Layout,
  binaries: Binaries,
  runner: Runner,
  settings: Readonly<Record<string, string>>,
): Promise<LaunchOutcome> {
  await clearObstacles(layout.cluster);
  const logOffset = await prepareLog(layout, runner);
  const options = serverOptions(settings, await freePort());
  const args = [
    'start',
    '-w',
    '-s',
    '-t',
    String(PG_CTL_WAIT_S),
    '-D',
    layout.cluster,
    '-l',
    layout.serverLog,
    '-o',
    options,
  ];
  const result = await runCommand(runner.commandFor(binaries.pg_ctl, args), (PG_CTL_WAIT_S + 10) * 1000);
  if (result.exitCode === 0) return 'started';
  const log = (await readFile(layout.serverLog).catch(() => Buffer.alloc(0))).subarray(logOffset).toString('utf8');
  if (/Address already in use|pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(log)) {
    await delay(RETRY_PAUSE_MS);
    return 'retry';
  }
  const { pid } = readPidFile(layout.cluster) ?? { pid: NaN };
  // Recovery after a crash may outlast pg_ctl's patience; the server is there and can be waited for.
  if (servesCluster(pid, layout.cluster)) return 'started';
  throw startFailure(layout, log, lastLine(result));
}

/** Refuses what pg_ctl would misread. Throws EmbeddedPostgresError. */
export function assertSafePath(path: string): void {
  if (!UNSAFE_IN_PATH.test(path)) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL cannot be started from ${JSON.stringify(path)}, because the path contains one of " $ \` \\: use a folder without them.`,
  );
}

/** The -o argument of pg_ctl. Ours come last, because the last one counts: the server never listens beyond this machine. */
export function serverOptions(settings: Readonly<Record<string, string>>, port: number): string {
  const all: readonly (readonly [string, string])[] = [
    ['max_connections', '100'],
    ...Object.entries(settings),
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', ''],
    ['port', String(port)],
  ];
  return all.map(([name, value]) => `-c ${quote(`${settingName(name)}=${value}`)}`).join(' ');
}

function settingName(name: string): string {
  if (/^[a-z_][a-z0-9_.]*$/i.test(name)) return name;
  throw new EmbeddedPostgresError(`"${name}" is not the name of a PostgreSQL setting: correct the settings.`);
}

/** pg_ctl hands its options to a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Removes what makes PostgreSQL refuse although no server runs here. A pid file whose process is gone is left to
 * PostgreSQL; one whose number now belongs to another program (or to a zombie) it would believe, and so would an empty one.
 */
async function clearObstacles(cluster: string): Promise<void> {
  await endOrphans(cluster);
  let file = readPidFile(cluster);
  if (file !== undefined && Number.isNaN(file.pid)) {
    // It may be a server's that is just writing it; look again once that must be done.
    await delay(10 * POLL_MS);
    file = readPidFile(cluster);
  }
  if (file === undefined) return;
  const pid = Math.abs(file.pid);
  if (file.pid < 0 && servesCluster(pid, cluster)) {
    throw new EmbeddedPostgresError(
      `The database in ${cluster} is open in a single-user PostgreSQL (process ${pid}): end that one, then start again.`,
    );
  }
  if (Number.isNaN(pid) || (occupiesPid(pid) && !servesCluster(pid, cluster)))
    await rm(pidFilePath(cluster), { force: true });
}

async function endOrphans(cluster: string): Promise<void> {
  const file = readPidFile(cluster);
  if (file !== undefined && servesCluster(Math.abs(file.pid), cluster)) return;
  const remaining = await untilGone(findOrphans(cluster), ORPHAN_GRACE_MS);
  for (const pid of remaining) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself after all.
    }
  }
  await untilGone(remaining, ORPHAN_KILLED_MS);
}

/** Waits until the processes have ended or the time is up; returns those still there. */
export async function untilGone(pids: readonly number[], timeoutMs: number): Promise<number[]> {
  const deadline = Date.now() + timeoutMs;
  let remaining = pids.filter(isAlive);
  while (remaining.length > 0 && Date.now() < deadline) {
    await delay(POLL_MS);
    remaining = remaining.filter(isAlive);
  }
  return remaining;
}

/** Makes the log exist for the account that writes it, bounded in size. Returns its length in bytes. */
async function prepareLog({ directory, serverLog, previousServerLog }: Layout, runner: Runner): Promise<number> {
  try {
    const before = await stat(serverLog).catch(() => undefined);
    if (before !== undefined && before.size > MAX_LOG_BYTES) await rename(serverLog, previousServerLog);
    const handle = await open(serverLog, 'a', 0o600);
    const { size } = await handle.stat();
    await handle.close();
    if (runner.filesOwner !== undefined) await chown(serverLog, runner.filesOwner.uid, runner.filesOwner.gid);
    return size;
  } catch (error) {
    throw notWritable(directory, error);
  }
}

/** A TCP port nobody uses at this moment, chosen by the system. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else
          reject(
            new EmbeddedPostgresError(
              'No free TCP port was found on 127.0.0.1: close programs that use many connections.',
            ),
          );
      });
    });
  });
}

function startFailure({ directory, serverLog }: Layout, log: string, fallback: string): EmbeddedPostgresError {
  const lines = log.trim().split('\n');
  const told = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line));
  const reason = (told?.replace(/^.*?\b(FATAL|PANIC):\s*/, '') ?? fallback).replace(/\.$/, '');
  const sentence = `The database in ${directory} did not start (${reason}): see ${serverLog}, or set DATABASE_URL to a PostgreSQL of your own.`;
  return new EmbeddedPostgresError([sentence, ...lines.slice(-LOG_LINES_SHOWN)].join('\n').trim());
}
