import { setTimeout as sleep } from 'node:timers/promises';
import { Migration } from '@mikro-orm/migrations';
import pg from 'pg';
import { inParts } from '../../src/database/online-migration-generator.js';
import { migrate } from '../../src/database/schema.js';
import { createTestDatabase } from '../support/test-database.js';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { fillWithNotDue, insertRows } from './due-rows.js';
import { createOrganization } from './programs.js';
import { percentile, tenths, whole } from './statistics.js';

const FULL = { rows: 1_000_000, writers: 4, idleSeconds: 5, reportSeconds: 3 };
const QUICK = { rows: 2_000, writers: 2, idleSeconds: 0.2, reportSeconds: 0.2 };
const PAUSE_MS = 5;
/** What a release brings: a column, an index, and a rule that all rows obey. */
const CHANGE = (name: string) => [
  `alter table "payins" add "${name}" text null;`,
  `create index "${name}_index" on "payins" ("organization_id", "${name}", "created_at");`,
  `alter table "payins" add constraint "${name}_rule" check (amount_in_cents >= 1);`,
];

interface Run {
  name: string;
  seconds: number;
  waitsMs: number[];
  refused: number;
}

/** How long a service that goes on writing waits while its largest table is changed. */
async function run({ quick, say, closeAtEnd }: BenchOptions): Promise<BenchResult> {
  const sizes = quick ? QUICK : FULL;
  const database = await createTestDatabase();
  closeAtEnd(() => database.drop());
  const runs: Run[] = [];
  const measure = async (name: string, change: (count: () => void) => Promise<unknown>) => {
    const writers = await startWriters(database.url, sizes.writers, `${runs.length}`);
    closeAtEnd(writers.stop);
    let refused = 0;
    const startedAt = performance.now();
    await change(() => (refused += 1));
    const seconds = (performance.now() - startedAt) / 1000;
    const one = { name, seconds, waitsMs: await writers.stop(), refused };
    runs.push(one);
    say(
      `${name}: ${tenths(seconds)} s, ${whole(one.waitsMs.length)} writes, longest ${whole(Math.max(...one.waitsMs))} ms`,
    );
  };
  createOrganization(database, 'Bench');
  await fillWithNotDue(database, 'payins', sizes.rows);
  await measure('nothing', () => sleep(sizes.idleSeconds * 1000));
  await measure('our migrations', (count) => migrate(database.url, { migrations: ours('quiet'), say: count }));
  await measure('our migrations, beside a report that reads', async (count) => {
    const report = readFor(database.url, sizes.reportSeconds);
    await migrate(database.url, { migrations: ours('beside'), say: count });
    await report;
  });
  await measure('the same, as the ORM writes it', () => inOneTransaction(database.url, CHANGE('plain')));
  return {
    tables: [
      {
        columns: [
          'the table is changed by',
          'took, s',
          'writes meanwhile',
          'p99 ms',
          'longest wait of a write, ms',
          'locks refused',
        ],
        rows: runs.map(({ name, seconds, waitsMs, refused }) => [
          name,
          tenths(seconds),
          whole(waitsMs.length),
          tenths(percentile(waitsMs, 0.99)),
          whole(Math.max(...waitsMs)),
          whole(refused),
        ]),
      },
    ],
    notes: [
      `\`payins\` with ${whole(sizes.rows)} rows gets a column, an index and a checked rule, while ${sizes.writers} connections insert payins, one after the other with ${PAUSE_MS} ms between. The report is a transaction that has read the table and stays open for ${sizes.reportSeconds} s.`,
    ],
    raw: runs,
  };
}

/** As `npm run migration:create` divides the change. */
function ours(name: string) {
  const { atOnce, stepByStep } = inParts(CHANGE(name));
  return [migration(`${name}1`, atOnce, true), migration(`${name}2`, stepByStep, false)];
}

function migration(name: string, statements: readonly string[], transactional: boolean) {
  return class extends Migration {
    override name = name;
    override isTransactional(): boolean {
      return transactional;
    }
    override up(): void {
      for (const sql of statements) this.addSql(sql);
    }
  };
}

async function startWriters(url: string, count: number, name: string): Promise<{ stop: () => Promise<number[]> }> {
  const waitsMs: number[] = [];
  const ending = new AbortController();
  const write = async (client: pg.Client, first: number) => {
    for (let number = first; !ending.signal.aborted; number += 1) {
      const startedAt = performance.now();
      await client.query(insertRows('payins', 'null', `writer-${name}`), [1, number]);
      waitsMs.push(performance.now() - startedAt);
      await sleep(PAUSE_MS);
    }
    await client.end();
  };
  const clients = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = new pg.Client(url);
      await client.connect();
      return client;
    }),
  );
  const writing = Promise.all(clients.map((client, index) => write(client, index * 10_000_000)));
  return {
    stop: async () => {
      ending.abort();
      await writing;
      return waitsMs;
    },
  };
}

async function readFor(url: string, seconds: number): Promise<void> {
  await inOneTransaction(url, ['select from payins limit 1', `select pg_sleep(${seconds})`]);
}

async function inOneTransaction(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const sql of ['begin', ...statements, 'commit']) await client.query(sql);
  } finally {
    await client.end();
  }
}

export const migrations: Benchmark = {
  name: 'migrations',
  isLarge: true,
  title: 'a release’s migrations beside a running service',
  run,
};
