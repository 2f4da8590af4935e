import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../support/until.js';
import type { Program, WorkFolder } from '../support/work-folder.js';

const START_MS = 60_000;

/** What a process of the service needs in its environment to pass crash points, to note them in a file, and to die at one. */
export function crashEnvironment(crashLog: string, crash?: Crash): Record<string, string> {
  const crashPoints = pathToFileURL(join(process.cwd(), 'test/chaos/crash-points.ts')).href;
  return {
    NODE_OPTIONS: `--import=${crashPoints} --disable-warning=ExperimentalWarning`,
    CRASH_LOG: crashLog,
    ...(crash ? { CRASH_POINT: crash.point, CRASH_HIT: String(crash.hit) } : {}),
  };
}

/** Where a process kills itself: when it passes `point` for the `hit`-th time. */
export interface Crash {
  point: string;
  hit: number;
}

/** A process of the service with a database user of its own, which can be killed, paused, and given a point at which to die. */
export class ChaosReplica {
  readonly url: string;
  readonly crashLog: string;
  #program: Program | undefined;

  constructor(
    private readonly folder: WorkFolder,
    readonly name: string,
    private readonly environment: Record<string, string>,
  ) {
    this.url = `http://localhost:${environment['PORT']}`;
    this.crashLog = join(folder.path, `${name}.points`);
  }

  /** Starts again what has ended. @returns false when it died before it was ready */
  async start(crash?: Crash): Promise<boolean> {
    const program = this.folder.run('main', [], { ...this.environment, ...crashEnvironment(this.crashLog, crash) });
    this.#program = program;
    return until(
      `${this.name} to be ready`,
      async () => {
        if (this.hasEnded) return { ready: false };
        const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => undefined,
        );
        return answer?.ok && { ready: true };
      },
      START_MS,
    ).then(({ ready }) => ready);
  }

  get hasEnded(): boolean {
    const child = this.#program?.process;
    return !child || child.exitCode !== null || child.signalCode !== null;
  }

  /** What it wrote, and the signal that ended it. */
  get lastWords(): string {
    return `${this.#program?.process.signalCode ?? this.#program?.process.exitCode}: ${this.#program?.stderr()}${this.#program?.stdout()}`;
  }

  /** Waits for its end. @returns whether it came within that time */
  async ends(withinMs: number): Promise<boolean> {
    const child = this.#program?.process;
    if (!child || this.hasEnded) return true;
    return once(child, 'exit', { signal: AbortSignal.timeout(withinMs) }).then(
      () => true,
      () => false,
    );
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.#program?.end('SIGKILL');
  }

  pause(): void {
    this.#program?.process.kill('SIGSTOP');
  }

  resume(): void {
    this.#program?.process.kill('SIGCONT');
  }
}
