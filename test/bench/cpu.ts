import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { sum } from './statistics.js';

/** Seconds of processor time. */
export interface CpuUse {
  /** Of each process or group that was asked for. */
  own: Readonly<Record<string, number>>;
  /** Everybody else on the machine, in cores; what the host took away is part of it. */
  othersCores: number;
}

/** Processes by what they are called in the report. Those of a server are its first one with all its children. */
export type Watched = Readonly<Record<string, { pid: number; withChildren?: boolean }>>;

/** All kernel threads are its children. They work for whoever writes to the disk and the network, so for us. */
const KERNEL_THREADS = 2;

let ticks: number | undefined;
const ticksPerSecond = () => (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

/** Starts to count. @returns what ends it; undefined figures where there is no /proc */
export function countCpu(watched: Watched): () => CpuUse | undefined {
  if (process.platform !== 'linux') return () => undefined;
  const startedAt = performance.now();
  const before = read(watched);
  return () => {
    const after = read(watched);
    const seconds = (performance.now() - startedAt) / 1000;
    const own = Object.fromEntries(Object.keys(watched).map((name) => [name, after.own[name]! - before.own[name]!]));
    const others = after.machine - before.machine - sum(Object.values(own));
    return { own, othersCores: Math.max(0, others / seconds) };
  };
}

function read(watched: Watched): { own: Record<string, number>; machine: number } {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? timesOf(Number(name)) : []));
  const used = (of: (one: (typeof all)[number]) => boolean) => sum(all.filter(of).map(({ seconds }) => seconds));
  const own = Object.entries(watched).map(([name, { pid, withChildren = false }]) => {
    const endedChildren = withChildren ? (all.find((one) => one.pid === pid)?.endedChildren ?? 0) : 0;
    return [name, used((one) => one.pid === pid || (withChildren && one.parent === pid)) + endedChildren];
  });
  return { own: Object.fromEntries(own), machine: machineSeconds() - used(({ parent }) => parent === KERNEL_THREADS) };
}

/** user, nice, system, and steal, which the host took away. Not idling, and not interrupts, most of which are ours, too. */
function machineSeconds(): number {
  const [, user, nice, system, , , , , steal] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!.split(/\s+/);
  return sum([user, nice, system, steal].map(Number)) / ticksPerSecond();
}

/** Nothing when it has just ended. */
function timesOf(pid: number): { pid: number; parent: number; seconds: number; endedChildren: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: state, ppid, …, utime, stime, cutime, cstime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user, system, endedUser, endedSystem] = fields
      .slice(11, 15)
      .map((field) => Number(field) / ticksPerSecond());
    return [{ pid, parent: Number(fields[1]), seconds: user! + system!, endedChildren: endedUser! + endedSystem! }];
  } catch {
    return [];
  }
}
