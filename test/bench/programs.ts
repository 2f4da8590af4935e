import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import type { TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import type { BenchOptions } from './benchmark.js';

export const API_KEY = 'rk_test_bench_0123456789abcdefghij';
export const PROVIDER = 'tumipay';
const START_MS = 120_000;
const END_MS = 10_000;

export type Environment = Readonly<Record<string, string>>;

/** A program in a process of its own. */
export interface Program {
  pid: number;
  /** The answer to a message; with none, its next message. */
  ask<Answer>(message?: object): Promise<Answer>;
  /** Waits for it, and fails with what it wrote when it ends before. */
  untilReady(ask: () => Promise<boolean>): Promise<unknown>;
}

/** None outlives the bench. */
const running = new Set<() => void>();
process.once('exit', () => running.forEach((kill) => kill()));

/** Starts a program that ends with the benchmark. What it writes goes to a file, as in production. @param environment all of it, but for where programs are */
export function startProgram(
  { folder, closeAtEnd }: BenchOptions,
  name: string,
  args: readonly string[],
  environment: Environment,
): Program {
  const logPath = join(folder, `${name}.log`);
  const log = openSync(logPath, 'a');
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  running.add(kill);
  const failed = () => new Error(`${name} ended:\n${readFileSync(logPath, 'utf8')}`);
  closeAtEnd(async () => {
    running.delete(kill);
    child.kill('SIGTERM');
    const deadline = setTimeout(kill, END_MS);
    await ended;
    clearTimeout(deadline);
  });
  return {
    pid: child.pid!,
    ask: async <Answer>(message?: object) => {
      const answered = once(child, 'message');
      if (message) child.send(message);
      const [answer] = await Promise.race([answered, ended.then(() => Promise.reject(failed()))]);
      return answer as Answer;
    },
    untilReady: (ask) =>
      until(
        `${name} to be ready`,
        () => {
          if (child.exitCode === null && child.signalCode === null) return ask();
          throw failed();
        },
        START_MS,
      ),
  };
}

/** A program of the bench's own, once it has sent its first message. */
export async function startScript<Ready>(
  options: BenchOptions,
  name: string,
  script: string,
  environment: Environment,
) {
  const args = ['--import', './test/support/typescript.mjs', `test/bench/${script}`];
  const program = startProgram(options, name, args, environment);
  return { ...program, ready: await program.ask<Ready>() };
}

/**
 * The built service, with its log as in production. It is not in production only because its provider has a private address.
 * @param nodeArgs before the program
 */
export async function startRecaudo(
  options: BenchOptions,
  { url: databaseUrl }: TestDatabase,
  environment: Environment,
  nodeArgs: readonly string[] = [],
) {
  const port = String(await freePort());
  const args = ['--enable-source-maps', ...nodeArgs, 'dist/src/app/main.js'];
  const program = startProgram(options, `recaudo-${port}`, args, {
    ...{ NODE_ENV: 'test', LOG_LEVEL: 'info', PORT: port, DATABASE_URL: databaseUrl },
    ...{ BOOTSTRAP_API_KEY: API_KEY, PROVIDERS: PROVIDER },
    ...environment,
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await program.untilReady(isReady);
  return { ...program, url };
}

/** Made by the command line, as an operator makes one: its secret is sealed for it. */
export function createOrganization({ url }: TestDatabase, name: string): { id: string; apiKey: string } {
  const output = execFileSync(process.execPath, ['dist/src/app/cli.js', 'organizations', 'create', '--name', name], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  const shown = (what: string) => new RegExp(`${what}\\s+(\\S+)`).exec(output)![1]!;
  return { id: shown('organizationId'), apiKey: shown('apiKey') };
}

/** The server's processes. */
export async function postgresql(database: TestDatabase): Promise<{ pid: number; withChildren: true }> {
  const rows = await database.query<{ pid: number }>(
    "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid",
  );
  return { pid: rows[0]!.pid, withChildren: true };
}
