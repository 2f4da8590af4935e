import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.js';

const START_MS = 60_000;
const END_MS = 10_000;

/** A program in a process of its own, as in production: what it writes goes to a file. */
export class Program {
  readonly #logPath: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** @param environment all of it, apart from where programs are */
  constructor(folder: string, name: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#logPath = join(folder, `${name}.log`);
    const log = openSync(this.#logPath, 'a');
    this.#child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#ended = once(this.#child, 'exit');
    process.once('exit', this.#kill);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the program could not be started');
    return this.#child.pid;
  }

  /** Waits for a fact and fails, with what the program wrote, when it ends before. */
  until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
    return until(
      what,
      () => {
        if (this.#child.exitCode === null && this.#child.signalCode === null) return ask();
        throw new Error(`it ended:\n${readFileSync(this.#logPath, 'utf8')}`);
      },
      START_MS,
    );
  }

  /** The answer to a message; with none, its next message. */
  async report<Answer>(message?: object): Promise<Answer> {
    const answered = once(this.#child, 'message');
    const ended = this.#ended.then(() => {
      throw new Error(`it ended:\n${readFileSync(this.#logPath, 'utf8')}`);
    });
    if (message) this.#child.send(message);
    const [answer] = (await Promise.race([answered, ended])) as [Answer];
    return answer;
  }

  async end(): Promise<void> {
    process.off('exit', this.#kill);
    this.#child.kill('SIGTERM');
    const deadline = setTimeout(this.#kill, END_MS);
    await this.#ended;
    clearTimeout(deadline);
  }

  readonly #kill = () => void this.#child.kill('SIGKILL');
}
