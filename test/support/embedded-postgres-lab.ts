import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import { transformFile } from '@swc/core';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** What an owner process printed. */
export interface OwnerReport {
  readonly url?: string;
  readonly error?: string;
}

/** An owner in a process of its own. */
export interface Owner {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Rejects when the process ends without having said anything. */
  readonly report: Promise<OwnerReport>;
  /** kill -9, then waits for the end. */
  kill(): Promise<void>;
}

const POLL_MS = 10;

/** Folders and processes of one test, all of which `cleanUp` ends, whatever the test left. */
export class PostgresLab {
  readonly #directories: string[] = [];
  readonly #children: ChildProcess[] = [];
  readonly #program: string;

  /** `program` is what `buildOwnerProgram` returned. */
  constructor(program: string) {
    this.#program = program;
  }

  /** A folder for a server, inside a new one that others may enter (755) or not (700). */
  async directory(mode: 0o755 | 0o700 = 0o755): Promise<string> {
    const parent = await mkdtemp(join(tmpdir(), 'recaudo-embedded-'));
    this.#directories.push(parent);
    await chmod(parent, mode);
    return join(parent, 'postgres');
  }

  owner(directory: string): Owner {
    const child = this.#track(
      spawn(process.execPath, [this.#program, directory], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const ended = once(child, 'exit');
    const report = Promise.race([
      once(createInterface({ input: child.stdout }), 'line').then(([line]) => JSON.parse(String(line)) as OwnerReport),
      ended.then(() => delay(1_000)).then(() => Promise.reject(new Error('the owner ended without a word'))),
    ]);
    // Tests that kill the owner early do not ask for its report.
    report.catch(() => undefined);
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
    };
    return { process: child, pid: child.pid ?? 0, report, kill };
  }

  /** The pid of a living process that has nothing to do with PostgreSQL. */
  stranger(): number {
    return (
      this.#track(spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] }))
        .pid ?? 0
    );
  }

  async cleanUp(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const directory of this.#directories) {
      await until(async () => {
        const remaining = await processesOf(directory);
        for (const pid of remaining) kill(pid);
        return remaining.length === 0;
      });
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  #track<Child extends ChildProcess>(child: Child): Child {
    this.#children.push(child);
    return child;
  }
}

/** A server whose data need not survive a power failure. */
export function serverIn(directory: string, settings: Record<string, string> = {}): EmbeddedPostgres {
  return new EmbeddedPostgres({ directory, database: 'recaudo', settings: { fsync: 'off', ...settings } });
}

/** Kills for good; a process that has ended already is fine. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** Compiles the owner and the library into `folder`, because Node does not run `.ts` behind imports that end in `.js`. */
export async function buildOwnerProgram(folder: string): Promise<string> {
  const root = process.cwd();
  const library = await readdir(join(root, 'libs/embedded-postgres'), { recursive: true });
  const sources = library.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));
  const owner = 'test/support/embedded-postgres-owner.ts';
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const source of [owner, ...sources.map((name) => `libs/embedded-postgres/${name}`)]) {
    const { code } = await transformFile(join(root, source), {
      configFile: false,
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const target = join(folder, source.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
  }
  return join(folder, owner.replace(/\.ts$/, '.js'));
}

/** Waits for a fact, at most `timeoutMs`. */
export async function until(fact: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`not true within ${timeoutMs} ms: ${fact.toString()}`);
    await delay(POLL_MS);
  }
}

/** Pids of living processes that run in or on a folder, found independently of the library's own look-up. */
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

/** Runs one statement on a connection of its own. Rejects as the server rejects. */
export async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The pid in a server's pid file; NaN when there is none. */
export async function postmasterPid(directory: string): Promise<number> {
  const text = await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  return parseInt(text, 10);
}
