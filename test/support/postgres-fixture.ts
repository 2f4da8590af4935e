import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach } from '@jest/globals';
import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import { Client } from 'pg';
import { kill, processesOf } from './processes.js';
import { until } from './until.js';

/** What an owner process printed. */
export interface OwnerReport {
  readonly url?: string;
  readonly error?: string;
}

/** Makes folders and processes for embedded servers; after each test all of them are ended, whatever the test left. */
export function postgresFixture() {
  const directories: string[] = [];
  const children: ChildProcess[] = [];

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const directory of directories.splice(0)) {
      await until('all processes to end', async () => {
        const remaining = await processesOf(directory);
        remaining.forEach(kill);
        return remaining.length === 0;
      });
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  return {
    /** A folder for a server, inside a new one that others may enter (755) or not (700). */
    async directory(mode: 0o755 | 0o700 = 0o755): Promise<string> {
      const parent = await mkdtemp(join(tmpdir(), 'recaudo-embedded-'));
      directories.push(parent);
      await chmod(parent, mode);
      return join(parent, 'postgres');
    },

    /** An owner in a process of its own. */
    owner(directory: string) {
      const program = 'test/support/postgres-owner.mjs';
      const child = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
      children.push(child);
      const ended = once(child, 'exit');
      const report = Promise.race([
        once(createInterface({ input: child.stdout }), 'line').then(
          ([line]) => JSON.parse(String(line)) as OwnerReport,
        ),
        ended.then(() => delay(1_000)).then(() => Promise.reject(new Error('the owner ended without a word'))),
      ]);
      // Tests that kill the owner early do not ask for its report.
      report.catch(() => undefined);
      const killAndWait = async (): Promise<void> => {
        child.kill('SIGKILL');
        await ended;
      };
      return { process: child, pid: child.pid ?? 0, report, kill: killAndWait };
    },

    /** The pid of a living process that has nothing to do with PostgreSQL. */
    stranger(): number {
      const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
      children.push(child);
      return child.pid ?? 0;
    },
  };
}

/** A server whose data need not survive a power failure. */
export function serverIn(directory: string, settings: Record<string, string> = {}): EmbeddedPostgres {
  return new EmbeddedPostgres({ directory, database: 'recaudo', settings: { fsync: 'off', ...settings } });
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
