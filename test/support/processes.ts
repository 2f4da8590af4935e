import { spawnSync } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Kills for good; a process that has ended already is fine. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** Pids of living processes that run in or on a folder. */
export async function processesOf(directory: string): Promise<number[]> {
  if (process.platform !== 'linux') return listedProcessesOf(directory);
  const found = await Promise.all(
    (await readdir('/proc')).map(async (name) => {
      const [commandLine, workingDirectory, state] = await Promise.all([
        readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
        readlink(`/proc/${name}/cwd`).catch(() => ''),
        readFile(`/proc/${name}/stat`, 'utf8').catch(() => ''),
      ]);
      const concerns = commandLine.includes(directory) || workingDirectory.startsWith(directory);
      return concerns && !/\) [ZX] /.test(state) && Number(name) > 0 ? Number(name) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

function listedProcessesOf(directory: string): number[] {
  const lines = spawnSync('/bin/ps', ['-ww', '-axo', 'pid=,stat=,command='], { encoding: 'utf8' }).stdout.split('\n');
  const alive = lines.filter((line) => line.includes(directory) && !/^\s*\d+\s+Z/.test(line));
  return alive.map((line) => parseInt(line, 10));
}

/** The pid in the pid file of an embedded server; NaN when there is none. */
export async function postmasterPid(directory: string): Promise<number> {
  return parseInt(await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8').catch(() => ''), 10);
}
