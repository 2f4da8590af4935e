import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPILE_CACHE } from './compile-cache.js';
import { kill, processesOf } from './processes.js';
import { until } from './until.js';

/** A program of ours in a process of its own. */
export interface Program {
  process: ChildProcess;
  /** What it has written so far, by either way out. */
  stdout(): string;
  stderr(): string;
  /** Its exit status; null when a signal ended it. */
  ended: Promise<number | null>;
  /** Waits until it has written something, and fails with what it wrote instead when it ends before. */
  says(pattern: RegExp, timeoutMs?: number): Promise<void>;
  /** Signals it and waits for its end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export type ProgramName = 'start' | 'main' | 'migrate' | 'cli';

/** An empty folder in which programs are run as a person would run them; whatever they leave is ended with it. */
export class WorkFolder {
  private constructor(readonly path: string) {}

  static async create(): Promise<WorkFolder> {
    return new WorkFolder(await realpath(await mkdtemp(join(tmpdir(), 'recaudo-work-'))));
  }

  /** Runs a built program with nothing but the given environment. */
  run(name: ProgramName, args: readonly string[] = [], environment: Record<string, string> = {}): Program {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/src/app', `${name}.js`), ...args], {
      cwd: this.path,
      env: { PATH, HOME, ...COMPILE_CACHE, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    for (const way of ['stdout', 'stderr'] as const)
      child[way].on('data', (chunk: Buffer) => (written[way] += chunk.toString()));
    const ended = once(child, 'close').then(([status]) => status as number | null);
    const everything = () => written.stdout + written.stderr;
    return {
      process: child,
      stdout: () => written.stdout,
      stderr: () => written.stderr,
      ended,
      says: (pattern, timeoutMs = 100_000) =>
        until(
          `${name} to say ${pattern.source}`,
          () => {
            if (pattern.test(everything())) return true;
            if (child.exitCode === null && child.signalCode === null) return undefined;
            throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}: ${everything()}`);
          },
          timeoutMs,
        ).then(() => undefined),
      end: (signal) => {
        child.kill(signal);
        return ended;
      },
    };
  }

  /** The processes that run in this folder or on its data. */
  processes(): Promise<number[]> {
    return processesOf(this.path);
  }

  async killAll(): Promise<void> {
    await until('all processes of the folder to end', async () => {
      const left = await this.processes();
      left.forEach(kill);
      return left.length === 0;
    });
  }

  async remove(): Promise<void> {
    await this.killAll();
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
