import { randomUUID } from 'node:crypto';
import { TUMIPAY_SANDBOX_CREDENTIALS } from '@recaudo/sandbox';
import { freePort } from '../support/free-port.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { Watched } from './cpu.js';
import { Program } from './program.js';

const API_KEY = 'rk_test_bench_0123456789abcdefghij';
/** The floor's tables have the columns, indexes and checks of ours. */
const FLOOR_TABLES = ['payins', 'inbound_webhooks'] as const;
const TYPESCRIPT = ['--import', './test/support/typescript.mjs'];

/** A side of the comparison: a program that answers the same requests. */
export interface Side {
  name: 'Recaudo' | 'floor';
  url: string;
  pid: number;
  /** The database schema that its rows are in. */
  schema: 'public' | 'floor';
}

/** Recaudo and the floor, in processes of their own, on one database and in front of one simulated provider. */
export class Arena {
  private constructor(
    readonly database: TestDatabase,
    readonly sides: readonly [ours: Side, floor: Side],
    /** What the organization's references to providers begin with. */
    readonly organizationCode: string,
    private readonly provider: Program,
    private readonly postmaster: number,
    private readonly programs: readonly Program[],
  ) {}

  readonly authorization = `Bearer ${API_KEY}`;

  static async start(folder: string): Promise<Arena> {
    const database = await createTestDatabase();
    const programs: Program[] = [];
    try {
      const provider = new Program(folder, 'provider', [...TYPESCRIPT, 'test/bench/provider.ts'], {});
      programs.push(provider);
      const { baseUrl } = await provider.report<{ baseUrl: string }>();
      const [ours, floor] = await Promise.all([
        startOurs(folder, database, baseUrl, programs),
        startFloor(folder, database, baseUrl, programs),
      ]);
      const [postmaster] = await database.query<{ pid: number }>(
        "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::int as pid",
      );
      const [organization] = await database.query<{ code: string }>('select code from organizations');
      return new Arena(database, [ours, floor], organization!.code, provider, postmaster!.pid, programs);
    } catch (error) {
      await end(programs, database);
      throw error;
    }
  }

  /**
   * Every round begins with the same: tables that are cleaned up and whose statistics are of now (without any, PostgreSQL guesses which index
   * is the right one, and keeps to its guess), nothing that waits to be written, and a provider without orders.
   */
  async comeToRest(): Promise<void> {
    await this.provider.report({ reset: true });
    await this.database.query('vacuum analyze');
    await this.database.query('checkpoint');
  }

  /** How many orders the provider was asked for since the last rest. */
  async providerCalls(): Promise<number> {
    return (await this.provider.report<{ calls: number }>({})).calls;
  }

  watched({ pid }: Side): Watched {
    return {
      service: { pid },
      PostgreSQL: { pid: this.postmaster, withChildren: true },
      provider: { pid: this.provider.pid },
      client: { pid: process.pid },
    };
  }

  close(): Promise<void> {
    return end(this.programs, this.database);
  }
}

async function end(programs: readonly Program[], database: TestDatabase): Promise<void> {
  for (const program of programs.toReversed()) await program.end();
  await database.drop();
}

async function startFloor(
  folder: string,
  database: TestDatabase,
  providerUrl: string,
  programs: Program[],
): Promise<Side> {
  await database.query('create schema floor');
  for (const table of FLOOR_TABLES)
    await database.query(`create table floor.${table} (like public.${table} including all)`);
  const { username, password, token } = TUMIPAY_SANDBOX_CREDENTIALS;
  const program = new Program(folder, 'floor', ['test/bench/floor.ts'], {
    DATABASE_URL: database.url,
    API_KEY,
    ORGANIZATION_ID: randomUUID(),
    PROVIDER_URL: providerUrl,
    PROVIDER_AUTHORIZATION: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    PROVIDER_TOKEN: token,
  });
  programs.push(program);
  const { url } = await program.report<{ url: string }>();
  return { name: 'floor', url, pid: program.pid, schema: 'floor' };
}

/**
 * The built service, with its log as in production. It is not in production only because its provider has a private address. Due work is left
 * to other replicas, of which there are none: it would fall into the floor's rounds, too.
 */
async function startOurs(
  folder: string,
  database: TestDatabase,
  providerUrl: string,
  programs: Program[],
): Promise<Side> {
  const port = await freePort();
  const program = new Program(folder, 'recaudo', ['--enable-source-maps', 'dist/src/app/main.js'], {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    ROLE: 'api',
    PORT: String(port),
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: API_KEY,
    // What is measured is the work, not how much of it is taken at once.
    REQUESTS_AT_ONCE_MAX: '1000',
    PROVIDERS: 'tumipay',
    TUMIPAY_BASE_URL: providerUrl,
  });
  programs.push(program);
  const url = `http://127.0.0.1:${port}`;
  await program.until('the service to be ready', async () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return { name: 'Recaudo', url, pid: program.pid, schema: 'public' };
}
