import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../src/database/orm-options.js';
import { Database } from '../../src/database/database.js';
import type { Busy, BusyPartition, Claimed } from '../../src/database/due-work.js';
import { query } from '../../src/database/query.js';
import { LEASE_SECONDS } from '../../src/database/due-work.queries.js';
import { PARTITION_CONCURRENCY } from '../../src/notifications/partition-concurrency.js';
import { NotificationStore } from '../../src/notifications/notification.store.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { StatementStore } from '../../src/statements/store/statement.store.js';
import { InboundWebhookStore } from '../../src/webhooks/inbound-webhook.store.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { thoroughly } from '../support/thorough.js';
import { until } from '../support/until.js';

const ORGANIZATION = '01900000-0000-7000-8000-000000000001';

const PROVIDER = 'test';

interface Stores {
  orm: MikroORM;
  database: Database;
  webhooks: InboundWebhookStore;
  notifications: NotificationStore;
  payins: PayinStore;
}

type Table = 'inbound_webhooks' | 'notifications' | 'payins';

const claimOne: Readonly<Record<Table, () => Promise<Claimed | undefined>>> = {
  inbound_webhooks: async () => (await stores.webhooks.claim(1, [], PROVIDER))[0],
  notifications: async () => (await stores.notifications.claim(1, [], []))[0],
  payins: async () => (await stores.payins.claimPolls(1, [], PROVIDER))[0],
};

const STORE_OF = { inbound_webhooks: 'webhooks', notifications: 'notifications', payins: 'payins' } as const;

let database: TestDatabase;
let stores: Stores;

beforeAll(async () => {
  database = await createTestDatabase();
  stores = await openStores(20);
});

afterAll(async () => {
  await stores?.orm.close(true);
  await database?.drop();
});

// Without the trigger that keeps the journal from being emptied.
beforeEach(() =>
  database.query(`begin; set local session_replication_role = replica;
                  truncate organizations, payins, notifications, inbound_webhooks cascade; commit`),
);

describe('claims of due work', () => {
  it('give each of 2,000 rows to exactly one of 8 claimers', async () => {
    await addWebhooks(2_000, `now() - interval '1 minute'`);
    const claimers = Array.from({ length: 8 }, async () => {
      const claimed: Claimed[] = [];
      while (await isAnyDue()) claimed.push(...(await stores.webhooks.claim(16, [], PROVIDER)));
      return claimed;
    });
    const claims = await Promise.all(claimers);
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(2_000);
    expect(new Set(ids).size).toBe(2_000);
    expect(claims.filter(({ length }) => length > 0).length).toBeGreaterThan(1);
    const [{ fencingTokens }] = (await database.query<{ fencingTokens: number[] }>(
      'select array_agg(distinct fencing_token) as "fencingTokens" from inbound_webhooks',
    )) as [{ fencingTokens: number[] }];
    expect(fencingTokens).toEqual([1]);
  });

  it('take of one organization no more than half of what is free, of the oldest, and nothing before its time', async () => {
    await addWebhooks(50, `now() - i * interval '1 minute'`);
    await addWebhooks(10, `now() + i * interval '1 minute'`);
    for (let left = 50; left >= 0; left -= 4) {
      const oldest = await database.query<{ id: string }>(
        'select id from inbound_webhooks where due_at <= now() order by due_at limit 32',
      );
      const batch = (await stores.webhooks.claim(8, [], PROVIDER)).map(({ id }) => id);
      expect(batch).toHaveLength(Math.min(left, 4));
      expect(oldest.map(({ id }) => id)).toEqual(expect.arrayContaining(batch));
    }
  });

  it('give other rows to whoever comes while somebody else is claiming', async () => {
    await addWebhooks(64, `now() - i * interval '1 minute'`);
    const [slow, quick] = [await openStores(1), await openStores(1)];
    const run = ({ database }: Stores, text: string) => database.query(query(text, text), {});
    try {
      await run(slow, 'begin');
      const held = await slow.webhooks.claim(8, [], PROVIDER);
      await run(quick, `set lock_timeout = '100ms'`);
      // It may reach for the same rows by chance, and would wait.
      const taken = await until('a claim of other rows', () =>
        quick.webhooks.claim(8, [], PROVIDER).catch(() => undefined),
      );
      expect([held.length, taken.length]).toEqual([4, 4]);
      expect(new Set([...held, ...taken].map(({ id }) => id)).size).toBe(8);
      await run(slow, 'commit');
    } finally {
      await slow.orm.close(true);
      await quick.orm.close(true);
    }
  });

  it('take of a partition no more than its places, of a busy one what is free, and of each its first before any second', async () => {
    await addPartition('a', 100);
    await addPartition('b', 3);
    await addPartition('c', 100);
    // An organization alone has half of the places.
    const partitionsOf = async (share: number, busy: BusyPartition[] = []) => {
      const claimed = (await stores.notifications.claim(2 * share, [], busy)).map(({ partition }) => partition);
      return Object.fromEntries(
        ['a', 'b', 'c', 'd'].map((partition) => [partition, claimed.filter((one) => one === partition).length]),
      );
    };
    expect(await partitionsOf(3)).toEqual({ a: 1, b: 1, c: 1, d: 0 });
    const busy = [
      { organizationId: ORGANIZATION, partition: 'a', free: 0 },
      { organizationId: ORGANIZATION, partition: 'c', free: 2 },
      { organizationId: '01900000-0000-7000-8000-000000000002', partition: 'b', free: 0 },
    ];
    expect(await partitionsOf(100, busy)).toEqual({ a: 0, b: 2, c: 2, d: 0 });
    expect(await partitionsOf(100)).toEqual({ a: PARTITION_CONCURRENCY, b: 0, c: PARTITION_CONCURRENCY, d: 0 });
    await addPartition('d', 1);
    expect(await partitionsOf(1, busy.slice(0, 1).concat({ ...busy[1]!, free: 0 }))).toEqual({
      a: 0,
      b: 0,
      c: 0,
      d: 1,
    });
  });

  describe.each(['inbound_webhooks', 'notifications', 'payins', 'expired payins', 'statements'] as const)(
    'of %s',
    (work) => {
      const QUIET = '01900000-0000-7000-8000-00000000000f';
      const table = work === 'expired payins' ? 'payins' : work;
      const claim = async (free: number, busy: Busy[] = []) => {
        const claims: Record<typeof work, () => Promise<Claimed[]>> = {
          inbound_webhooks: () => stores.webhooks.claim(free, busy, PROVIDER),
          notifications: () => stores.notifications.claim(free, busy, []),
          payins: () => stores.payins.claimPolls(free, busy, PROVIDER),
          'expired payins': () => stores.payins.claimExpired(free, busy, PROVIDER),
          statements: () => new StatementStore(stores.database).claim(free, busy),
        };
        const claimed = (await claims[work]()).map(({ organizationId }) => organizationId);
        const of = (organization: string) => claimed.filter((one) => one === organization).length;
        return { flooding: of(ORGANIZATION), quiet: of(QUIET), all: claimed.length };
      };

      /** 5,000 rows of one organization that have been due for long, in many partitions, and the other's, due just now. */
      beforeEach(async () => {
        await addOrganization();
        await addOrganization(QUIET, 'bbbbbbb');
        await addDue(table, ORGANIZATION, 5_000, `now() - interval '1 day' + i * interval '1 millisecond'`);
        await addDue(table, QUIET, 3, 'now()');
        if (work === 'expired payins') await database.query(`update payins set expires_at = now()`);
        await database.query(`analyze ${table}`);
      });

      it('bring what one organization has just got due beside another’s backlog, which leaves it room', async () => {
        const { flooding, quiet } = await claim(32);
        expect(quiet).toBe(3);
        expect(flooding).toBeGreaterThan(10);
        expect(flooding).toBeLessThan(16);
      });

      it('bring nothing more of one that has its share, and the other’s at once', async () => {
        const busy = [{ organizationId: ORGANIZATION, inFlight: 16 }];
        expect(await claim(16, busy)).toEqual({ flooding: 0, quiet: 3, all: 3 });
        expect(await claim(16, busy)).toEqual({ flooding: 0, quiet: 0, all: 0 });
        expect(await claim(20, [{ organizationId: ORGANIZATION, inFlight: 16 }])).toMatchObject({ flooding: 2 });
      });

      it('give the last free place to whoever holds none', async () => {
        expect(await claim(1, [{ organizationId: ORGANIZATION, inFlight: 1 }])).toEqual({
          flooding: 0,
          quiet: 1,
          all: 1,
        });
      });
    },
  );

  it('go by organizations, not by their rows: 200 that have one each all get theirs beside a backlog of 20,000', async () => {
    await database.query(
      `insert into organizations (id, name, code, notification_secret)
       select gen_random_uuid(), 'Test', lpad(i::text, 7, '0'), 'whsec_' from generate_series(1, 200) as i`,
    );
    await addOrganization();
    await addWebhooks(20_000, `now() - interval '1 day'`);
    await database.query(
      `insert into inbound_webhooks (organization_id, id, provider, event_key, raw_body, due_at)
       select id, gen_random_uuid(), 'test', gen_random_uuid(), '', now() from organizations where id <> $1`,
      [ORGANIZATION],
    );
    await database.query('analyze inbound_webhooks');
    const seen = new Set<string>();
    for (let claims = 0; claims < 15; claims += 1)
      for (const { organizationId } of await stores.webhooks.claim(32, [], PROVIDER)) seen.add(organizationId);
    expect(seen.size).toBe(201);
  });

  it('hold the partition of an endpoint back only while it is disabled: who saw it disabled may be late', async () => {
    const endpoint = '01900000-0000-7000-8000-00000000000e';
    const partition = { organizationId: ORGANIZATION, partition: endpoint };
    const waiting = () => database.query('select 1 from notifications where due_at is not null');
    await addOrganization();
    await database.query(
      `insert into webhook_endpoints (organization_id, id, url, secret, status) values ($1, $2, 'http://localhost', '', 'ENABLED')`,
      [ORGANIZATION, endpoint],
    );
    await addPartition(endpoint, 3);
    await stores.notifications.holdBack(partition);
    expect(await waiting()).toHaveLength(3);
    await database.query(`update webhook_endpoints set status = 'DISABLED'`);
    await addPartition('another', 1);
    await stores.notifications.holdBack(partition);
    expect(await waiting()).toHaveLength(1);
    await addPartition(endpoint, 3);
    await database.query('delete from webhook_endpoints');
    await stores.notifications.holdBack(partition);
    expect(await waiting()).toHaveLength(1);
  });

  it('give each of 600 rows in five partitions to exactly one of 6 claimers', async () => {
    for (const partition of ['a', 'b', 'c', 'd', 'e']) await addPartition(partition, 120);
    // In a table of some size, as those of a service are.
    await addPartition('later', 20_000, `now() + interval '1 day'`);
    await database.query('analyze notifications');
    const left = () => database.query('select 1 from notifications where due_at <= now() limit 1');
    const claimers = Array.from({ length: 6 }, async () => {
      const claimed: string[] = [];
      while ((await left()).length > 0)
        claimed.push(...(await stores.notifications.claim(16, [], [])).map(({ id }) => id));
      return claimed;
    });
    const ids = (await Promise.all(claimers)).flat();
    expect([ids.length, new Set(ids).size]).toEqual([600, 600]);
    expect(await database.query(`select distinct fencing_token from notifications where partition <> 'later'`)).toEqual(
      [{ fencing_token: 1 }],
    );
  });

  it('read the same few pages whether 100 or 50,000 rows of a partition are due, or due later', async () => {
    const pagesOf = async () => {
      await database.query('vacuum analyze notifications');
      const single = await openStores(1);
      try {
        await single.notifications.claim(1, [], []);
        const explain = `explain (analyze, buffers, format json) execute "claim notifications"('[]', '[]', 0)`;
        const [row] = await single.database.query(
          query<object, { 'QUERY PLAN': { Plan: { 'Shared Hit Blocks': number } }[] }>('explain', explain),
          {},
        );
        return row!['QUERY PLAN'][0]!.Plan['Shared Hit Blocks'];
      } finally {
        await single.orm.close(true);
      }
    };
    await addPartition('a', 100);
    await addPartition('b', 100, `now() + i * interval '1 minute'`);
    const few = await pagesOf();
    await addPartition('a', 50_000);
    await addPartition('b', 50_000, `now() + i * interval '1 minute'`);
    expect(await pagesOf()).toBeLessThan(few + 50);
  });

  it.each(['inbound_webhooks', 'notifications', 'payins'] as const)(
    'give a row of %s back at once to whoever is next, when its worker ends',
    async (table) => {
      await addOneOfEach();
      const first = (await claimOne[table]())!;
      expect(await claimOne[table]()).toBeUndefined();
      await stores[STORE_OF[table]].release(first);
      expect(await claimOne[table]()).toMatchObject({ id: first.id, fencingToken: first.fencingToken + 1 });
    },
  );

  it('pass a row on, with a higher fencing token, once its lease has run out and not before', async () => {
    await addWebhooks(1, 'now()');
    const [first] = await stores.webhooks.claim(1, [], PROVIDER);
    expect(await stores.webhooks.claim(1, [], PROVIDER)).toEqual([]);
    const [{ left }] = (await database.query<{ left: number }>(
      'select extract(epoch from due_at - now())::float as left from inbound_webhooks',
    )) as [{ left: number }];
    expect(left).toBeGreaterThan(LEASE_SECONDS - 5);
    expect(left).toBeLessThanOrEqual(LEASE_SECONDS);
    await leasesRunOut();
    const [second] = await stores.webhooks.claim(1, [], PROVIDER);
    expect(second).toMatchObject({ id: first!.id, fencingToken: first!.fencingToken + 1 });
  });

  it.each<[string, string, Table, (claim: Claimed) => Promise<unknown>]>([
    ['finish', 'a webhook', 'inbound_webhooks', (claim) => stores.webhooks.finish(claim, 'applied', null)],
    ['put off', 'a webhook', 'inbound_webhooks', (claim) => stores.webhooks.retry(claim, 'late', 1)],
    ['deliver', 'a notification', 'notifications', (claim) => tried(claim, true)],
    ['give up', 'a notification', 'notifications', (claim) => tried(claim, false)],
    ['postpone', 'a payin', 'payins', (claim) => stores.payins.postpone(claim, 1)],
    ['give back', 'a webhook', 'inbound_webhooks', (claim) => stores.webhooks.release(claim)],
    ['give back', 'a notification', 'notifications', (claim) => stores.notifications.release(claim)],
    ['give back', 'a payin', 'payins', (claim) => stores.payins.release(claim)],
  ])('do not let an old fencing token %s %s', async (_verb, _what, table, write) => {
    await addOneOfEach();
    const old = await claimOne[table]();
    await leasesRunOut();
    const present = await claimOne[table]();
    const row = () => database.query(`select * from ${table}`);
    const before = await row();
    await write(old!);
    expect(await row()).toEqual(before);
    await write(present!);
    expect(await row()).not.toEqual(before);
  });

  it('for one provider leave what waits for another, however long it has', async () => {
    await addOneOfEach();
    await addWebhooks(3, `now() - interval '1 hour'`);
    await addPayins(3, `now() - interval '1 hour'`);
    for (const table of ['inbound_webhooks', 'payins'])
      await database.query(
        `update ${table} set provider = 'other' where id in (select id from ${table} order by due_at desc limit 1)`,
      );
    const claims = [await stores.webhooks.claim(10, [], 'other'), await stores.payins.claimPolls(10, [], 'other')];
    expect(claims.map(({ length }) => length)).toEqual([1, 1]);
    await database.query(`update payins set expires_at = now(), due_at = now()`);
    expect(await stores.payins.claimExpired(10, [], 'other')).toHaveLength(1);
  });

  it('share open payins between polling and expiry without an overlap', async () => {
    await addOneOfEach();
    await addPayins(1, 'now()');
    await database.query(`update payins set expires_at = now() where id = (select id from payins limit 1)`);
    const [polled, expired] = [
      await stores.payins.claimPolls(10, [], PROVIDER),
      await stores.payins.claimExpired(10, [], PROVIDER),
    ];
    expect([polled.length, expired.length]).toEqual([1, 1]);
    expect(polled[0]!.id).not.toBe(expired[0]!.id);
  });

  it('find what is due by the partial index among many thousand rows that are not', async () => {
    const rows = thoroughly(100_000, 20_000);
    await addOneOfEach();
    await addWebhooks(rows / 2, 'null');
    await addWebhooks(rows / 2, `now() + i * interval '1 second'`);
    await addPayins(rows, `case when i % 2 = 0 then now() + i * interval '1 second' end`);
    await addNotifications(`case when random() < 0.5 then now() + interval '1 day' end`);
    await database.query('analyze inbound_webhooks, notifications, payins');
    // On one connection, so that the statements that the service itself prepared can be explained.
    const single = await openStores(1);
    try {
      await single.webhooks.claim(1, [], PROVIDER);
      await single.notifications.claim(1, [], []);
      await single.payins.claimPolls(1, [], PROVIDER);
      await single.payins.claimExpired(1, [], PROVIDER);
      const statements = await single.database.query(
        query<object, { name: string }>('list', `select name from pg_prepared_statements where name like 'claim %'`),
        {},
      );
      expect(statements.map(({ name }) => name).toSorted()).toEqual([
        'claim inbound webhooks',
        'claim notifications',
        'claim payins to expire',
        'claim payins to poll',
      ]);
      for (const { name } of statements) {
        const plan = await single.database.query(
          query(
            `explain ${name}`,
            `explain (format json) execute "${name}"(${name.includes('notifications') ? `'[]', '[]', 16` : `'${PROVIDER}', 16, '[]'`})`,
          ),
          {},
        );
        const text = JSON.stringify(plan);
        expect(text).toMatch(
          /"Index Name":\s*"(?:inbound_webhooks_due_by_share|notifications_due|payins_due_by_share)"/,
        );
        expect(text).not.toMatch(/"Seq Scan"[^}]*"Relation Name":"(?:inbound_webhooks|notifications|payins)"/);
      }
    } finally {
      await single.orm.close(true);
    }
  });
});

async function openStores(connections: number): Promise<Stores> {
  const orm = await MikroORM.init({ ...ormOptions(database.url, []), pool: { min: 0, max: connections } });
  const ormDatabase = new Database(orm);
  return {
    orm,
    database: ormDatabase,
    webhooks: new InboundWebhookStore(ormDatabase),
    notifications: new NotificationStore(ormDatabase),
    payins: new PayinStore(ormDatabase),
  };
}

/** @param dueAt SQL; `i` counts from 1 */
async function addWebhooks(count: number, dueAt: string): Promise<void> {
  await database.query(
    `insert into inbound_webhooks (organization_id, id, provider, event_key, raw_body, due_at)
     select $1, gen_random_uuid(), 'test', gen_random_uuid(), '', ${dueAt} from generate_series(1, $2::int) as i order by random()`,
    [ORGANIZATION, count],
  );
}

async function tried(claim: Claimed, delivered: boolean): Promise<void> {
  const outcome = { delivered, httpStatus: 200, durationMs: 1, result: 'HTTP 200', firstBytes: null };
  await stores.notifications.recordAttempt(claim, outcome, null, false);
}

/** A webhook, a notification and a payin, all due. */
async function addOneOfEach(): Promise<void> {
  await addWebhooks(1, 'now()');
  await addOrganization();
  await addPayins(1, 'now()');
  await addNotifications('now()');
}

async function addOrganization(id = ORGANIZATION, code = 'aaaaaaa'): Promise<void> {
  await database.query(
    `insert into organizations (id, name, code, notification_secret) values ($1, 'Test', $2, 'whsec_')`,
    [id, code],
  );
}

/** Rows of an organization, a notification in one of 300 partitions. @param dueAt SQL; `i` counts from 1 */
async function addDue(table: Table | 'statements', organization: string, count: number, dueAt: string): Promise<void> {
  const columns = {
    inbound_webhooks: [`provider, event_key, raw_body`, `'test', gen_random_uuid()::text, ''::bytea`],
    notifications: [
      `sequence, type, partition, url, body`,
      `0, 'payin.created', (i % 300)::text, 'http://localhost', '{}'`,
    ],
    payins: [
      `reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at, sequence`,
      `gen_random_uuid()::text, '', '{}'::jsonb, 1, 'COP', 'PSE', 'test', 'PENDING', now() + interval '1 day', 1`,
    ],
    statements: [`provider, source, period_from, period_to`, `'test', 'UPLOAD', now(), now()`],
  }[table];
  await database.query(
    `insert into ${table} (organization_id, id, due_at, ${columns[0]})
     select $1, gen_random_uuid(), ${dueAt}, ${columns[1]} from generate_series(1, $2::int) as i`,
    [organization, count],
  );
}

async function addPayins(count: number, dueAt: string): Promise<void> {
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status, expires_at,
                         sequence, due_at)
     select $1, gen_random_uuid(), gen_random_uuid(), '', '{}', 1, 'COP', 'PSE', 'test', 'PENDING', now() + interval '1 day',
            1, ${dueAt}
     from generate_series(1, $2::int) as i`,
    [ORGANIZATION, count],
  );
}

/** Messages of no payin. @param dueAt SQL; `i` counts from 1 */
async function addPartition(
  partition: string,
  count: number,
  dueAt = `now() - i * interval '1 second'`,
): Promise<void> {
  await database.query(
    `insert into notifications (organization_id, id, sequence, type, partition, url, body, due_at)
     select $1, gen_random_uuid(), 0, 'payin.created', $2, 'http://localhost', '{}', ${dueAt} from generate_series(1, $3::int) as i`,
    [ORGANIZATION, partition, count],
  );
}

/** One for each payin that has none. */
async function addNotifications(dueAt: string): Promise<void> {
  await database.query(
    `insert into notifications (organization_id, id, payin_id, sequence, type, url, partition, body, due_at)
     select p.organization_id, gen_random_uuid(), p.id, 1, 'payin.created', 'http://localhost', 'localhost', '{}', ${dueAt}
     from payins p left join notifications n on n.organization_id = p.organization_id and n.payin_id = p.id
     where n.id is null`,
  );
}

async function isAnyDue(): Promise<boolean> {
  return (await database.query('select 1 from inbound_webhooks where due_at <= now() limit 1')).length > 0;
}

/** What a lease's length of time does. */
async function leasesRunOut(): Promise<void> {
  for (const table of ['inbound_webhooks', 'notifications', 'payins']) {
    await database.query(`update ${table} set due_at = due_at - interval '${LEASE_SECONDS} seconds'`);
  }
}
