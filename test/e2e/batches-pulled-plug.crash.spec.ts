import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LEASE_SECONDS } from '../../src/database/due-work.queries.js';
import type { FoundPayin } from '../../src/ledger/integrity-check.queries.js';
import { mismatchesOf } from '../../src/ledger/mismatches.js';
import { CREATE_SETTLES_SECONDS } from '../../src/payins/domain/check-schedule.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { Random } from '../chaos/random.js';
import { betweenEffects } from '../chaos/crash-points.js';
import { crashEnvironment } from '../chaos/replica.js';
import { newReference } from '../support/api-client.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { type Replica, type Replicas, startReplicas } from '../support/replicas.js';
import { until } from '../support/until.js';

const SEED = 20_261_130;
const CLIENTS = 40;
/** A point is died at when it is passed for up to so many times. */
const HITS_MAX = 4;
const CALM_MS = 1_500;
const POINTS_MS = 600_000;
/** By then whatever a dead process had in its hands is due again. */
const RECOVERY_DUE_SECONDS = Math.max(LEASE_SECONDS, CREATE_SETTLES_SECONDS);
const RECOVERY_MS = 120_000;

/** From the request to its answer: the batches of new payins and of decisions, and the call of the provider between them. */
const POINTS =
  /^(database\/(batcher:|database:(batched|batcherOf|run)#)|payins\/(api\/payins\.controller:create#|use-cases\/(create-payin|open-attempt|apply-updates)\.service:|store\/payin\.store:(insert|readByReference|write|withMessages)#))/;
/** Some that must be among them, whatever the points are called. */
const AMONG_THEM = [
  /^database\/batcher:.*:before$/,
  /^database\/batcher:.*:after$/,
  /^database\/database:run#.*:after$/,
  /store\/payin\.store:insert#.*:after$/,
  /store\/payin\.store:write#.*:after$/,
  /open-attempt\.service:call#.*:before$/,
  /open-attempt\.service:call#.*:after$/,
];

interface Request {
  reference: string;
  callbackUrl?: string;
}

let replicas: Replicas;
/** Every create that was sent in this test: what was answered, undefined where the process died before. */
const creates = new Map<string, { request: Request; answered?: PresentedPayin }>();
/** Every order that the provider has, by its id. */
const orders = new Map<string, { id: string; reference: string }>();
let armings = 0;

beforeAll(async () => {
  replicas = await startReplicas(2);
});
afterEach(async () => {
  creates.clear();
  await replicas.sandbox.tumipay.clearFaults();
});
afterAll(() => replicas?.close());

/** Starts it with crash points, which count from `arm` on. */
async function startWithPoints(replica: Replica, log: string, crash?: { point: string; hit: number }) {
  await replica.pullPlug();
  armings += 1;
  const armedBy = join(replicas.folder, `armed-${armings}`);
  await replica.start({ ...crashEnvironment(join(replicas.folder, log), crash), CRASH_ARMED_BY: armedBy });
  return () => writeFile(armedBy, '');
}

/** Many clients at once, each with its next create when the last one is answered, and now and then with one again, until the process is dead or the time is over. */
async function createUntil(replica: Replica, hasEnded: () => boolean): Promise<void> {
  const client = async () => {
    for (let count = 1; !hasEnded(); count += 1) {
      const reference = newReference();
      // Some have a message each time, which is of the same commit.
      const request: Request = count % 8 ? { reference } : { reference, callbackUrl: replicas.merchant.url };
      const create = { request, answered: undefined as PresentedPayin | undefined };
      creates.set(reference, create);
      const answer = await replica.api.create({ ...request }).catch(() => undefined);
      if (!answer) return;
      expect(answer).toMatchObject({ status: 201, body: { status: 'PENDING', instructions: { type: 'redirect' } } });
      create.answered = answer.body;
      if (count % 4) continue;
      const again = await replica.api.create({ ...request }).catch(() => undefined);
      if (again) expect(again).toMatchObject({ status: 200, body: answer.body });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** The provider lists its newest orders only. */
async function noteOrders(): Promise<void> {
  for (const order of await replicas.sandbox.tumipay.orders()) orders.set(order.id, order);
}

/** And those that are not among them any more. */
async function noteOrdersOf(references: readonly string[]): Promise<void> {
  await noteOrders();
  const known = new Set([...orders.values()].map(({ reference }) => reference));
  const waiting = references.filter((reference) => !known.has(reference));
  const note = async () => {
    for (let reference = waiting.shift(); reference; reference = waiting.shift())
      for (const order of await replicas.sandbox.tumipay.orders(reference)) orders.set(order.id, order);
  };
  await Promise.all(Array.from({ length: 16 }, note));
}

interface Stored {
  reference: string;
  id: string;
  status: string;
  instructions: PresentedPayin['instructions'];
}

async function stored(): Promise<Map<string, Stored[]>> {
  const rows = await replicas.database.query<Stored>(
    'select reference, id, status, instructions from payins where reference = any($1)',
    [[...creates.keys()]],
  );
  return Map.groupBy(rows, ({ reference }) => reference);
}

/** As the dead have left it: what they had promised is there, and nothing was ordered that was not written down before. */
async function expectPromisesKept(): Promise<void> {
  const payins = await stored();
  for (const [reference, { answered }] of creates) {
    if (!answered) expect(payins.get(reference)?.length ?? 0).toBeLessThanOrEqual(1);
    else {
      const { id, status, instructions } = answered;
      expect(payins.get(reference)).toEqual([{ reference, id, status, instructions }]);
    }
  }
  await expectNothingElseOrdered();
}

async function expectNothingElseOrdered(): Promise<void> {
  const attempts = await replicas.database.query<{ reference: string }>(
    'select provider_reference as reference from attempts',
  );
  const written = new Set(attempts.map(({ reference }) => reference));
  expect([...orders.values()].filter(({ reference }) => !written.has(reference))).toEqual([]);
}

/** A fresh process brings all of them to their end, and each request, sent again, has its one answer. */
async function expectRecovery(): Promise<void> {
  const { database } = replicas;
  const [survivor] = replicas.all as [Replica];
  await survivor.pullPlug();
  await survivor.start();
  await replicas.timePasses(RECOVERY_DUE_SECONDS);
  await until(
    'no payin to be on its way',
    async () => {
      const [{ left }] = (await database.query<{ left: number }>(
        `select count(*)::int as left from payins where status = 'CREATED'`,
      )) as [{ left: number }];
      return left === 0;
    },
    RECOVERY_MS,
  );
  const waiting = [...creates];
  const repeat = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [reference, { request, answered }] = next;
      const { status, body } = await survivor.api.create({ ...request });
      if (!answered) expect([200, 201]).toContain(status);
      else expect({ reference, status }).toEqual({ reference, status: 200 });
      const { id, instructions } = answered ?? body;
      expect(body).toMatchObject({ reference, id, status: 'PENDING', instructions });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, repeat));

  const payins = await stored();
  expect([...payins.keys()].toSorted()).toEqual([...creates.keys()].toSorted());
  expect([...payins.values()].filter(({ length }) => length !== 1)).toEqual([]);
  const attempts = await database.query<{ reference: string; payin: string; order: string | null; state: string }>(
    `select provider_reference as reference, p.reference as payin, external_id as order, state
     from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id where p.reference = any($1)`,
    [[...creates.keys()]],
  );
  await noteOrdersOf(attempts.map((attempt) => attempt.reference));
  const payinOf = new Map(attempts.map(({ reference, payin }) => [reference, payin]));
  const own = [...orders.values()].filter(({ reference }) => payinOf.has(reference));
  const ordersByPayin = Map.groupBy(own, ({ reference }) => payinOf.get(reference));
  expect([...creates.keys()].filter((reference) => !ordersByPayin.has(reference))).toEqual([]);
  expect([...ordersByPayin.values()].filter(({ length }) => length !== 1)).toEqual([]);
  const open = attempts.filter(({ state }) => state !== 'not_executed');
  expect(open.map(({ order, state }) => `${order} ${state}`).toSorted()).toEqual(
    own.map(({ id }) => `${id} open`).toSorted(),
  );
  await expectNothingElseOrdered();
  await expectLedgerToAgree();
}

async function expectLedgerToAgree(): Promise<void> {
  const checks = await replicas.database.query<{ payins: number; found: FoundPayin[] }>(INTEGRITY_CHECK);
  expect(checks.flatMap(({ found }) => found.flatMap(mismatchesOf))).toEqual([]);
  const { length } = await replicas.database.query('select from payins');
  expect(checks.reduce((sum, { payins }) => sum + payins, 0)).toBe(length);
}

describe('a process that is killed with many creates in its hands', () => {
  it(
    'between any two effects of a create and of the batches that it is in, has kept what it had answered, and loses and doubles nothing',
    async () => {
      const random = new Random(SEED);
      const [first] = replicas.all as [Replica];
      const arm = await startWithPoints(first, 'calm.points');
      await arm();
      const calmUntil = Date.now() + CALM_MS;
      await createUntil(first, () => Date.now() > calmUntil);
      await noteOrders();
      const passed = (await readFile(join(replicas.folder, 'calm.points'), 'utf8')).split('\n');
      const points = passed.filter((point) => POINTS.test(point)).toSorted();
      for (const wanted of AMONG_THEM) expect(points).toContainEqual(expect.stringMatching(wanted));

      // Of what is between two effects one point: 40 clients are each somewhere else meanwhile.
      const crashes = betweenEffects(passed.filter((point) => POINTS.test(point))).map((point) => ({
        point,
        hit: random.integer(1, HITS_MAX),
      }));
      const dieAll = async (replica: Replica) => {
        for (let crash = crashes.shift(); crash; crash = crashes.shift()) {
          const arm = await startWithPoints(replica, 'dying.points', crash);
          let signal: NodeJS.Signals | null | undefined;
          const ends = replica.ends().then((by) => void (signal = by));
          await Promise.all([createUntil(replica, () => signal !== undefined), arm()]);
          await ends;
          expect(signal).toBe('SIGKILL');
          await noteOrders();
        }
      };
      await Promise.all(replicas.all.map(dieAll));
      await expectPromisesKept();
      await expectRecovery();
    },
    POINTS_MS,
  );

  it.each([
    ['new payins', 'is written after all', /insert into payins/],
    ['new payins', 'is not written', /insert into payins/],
    ['decisions', 'is written after all', /update payins p set/],
    ['decisions', 'is not written', /update payins p set/],
  ])(
    'while a batch of %s is at the database, and it %s, neither loses nor doubles anything',
    async (what, outcome, statement) => {
      const { database, sandbox } = replicas;
      const [victim] = replicas.all as [Replica];
      await victim.pullPlug();
      await victim.start();
      const holdUp = new pg.Client({ connectionString: database.url });
      await holdUp.connect();
      let hasEnded = false;
      const clients = () => createUntil(victim, () => hasEnded);
      let created: Promise<void>;
      if (what === 'decisions') {
        // The provider's answers come after the lock.
        const fault = { kind: 'delay', delayMs: 1_000, executed: true } as const;
        await sandbox.tumipay.fault({ operation: 'create', fault, times: CLIENTS });
        created = clients();
        await until('all to be written down', async () => (await stored()).size >= CLIENTS);
        await holdUp.query('begin; lock table payins in share mode');
      } else {
        await holdUp.query('begin; lock table payins in share mode');
        created = clients();
      }
      const waiting = async () => {
        const statements = await database.query<{ pid: number; query: string }>(
          `select pid, query from pg_stat_activity
           where datname = current_database() and state = 'active' and wait_event_type = 'Lock'`,
        );
        return statements.filter(({ query }) => statement.test(query));
      };
      await until('a batch to be at the database', async () => (await waiting()).length > 0);
      await victim.pullPlug();
      hasEnded = true;
      await created;
      if (outcome === 'is not written')
        for (const { pid } of await waiting()) await database.query('select pg_terminate_backend($1)', [pid]);
      await holdUp.query('commit');
      await holdUp.end();
      await until('the statements of the dead process to end', async () => (await waiting()).length === 0);
      await noteOrders();
      await expectPromisesKept();
      await expectRecovery();
    },
  );
});
