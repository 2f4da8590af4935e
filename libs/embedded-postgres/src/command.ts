import { spawn } from 'node:child_process';

/** What to execute, and as whom. `uid` and `gid` are absent when the program runs as ourselves. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** How a command ended. `exitCode` is null when it could not be started, was killed or ran out of time. */
export interface CommandResult {
  readonly exitCode: number | null;
  /** The end of what it printed on both channels, at most 16 KiB. */
  readonly output: string;
}

const MAX_OUTPUT_CHARACTERS = 16_384;

/**
 * The environment is stated and not inherited, so that PGDATA, PGPORT or a locale of the operator's shell change nothing
 * and messages arrive in English.
 */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/** Runs a command to its end, in a session of its own so that Ctrl-C reaches us and not it. Never rejects. */
export function runCommand(command: Command, timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT_CHARACTERS);
    };
    const child = spawn(command.file, [...command.args], {
      // Our working directory may be closed to the account the program runs as.
      cwd: '/',
      env: ENVIRONMENT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(command.uid === undefined ? {} : { uid: command.uid, gid: command.gid }),
    });
    const timer = setTimeout(() => killGroup(child.pid), timeoutMs);
    const finish = (exitCode: number | null): void => {
      clearTimeout(timer);
      // A grandchild that kept the pipes open must not keep us waiting for them.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode, output: output.trim() });
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => {
      output += error.message;
      finish(null);
    });
    child.once('exit', (exitCode) => setImmediate(finish, exitCode));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended between the timer and the signal.
  }
}
