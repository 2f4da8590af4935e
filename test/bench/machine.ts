import { spawnSync } from 'node:child_process';
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
  const changed = output(
    'git',
    'status',
    '--porcelain',
    '--',
    'src',
    'config',
    'libs',
    'test/bench',
    'package-lock.json',
  );
  return `${output('git', 'rev-parse', '--short=12', 'HEAD') || 'unknown'}${changed ? '+' : ''}`;
}

/** The working directory's file system, device and size, as far as the system tells. */
const disk = () => output('findmnt', '-nro', 'FSTYPE,SOURCE,SIZE', '-T', '.') || 'unknown';

function output(program: string, ...args: string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout?.trim() ?? '';
}
