import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { until } from './until.js';

/** A command `recaudo …` in a process of its own. */
export interface Command {
  stdout(): string;
  stderr(): string;
  /** Its exit status; null when a signal ended it. */
  ended: Promise<number | null>;
  says(pattern: RegExp, timeoutMs?: number): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface Done {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs commands as a developer would, with a state folder of their own. */
export class CommandLine {
  readonly folder = mkdtempSync(join(tmpdir(), 'recaudo-command-line-'));

  constructor(private readonly environment: Record<string, string>) {}

  start(args: readonly string[], environment: Record<string, string> = {}, input?: string): Command {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [join(process.cwd(), 'bin/recaudo.mjs'), ...args], {
      cwd: this.folder,
      env: { PATH, HOME, RECAUDO_STATE_FOLDER: join(this.folder, 'state'), ...this.environment, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(input);
    const written = { stdout: '', stderr: '' };
    for (const way of ['stdout', 'stderr'] as const)
      child[way].on('data', (chunk: Buffer) => (written[way] += chunk.toString()));
    const ended = once(child, 'close').then(([status]) => status as number | null);
    let isOver = false;
    void ended.then(() => (isOver = true));
    const everything = () => written.stdout + written.stderr;
    return {
      stdout: () => written.stdout,
      stderr: () => written.stderr,
      ended,
      says: (pattern, timeoutMs = 60_000) =>
        until(
          `the command to say ${pattern.source}`,
          () => {
            if (pattern.test(everything())) return true;
            if (isOver) throw new Error(`it ended without saying ${pattern.source}: ${everything()}`);
            return undefined;
          },
          timeoutMs,
        ).then(() => undefined),
      end: (signal) => {
        child.kill(signal);
        return ended;
      },
    };
  }

  async run(args: readonly string[], environment: Record<string, string> = {}, input?: string): Promise<Done> {
    const command = this.start(args, environment, input);
    const status = await command.ended;
    return { status, stdout: command.stdout(), stderr: command.stderr() };
  }

  /** What it prints for programs, one object a line. @throws where it fails */
  async json<T = Record<string, unknown>>(args: readonly string[]): Promise<T[]> {
    const { status, stdout, stderr } = await this.run([...args, '--json']);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
