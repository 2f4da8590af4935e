import { TUMIPAY_SANDBOX_CREDENTIALS } from '@recaudo/sandbox';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { BenchOptions } from './benchmark.js';
import type { Contestant } from './contest.js';
import { API_KEY, type Environment, postgresql, startRecaudo, startScript } from './programs.js';

/** Ours; the least that can be; and what a team writes that takes the framework's usual parts. */
export type SideName = 'Recaudo' | 'floor' | 'usual Nest';

/** Each side has its own tables, with the columns, indexes and checks of ours. */
const SCHEMAS = { Recaudo: 'public', floor: 'floor', 'usual Nest': 'usual' } as const;
const TABLES: Readonly<Record<Exclude<SideName, 'Recaudo'>, readonly string[]>> = {
  floor: ['payins', 'inbound_webhooks'],
  'usual Nest': ['payins', 'api_keys'],
};

/** A program that answers the same requests as the others. */
export interface Side extends Contestant {
  program: SideName;
  url: string;
  schema: (typeof SCHEMAS)[SideName];
  database: TestDatabase;
  organizationId: string;
  /** What its references to providers begin with. */
  organizationCode: string;
}

/** The simulated provider of all sides. */
export interface Provider {
  pid: number;
  /** The API that merchants call. */
  baseUrl: string;
  /** Its control API. */
  controlUrl: string;
  /** How many orders it was asked for since it was last reset. */
  calls: () => Promise<number>;
  reset: () => Promise<unknown>;
}

export async function startProvider(options: BenchOptions): Promise<Provider> {
  const program = await startScript<Pick<Provider, 'baseUrl' | 'controlUrl'>>(options, 'provider', 'provider.ts', {});
  return {
    ...{ pid: program.pid, ...program.ready },
    calls: async () => (await program.ask<{ calls: number }>({})).calls,
    reset: () => program.ask({ reset: true }),
  };
}

interface SideOptions {
  /** Whether the provider has a part in it, so that its processor time is shown. */
  callsProvider: boolean;
  /** What comes behind the names of the sides. */
  suffix?: string;
  /** `all`: also what happens after an answer. Else due work is left to other replicas, of which there are none. */
  role?: 'api' | 'all';
  environment?: Environment;
}

/** The sides in processes of their own, on one database, in front of one simulated provider. */
export async function startSides(
  options: BenchOptions,
  provider: Provider,
  names: readonly SideName[],
  { callsProvider, suffix = '', role = 'api', environment = {} }: SideOptions,
): Promise<Side[]> {
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  const ours = await startRecaudo(options, database, {
    ROLE: role,
    // What is measured is the work, not how much of it is taken at once.
    REQUESTS_AT_ONCE_MAX: '1000',
    TUMIPAY_BASE_URL: provider.baseUrl,
    ...environment,
  });
  const rows = await database.query<{ id: string; code: string }>('select id, code from organizations');
  const { id: organizationId, code: organizationCode } = rows[0]!;
  const server = await postgresql(database);
  const { username, password, token } = TUMIPAY_SANDBOX_CREDENTIALS;
  const start = async (name: SideName) => {
    if (name === 'Recaudo') return ours;
    const schema = SCHEMAS[name];
    await database.query(`create schema ${schema}`);
    for (const table of TABLES[name])
      await database.query(`create table ${schema}.${table} (like public.${table} including all)`);
    if (name === 'usual Nest') await database.query(`insert into ${schema}.api_keys select * from public.api_keys`);
    const { pid, ready } = await startScript<{ url: string }>(options, schema, `${schema}.ts`, {
      ROLE: role,
      DATABASE_URL: database.url,
      API_KEY,
      ORGANIZATION_ID: organizationId,
      PROVIDER_URL: provider.baseUrl,
      PROVIDER_AUTHORIZATION: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      PROVIDER_TOKEN: token,
    });
    return { pid, url: ready.url };
  };
  return Promise.all(
    names.map(async (program) => {
      const { pid, url } = await start(program);
      return {
        ...{ name: `${program}${suffix}`, program, url, database, organizationId, organizationCode },
        schema: SCHEMAS[program],
        parts: {
          service: { pid },
          PostgreSQL: server,
          ...(callsProvider && { provider: { pid: provider.pid } }),
          client: { pid: process.pid },
        },
      };
    }),
  );
}
