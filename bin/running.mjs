// Which process runs `npm start` in a folder, so that a second one says so before it builds anything. PostgreSQL's own lock is what
// decides; this is only quicker.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileIn = (folder) => join(folder, 'start.pid');

/** @returns {number | undefined} the process, if it is still there and has not given its number to another program */
export function readRunning(folder) {
  try {
    const pid = Number(readFileSync(fileIn(folder), 'utf8'));
    // In a container that is started again the numbers are the same.
    if (pid === process.pid) return undefined;
    const command = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('bin/run.mjs start') ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Writes this process down until it ends. */
export function writeRunning(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder), String(process.pid));
  process.once('exit', () => rmSync(fileIn(folder), { force: true }));
}
