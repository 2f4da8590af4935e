import { PARTITION_CONCURRENCY } from '../../src/notifications/partition-concurrency.js';
import type { ApiClient } from '../support/api-client.js';
import { NotificationApi } from '../support/notification-api.js';
import type { TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import type { BenchOptions, BenchResult } from './benchmark.js';
import { Contest, type Contestant, tableOfSides, throughput } from './contest.js';
import { tidy } from './http-contest.js';
import type { Watched } from './cpu.js';
import { startScript } from './programs.js';
import type { SinkReport } from './sink.js';
import { whole } from './statistics.js';
import type { Messages } from './undici-loop.js';

/** `warmUp`: before all rounds, until V8 has compiled what is measured. `beforehand`: before each. */
const FULL = { rounds: 5, messages: 6_000, warmUp: 6_000, beforehand: 500, repeatsMax: 2 };
const QUICK: typeof FULL = { rounds: 1, messages: 100, warmUp: 10, beforehand: 10, repeatsMax: 0 };

/** A body of ordinary size. */
const BODY = JSON.stringify({
  type: 'payin.approved',
  timestamp: new Date(0).toISOString(),
  data: { id: '01a22a20-b191-7334-8cc9-ba69a632b92e', filler: 'x'.repeat(900) },
});

/** A service whose processes are `parts`. */
interface Service {
  api: ApiClient;
  database: TestDatabase;
  parts: Watched;
}

interface Sender extends Contestant {
  send: (count: number) => Promise<unknown>;
}

/** How many messages that are due reach one server that answers at once, beside a loop of undici's with the same messages. */
export async function measureDeliveries(
  options: BenchOptions,
  { api, database, parts }: Service,
): Promise<BenchResult> {
  const sizes = options.quick ? QUICK : FULL;
  const sink = await startScript<{ url: string }>(options, 'sink', 'sink.ts', {});
  const bare = await startScript(options, 'undici-loop', 'undici-loop.ts', {});
  const { url } = sink.ready;
  const endpoint = await new NotificationApi(api).createEndpoint({ url, eventTypes: ['payin.reversed'] });
  const others = { ...parts, endpoint: { pid: sink.pid } };
  const sides: Sender[] = [
    {
      ...{ name: 'Recaudo', parts: others },
      send: async (count) => {
        // Counted as they are: nobody sees them before PostgreSQL has its statistics.
        await database.query(`
          begin;
          insert into notifications (organization_id, id, sequence, type, endpoint_id, partition, body, due_at)
          select organization_id, uuidv7(), 0, 'payin.approved', id, id::text, '${BODY}', now()
          from webhook_endpoints, generate_series(1, ${count}) where id = '${endpoint.id}';
          analyze notifications;
          commit`);
        await until('all messages to be delivered', async () => {
          const [left] = await database.query('select from notifications where due_at is not null limit 1');
          return left === undefined;
        });
      },
    },
    {
      ...{ name: 'undici loop', parts: { ...others, service: { pid: bare.pid } } },
      send: (count) => {
        const { secret } = endpoint;
        const messages: Messages = { url, body: BODY, secret, count, concurrency: PARTITION_CONCURRENCY };
        return bare.ask(messages);
      },
    },
  ];
  const contest = new Contest(sizes.rounds, sizes.repeatsMax, options);
  const sendAll = async ({ name, send }: Sender, count: number) => {
    await send(count);
    const report = await sink.ask<SinkReport>({});
    if (report.requests !== count || report.messages !== count)
      throw new Error(`${name} sent ${count} messages; ${JSON.stringify(report)} came`);
    return { done: count, seconds: report.seconds };
  };
  for (const side of sides) await sendAll(side, sizes.warmUp);
  const rounds = await contest.rounds('deliveries', sides, async (side, measure) => {
    await tidy(database);
    await sendAll(side, sizes.beforehand);
    await measure(() => sendAll(side, sizes.messages));
  });
  return {
    tables: [
      tableOfSides({
        ...{ title: 'to a server that answers at once', rounds, figures: throughput('message', rounds) },
        ratios: [['Recaudo', 'undici loop']],
        targets: [{ ratio: ['Recaudo', 'undici loop'], column: 'messages a second', atLeast: 0.5 }],
      }),
    ],
    notes: [
      `${whole(sizes.messages)} messages a round that are due, to one endpoint, ${PARTITION_CONCURRENCY} at once; from the first to the last that came. The loop has them in its memory, with their signatures. Each side has sent ${whole(sizes.warmUp)} before. Each message came once.`,
      contest.note(),
    ],
    raw: { rounds },
  };
}
