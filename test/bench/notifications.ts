import { setTimeout as wait } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { NotificationApi } from '../support/notification-api.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { inTurn, tableOfSides, type Benchmark, type BenchOptions, type BenchResult } from './benchmark.js';
import { API_KEY, createOrganization, startRecaudo } from './programs.js';
import { percentile, sum, tenths, whole } from './statistics.js';

/** `stuck`: messages to the servers that hang, all due. */
const FULL = { rounds: 6, seconds: 8, perSecond: 50, stuck: 10_000 };
const QUICK: typeof FULL = { rounds: 1, seconds: 0.5, perSecond: 40, stuck: 1_000 };
/** Servers that hang; of one organization. */
const HANGING = 256;
const BESIDE = `beside ${HANGING} servers of another that hang`;
const SIDES = [BESIDE, 'alone'] as const;

/** A service, a merchant whose endpoint answers at once, and another organization whose servers never do. */
interface Scenario {
  api: ApiClient;
  database: TestDatabase;
  answering: EndpointServer & { id: string };
  hanging: { organizationId: string; inFlight: () => number; hangUp: () => void };
}

/** How long a message is on its way to one endpoint, alone and beside another organization's servers that hang. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const sizes = options.quick ? QUICK : FULL;
  const { perSecond, stuck } = sizes;
  const scenario = await prepare(options, stuck);
  await deliver(scenario, sizes.seconds / 4, perSecond);
  const rounds = await inTurn(sizes.rounds, SIDES, async (side) => {
    const round = () => deliver(scenario, sizes.seconds, perSecond);
    const latenciesMs = await (side === BESIDE ? besideHanging(scenario, stuck, round) : round());
    const [p50Ms, p99Ms] = [percentile(latenciesMs, 0.5), percentile(latenciesMs, 0.99)];
    options.say(`${side}: p50 ${tenths(p50Ms)} ms, p99 ${tenths(p99Ms)} ms`);
    return { side, p50Ms, p99Ms, messages: latenciesMs.length };
  });
  const messages = sum(rounds.map((round) => round.messages));
  return {
    tables: [
      tableOfSides('a message on its way, ms', SIDES, rounds, [
        { column: 'p50', of: ({ p50Ms }) => p50Ms, show: tenths },
        { column: 'p99', of: ({ p99Ms }) => p99Ms, show: tenths },
      ]),
    ],
    notes: [
      `Medians (least–most) of ${sizes.rounds} rounds each, ${perSecond} messages a second, ${whole(messages)} in all, from the request that asks for a message to its arrival. The other organization has ${HANGING} servers that take connections and never answer, and ${whole(stuck)} messages for them that are due. Each message came once.`,
    ],
    raw: rounds,
  };
}

async function prepare(options: BenchOptions, stuck: number): Promise<Scenario> {
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  const [answering, hanging] = [await startEndpointServer(), await startEndpointServer()];
  for (const server of [answering, hanging]) options.closeAtEnd(() => server.close());
  // There are no payins, so nobody calls the provider.
  const { url } = await startRecaudo(options, database, { TUMIPAY_BASE_URL: 'http://127.0.0.1:9' });
  const api = new ApiClient(url, API_KEY);
  // It subscribes to nothing that happens to payins: what is measured are test messages.
  const endpoint = { url: answering.url, eventTypes: ['payin.reversed'] };
  const { id } = await new NotificationApi(api).createEndpoint(endpoint);
  const organizationId = createOrganization(database, 'Other');
  await database.query(
    `insert into notifications (organization_id, id, sequence, type, url, partition, body)
     select $1::uuid, gen_random_uuid(), 0, 'payin.reversed', $2 || i % ${HANGING}, 'hanging ' || i % ${HANGING}, '{}'
     from generate_series(1, $3::int) as i`,
    [organizationId, `${hanging.url}/`, stuck],
  );
  const open = new Set<{ destroy(): void }>();
  hanging.answers((response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
  });
  const hangUp = () => open.forEach((response) => response.destroy());
  const inFlight = () => open.size;
  return { api, database, answering: { ...answering, id }, hanging: { organizationId, inFlight, hangUp } };
}

/** @throws when the servers did not hang all the time, with almost all of their messages due */
async function besideHanging<T>({ database, hanging }: Scenario, stuck: number, use: () => Promise<T>): Promise<T> {
  const ofOther = 'from notifications where organization_id = $1';
  const setDue = (dueAt: string) =>
    database.query(`update notifications set due_at = ${dueAt} where organization_id = $1`, [hanging.organizationId]);
  await setDue(`now() - interval '1 hour'`);
  // Half of all deliveries at once is what one organization has.
  await until('as many to hang as may', () => hanging.inFlight() >= Math.min(HANGING / 2, stuck));
  const result = await use();
  const [row] = await database.query<{ due: number }>(`select count(*)::int as due ${ofOther} and due_at <= now()`, [
    hanging.organizationId,
  ]);
  if (hanging.inFlight() === 0 || row!.due < stuck * 0.8)
    throw new Error(`they did not hang: ${hanging.inFlight()} under way, ${row!.due} due`);
  // What is noted of the calls that are cut off here makes some of them due again.
  await until('nothing to be under way', async () => {
    hanging.hangUp();
    await setDue('null');
    return hanging.inFlight() === 0;
  });
  return result;
}

/** Test messages at a steady rate, each timed from the request that asks for it to its arrival. @throws unless each came once */
async function deliver({ api, answering }: Scenario, seconds: number, perSecond: number): Promise<number[]> {
  const arrivedAt = new Map<string, number[]>();
  answering.answers((response, { headers }) => {
    const id = String(headers['webhook-id']);
    arrivedAt.set(id, [...(arrivedAt.get(id) ?? []), performance.now()]);
    response.writeHead(204).end();
  });
  const request = async (at: number) => {
    const { status, body } = await api.call<{ webhookId: string }>('POST', `/webhook-endpoints/${answering.id}/test`);
    if (status !== 202) throw new Error(`a test message was answered ${status}`);
    return { id: body.webhookId, at };
  };
  const requested: ReturnType<typeof request>[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < seconds * perSecond; number += 1) {
    await wait(Math.max(0, startedAt + (number * 1000) / perSecond - performance.now()));
    requested.push(request(performance.now()));
  }
  const messages = await Promise.all(requested);
  await until('all messages to arrive', () => messages.every(({ id }) => arrivedAt.has(id)));
  return messages.map(({ id, at }) => {
    const [first, ...again] = arrivedAt.get(id) ?? [];
    if (first === undefined || again.length > 0) throw new Error('a message came twice');
    return first - at;
  });
}

export const notifications: Benchmark = {
  name: 'notifications',
  title: 'an organization beside one whose servers hang',
  run,
};
