import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time; undefined where the system does not tell. */
export interface CpuUse {
  /** Of each process or group that was asked for. */
  own: Readonly<Record<string, number>>;
  /** Everybody else on the machine, in cores; what the host took away is part of it. */
  othersCores: number;
}

/** Processes by what they are called in the report. Those of a server are its first one with all its children. */
export type Watched = Readonly<Record<string, { pid: number; withChildren?: boolean }>>;

/** Starts to count. @returns what ends it; undefined figures where there is no /proc */
export function countCpu(watched: Watched): () => CpuUse | undefined {
  if (process.platform !== 'linux') return () => undefined;
  const startedAt = performance.now();
  const before = read(watched);
  return () => {
    const after = read(watched);
    const seconds = (performance.now() - startedAt) / 1000;
    const own = Object.fromEntries(
      Object.keys(watched).map((name) => [name, (after.own[name] ?? 0) - (before.own[name] ?? 0)]),
    );
    const ours = Object.values(own).reduce((sum, one) => sum + one, 0);
    return { own, othersCores: Math.max(0, (after.machine - before.machine - ours) / seconds) };
  };
}

interface Times {
  pid: number;
  parent: number;
  seconds: number;
  /** Of its children that have ended. */
  endedChildren: number;
}

let ticks: number | undefined;
const ticksPerSecond = () => (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

/** All kernel threads are its children. They work for whoever writes to the disk and the network, so for us. */
const KERNEL_THREADS = 2;

function read(watched: Watched): { own: Record<string, number>; machine: number } {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => timesOf(Number(name)) ?? []);
  const sum = (times: readonly Times[]) => times.reduce((total, { seconds }) => total + seconds, 0);
  const own = Object.fromEntries(
    Object.entries(watched).map(([name, { pid, withChildren }]) => {
      const itself = all.filter((one) => one.pid === pid);
      const children = withChildren ? all.filter((one) => one.parent === pid) : [];
      const ended = withChildren ? (itself[0]?.endedChildren ?? 0) : 0;
      return [name, sum(itself) + sum(children) + ended];
    }),
  );
  return { own, machine: machineSeconds() - sum(all.filter(({ parent }) => parent === KERNEL_THREADS)) };
}

/** user, nice, system, and steal, which the host took away. Not idling, and not interrupts, most of which are ours, too. */
function machineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + steal) / ticksPerSecond();
}

/** Undefined when it has just ended. */
function timesOf(pid: number): Times | undefined {
  try {
    // After the name, which may hold anything: state, ppid, …, utime, stime, cutime, cstime.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const at = (index: number) => (fields[index] ?? 0) / ticksPerSecond();
    return { pid, parent: fields[1] ?? 0, seconds: at(11) + at(12), endedChildren: at(13) + at(14) };
  } catch {
    return undefined;
  }
}
