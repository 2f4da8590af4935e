import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { startService, type Service } from '../../src/app/service.js';
import type { ShownPaymentLink } from '../../src/payment-links/payment-links.service.js';
import { type UsedLink, UsePaymentLink } from '../../src/payment-links/use-payment-link.service.js';
import { PAYINS_OF_LINK } from '../../src/payins/store/find-payins.queries.js';
import { INSERT_PAYINS } from '../../src/payins/store/insert-payins.queries.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { newReference } from '../support/api-client.js';
import { freePort } from '../support/free-port.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { thoroughly } from '../support/thorough.js';
import { until } from '../support/until.js';

const REPLICAS = 3;

let testApp: TestApp;
let others: Service[];
/** Of each replica. */
let uses: UsePaymentLink[];
let organizationId: string;

beforeAll(async () => {
  testApp = await startTestApp();
  others = [];
  for (let replica = 1; replica < REPLICAS; replica += 1)
    others.push(await startService({ ...testApp.environment, PORT: String(await freePort()) }));
  uses = [testApp.service, ...others].map(({ app }) => app.get(UsePaymentLink));
  const [organization] = await testApp.database.query<{ id: string }>('select id from organizations');
  organizationId = organization!.id;
});
afterAll(async () => {
  for (const other of others ?? []) await other.close();
  await testApp?.close();
});

async function makeLink(changes: object = {}): Promise<ShownPaymentLink> {
  const request = { reference: newReference(), title: 'Curso', amountInCents: 5_000_000, ...changes };
  const { status, body } = await testApp.api.call<ShownPaymentLink>('POST', '/payment-links', request);
  expect(status).toBe(201);
  return body;
}
const read = async ({ id }: { id: string }) =>
  (await testApp.api.call<ShownPaymentLink>('GET', `/payment-links/${id}`)).body;
const payinsOf = async ({ id }: { id: string }) =>
  (await testApp.api.call<{ data: PresentedPayin[] }>('GET', `/payment-links/${id}/payins?limit=100`)).body.data;
const press = (link: { id: string }, use: string = randomUUID(), replica = 0, amountInCents: bigint | null = null) =>
  uses[replica]!.execute({ organizationId, id: link.id }, { use, amountInCents }).then((used) => used!);
const setStatus = ({ id }: { id: string }, status: string) =>
  testApp.api.call('PATCH', `/payment-links/${id}`, { status });
const idsOf = (presses: readonly UsedLink[]) => presses.flatMap((one) => (one.kind === 'payin' ? [one.payinId] : []));

/** What holds of every link, whatever happened to it. */
async function isSound(link: ShownPaymentLink): Promise<void> {
  const [{ used, uses: max }, payins] = [await read(link), await payinsOf(link)];
  expect(payins).toHaveLength(used);
  if (max !== null) expect(used).toBeLessThanOrEqual(max);
  const numbers = payins.map(({ reference }) => Number(reference.slice(link.reference.length + 1)));
  expect(new Set(numbers).size).toBe(used);
  for (const payin of payins) {
    expect(payin.reference).toMatch(new RegExp(`^${link.reference}-[1-9]\\d*$`));
    expect(payin).toMatchObject({ paymentLinkId: link.id, rail: 'ANY', provider: null, attempts: [] });
    const [created] = await testApp.api.events(payin.id);
    expect(created).toMatchObject({ sequence: 1, type: 'payin.created' });
  }
}

describe('a use of a payment link', () => {
  it('is a payin that its payer takes further, with what the link says', async () => {
    const callbackUrl = testApp.merchant.url;
    const link = await makeLink({
      description: 'Ocho clases',
      rails: ['BRE_B', 'PSE'],
      redirectUrl: 'https://shop.example/thanks',
      metadata: { course: 'C-7' },
      callbackUrl,
    });
    const used = await press(link);
    expect(used).toEqual({ kind: 'payin', payinId: expect.any(String) });
    const payin = await testApp.api.payin(idsOf([used])[0]!);
    expect(payin).toMatchObject({
      reference: `${link.reference}-1`,
      status: 'CREATED',
      amountInCents: 5_000_000,
      description: 'Ocho clases',
      redirectUrl: 'https://shop.example/thanks',
      metadata: { course: 'C-7' },
      callbackUrl,
      inlineCustomer: null,
      paymentLinkId: link.id,
    });
    expect(await read(link)).toMatchObject({ used: 1, status: 'ACTIVE' });
    // Its event is as any payin's, and names the link.
    const [notification] = await testApp.database.query<{ body: string }>(
      `select body from notifications where payin_id = $1`,
      [payin.id],
    );
    expect(JSON.parse(notification!.body)).toMatchObject({
      type: 'payin.created',
      data: { reference: `${link.reference}-1`, paymentLinkId: link.id },
    });
    await isSound(link);
    expect((await testApp.api.open()).paymentLinkId).toBeNull();
  });

  it('takes the amount that its payer types, within the bounds', async () => {
    const link = await makeLink({ amountInCents: null, minInCents: 500_000, maxInCents: 900_000 });
    for (const [amount, why] of [
      [null, 'MISSING'],
      [499_900n, 'TOO_LITTLE'],
      [900_100n, 'TOO_MUCH'],
      [600_050n, 'NOT_WHOLE'],
    ] as const)
      expect(await press(link, randomUUID(), 0, amount)).toMatchObject({ kind: 'wrong', why });
    expect((await read(link)).used).toBe(0);
    for (const amount of [500_000n, 900_000n]) {
      const [id] = idsOf([await press(link, randomUUID(), 0, amount)]);
      expect((await testApp.api.payin(id!)).amountInCents).toBe(Number(amount));
    }
    // Of a fixed amount nothing else is taken.
    const fixed = await makeLink();
    const [id] = idsOf([await press(fixed, randomUUID(), 0, 100n)]);
    expect((await testApp.api.payin(id!)).amountInCents).toBe(5_000_000);
  });

  it('is refused, and not counted, when the link is disabled, over or used up, or no rail is open', async () => {
    const disabled = await makeLink();
    await setStatus(disabled, 'DISABLED');
    expect(await press(disabled)).toMatchObject({ kind: 'closed', why: 'DISABLED' });
    await setStatus(disabled, 'ACTIVE');
    expect((await press(disabled)).kind).toBe('payin');

    const over = await makeLink({ expiresAt: '2099-01-01' });
    await testApp.database.query(`update payment_links set expires_at = now() where id = $1`, [over.id]);
    expect(await press(over)).toMatchObject({ kind: 'closed', why: 'OVER' });

    const few = await makeLink({ uses: 2 });
    for (const kind of ['payin', 'payin', 'closed']) expect((await press(few)).kind).toBe(kind);
    expect(await press(few)).toMatchObject({ why: 'USED_UP' });

    // Its provider is not enabled any more.
    const lone = await makeLink({ rails: ['BRE_B'] });
    await testApp.database.query(`update payment_links set rails = '["TRANSFIYA"]' where id = $1`, [lone.id]);
    expect(await press(lone)).toMatchObject({ kind: 'unavailable' });
    expect((await read(lone)).used).toBe(0);
    expect(
      await uses[0]!.execute({ organizationId, id: randomUUID() }, { use: randomUUID(), amountInCents: null }),
    ).toBe(undefined);
    for (const link of [disabled, over, few]) await isSound(link);
  });

  it('leads to its one payin for whoever comes after a link of one use was used', async () => {
    const link = await makeLink({ uses: 1 });
    const first = await press(link);
    expect(await press(link)).toEqual(first);
    await setStatus(link, 'DISABLED');
    expect(await press(link, randomUUID(), 1)).toEqual(first);
    await isSound(link);
  });

  it('goes past numbers whose references the merchant has used', async () => {
    const link = await makeLink({ uses: 3 });
    for (const number of [1, 2, 4]) await testApp.api.open({ reference: `${link.reference}-${number}` });
    for (const number of [3, 5, 6]) {
      const [id] = idsOf([await press(link)]);
      expect((await testApp.api.payin(id!)).reference).toBe(`${link.reference}-${number}`);
    }
    expect((await press(link)).kind).toBe('closed');
    await isSound(link);
  });

  it('is never one too many when many press at the same instant, each twice, on all replicas', async () => {
    const link = await makeLink({ uses: 7 });
    const presses = Array.from({ length: 40 }, () => randomUUID()).flatMap((use) => [use, use]);
    const results = await Promise.all(presses.map((use, at) => press(link, use, at % REPLICAS)));
    const ids = new Set(idsOf(results));
    expect(ids.size).toBe(7);
    expect((await read(link)).used).toBe(7);
    // The two of a press have one answer.
    for (let at = 0; at < results.length; at += 2) {
      const [one, two] = [results[at]!, results[at + 1]!];
      expect([one.kind, ...idsOf([one])]).toEqual([two.kind, ...idsOf([two])]);
    }
    await isSound(link);
  });

  it('is of each of many who press a link without an end at the same instant', async () => {
    const link = await makeLink();
    const results = await Promise.all(Array.from({ length: 60 }, (_, at) => press(link, randomUUID(), at % REPLICAS)));
    expect(new Set(idsOf(results)).size).toBe(60);
    await isSound(link);
  });

  it.each([
    ['disabled', `status = 'DISABLED'`, 'DISABLED'],
    ['over', 'expires_at = now()', 'OVER'],
    ['used up', 'used = uses', 'USED_UP'],
  ])('is none where the link becomes %s after it was read', async (_, change, why) => {
    const link = await makeLink({ uses: 30 });
    const meanwhile = new pg.Client(testApp.database.url);
    await meanwhile.connect();
    try {
      await meanwhile.query('begin');
      await meanwhile.query(`update payment_links set ${change} where id = $1`, [link.id]);
      const pressing = Array.from({ length: REPLICAS }, (__, replica) => press(link, randomUUID(), replica));
      await until('all to wait for it', async () => {
        const [waiting] = await testApp.database.query<{ count: string }>(
          `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return Number(waiting!.count) >= REPLICAS;
      });
      await meanwhile.query('commit');
      for (const used of await Promise.all(pressing)) expect(used).toMatchObject({ kind: 'closed', why });
    } finally {
      await meanwhile.end();
    }
    expect(await payinsOf(link)).toEqual([]);
  });

  it('costs other payins nothing', async () => {
    // Their statement knows of no link, and they stand in none of the indexes of links' payins.
    expect(INSERT_PAYINS.text).not.toMatch(/link/);
    await testApp.api.open();
    const { database } = testApp;
    const indexes = await database.query<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes where tablename = 'payins' and indexdef ~ 'payment_link'`,
    );
    expect(indexes.map(({ name }) => name).toSorted()).toEqual(['payins_of_link', 'payins_of_link_use']);
    for (const { definition } of indexes) expect(definition).toMatch(/WHERE \(payment_link_id IS NOT NULL\)$/);
    // And a link's own are found by them, however many others there are.
    const { id } = await makeLink();
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `explain ${PAYINS_OF_LINK.text.replaceAll(/\$\d/g, (parameter) => [`'${organizationId}'`, `'${id}'`, `'${id}'`, '50'][Number(parameter[1]) - 1]!)}`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toMatch(/payins_of_link/);
  });

  it('keeps all of this whatever comes between (property)', async () => {
    type Step =
      | { kind: 'press'; use: number; replica: number }
      | { kind: 'status'; status: 'ACTIVE' | 'DISABLED' }
      | { kind: 'take'; number: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant('press' as const),
          use: fc.nat(9),
          replica: fc.nat(REPLICAS - 1),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('status' as const),
          status: fc.constantFrom('ACTIVE' as const, 'DISABLED' as const),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('take' as const), number: fc.integer({ min: 1, max: 6 }) }),
      },
    );
    /** What stands in one list begins at the same instant. */
    const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.option(fc.integer({ min: 1, max: 6 })), steps, async (max, rounds) => {
        const link = await makeLink({ uses: max });
        const tokens = Array.from({ length: 10 }, () => randomUUID());
        const made = new Map<number, Set<string>>();
        for (const round of rounds)
          await Promise.all(
            round.map(async (one) => {
              if (one.kind === 'status') return setStatus(link, one.status);
              if (one.kind === 'take') return testApp.api.create({ reference: `${link.reference}-${one.number}` });
              const used = await press(link, tokens[one.use], one.replica);
              const known = made.get(one.use) ?? new Set();
              for (const id of idsOf([used])) known.add(id);
              return made.set(one.use, known);
            }),
          );
        await isSound(link);
        const ids = (await payinsOf(link)).map(({ id }) => id);
        for (const known of made.values()) {
          // Of a link of one use everybody is led to its payin.
          expect(known.size).toBeLessThanOrEqual(1);
          for (const id of known) expect(ids).toContain(id);
        }
        const all = [...made.values()].flatMap((known) => [...known]);
        expect(new Set(all).size).toBe(ids.length);
        if (max !== 1) expect(all).toHaveLength(ids.length);
      }),
      { numRuns: thoroughly(80) },
    );
  });
});
