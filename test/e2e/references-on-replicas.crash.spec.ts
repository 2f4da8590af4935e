import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { type Answer, newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { type Replica, type Replicas, startReplicas } from '../support/replicas.js';

const CREATES = 100;

let replicas: Replicas;

beforeAll(async () => {
  // A status check that comes while all are still being answered is one more line of the history, and changes `updatedAt`.
  replicas = await startReplicas(3, { RAIL_POLICY_PSE: '{"pollSeconds":[3600]}' });
});
afterEach(() => replicas.sandbox.tumipay.clearFaults());
afterAll(() => replicas?.close());

function request(): Record<string, unknown> {
  return payinRequest({
    inlineCustomer: {
      name: 'José Peña',
      idType: 'CC',
      idNumber: '1234567890',
      phone: '+573121234567',
      email: 'jose@example.com',
    },
    description: 'Café para dos',
    metadata: { table: '4', waiter: 'Ana' },
  });
}

/** The same meaning, written otherwise. */
const FORMS: readonly ((request: Record<string, unknown>) => string)[] = [
  (request) => JSON.stringify(request),
  (request) => JSON.stringify(backwards(request)),
  (request) => JSON.stringify(request, null, '\t '),
  (request) => JSON.stringify(request).normalize('NFD'),
  (request) =>
    JSON.stringify(request).replaceAll('é', '\\u00e9').replace('"amountInCents":5000000', '"amountInCents":5e6'),
];

function backwards(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, backwards(member)]),
  );
}

/** So many creates at once, each process asked in turn. */
function createAtOnce(bodyOf: (index: number) => string): Promise<Answer<PresentedPayin>[]> {
  const { all } = replicas;
  return Promise.all(
    Array.from({ length: CREATES }, (_, index) =>
      all[index % all.length]!.api.call<PresentedPayin>('POST', '/payins', bodyOf(index)),
    ),
  );
}

/** One 201, else replays, each of which says word for word what the 201 said. */
function expectAgreement(answers: readonly Answer<PresentedPayin>[]): PresentedPayin {
  const created = answers.filter(({ status }) => status === 201);
  expect(created).toHaveLength(1);
  const { body } = created[0]!;
  expect(body).toMatchObject({ status: 'PENDING', instructions: { type: 'redirect', url: expect.any(String) } });
  for (const answer of answers) {
    const replayed = answer !== created[0];
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual(replayed ? [200, 'true'] : [201, null]);
    expect(answer.body).toEqual(body);
  }
  return body;
}

/** One payin, one attempt, one order at the provider, one event for each step. */
async function expectOneOfAll({ id, reference }: PresentedPayin): Promise<void> {
  const { all, database, sandbox } = replicas;
  expect(await database.query('select id from payins where reference = $1', [reference])).toEqual([{ id }]);
  const attempts = await database.query<{ provider_reference: string }>(
    'select provider_reference from attempts where payin_id = $1',
    [id],
  );
  expect(attempts).toHaveLength(1);
  expect(await sandbox.tumipay.orders(attempts[0]!.provider_reference)).toHaveLength(1);
  const events = await all[0]!.api.events(id);
  expect(events.map(({ type }) => type)).toEqual(['payin.created', 'attempt.opened', 'payin.pending']);
}

describe('a hundred creates at once over three processes', () => {
  it('of the same body are one payin and one order, and all answers agree', async () => {
    const before = (await replicas.sandbox.tumipay.orders()).length;
    const body = JSON.stringify(request());
    await expectOneOfAll(expectAgreement(await createAtOnce(() => body)));
    expect(await replicas.sandbox.tumipay.orders()).toHaveLength(before + 1);
  });

  it('agree as well while the provider is slow to take the order', async () => {
    await replicas.sandbox.tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 1_500 } });
    const before = (await replicas.sandbox.tumipay.orders()).length;
    const body = JSON.stringify(request());
    await expectOneOfAll(expectAgreement(await createAtOnce(() => body)));
    expect(await replicas.sandbox.tumipay.orders()).toHaveLength(before + 1);
  });

  it('of one meaning are the same question, whatever the order of members, white space, escapes and unicode form', async () => {
    const asked = request();
    const answers = await createAtOnce((index) => FORMS[index % FORMS.length]!(asked));
    await expectOneOfAll(expectAgreement(answers));
  });

  it('of two bodies are one payin: one body wins everywhere, the other is a 409 everywhere and reaches no provider', async () => {
    const asked = request();
    const bodies = [asked, { ...asked, amountInCents: 6_000_000 }];
    const before = (await replicas.sandbox.tumipay.orders()).length;
    const answers = await createAtOnce((index) => JSON.stringify(bodies[index % 2]));
    const winner = answers.findIndex(({ status }) => status === 201) % 2;
    const payin = expectAgreement(answers.filter((_, index) => index % 2 === winner));
    expect(payin.amountInCents).toBe(bodies[winner]!['amountInCents']);
    for (const [index, answer] of answers.entries())
      if (index % 2 !== winner) expectProblem(answer, 'REFERENCE_CONFLICT', 'amountInCents');
    await expectOneOfAll(payin);
    expect(await replicas.sandbox.tumipay.orders()).toHaveLength(before + 1);
  });

  it('of references of their own are a hundred payins and a hundred orders', async () => {
    const before = (await replicas.sandbox.tumipay.orders()).length;
    const answers = await createAtOnce(() => JSON.stringify({ ...request(), reference: newReference() }));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(CREATES);
    expect(await replicas.sandbox.tumipay.orders()).toHaveLength(before + CREATES);
  });
});

/** What a caller sees of an answer, but for what says that it is a repeat, and what belongs to the exchange. */
interface SeenAnswer {
  reference: string;
  status: number;
  replayed: string | null;
  headers: string;
  text: string;
}
const bytesOf = ({ headers, text }: SeenAnswer) => `${headers}\n${text}`;
const OF_THE_EXCHANGE = new Set(['idempotency-replayed', 'date', 'x-request-id', 'keep-alive']);

async function seenAnswer(replica: Replica, reference: string, body: string): Promise<SeenAnswer> {
  const { url, authorization } = replica.api;
  const headers = { ...authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/payins`, { method: 'POST', headers, body });
  return {
    reference,
    status: answer.status,
    replayed: answer.headers.get('idempotency-replayed'),
    headers: JSON.stringify([...answer.headers].filter(([name]) => !OF_THE_EXCHANGE.has(name))),
    text: await answer.text(),
  };
}

describe('twins in bursts that go in batches, each process with its references in both orders', () => {
  it.each([
    ['six of each of a hundred references', 100, 1],
    ['42 of each of twenty references', 20, 7],
  ])(
    '%s: one payin and one order for each, and its answers are the same byte for byte',
    async (_what, count, rounds) => {
      const { all, database, sandbox } = replicas;
      const before = new Set((await sandbox.tumipay.orders()).map(({ id }) => id));
      const [{ deadlocks }] = await databaseCounts();
      const requests = Array.from({ length: count }, request).toSorted((one, other) =>
        String(one['reference']) < String(other['reference']) ? -1 : 1,
      );
      const bodies = requests.map((each) => [String(each['reference']), JSON.stringify(each)] as const);
      const orders = [bodies, bodies.toReversed()];
      // Beside other creates; the provider lists its newest thousand orders.
      let ofOthers = 0;
      const isOver = new AbortController();
      const others = Array.from({ length: 30 }, async (_, index) => {
        while (!isOver.signal.aborted && ofOthers < 600) {
          ofOthers += 1;
          expect((await all[index % all.length]!.api.create()).status).toBe(201);
        }
      });
      const burst = async (replica: Replica) => {
        const asked = Array.from({ length: rounds }, () => orders)
          .flat(2)
          .map(([reference, body]) => seenAnswer(replica, reference, body));
        return Promise.all(asked);
      };
      const answers = (await Promise.all(all.map(burst))).flat();
      isOver.abort();
      await Promise.all(others);

      expect(answers).toHaveLength(all.length * 2 * rounds * count);
      const references = requests.map(({ reference }) => String(reference));
      for (const [reference, same] of Map.groupBy(answers, (answer) => answer.reference)) {
        const kinds = same.map(({ status, replayed }) => `${status} ${replayed}`).toSorted();
        expect({ reference, kinds }).toEqual({
          reference,
          kinds: [...Array<string>(same.length - 1).fill('200 true'), '201 null'],
        });
        const [first] = same.map(bytesOf);
        expect([...new Set(same.map(bytesOf))]).toEqual([first]);
        expect(JSON.parse(same[0]!.text)).toMatchObject({
          reference,
          status: 'PENDING',
          instructions: { type: 'redirect' },
        });
      }
      const rows = await database.query<{ reference: string; attempts: number; events: number }>(
        `select reference, (select count(*)::int from attempts a where a.payin_id = p.id) as attempts,
              (select count(*)::int from payin_events e where e.payin_id = p.id) as events
       from payins p where reference = any($1) order by reference`,
        [references],
      );
      expect(rows).toEqual(references.toSorted().map((reference) => ({ reference, attempts: 1, events: 3 })));
      const made = (await sandbox.tumipay.orders()).filter(({ id }) => !before.has(id));
      const own = await database.query<{ reference: string }>(
        `select provider_reference as reference from attempts a join payins p on p.id = a.payin_id where p.reference = any($1)`,
        [references],
      );
      const ordered = Map.groupBy(made, ({ reference }) => reference);
      expect(own.map(({ reference }) => ordered.get(reference)?.length)).toEqual(own.map(() => 1));
      expect(made).toHaveLength(count + ofOthers);
      expect(await databaseCounts()).toEqual([{ deadlocks }]);
    },
  );
});

/** Counted by the server, for this database alone. */
async function databaseCounts(): Promise<[{ deadlocks: string }]> {
  const [counts] = await replicas.database.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return [counts!];
}
