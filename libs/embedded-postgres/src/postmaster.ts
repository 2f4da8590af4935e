import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A living server. */
export interface Postmaster {
  readonly pid: number;
  /** Undefined until it has chosen one. */
  readonly port: number | undefined;
}

/** PostgreSQL believes in no process of this number. */
const NO_PID = '2147483647';

const pidFile = (cluster: string) => join(cluster, 'postmaster.pid');
const isLinux = process.platform === 'linux';

/** The living server over a data folder. Synchronous, because an exit handler needs it. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  const lines = attempt(() => readFileSync(pidFile(cluster), 'utf8').split('\n')) ?? [];
  const [pid, port] = [parseInt(lines[0] ?? '', 10), Number(lines[3])];
  if (!serves(pid, cluster)) return undefined;
  // A line without its end may be half written.
  return { pid, port: lines.length > 4 && port > 0 ? port : undefined };
}

/** Whether `pid` is a server over exactly this data folder, and not a process that got its number. */
export function serves(pid: number, cluster: string): boolean {
  if (!(pid > 0)) return false;
  if (!isLinux) return listed(pid).includes(`postgres -D ${cluster} `);
  const args = commandLine(pid);
  if (basename(args[0] ?? '') !== 'postgres') return false;
  // Its folder may have been moved. And a root without CAP_SYS_PTRACE, as in Docker, does not see where it works.
  return worksIn(pid, cluster) || isSameFolder(args[args.indexOf('-D') + 1] ?? '', cluster);
}

/** Whether a process has not ended. A zombie has: nobody collects it when we are a container's first process. */
export function isRunning(pid: number): boolean {
  const state = isLinux ? attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)) : listed(pid);
  return Boolean(state) && !/^[ZX]/.test(state ?? '');
}

/**
 * Keeps PostgreSQL from believing a pid file that no living server wrote: its number may belong to another program by now, and a power failure
 * leaves it empty. The rest stays, by which PostgreSQL finds out whether processes of that server still use the data.
 */
export async function disownPidFile(cluster: string): Promise<void> {
  const read = () => readFile(pidFile(cluster), 'utf8').catch(() => undefined);
  let content = await read();
  if (content === '') {
    // A server may be about to write it.
    await delay(250);
    content = await read();
  }
  if (content === undefined || findPostmaster(cluster)) return;
  await writeFile(pidFile(cluster), content.replace(/^.*\n?/, `${NO_PID}\n`));
}

/**
 * Ends processes of a killed server that still use its data and so keep a new one from starting: busy ones notice its death only when their
 * query ends. Elsewhere than on Linux they are waited for.
 */
export function killOrphans(cluster: string): void {
  if (!isLinux) return;
  // Server processes rewrite their title to "postgres: checkpointer" and the like.
  for (const pid of readdirSync('/proc').map(Number))
    if (pid > 0 && commandLine(pid)[0]?.startsWith('postgres: ') && worksIn(pid, cluster))
      attempt(() => process.kill(pid, 'SIGKILL'));
}

const worksIn = (pid: number, cluster: string) => isSameFolder(`/proc/${pid}/cwd`, cluster);

/** Empty for a process that has ended. */
function commandLine(pid: number): string[] {
  return attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? [];
}

/** Where there is no /proc: the state of a process, and its command line. Empty when there is none. */
function listed(pid: number): string {
  const args = ['-ww', '-o', 'stat=,command=', '-p', String(pid)];
  return spawnSync('/bin/ps', args, { encoding: 'utf8', timeout: 5_000 }).stdout?.trim() ?? '';
}

function isSameFolder(left: string, right: string): boolean {
  const [a, b] = [attempt(() => statSync(left)), attempt(() => statSync(right))];
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
