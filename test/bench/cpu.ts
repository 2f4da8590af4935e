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

let ticks: number | undefined;
const ticksPerSecond = () => (ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' })));

function read(watched: Watched): { own: Record<string, number>; machine: number } {
  const own = Object.fromEntries(
    Object.entries(watched).map(([name, { pid, withChildren }]) => [name, secondsOf(pid, withChildren ?? false)]),
  );
  return { own, machine: machineSeconds() };
}

/** user, nice, system, irq, softirq and steal: all but idling and waiting for the disk. */
function machineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond();
}

function secondsOf(pid: number, withChildren: boolean): number {
  const { seconds, endedChildren } = timesOf(pid);
  if (!withChildren) return seconds;
  return childrenOf(pid).reduce((sum, child) => sum + timesOf(child).seconds, seconds + endedChildren);
}

function timesOf(pid: number): { parent: number; seconds: number; endedChildren: number } {
  try {
    // After the name, which may hold anything: state, ppid, …, utime, stime, cutime, cstime.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const at = (index: number) => (fields[index] ?? 0) / ticksPerSecond();
    return { parent: fields[1] ?? 0, seconds: at(11) + at(12), endedChildren: at(13) + at(14) };
  } catch {
    return { parent: 0, seconds: 0, endedChildren: 0 };
  }
}

function childrenOf(pid: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((one) => timesOf(one).parent === pid);
}
