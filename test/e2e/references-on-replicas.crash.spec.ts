import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { type Answer, newReference, payinRequest } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { type Replicas, startReplicas } from '../support/replicas.js';

const CREATES = 100;

let replicas: Replicas;

beforeAll(async () => {
  replicas = await startReplicas(3);
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
