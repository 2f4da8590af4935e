import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ApiClient } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { freePort } from '../support/free-port.js';
import { NotificationApi } from '../support/notification-api.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import type { BenchOptions, BenchPart, BenchResult } from './part.js';
import { Program } from './program.js';
import { hundredths, median, percentile, spread, tenths, whole } from './statistics.js';

const API_KEY = 'rk_test_bench_0123456789abcdefghij';

interface Sizes {
  rounds: number;
  seconds: number;
  perSecond: number;
  /** Messages to the servers that hang, all due. */
  stuck: number;
}
const FULL: Sizes = { rounds: 6, seconds: 8, perSecond: 50, stuck: 10_000 };
const QUICK: Sizes = { rounds: 1, seconds: 0.5, perSecond: 40, stuck: 1_000 };

interface Round {
  beside: boolean;
  p50Ms: number;
  p99Ms: number;
  messages: number;
}

/** Servers that hang; of one organization. */
const HANGING = 256;

/** A service, a merchant whose endpoint answers at once, and another one whose servers never do. */
interface Scene {
  api: ApiClient;
  database: TestDatabase;
  well: EndpointServer & { id: string };
  hanging: EndpointServer & { organizationId: string; inFlight: () => number; hangUp: () => void };
}

/** How long a message is on its way to one endpoint, alone and beside another organization's servers that hang. The sides alternate. */
async function run({ quick, folder, say }: BenchOptions): Promise<BenchResult> {
  const sizes = quick ? QUICK : FULL;
  const database = await createTestDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = new Program(folder, 'recaudo', ['--enable-source-maps', 'dist/src/app/main.js'], {
    ...{ NODE_ENV: 'test', LOG_LEVEL: 'info', PORT: String(port), DATABASE_URL: database.url },
    // There are no payins, so nobody calls the provider.
    ...{ BOOTSTRAP_API_KEY: API_KEY, PROVIDERS: 'tumipay', TUMIPAY_BASE_URL: 'http://127.0.0.1:9' },
  });
  const [well, hanging] = [await startEndpointServer(), await startEndpointServer()];
  const rounds: Round[] = [];
  try {
    await program.until('the service to be ready', async () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const other = await otherOrganization(database);
    const scene = await setUp(new ApiClient(url, API_KEY), database, well, hanging, other, sizes.stuck);
    await deliver(scene, { ...sizes, seconds: sizes.seconds / 4 });
    for (let round = 0; round < sizes.rounds; round += 1) {
      // Each of the two goes first as often as the other.
      for (const beside of round % 2 === 0 ? [false, true] : [true, false]) {
        const measured = { beside, ...(await (beside ? besideHanging(scene, sizes) : deliver(scene, sizes))) };
        say(`${beside ? 'beside' : 'alone'}: p50 ${tenths(measured.p50Ms)} ms, p99 ${tenths(measured.p99Ms)} ms`);
        rounds.push(measured);
      }
    }
  } finally {
    await program.end();
    await well.close();
    await hanging.close();
    await database.drop();
  }
  return { tables: [tableOf(rounds)], notes: notesOf(sizes, rounds), raw: rounds };
}

/** Made by the command line, as an operator makes it: its secret is sealed for it. @returns its id */
async function otherOrganization({ url }: TestDatabase): Promise<string> {
  const cli = join(process.cwd(), 'dist/src/app/cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'organizations', 'create', '--name', 'Other'], {
    env: { ...process.env, NODE_ENV: 'test', DATABASE_URL: url },
  });
  return /organizationId\s+(\S+)/.exec(stdout)![1]!;
}

async function setUp(
  api: ApiClient,
  database: TestDatabase,
  well: EndpointServer,
  hanging: EndpointServer,
  other: string,
  stuck: number,
): Promise<Scene> {
  const notifications = new NotificationApi(api);
  // Of what happens to payins it is told nothing: what is measured are test messages.
  const { id: wellId } = await notifications.createEndpoint({ url: well.url, eventTypes: ['payin.reversed'] });
  await database.query(
    `insert into notifications (organization_id, id, sequence, type, url, partition, body)
     select $1::uuid, gen_random_uuid(), 0, 'payin.reversed', $2 || i % ${HANGING}, 'hanging ' || i % ${HANGING}, '{}'
     from generate_series(1, $3::int) as i`,
    [other, `${hanging.url}/`, stuck],
  );
  const open = new Set<{ destroy(): void }>();
  hanging.answers((response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
  });
  const hangUp = () => open.forEach((response) => response.destroy());
  return {
    api,
    database,
    well: { ...well, id: wellId },
    hanging: { ...hanging, organizationId: other, inFlight: () => open.size, hangUp },
  };
}

/** @throws when the servers did not hang all the time, with almost all of their messages due */
async function besideHanging(scene: Scene, sizes: Sizes): Promise<Omit<Round, 'beside'>> {
  const { database, hanging } = scene;
  const set = (dueAt: string) =>
    database.query(`update notifications set due_at = ${dueAt} where organization_id = $1`, [hanging.organizationId]);
  await set(`now() - interval '1 hour'`);
  // Half of all deliveries at once is what one organization has.
  await until('as many to hang as may', () => hanging.inFlight() >= Math.min(HANGING / 2, sizes.stuck));
  const measured = await deliver(scene, sizes);
  const [row] = await database.query<{ due: number }>(
    'select count(*)::int as due from notifications where organization_id = $1 and due_at <= now()',
    [hanging.organizationId],
  );
  if (hanging.inFlight() === 0 || row!.due < sizes.stuck * 0.8)
    throw new Error(`it did not hang: ${hanging.inFlight()} under way, ${row!.due} due`);
  // What is noted of the calls that are cut off here makes some of them due again.
  await until('nothing to be under way', async () => {
    hanging.hangUp();
    await set('null');
    return hanging.inFlight() === 0;
  });
  return measured;
}

/** Test messages at a steady rate, each timed from the request that asks for it to its arrival. @throws unless each came once */
async function deliver({ api, well }: Scene, { seconds, perSecond }: Sizes): Promise<Omit<Round, 'beside'>> {
  const arrivedAt = new Map<string, number[]>();
  well.answers((response, { headers }) => {
    const id = String(headers['webhook-id']);
    arrivedAt.set(id, [...(arrivedAt.get(id) ?? []), performance.now()]);
    response.writeHead(204).end();
  });
  const asked: Promise<{ id: string; at: number }>[] = [];
  const ask = async (at: number) => {
    const { status, body } = await api.call<{ webhookId: string }>('POST', `/webhook-endpoints/${well.id}/test`);
    if (status !== 202) throw new Error(`a test message was answered ${status}`);
    return { id: body.webhookId, at };
  };
  const startedAt = performance.now();
  for (let number = 0; number < seconds * perSecond; number += 1) {
    await wait(Math.max(0, startedAt + (number * 1000) / perSecond - performance.now()));
    asked.push(ask(performance.now()));
  }
  const messages = await Promise.all(asked);
  await until('all messages to arrive', () => messages.every(({ id }) => arrivedAt.has(id)));
  const latenciesMs = messages.map(({ id, at }) => {
    const [first, ...again] = arrivedAt.get(id) ?? [];
    if (first === undefined || again.length > 0) throw new Error('a message came twice');
    return first - at;
  });
  const p = (share: number) => percentile(latenciesMs, share);
  return { p50Ms: p(0.5), p99Ms: p(0.99), messages: messages.length };
}

const of = (rounds: readonly Round[], beside: boolean, figure: 'p50Ms' | 'p99Ms') =>
  rounds.filter((round) => round.beside === beside).map((round) => round[figure]);

function tableOf(rounds: readonly Round[]) {
  const figures = ['p50Ms', 'p99Ms'] as const;
  const side = (name: string, beside: boolean) => [
    name,
    ...figures.map((figure) => spread(of(rounds, beside, figure), tenths)),
  ];
  const ratio = (figure: 'p50Ms' | 'p99Ms') => median(of(rounds, true, figure)) / median(of(rounds, false, figure));
  return {
    columns: ['a message on its way, ms', 'p50', 'p99'],
    rows: [
      side('alone', false),
      side(`beside ${HANGING} servers of another that hang`, true),
      ['ratio', ...figures.map((figure) => hundredths(ratio(figure)))],
    ],
  };
}

function notesOf({ stuck, perSecond }: Sizes, rounds: readonly Round[]): string[] {
  const messages = rounds.reduce((sum, round) => sum + round.messages, 0);
  return [
    `Medians (least–most) of ${rounds.length / 2} rounds each, ${perSecond} messages a second, ${whole(messages)} in all, from the request that asks for a message to its arrival. The other organization has ${HANGING} servers that take connections and never answer, and ${whole(stuck)} messages for them that are due. Each message came once.`,
  ];
}

export const notifications: BenchPart = {
  name: 'notifications',
  title: 'an organization beside one whose servers hang',
  run,
};
