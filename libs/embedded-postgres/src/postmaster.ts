import { readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { errorCode } from './embedded-postgres.error.js';

/** What `postmaster.pid` says. Lines after the first appear while the server starts. */
export interface PidFile {
  /** Negative when a single-user server wrote it; NaN when the file is empty or damaged. */
  readonly pid: number;
  /** TCP port; undefined until the server has chosen it. */
  readonly port: number | undefined;
}

/** A process as the system shows it. */
interface ProcessView {
  readonly isZombie: boolean;
  /** Arguments; on systems without /proc the whole command line as one string. Empty for what has none. */
  readonly args: readonly string[];
}

/** Path of the file in which a server states its pid and port. */
export function pidFilePath(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** Reads `postmaster.pid`; undefined when there is none. Synchronous, because an exit handler needs it. */
export function readPidFile(cluster: string): PidFile | undefined {
  let text: string;
  try {
    text = readFileSync(pidFilePath(cluster), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const lines = text.split('\n');
  const port = Number(lines[3]);
  // A line without its end may be half written.
  return { pid: parseInt(lines[0] ?? '', 10), port: lines.length > 4 && port > 0 ? port : undefined };
}

/** Whether a process exists and has not ended. A zombie has ended: nobody collects it when we are a container's first process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM says that it exists and belongs to someone else.
    if (errorCode(error) !== 'EPERM') return false;
  }
  return inspect(pid)?.isZombie !== true;
}

/** Whether a process exists in any form, a zombie included: what PostgreSQL asks before it believes a pid file. */
export function occupiesPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether `pid` is a living server (or single-user server) over exactly this data folder, and not a process that got its number. */
export function servesCluster(pid: number, cluster: string): boolean {
  if (!(pid > 0)) return false;
  const view = inspect(pid);
  if (view === undefined || view.isZombie) return false;
  if (process.platform !== 'linux') return (view.args[0] ?? '').includes(`postgres -D ${cluster} `);
  if (basename(view.args[0] ?? '') !== 'postgres') return false;
  const byWorkingDirectory = worksIn(pid, cluster);
  if (byWorkingDirectory === true) return true;
  // Not readable for a root without CAP_SYS_PTRACE, as in Docker; and a server that just began has not moved there yet.
  const named = view.args[view.args.indexOf('-D') + 1];
  return named !== undefined && isSamePath(named, cluster);
}

/**
 * Server processes that outlived their killed postmaster and still hold its shared memory, which keeps a new server from
 * starting: busy ones notice the death only when their query ends. Always empty on systems without /proc.
 */
export function findOrphans(cluster: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isBackendOf(pid, cluster));
}

function isBackendOf(pid: number, cluster: string): boolean {
  const view = inspect(pid);
  // Backends rewrite their title to "postgres: checkpointer" and the like.
  if (view === undefined || view.isZombie || view.args[0]?.startsWith('postgres: ') !== true) return false;
  return worksIn(pid, cluster) === true;
}

function inspect(pid: number): ProcessView | undefined {
  return process.platform === 'linux' ? inspectProc(pid) : inspectPs(pid);
}

function inspectProc(pid: number): ProcessView | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The state follows the name, which stands in brackets and may itself contain brackets.
    const state = stat.charAt(stat.lastIndexOf(')') + 2);
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { isZombie: state === 'Z' || state === 'X', args };
  } catch {
    return undefined;
  }
}

function inspectPs(pid: number): ProcessView | undefined {
  const { stdout, status } = spawnSync('/bin/ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 5_000,
  });
  if (status !== 0) return undefined;
  const [, state = '', command = ''] = /^\s*(\S+)\s+(.*)/.exec(stdout) ?? [];
  return { isZombie: state.startsWith('Z'), args: [command] };
}

/** undefined when the system does not tell us. */
function worksIn(pid: number, cluster: string): boolean | undefined {
  try {
    readlinkSync(`/proc/${pid}/cwd`);
    const [theirs, ours] = [statSync(`/proc/${pid}/cwd`), statSync(cluster)];
    return theirs.dev === ours.dev && theirs.ino === ours.ino;
  } catch {
    return undefined;
  }
}

function isSamePath(left: string, right: string): boolean {
  try {
    return realpathSync(left) === realpathSync(right);
  } catch {
    return false;
  }
}
