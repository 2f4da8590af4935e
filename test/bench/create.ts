import { randomBytes } from 'node:crypto';
import { payinRequest } from '../support/api-client.js';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { CPU_COLUMN } from './contest.js';
import { postRequest } from './http-connection.js';
import { compare, type Workload } from './http-contest.js';
import { fillWithPayins } from './many-payins.js';
import { API_KEY } from './programs.js';
import { type Provider, type Side, type SideName, startProvider, startSides } from './sides.js';
import { whole } from './statistics.js';

export const AUTHORIZATION = { authorization: `Bearer ${API_KEY}` };

/** Creating payins, each different from all others. */
export function creating(provider: Provider): Workload {
  return {
    unit: 'payin',
    success: 201,
    requests: ({ url }) => {
      const run = randomBytes(6).toString('hex');
      let number = 0;
      return () => {
        number += 1;
        const payin = payinRequest({
          rail: 'BRE_B',
          reference: `bench-${run}-${number}`,
          description: 'Bench: a payin of ordinary size',
        });
        return postRequest(new URL('/payins', url), AUTHORIZATION, JSON.stringify(payin));
      };
    },
    count: async ({ database, schema, organizationId }: Side) => {
      const [rows] = await database.query<{ payins: number; pending: number }>(
        `select count(*)::int as payins, count(*) filter (where status = 'PENDING' and instructions is not null)::int as pending
         from ${schema}.payins where organization_id = $1`,
        [organizationId],
      );
      return {
        payins: rows!.payins,
        'payins with instructions': rows!.pending,
        'calls of the provider': await provider.calls(),
      };
    },
  };
}

const PER_SECOND = 'payins a second';

async function run(options: BenchOptions): Promise<BenchResult> {
  const provider = await startProvider(options);
  const sides = await startSides(options, provider, ['Recaudo', 'floor', 'usual Nest'], { callsProvider: true });
  return compare(
    {
      ...{ workload: creating(provider), provider, sides },
      ratios: [
        ['Recaudo', 'floor'],
        ['Recaudo', 'usual Nest'],
      ],
      targets: [
        { ratio: ['Recaudo', 'floor'], column: PER_SECOND, atLeast: 1.1 },
        { ratio: ['Recaudo', 'floor'], column: CPU_COLUMN, atMost: 0.75 },
        { ratio: ['Recaudo', 'usual Nest'], column: PER_SECOND, atLeast: 4 },
      ],
      arrivals: [
        { perSecond: 100, p50AtMost: 2, p99AtMost: 1.25 },
        { perSecond: 1_000 },
        { shareOfFloor: 0.8, p99AtMost: 1 },
      ],
    },
    options,
  );
}

export const create: Benchmark = {
  name: 'create',
  title: 'POST /payins against the floor and the usual style',
  run,
};

const MANY = { payins: 1_000_000, organizations: 1_000 };
const MANY_QUICK: typeof MANY = { payins: 1_000, organizations: 10 };
const SMALL = ', small';
const LARGE = ', large';

/** The same contest on two databases: one that is almost empty, and one with the payins of years. */
async function runLarge(options: BenchOptions): Promise<BenchResult> {
  const many = options.quick ? MANY_QUICK : MANY;
  const provider = await startProvider(options);
  const start = (suffix: string, names: readonly SideName[]) =>
    startSides(options, provider, names, { callsProvider: true, suffix });
  const [small, large] = [await start(SMALL, ['Recaudo']), await start(LARGE, ['Recaudo', 'floor'])];
  const startedAt = performance.now();
  await fillWithPayins(large[0]!.database, many);
  options.say(`${whole(many.payins)} payins in ${whole((performance.now() - startedAt) / 1000)} s`);
  const ours = [`Recaudo${LARGE}`, `Recaudo${SMALL}`] as const;
  const result = await compare(
    {
      ...{ workload: creating(provider), provider, sides: [...large, ...small] },
      ratios: [ours, [`Recaudo${LARGE}`, `floor${LARGE}`]],
      targets: [{ ratio: ours, column: PER_SECOND, atLeast: 0.95 }],
    },
    options,
  );
  const before = `The large database had ${whole(many.payins)} payins of ${whole(many.organizations)} organizations before, with their attempts, history, receipts, ledger entries and notifications; the floor as many payins.`;
  return { ...result, notes: [before, ...result.notes] };
}

export const createLarge: Benchmark = {
  name: 'create-large',
  isLarge: true,
  title: 'POST /payins with many payins there',
  run: runLarge,
};
