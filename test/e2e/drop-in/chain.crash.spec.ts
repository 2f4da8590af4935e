import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProviderName } from '@recaudo/sandbox';
import { LEASE_SECONDS } from '../../../src/database/due-work.queries.js';
import { CREATE_SETTLES_SECONDS } from '../../../src/payins/domain/check-schedule.js';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { newReference, payinRequest } from '../../support/api-client.js';
import { freePort } from '../../support/free-port.js';
import { INTEGRITY_CHECK } from '../../support/integrity.js';
import { type LossyWire, openLossyWire } from '../../support/lossy-wire.js';
import { type Replica, type Replicas, startReplicas } from '../../support/replicas.js';
import { until } from '../../support/until.js';

const PAYINS = 16;
const PAYERS_COME_MS = 50;
const RECOVERY_DUE_SECONDS = Math.max(LEASE_SECONDS, CREATE_SETTLES_SECONDS);
const SETTLED_MS = 120_000;
const TIMEOUT_MS = 300_000;

interface Chain {
  contract: string;
  /** Behind the contract; another one than the contract's own shows that nothing leaks through. */
  provider: ProviderName;
  options?: readonly string[];
  /** Of the Recaudo that is the contract's client. */
  client(issued: Record<string, string>, baseUrl: string): Record<string, string>;
  /** Of one payer: what they pay, in parts of a hundredth of what was asked; a refusal is none. */
  pays: readonly (number | null)[];
}

const CHAINS: readonly Chain[] = [
  {
    contract: 'tumipay',
    provider: 'teemopay',
    client: ({ username = '', password = '', token = '' }, baseUrl) => ({
      TUMIPAY_BASE_URL: baseUrl,
      TUMIPAY_USERNAME: username,
      TUMIPAY_PASSWORD: password,
      TUMIPAY_TOKEN: token,
      TUMIPAY_AMOUNT_UNIT: 'cents',
    }),
    pays: [100, 100, 60, 140, null],
  },
  {
    contract: 'hellopay',
    provider: 'tumipay',
    options: ['--webhook-url', 'CLIENT/webhooks/hellopay'],
    client: ({ apiKey = '', webhookHeader = '', webhookSecret = '' }, baseUrl) => ({
      HELLOPAY_BASE_URL: baseUrl,
      HELLOPAY_API_KEY: apiKey,
      HELLOPAY_WEBHOOK_HEADER: webhookHeader,
      HELLOPAY_WEBHOOK_SECRET: webhookSecret,
    }),
    pays: [100, 100, 60, 140, null],
  },
  {
    contract: 'teemopay',
    provider: 'hellopay',
    client: ({ appCode = '', privateKey = '', platformPublicKey = '' }, baseUrl) => ({
      TEEMOPAY_BASE_URL: baseUrl,
      TEEMOPAY_APP_CODE: appCode,
      TEEMOPAY_PRIVATE_KEY: privateKey,
      TEEMOPAY_PLATFORM_PUBLIC_KEY: platformPublicKey,
    }),
    pays: [100, 100, 60, 140, null],
  },
];

let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.toReversed()) await one.close();
  open = [];
});

/** Numbers from 0 to 1, the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe.each(CHAINS)('our $contract provider over another Recaudo that serves $contract', (chain) => {
  it(
    'counts the same money at all ends, with loss, repetition and kill -9 in between',
    async () => {
      const random = seeded(20_261_130);
      const inFront = await freePort();
      let server: Replicas | undefined;
      let merchantSide: Replicas | undefined;
      const toServer = await openLossyWire(() => server!.all[0]!.api.url, random);
      const toClient = await openLossyWire(() => merchantSide!.all[0]!.api.url, random);
      open.push(toServer, toClient);
      server = await startReplicas(1, { DROP_IN: chain.contract, PROVIDERS: chain.provider, PORT: String(inFront) });
      open.push(server);
      const [organization] = await server.database.query<{ id: string }>('select id from organizations');
      const printed = await server.command(
        ...['drop-in', 'create', '--contract', chain.contract, '--organization', organization!.id],
        ...(chain.options ?? []).map((option) => option.replace('CLIENT', toClient.url)),
      );
      const issued = JSON.parse(printed) as Record<string, string>;
      expect(issued['baseUrl']).toMatch(new RegExp(`^http://localhost:\\d+/drop-in/${chain.contract}$`));
      merchantSide = await startReplicas(1, {
        PROVIDERS: chain.contract,
        PUBLIC_URL: toClient.url,
        ...chain.client(issued, `${toServer.url}/drop-in/${chain.contract}`),
      });
      open.push(merchantSide);

      const [client, served] = [merchantSide.all[0]!, server.all[0]!];
      const sandbox = server.sandbox.provider(chain.provider);
      const requests = Array.from({ length: PAYINS }, (_, index) =>
        payinRequest({ rail: 'BRE_B', reference: newReference(), amountInCents: 1_000_000 + 10_000 * index }),
      );

      // A merchant who sends the same request until it is answered.
      const creates = requests.map(async (request) =>
        until('the create to be answered', async () => {
          const answer = await client.api.call<PresentedPayin>('POST', '/payins', request).catch(() => undefined);
          return answer && answer.status < 300 && answer.body;
        }),
      );
      // Payers who pay whatever they see, once each.
      const settled = new Map<string, number | null>();
      const payAll = async () => {
        for (const order of await sandbox.orders()) {
          if (settled.has(order.id)) continue;
          const part = chain.pays[settled.size % chain.pays.length]!;
          settled.set(order.id, part);
          if (part === null) await sandbox.move(order.id, 'reject');
          else
            await sandbox.pay(order.id, { amountInCents: Math.round((order.requestedInCents * part) / 10_000) * 100 });
        }
      };
      const plugs = async (one: Replica, after: number) => {
        await until('some payins', async () => settled.size >= after);
        await one.pullPlug();
        await one.start();
      };
      const over = new AbortController();
      const paying = (async () => {
        while (!over.signal.aborted) await payAll().then(() => wait(PAYERS_COME_MS));
      })();
      await Promise.all([plugs(served, 3), plugs(client, 6)]);
      await Promise.all([plugs(client, 9), plugs(served, 11)]);
      const created = await Promise.all(creates);
      toServer.heal();
      toClient.heal();
      // What a killed process had in its hands is due again; twice, because what it does then may have been lost on its way.
      for (let round = 0; round < 2; round += 1) {
        await until('the payers to have paid', () => settled.size === PAYINS || undefined, 5_000).catch(
          () => undefined,
        );
        for (const side of [merchantSide, server]) await side.timePasses(RECOVERY_DUE_SECONDS);
      }
      const counted = await until(
        'the money to be the same everywhere',
        async () => {
          const rows = await countedBy(merchantSide, server, created, sandbox);
          const isSame = rows.every(({ ours, theirs, paid }) => ours === paid && theirs === paid);
          return isSame && settled.size === PAYINS && rows;
        },
        SETTLED_MS,
      ).finally(() => {
        over.abort();
      });
      await paying;

      // One payin there and one order at its provider for each payin here: never a second one.
      expect(await server.database.query('select count(*)::int as n from payins')).toEqual([{ n: PAYINS }]);
      expect(await sandbox.orders()).toHaveLength(PAYINS);
      expect(new Set(counted.map(({ order }) => order)).size).toBe(PAYINS);
      const total = counted.reduce((sum, { paid }) => sum + paid, 0);
      expect(total).toBeGreaterThan(0);
      for (const { database } of [merchantSide, server]) {
        const [ledger] = await database.query<{ total: string }>(
          `select coalesce(sum(amount_in_cents), 0)::text as total from ledger_entries where credit = 'merchant'`,
        );
        expect(Number(ledger!.total)).toBeGreaterThanOrEqual(total);
        const [checked] = await database.query<{ found: unknown[]; payins: number }>(INTEGRITY_CHECK);
        expect(checked).toMatchObject({ found: [], payins: PAYINS });
      }
      expect(losses(toServer) + losses(toClient)).toBeGreaterThan(5);
    },
    TIMEOUT_MS,
  );
});

function losses({ counts }: LossyWire): number {
  return counts['comes twice'] + counts['is lost'] + counts['its answer is lost'];
}

/** For each payin of the client: what it has received, what the one behind the contract has, and what was paid. */
async function countedBy(
  merchantSide: Replicas,
  server: Replicas,
  created: readonly PresentedPayin[],
  sandbox: ReturnType<Replicas['sandbox']['provider']>,
) {
  const theirs = await server.database.query<{ reference: string; received: number; attempt: string | null }>(
    `select p.reference, p.amount_received_in_cents::float8 as received,
            (select a.provider_reference from attempts a where a.payin_id = p.id order by a.started_at desc limit 1) as attempt
     from payins p`,
  );
  const orders = await sandbox.orders();
  const api = merchantSide.all[0]!.api;
  return Promise.all(
    created.map(async ({ id }) => {
      const payin = await api.payin(id);
      const served = theirs.find(({ reference }) => payin.attempts.some((one) => one.providerReference === reference));
      const order = orders.find(({ reference }) => reference === served?.attempt);
      return {
        ours: payin.amountReceivedInCents,
        theirs: served?.received,
        paid: order?.settledInCents ?? 0,
        order: order?.id,
      };
    }),
  );
}
