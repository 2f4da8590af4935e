import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { theSystem } from '../../src/audit/audit-entry.js';
import { MikroORM } from '@mikro-orm/postgresql';
import { Database } from '../../src/database/database.js';
import { ormOptions } from '../../src/database/orm-options.js';
import { NO_ORGANIZATION } from '../../src/organizations/no-organization.js';
import { KEPT_PER_ORDER_MAX } from '../../src/webhooks/inbound-webhook.queries.js';
import { InboundWebhookStore, type ReceivedWebhook } from '../../src/webhooks/inbound-webhook.store.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ONE = { id: randomUUID(), code: 'aaaaaaa' };
const OTHER = { id: randomUUID(), code: 'bbbbbbb' };

let database: TestDatabase;
let replica: Replica;

interface Replica {
  orm: MikroORM;
  store: InboundWebhookStore;
}

async function startReplica(): Promise<Replica> {
  const orm = await MikroORM.init({ ...ormOptions(database.url, []), pool: { min: 0, max: 10 } });
  return { orm, store: new InboundWebhookStore(new Database(orm)) };
}

beforeAll(async () => {
  database = await createTestDatabase();
  replica = await startReplica();
});

afterAll(async () => {
  await replica?.orm.close(true);
  await database?.drop();
});

beforeEach(async () => {
  await database.query('delete from inbound_webhooks');
  await database.query('delete from organizations');
  for (const { id, code } of [ONE, OTHER])
    await database.query(`insert into organizations (id, code, name, notification_secret) values ($1, $2, $2, '')`, [
      id,
      code,
    ]);
});

const orderOf = ({ code }: { code: string }, number = 1) => `${code}${String(number).padStart(25, '0')}`;

let events = 0;
function webhook(changes: Partial<ReceivedWebhook> = {}): ReceivedWebhook {
  events += 1;
  const [provider, eventKey] = ['test', `event ${events}`];
  return {
    ...{ provider, eventKey, providerReference: orderOf(ONE), rawBody: Buffer.from(eventKey), verifiedBy: 'hmac' },
    ...changes,
  };
}

/** What comes in the same moment goes into one statement. */
function receive(webhooks: readonly ReceivedWebhook[], { store } = replica): Promise<(boolean | string)[]> {
  return Promise.all(webhooks.map((one) => store.receive(one).catch((error: Error) => error.message)));
}

interface Row {
  organizationId: string;
  body: string;
  deliveries: number;
  attempts: number;
  outcome: string | null;
  isDue: boolean;
}

function stored(): Promise<Row[]> {
  return database.query<Row>(
    `select organization_id as "organizationId", convert_from(raw_body, 'UTF8') as body, deliveries, attempts, outcome,
            coalesce(due_at <= now(), false) as "isDue"
     from inbound_webhooks order by body`,
  );
}

const times = (count: number, changes: Partial<ReceivedWebhook> = {}) =>
  Array.from({ length: count }, () => webhook(changes));

describe('webhooks that come in the same moment', () => {
  it('are stored byte by byte, each for the organization whose code its order begins with', async () => {
    const rawBody = Buffer.from([0, 1, 0x22, 0x5c, 0xff, 0xfe, 0x0a]);
    const mixed = [webhook({ rawBody }), webhook({ rawBody, providerReference: orderOf(OTHER) })];
    expect(await receive(mixed)).toEqual([true, true]);
    const rows = await database.query<{ id: string; body: Buffer; reference: string; key: number; by: string }>(
      `select organization_id as id, raw_body as body, provider_reference as reference, length(event_key) as key, verified_by as by
       from inbound_webhooks order by provider_reference`,
    );
    expect(rows).toEqual(
      [ONE, OTHER].map((owner) => ({
        ...{ id: owner.id, body: rawBody, reference: orderOf(owner), key: 64, by: 'hmac' },
      })),
    );
  });

  it('of an unknown or no code are nobody’s where there are several organizations, and the only one’s where there is one', async () => {
    const strangers = () => [
      webhook({ providerReference: orderOf({ code: 'zzzzzzz' }) }),
      webhook({ providerReference: 'none of ours' }),
      webhook({ providerReference: null, verifiedBy: null }),
    ];
    const owners = async () => (await stored()).map(({ organizationId }) => organizationId);
    expect(await receive(strangers())).toEqual([true, true, true]);
    expect(await owners()).toEqual(Array(3).fill(NO_ORGANIZATION));
    await database.query('truncate inbound_webhooks');
    await database.query('delete from organizations where id = $1', [OTHER.id]);
    expect(await receive(strangers())).toEqual([true, true, true]);
    expect(await owners()).toEqual(Array(3).fill(ONE.id));
    await database.query('delete from inbound_webhooks');
    await database.query('delete from organizations');
    expect(await receive(strangers())).toEqual([true, true, true]);
    expect(await owners()).toEqual(Array(3).fill(NO_ORGANIZATION));
  });

  it('are never more of one order than are kept, whatever is there and whatever comes at once', async () => {
    const first = times(KEPT_PER_ORDER_MAX - 2);
    expect(await receive(first)).toEqual(first.map(() => true));
    const others = times(5, { providerReference: orderOf(ONE, 2) });
    const answers = await receive([...times(10), ...others]);
    expect(answers.slice(0, 10).filter((isKept) => isKept)).toHaveLength(2);
    expect(answers.slice(10)).toEqual(others.map(() => true));
    expect(await stored()).toHaveLength(KEPT_PER_ORDER_MAX + 5);
    // Those that are kept are counted all the same.
    expect(await receive([...times(3), first[0]!, first[1]!, first[0]!])).toEqual([
      ...[false, false, false],
      ...[true, true, true],
    ]);
    expect((await stored()).filter(({ deliveries }) => deliveries > 1)).toMatchObject([
      { body: first[0]!.eventKey, deliveries: 3 },
      { body: first[1]!.eventKey, deliveries: 2 },
    ]);
  });

  it('more than are kept of a new order are cut off, and those without one are not', async () => {
    const answers = await receive([...times(KEPT_PER_ORDER_MAX + 4), ...times(2, { providerReference: null })]);
    expect(answers.filter((isKept) => !isKept)).toHaveLength(4);
    const unnamed = times(KEPT_PER_ORDER_MAX + 4, { providerReference: null });
    expect(await receive(unnamed)).toEqual(unnamed.map(() => true));
  });

  it('and are the same event are one, counted as often as it came, each with its answer', async () => {
    const [event, other] = [webhook(), webhook()];
    expect(await receive([event, other, { ...event, rawBody: Buffer.from('later') }, event])).toEqual(
      Array(4).fill(true),
    );
    expect(await stored()).toMatchObject([
      { body: event.eventKey, deliveries: 3 },
      { body: other.eventKey, deliveries: 1 },
    ]);
    expect(await database.query('select count(distinct xmin::text)::int as commits from inbound_webhooks')).toEqual([
      { commits: 1 },
    ]);
    expect(await receive([event, event])).toEqual([true, true]);
    expect(await stored()).toMatchObject([{ deliveries: 5 }, { deliveries: 1 }]);
  });

  it('and come again are due again where they were given up or not confirmed, and nowhere else', async () => {
    const outcomes = ['applied', 'given_up', 'not_confirmed', 'orphan'];
    const repeated = outcomes.map((outcome) => webhook({ rawBody: Buffer.from(outcome) }));
    await receive(repeated);
    await database.query(
      `update inbound_webhooks set outcome = convert_from(raw_body, 'UTF8'), due_at = null, attempts = 7`,
    );
    expect(await receive([...repeated, ...repeated])).toEqual(Array(8).fill(true));
    expect((await stored()).map(({ outcome, isDue, attempts }) => ({ outcome, isDue, attempts }))).toEqual([
      { outcome: 'applied', isDue: false, attempts: 7 },
      { outcome: 'given_up', isDue: true, attempts: 0 },
      { outcome: 'not_confirmed', isDue: true, attempts: 0 },
      { outcome: 'orphan', isDue: false, attempts: 7 },
    ]);
  });

  it('do not harm each other: a bad one fails alone', async () => {
    const bad = webhook({ verifiedBy: 'longer than the column that it goes to' });
    const good = times(3);
    const answers = await receive([good[0]!, bad, good[1]!, good[2]!]);
    expect(answers).toEqual([true, expect.stringMatching(/value too long/), true, true]);
    expect((await stored()).map(({ body }) => body)).toEqual(good.map(({ eventKey }) => eventKey));
  });

  it('are stored by two replicas in opposite orders, which do not wait for each other in a ring', async () => {
    /** What a connection has rolled back is counted for certain once it is closed. */
    const rolledBack = async () => {
      await replica.orm.close(true);
      replica = await startReplica();
      const [row] = await database.query<{ count: string }>(
        'select xact_rollback as count from pg_stat_database where datname = current_database()',
      );
      return Number(row!.count);
    };
    const before = await rolledBack();
    const second = await startReplica();
    try {
      for (let round = 0; round < 20; round += 1) {
        const same = Array.from({ length: 48 }, (_, order) => webhook({ providerReference: orderOf(ONE, order) }));
        const answers = await Promise.all([receive(same), receive(same.toReversed(), second)]);
        expect(answers.flat()).toEqual(Array(96).fill(true));
      }
    } finally {
      await second.orm.close(true);
    }
    expect((await stored()).every(({ deliveries }) => deliveries === 2)).toBe(true);
    // Whoever waits too long for a lock goes on alone.
    expect(await rolledBack()).toBe(before);
  });
});

describe('webhooks that are finished in the same moment', () => {
  it('are finished by those that hold them, each with its own outcome, and by nobody else', async () => {
    const { store } = replica;
    await receive(times(8));
    const claims = await store.claim(16, [], 'test');
    expect(claims).toHaveLength(8);
    const [applied, again, failed, givenUp, late, lateFailed, replayed] = claims;
    await database.query('update inbound_webhooks set fencing_token = fencing_token + 1 where id = any ($1)', [
      [late!.id, lateFailed!.id],
    ]);
    await store.replay(theSystem(ONE.id), replayed!.id);
    await Promise.all([
      store.finish(applied!, 'applied', null),
      store.finish(again!, 'not_confirmed', 60),
      store.finish(late!, 'applied', null),
      store.finish(replayed!, 'applied', null),
      store.retry(failed!, `half of a character: ${'x'.repeat(233)}😀`, 60),
      store.retry(givenUp!, 'over', null),
      store.retry(lateFailed!, 'late', null),
    ]);
    const rows = await database.query<{ id: string }>(
      `select id, outcome, last_error as error, applied_at is not null as applied, round(extract(epoch from due_at - now()) / 60)::int as minutes
       from inbound_webhooks`,
    );
    const untouched = { outcome: null, error: null, applied: false };
    const rowOf = (claim: { id: string } | undefined) => rows.find(({ id }) => id === claim!.id);
    expect(rowOf(applied)).toMatchObject({ outcome: 'applied', error: null, applied: true, minutes: null });
    expect(rowOf(again)).toMatchObject({ outcome: 'not_confirmed', applied: true, minutes: 1 });
    expect(rowOf(failed)).toMatchObject({
      outcome: null,
      error: expect.stringMatching(/^half .*x\uFFFD$/),
      minutes: 1,
    });
    expect(rowOf(givenUp)).toMatchObject({ outcome: 'given_up', error: 'over', minutes: null });
    for (const claim of [late, lateFailed, replayed, claims[7]]) expect(rowOf(claim)).toMatchObject(untouched);
  });
});
