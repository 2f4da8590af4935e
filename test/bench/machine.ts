import { execFileSync } from 'node:child_process';
import { readFileSync, statfsSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

/** Where and when figures come from. */
export interface Provenance {
  date: string;
  commit: string;
  machine: string;
  software: string;
  database: string;
}

const GIB = 1024 ** 3;

export function provenance(settings: Readonly<Record<string, string>>): Provenance {
  const { server_version: version, ...others } = settings;
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    machine: `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / GIB)} GiB memory, disk: ${disk()}`,
    software: `Node ${process.versions.node}, PostgreSQL ${version}, ${type()} ${release()}`,
    database: Object.entries(others)
      .map(([name, value]) => `${name}=${value}`)
      .join(', '),
  };
}

/** What was measured; `+` says that it was not all committed. */
function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'config', 'libs', 'test/bench', 'package-lock.json');
    return `${git('rev-parse', '--short=12', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** The working directory's file system and device, as far as the system tells. */
function disk(): string {
  const size = `${Math.round((statfsSync('.').blocks * statfsSync('.').bsize) / GIB)} GiB`;
  try {
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '));
    const within = mounts.filter(([, place]) => place && `${process.cwd()}/`.startsWith(place.replace(/\/?$/, '/')));
    const [device, , kind] = within.toSorted(([, a], [, b]) => (a ?? '').length - (b ?? '').length).at(-1) ?? [];
    return kind ? `${kind} on ${device}, ${size}` : size;
  } catch {
    return size;
  }
}
