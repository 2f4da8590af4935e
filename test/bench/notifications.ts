import { setTimeout as wait } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { NotificationApi } from '../support/notification-api.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { Contest, LATENCY, tableOfSides } from './contest.js';
import type { Watched } from './cpu.js';
import { measureDeliveries } from './deliveries.js';
import { API_KEY, createOrganization, postgresql, startRecaudo } from './programs.js';
import { whole } from './statistics.js';

/** `stuck`: messages to the servers that hang, all due. */
const FULL = { rounds: 4, seconds: 4, perSecond: 50, stuck: 10_000, repeatsMax: 2 };
const QUICK: typeof FULL = { rounds: 1, seconds: 0.5, perSecond: 40, stuck: 1_000, repeatsMax: 0 };
/** Servers that hang; of one organization. */
const HANGING = 512;
const BESIDE = `beside ${HANGING} servers of another that hang`;
const ALONE = 'alone';

/** A service, a merchant whose endpoint answers at once, and another organization whose servers never do. */
interface Scenario {
  api: ApiClient;
  database: TestDatabase;
  parts: Watched;
  answering: EndpointServer & { id: string };
  hanging: { organizationId: string; inFlight: () => number; hangUp: () => void };
}

/** How long a message is on its way to one endpoint, alone and beside another organization's servers that hang; and how many get through. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const sizes = options.quick ? QUICK : FULL;
  const { perSecond, stuck } = sizes;
  const scenario = await prepare(options, stuck);
  const deliveries = await measureDeliveries(options, scenario);
  await deliver(scenario, sizes.seconds / 4, perSecond);
  const contest = new Contest(sizes.rounds, sizes.repeatsMax, options);
  const sides = [BESIDE, ALONE].map((name) => ({ name, parts: scenario.parts }));
  let messages = 0;
  const rounds = await contest.rounds('messages', sides, async ({ name }, measure) => {
    const work = () =>
      measure(async () => {
        const startedAt = performance.now();
        const latenciesMs = await deliver(scenario, sizes.seconds, perSecond);
        messages += latenciesMs.length;
        return { done: latenciesMs.length, seconds: (performance.now() - startedAt) / 1000, latenciesMs };
      });
    await (name === BESIDE ? besideHanging(scenario, stuck, work) : work());
  });
  const title = 'a message on its way';
  return {
    tables: [tableOfSides({ title, rounds, figures: LATENCY, ratios: [[BESIDE, ALONE]] }), ...deliveries.tables],
    notes: [
      `On its way: ${perSecond} messages a second, ${whole(messages)} in all, from the request that asks for a message to its arrival. The other organization has ${HANGING} servers that take connections and never answer, and ${whole(stuck)} messages for them that are due. Each message came once.`,
      contest.note(),
      ...deliveries.notes,
    ],
    raw: { rounds, deliveries: deliveries.raw },
  };
}

async function prepare(options: BenchOptions, stuck: number): Promise<Scenario> {
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  const [answering, hanging] = [await startEndpointServer(), await startEndpointServer()];
  for (const server of [answering, hanging]) options.closeAtEnd(() => server.close());
  // There are no payins, so nobody calls the provider.
  const { url, pid } = await startRecaudo(options, database, { TUMIPAY_BASE_URL: 'http://127.0.0.1:9' });
  const api = new ApiClient(url, API_KEY);
  // It subscribes to nothing that happens to payins: what is measured are test messages.
  const endpoint = { url: answering.url, eventTypes: ['payin.reversed'] };
  const { id } = await new NotificationApi(api).createEndpoint(endpoint);
  const { id: organizationId } = createOrganization(database, 'Other');
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
  const parts = { service: { pid }, PostgreSQL: await postgresql(database), client: { pid: process.pid } };
  return { api, database, parts, answering: { ...answering, id }, hanging: { organizationId, inFlight, hangUp } };
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
  if (hanging.inFlight() === 0 || row!.due + hanging.inFlight() < stuck * 0.8)
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
