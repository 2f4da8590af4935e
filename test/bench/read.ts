import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { AUTHORIZATION, creating } from './create.js';
import { getRequest } from './http-connection.js';
import { compare, requestOf } from './http-contest.js';
import { closedLoop } from './load.js';
import { type Side, startProvider, startSides } from './sides.js';
import { whole } from './statistics.js';

const PAYINS = 2_000;
const PAYINS_QUICK = 20;

/** A payin by its id, any of some thousands. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const provider = await startProvider(options);
  const sides = await startSides(options, provider, ['Recaudo', 'floor'], { callsProvider: false });
  const requests = options.quick ? PAYINS_QUICK : PAYINS;
  const idsOf = new Map<Side, string[]>();
  for (const side of sides) {
    await closedLoop({ ...requestOf(creating(provider), side), end: { requests } });
    const rows = await side.database.query<{ id: string }>(`select id from ${side.schema}.payins`);
    idsOf.set(
      side,
      rows.map(({ id }) => id),
    );
  }
  const urlOf = (side: Side, at: number) => new URL(`/payins/${idsOf.get(side)![at]}`, side.url);
  const [ours, bare] = await Promise.all(sides.map((side) => shapeOf(urlOf(side, 0))));
  if (ours !== bare) throw new Error(`the answers differ: ${ours} and ${bare}`);
  const result = await compare(
    {
      workload: {
        unit: 'reading',
        success: 200,
        requests: (side) => () => getRequest(urlOf(side, Math.floor(Math.random() * requests)), AUTHORIZATION),
        count: () => Promise.resolve({}),
      },
      ...{ provider, sides },
      ratios: [['Recaudo', 'floor']],
      targets: [{ ratio: ['Recaudo', 'floor'], column: 'readings a second', atLeast: 0.9 }],
    },
    options,
  );
  return { ...result, notes: [`Any of ${whole(requests)} payins.`, ...result.notes] };
}

/** Which fields an answer has, and what is in those that all payins of the bench share. */
async function shapeOf(url: URL): Promise<string> {
  const answer = await fetch(url, { headers: AUTHORIZATION });
  const body = (await answer.json()) as Record<string, unknown>;
  const own = [
    'id',
    'reference',
    'createdAt',
    'updatedAt',
    'expiresAt',
    'providerExpiresAt',
    'checkoutUrl',
    'instructions',
    'attempts',
  ];
  const shape = Object.entries(body).map(([name, value]) => `${name}: ${JSON.stringify(own.includes(name) || value)}`);
  return shape.toSorted((a, b) => a.localeCompare(b)).join();
}

export const read: Benchmark = { name: 'read', title: 'GET /payins/{id} against the floor', run };
