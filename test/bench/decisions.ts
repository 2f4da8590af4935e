import { setTimeout as wait } from 'node:timers/promises';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { Contest, type Measure, tableOfSides, throughput } from './contest.js';
import { creating } from './create.js';
import { postRequest } from './http-connection.js';
import { assertWhole, CONNECTIONS, requestOf, tidy } from './http-contest.js';
import { webhookRequest } from './intake.js';
import { closedLoop } from './load.js';
import { type Provider, type Side, startProvider, startSides } from './sides.js';
import { whole } from './statistics.js';

const FULL = { rounds: 5, payins: 1_500, warmUp: 300, repeatsMax: 2 };
const QUICK: typeof FULL = { rounds: 1, payins: 30, warmUp: 5, repeatsMax: 0 };
const DONE_MS = 60_000;
/** Between two checks whether all is done: they take some processor time, too. */
const PAUSE_MS = 50;

/** Where the provider's numbers of a payin stand. */
const OPENED: Readonly<Record<Side['schema'], string>> = {
  public: 'select external_id as ticket, provider_reference as reference, payin_id as id from public.attempts',
  floor: `select split_part(instructions ->> 'url', '=', 2) as ticket, replace(id::text, '-', '') as reference, id from floor.payins`,
  usual: '',
};

/**
 * From a provider's webhooks to payins that are `APPROVED`, the provider's answer to our question included: the webhook is only a hint. The
 * payins were opened, and paid at the provider, before.
 */
async function run(options: BenchOptions): Promise<BenchResult> {
  const sizes = options.quick ? QUICK : FULL;
  const provider = await startProvider(options);
  const sides = await startSides(options, provider, ['Recaudo', 'floor'], {
    ...{ callsProvider: true, role: 'all' },
    // Nobody asks the provider before its webhook is there.
    environment: { RAIL_POLICY_BRE_B: '{"pollSeconds":[900]}' },
  });
  const contest = new Contest(sizes.rounds, sizes.repeatsMax, options);
  const rounds = await contest.rounds('decisions', sides, async (side, measure) => {
    await tidy(side.database, provider);
    await decide(side, provider, sizes.warmUp, (work) => work());
    await decide(side, provider, sizes.payins, measure);
  });
  return {
    tables: [
      tableOfSides({
        ...{ title: 'from webhooks to approved payins', rounds, figures: throughput('payin', rounds) },
        ratios: [['Recaudo', 'floor']],
        targets: [{ ratio: ['Recaudo', 'floor'], column: 'payins a second', atLeast: 0.5 }],
      }),
    ],
    notes: [
      `In a round ${whole(sizes.payins)} webhooks came over ${CONNECTIONS} connections, and it took until the last of their payins was APPROVED and nothing was left to do. ${whole(sizes.warmUp)} others came before.`,
      contest.note(),
      'Each payin was approved, with the amount that was paid.',
    ],
    raw: { rounds },
  };
}

async function decide(side: Side, provider: Provider, count: number, measure: Measure): Promise<void> {
  const workload = creating(provider);
  const end = { requests: count };
  const opened = await closedLoop({ ...requestOf(workload, side), end });
  assertWhole(workload, side, [opened], {});
  const { database, schema, organizationId } = side;
  const orders = await database.query<{ ticket: string; reference: string }>(
    `select opened.ticket, opened.reference from (${OPENED[schema]}) as opened join ${schema}.payins p using (id)
     where p.status = 'PENDING' and p.organization_id = $1`,
    [organizationId],
  );
  const one = (request: (order: (typeof orders)[number]) => string) => {
    let number = 0;
    return () => request(orders[number++]!);
  };
  const connections = CONNECTIONS;
  const payment = JSON.stringify({ webhook: 'none' });
  const pay = (ticket: string) => postRequest(new URL(`${provider.controlUrl}/orders/${ticket}/pay`), {}, payment);
  const paying = { url: new URL(provider.controlUrl), connections, end, next: one(({ ticket }) => pay(ticket)) };
  assertWhole({ success: 200 }, { name: 'provider' }, [await closedLoop(paying)], {});
  await measure(async () => {
    const [{ now: startedAt } = { now: new Date() }] = await database.query<{ now: Date }>(
      'select clock_timestamp() as now',
    );
    const next = one(({ ticket, reference }) => webhookRequest(side, ticket, reference));
    const webhooks = await closedLoop({ url: new URL(side.url), connections, end, next });
    assertWhole({ success: 200 }, side, [webhooks], {});
    const endsAt = performance.now() + DONE_MS;
    for (;;) {
      const endedAt = await endOf(side);
      if (endedAt) return { done: count, seconds: (endedAt.getTime() - startedAt.getTime()) / 1000 };
      if (performance.now() > endsAt) throw new Error(`${side.name} does not come to an end`);
      await wait(PAUSE_MS);
    }
  });
}

/** When the last payin was approved, once all are and nothing else is due. @throws when one is anything but pending or paid in full */
async function endOf({ name, database, schema }: Side): Promise<Date | undefined> {
  const [state] = await database.query<{ pending: number; wrong: number; due: boolean; endedAt: Date }>(
    `select count(*) filter (where status = 'PENDING')::int as pending,
            count(*) filter (where status not in ('PENDING', 'APPROVED') or status = 'APPROVED' and amount_received_in_cents <> amount_in_cents)::int as wrong,
            exists (select from ${schema}.inbound_webhooks where due_at is not null and ${schema === 'public'}) as due,
            max(updated_at) as "endedAt"
     from ${schema}.payins`,
  );
  if (state!.wrong > 0) throw new Error(`${state!.wrong} payins of ${name} were decided wrongly`);
  return state!.pending > 0 || state!.due ? undefined : state!.endedAt;
}

export const decisions: Benchmark = {
  name: 'decisions',
  title: 'from webhooks to approved payins against the floor',
  run,
};
