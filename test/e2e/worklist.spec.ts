import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { TASKS_MAX } from '../../src/worklist/worklist.queries.js';
import { anotherKey } from '../support/another-key.js';
import type { Answer, ApiClient, DiscrepancyView } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { StatementWatch } from '../support/statement-watch.js';
import { type TestApp, startTestApp } from '../support/test-app.js';

/** Of each kind. */
const MANY = 3_000;
const PAGE = 20;

let testApp: TestApp;
/** Nothing but what a test puts there. */
let mine: ApiClient;
let organizationId: string;
let payinId: string;

beforeAll(async () => {
  testApp = await startTestApp();
  ({ organizationId } = await secondOrganization(testApp));
  ({ api: mine } = await anotherKey(testApp, organizationId));
  ({ id: payinId } = await mine.open());
});
afterAll(() => testApp?.close());

interface Page {
  data: DiscrepancyView[];
  totals: { kind: string; count: number; moneyAtRiskInCents: number }[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}
interface Task {
  kind: string;
  count: number;
  hasMore: boolean;
  amountInCents: number | null;
  mayAct: boolean;
  list: string;
}

const list = async (query: string, api = mine) => (await api.call<Page>('GET', `/discrepancies?${query}`)).body;
/** All of it, page by page. */
async function listed(path: string, api = mine): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null;) {
    const { status, body }: Answer<Page> = await api.call<Page>(
      'GET',
      `${path}&limit=2${cursor && `&cursor=${cursor}`}`,
    );
    expect([path, status]).toEqual([path, 200]);
    count += body.data.length;
    cursor = body.pageInfo.nextCursor;
  }
  return count;
}
const tasks = async (api = mine) =>
  new Map((await api.call<{ data: Task[] }>('GET', '/worklist')).body.data.map((task) => [task.kind, task]));

interface Planted {
  kind?: string;
  status?: string;
  money?: number | null;
  correction?: object;
}

/** One after the other, so that their ids are in order. */
async function plant(...all: Planted[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { kind = 'ORPHAN', status = 'OPEN', money = 100, correction } of all) {
    const [row] = await testApp.database.query<{ id: string }>(
      `insert into discrepancies (organization_id, id, reference, provider, kind, status, money_at_risk_in_cents, currency, detail, correction)
       values ($1, uuidv7(), $2, 'tumipay', $3, $4, $5, 'COP', '', $6) returning id`,
      [organizationId, randomUUID(), kind, status, money, correction && JSON.stringify(correction)],
    );
    ids.push(row!.id);
  }
  return ids;
}
const clear = () => testApp.database.query('delete from discrepancies where organization_id = $1', [organizationId]);
const idsOf = ({ data }: Pick<Page, 'data'>) => data.map(({ id }) => id);

/** All pages, and what is done between them. */
async function pages(query: string, between: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page = await list(`limit=2&${query}${cursor && `&cursor=${cursor}`}`);
    seen.push(...idsOf(page));
    cursor = page.pageInfo.nextCursor;
    await between();
  }
  return seen;
}

describe('discrepancies as a work list', () => {
  it('are sorted by the money at risk and age, what is not known last, each once by cursor', async () => {
    await clear();
    const [a, b, c, d, e, f] = await plant(
      ...[{ money: 100 }, { money: null }, { money: 9_000_000_000_000 }, { money: 100 }, { money: 0 }],
      { money: 500, status: 'RESOLVED' },
    );
    expect(await pages('sort=MONEY_AT_RISK&status=OPEN')).toEqual([c, a, d, e, b]);
    expect(await pages('sort=MONEY_AT_RISK')).toEqual([c, f, a, d, e, b]);
    expect(await pages('sort=MONEY_AT_RISK&status=OPEN,RESOLVED')).toEqual([c, f, a, d, e, b]);
    expect(await pages('sort=MONEY_AT_RISK&status=RESOLVED')).toEqual([f]);
    expect(await pages('sort=OLDEST')).toEqual([a, b, c, d, e, f]);
    for (const newest of ['', 'sort=NEWEST']) expect(await pages(newest)).toEqual([f, e, d, c, b, a]);
  });

  it('are neither left out nor shown twice by a cursor while others come, go and change', async () => {
    await clear();
    const staying = await plant(...Array.from({ length: 6 }, (_, index) => ({ money: 1_000 - 100 * index })));
    let round = 0;
    const seen = await pages('sort=MONEY_AT_RISK&status=OPEN', async () => {
      round += 1;
      // Before and behind the place of the cursor; and what was seen is settled.
      const added = await plant({ money: 2_000 + round }, { money: 1 });
      await testApp.database.query(`delete from discrepancies where id = $1`, [added[1]]);
      await testApp.database.query(
        `update discrepancies set status = 'RESOLVED' where id = any($1) and money_at_risk_in_cents > 900`,
        [staying],
      );
    });
    expect(seen).toEqual(staying);
  });

  it('are filtered by several kinds and statuses, and so are their totals and their CSV', async () => {
    await clear();
    const [a, b, c, d] = await plant(
      ...[
        { kind: 'ORPHAN', money: 1 },
        { kind: 'CHARGEBACK', money: 3 },
        { kind: 'MISSING_HERE', money: 5 },
      ],
      { kind: 'CHARGEBACK', status: 'RESOLVED', money: 7 },
    );
    expect(await pages('kind=ORPHAN,CHARGEBACK')).toEqual([d, b, a]);
    expect(await pages('kind=ORPHAN&kind=CHARGEBACK&status=OPEN')).toEqual([b, a]);
    expect(await pages('kind=ORPHAN&kind=CHARGEBACK&status=OPEN&sort=OLDEST')).toEqual([a, b]);
    expect(await pages('kind=ORPHAN,CHARGEBACK&sort=MONEY_AT_RISK')).toEqual([d, b, a]);
    expect(await pages('kind=MISSING_HERE,ORPHAN&sort=MONEY_AT_RISK&status=OPEN')).toEqual([c, a]);
    expect((await list('kind=ORPHAN,CHARGEBACK')).totals).toEqual([
      { kind: 'CHARGEBACK', count: 2, moneyAtRiskInCents: 10 },
      { kind: 'ORPHAN', count: 1, moneyAtRiskInCents: 1 },
    ]);
    const csv = await fetch(`${testApp.url}/discrepancies?kind=ORPHAN,CHARGEBACK&sort=MONEY_AT_RISK`, {
      headers: { ...mine.authorization, accept: 'text/csv' },
    });
    const lines = (await csv.text()).trim().split('\r\n').slice(1);
    expect(lines.map((line) => line.slice(0, 36))).toEqual([d, b, a]);
  });

  it.each(['sort=MONEY', 'sort=OLDEST&sort=NEWEST', 'kind=NOTHING', 'kind=', 'status=OPEN,CLOSED', 'waitsFor=YOU'])(
    'refuse %s',
    async (query) => {
      expectProblem(await mine.call('GET', `/discrepancies?${query}`), 'VALIDATION_FAILED');
    },
  );

  it('refuse the cursor of another sort', async () => {
    await clear();
    await plant({}, {}, {});
    for (const [one, other] of [
      ['sort=MONEY_AT_RISK', 'sort=NEWEST'],
      ['sort=OLDEST', 'sort=MONEY_AT_RISK'],
    ]) {
      const { nextCursor } = (await list(`limit=1&${one}`)).pageInfo;
      expectProblem(await mine.call('GET', `/discrepancies?${other}&cursor=${nextCursor}`), 'VALIDATION_FAILED');
    }
  });

  it('wait for those who may approve them and did not propose them', async () => {
    await clear();
    const first = await anotherKey(testApp, organizationId);
    const second = await anotherKey(testApp, organizationId);
    const operator = await anotherKey(testApp, organizationId, { role: 'operator' });
    const nobody = await anotherKey(testApp, organizationId, { personId: null });
    const [personId] = await testApp.database.query<{ id: string }>(
      'select person_id as id from api_keys where id = $1',
      [first.apiKeyId],
    );
    const sameAsFirst = await anotherKey(testApp, organizationId, { personId: personId!.id });
    const proposed = (by: { by: string; personId: string | null }) => ({
      correction: { type: 'ACCEPT_AS_PAID' },
      ...{ amountInCents: '700', movedInCents: '0', note: 'seen', at: new Date(), ...by },
    });
    const [, byFirst, byNobody] = await plant(
      {},
      { correction: proposed({ by: first.apiKeyId, personId: personId!.id }) },
      { correction: proposed({ by: nobody.apiKeyId, personId: null }) },
      { status: 'RESOLVED', correction: proposed({ by: nobody.apiKeyId, personId: null }) },
    );
    const waitingFor = async (api: ApiClient) => idsOf(await list('waitsFor=ME&sort=OLDEST', api));
    expect(await waitingFor(second.api)).toEqual([byFirst, byNobody]);
    for (const { api } of [first, sameAsFirst]) expect(await waitingFor(api)).toEqual([byNobody]);
    for (const { api } of [operator, nobody]) {
      expect(await waitingFor(api)).toEqual([]);
      expect((await list('waitsFor=ME', api)).totals).toEqual([]);
      expect((await tasks(api)).has('DISCREPANCIES_TO_APPROVE')).toBe(false);
    }
    expect((await list('waitsFor=ME', second.api)).totals).toEqual([
      { kind: 'ORPHAN', count: 2, moneyAtRiskInCents: 200 },
    ]);
    expect((await tasks(second.api)).get('DISCREPANCIES_TO_APPROVE')).toMatchObject({ count: 2, amountInCents: 1_400 });
    expect((await tasks(first.api)).get('DISCREPANCIES_TO_APPROVE')).toMatchObject({ count: 1, amountInCents: 700 });
  });
});

describe('what waits for a caller', () => {
  it('is counted by kind, with its money and the list that has it', async () => {
    await clear();
    expect([...(await tasks()).values()].filter(({ count }) => count > 0)).toEqual([]);
    await plant({ money: 300 }, { money: null }, { money: 500, status: 'RESOLVED' });
    const insert = (table: string, columns: string, values: string) =>
      testApp.database.query(`insert into ${table} (organization_id, id, ${columns}) select $1, uuidv7(), ${values}`, [
        organizationId,
      ]);
    const webhook = 'provider, event_key, raw_body, outcome, due_at';
    await insert('inbound_webhooks', webhook, `'tumipay', 'a', '', 'given_up', null`);
    await insert('inbound_webhooks', webhook, `'tumipay', 'b', '', 'given_up', now() + interval '1 hour'`);
    await insert('inbound_webhooks', webhook, `'tumipay', 'c', '', 'applied', null`);
    const notification = 'sequence, type, partition, body, due_at, delivered_at';
    await insert('notifications', notification, `0, 'payin.approved', 'p', '{}', null, null`);
    await insert('notifications', notification, `0, 'payin.approved', 'p', '{}', null, now()`);
    const statement = 'provider, source, status, period_from, period_to';
    const failed = (status: string, source = 'UPLOAD') => `'tumipay', '${source}', '${status}', now(), now()`;
    for (const status of ['FAILED', 'REJECTED', 'DONE', 'ABANDONED', 'MATCHING', 'RECEIVING', 'MATCHING'])
      await insert('statements', statement, failed(status));
    await insert('statements', statement, failed('REJECTED', 'PROVIDER_LIST'));
    await testApp.database.query(
      `insert into statements (organization_id, id, ${statement}) values ($1, uuidv7(interval '-8 days'), ${failed('FAILED')})`,
      [organizationId],
    );
    const counted = await tasks();
    expect([...counted.values()].map(({ kind, count, amountInCents }) => [kind, count, amountInCents])).toEqual([
      ['OPEN_DISCREPANCIES', 2, 300],
      ['DISCREPANCIES_TO_APPROVE', 0, 0],
      ['REFUNDS_TO_APPROVE', 0, 0],
      ['REFUNDS_TO_PAY', 0, 0],
      ['WEBHOOKS_GIVEN_UP', 1, null],
      ['NOTIFICATIONS_FAILED', 1, null],
      ['STATEMENTS_FAILED', 2, null],
      ['STATEMENTS_UNDER_WAY', 3, null],
    ]);
    for (const { list: path, count, hasMore, mayAct } of counted.values()) {
      expect([hasMore, mayAct]).toEqual([false, true]);
      expect([path, await listed(path)]).toEqual([path, count]);
    }
    // Another organization has nothing of it.
    const other = await secondOrganization(testApp);
    expect([...(await tasks(other.api)).values()].filter(({ count }) => count > 0)).toEqual([]);
  });

  it('has the refunds that the caller may approve, and those to pay', async () => {
    const [first, second] = [await anotherKey(testApp, organizationId), await anotherKey(testApp, organizationId)];
    const nobody = await anotherKey(testApp, organizationId, { personId: null });
    const personOf = `(select person_id from api_keys where id = $2)`;
    const refund = (
      status: string,
      amountInCents: number,
      of: string,
      providerStatus: string | null = null,
      askedHours = 1,
    ) =>
      testApp.database.query(
        `insert into refunds (organization_id, id, payin_id, status, amount_in_cents, currency, reason, requested_at, requested_by, requested_by_person_id, provider_status, asked_at)
         values ($1, uuidv7(), $3, $4, $5, 'COP', 'OTHER', now(), $2, ${personOf}, $6, now() - $7::int * interval '1 hour')`,
        [organizationId, first.apiKeyId, of, status, amountInCents, providerStatus, askedHours],
      );
    const small = (await mine.open()).id;
    // Together more than the limit, and one that is not.
    await refund('REQUESTED', 99_999_900, payinId);
    await refund('APPROVED', 200, payinId);
    await refund('APPROVED', 40, payinId, 'REFUSED');
    // Which only the provider may pay, and which it has left unanswered.
    await refund('APPROVED', 300, payinId, 'ASKED');
    await refund('APPROVED', 5, payinId, 'ASKED', 26);
    await refund('REQUESTED', 500, small);
    await refund('CANCELED', 900_000_000, small);
    const toApprove = async (api: ApiClient) => (await tasks(api)).get('REFUNDS_TO_APPROVE');
    expect(await toApprove(first.api)).toMatchObject({ count: 1, amountInCents: 500 });
    expect(await toApprove(nobody.api)).toMatchObject({ count: 1, amountInCents: 500 });
    expect(await toApprove(second.api)).toMatchObject({ count: 2, amountInCents: 100_000_400 });
    expect((await tasks(second.api)).get('REFUNDS_TO_PAY')).toMatchObject({ count: 3, amountInCents: 245 });
    const viewer = await anotherKey(testApp, organizationId, { role: 'viewer' });
    for (const { api } of [first, nobody, second, viewer])
      for (const { kind, list: path, count } of (await tasks(api)).values())
        expect([kind, await listed(path, api)]).toEqual([kind, count]);
    expect(await listed('/refunds?waitsFor=ME', viewer.api)).toBe(0);
  });

  it('is only of what the caller may see, and says what they may only see', async () => {
    const of = async (given: Parameters<typeof anotherKey>[2]) =>
      (await tasks((await anotherKey(testApp, organizationId, given)).api)).values();
    expect([...(await of({ role: 'viewer' }))].map(({ kind, mayAct }) => [kind, mayAct])).toEqual([
      ['OPEN_DISCREPANCIES', false],
      ['REFUNDS_TO_PAY', false],
      ['WEBHOOKS_GIVEN_UP', false],
      ['NOTIFICATIONS_FAILED', false],
      ['STATEMENTS_FAILED', false],
      ['STATEMENTS_UNDER_WAY', false],
    ]);
    expect([...(await of({ scopes: ['payins:read', 'inbox:read'] }))].map(({ kind }) => kind)).toEqual([
      'WEBHOOKS_GIVEN_UP',
    ]);
    const { api } = await anotherKey(testApp, organizationId, { scopes: ['inbox:read'] });
    expectProblem(await api.call('GET', '/worklist'), 'SCOPE_MISSING');
  });
});

describe('the statements, where there is much', () => {
  let watch: StatementWatch;

  beforeAll(async () => {
    await clear();
    const { database } = testApp;
    await database.query(
      `insert into discrepancies (organization_id, id, reference, provider, kind, status, money_at_risk_in_cents, currency, detail)
       select $1, uuidv7(), 'many-' || n, 'tumipay', case n % 3 when 0 then 'ORPHAN' when 1 then 'MISSING_HERE' else 'CHARGEBACK' end,
              case when n % 2 = 0 then 'OPEN' else 'RESOLVED' end, n, 'COP', ''
       from generate_series(1, 6 * $2::int) n`,
      [organizationId, MANY],
    );
    await database.query(
      `insert into inbound_webhooks (organization_id, id, provider, event_key, raw_body, outcome, due_at)
       select $1, uuidv7(), 'tumipay', 'many-' || n, '', case when n % 2 = 0 then 'given_up' else 'applied' end, null from generate_series(1, 2 * $2::int) n`,
      [organizationId, MANY],
    );
    await database.query(
      `insert into notifications (organization_id, id, sequence, type, partition, body, due_at, delivered_at)
       select $1, uuidv7(), 0, 'payin.approved', 'p', '{}', null, case when n % 2 = 0 then now() end from generate_series(1, 2 * $2::int) n`,
      [organizationId, MANY],
    );
    await database.query(
      `insert into statements (organization_id, id, provider, source, status, period_from, period_to)
       select $1, uuidv7(), 'tumipay', 'UPLOAD', case when n % 2 = 0 then 'FAILED' else 'DONE' end, now(), now() from generate_series(1, 2 * $2::int) n`,
      [organizationId, MANY],
    );
    await database.query(
      `insert into refunds (organization_id, id, payin_id, status, amount_in_cents, currency, reason, requested_at, requested_by)
       select $1, uuidv7(), uuidv7(), case n % 3 when 0 then 'REQUESTED' when 1 then 'APPROVED' else 'PAID' end, 100, 'COP', 'OTHER', now(), $1
       from generate_series(1, 3 * $2::int) n`,
      [organizationId, MANY],
    );
    await database.query('vacuum analyze');
    watch = new StatementWatch(testApp.service.app.get(Database), testApp.environment['DATABASE_URL']!);
  });
  afterAll(() => watch?.end());

  it('read for a page what it shows, in each order', async () => {
    for (const query of [
      ...['sort=MONEY_AT_RISK', 'sort=MONEY_AT_RISK&status=OPEN', 'sort=MONEY_AT_RISK&status=RESOLVED'],
      ...['sort=OLDEST&status=OPEN', 'sort=OLDEST', 'kind=ORPHAN,CHARGEBACK', 'kind=ORPHAN,CHARGEBACK&sort=OLDEST'],
      'kind=CHARGEBACK&sort=MONEY_AT_RISK',
      'waitsFor=ME',
    ]) {
      const page = await list(`limit=${PAGE}&${query}`);
      if (page.pageInfo.nextCursor) await list(`limit=${PAGE}&${query}&cursor=${page.pageInfo.nextCursor}`);
    }
    const read = watch.readings.filter(({ statement }) => statement.startsWith('discrepancies '));
    expect(read.length).toBeGreaterThan(9);
    // Of two statuses or kinds; of three kinds each third row is one, and beside open ones stand others.
    expect(read.filter(({ rows }) => rows > 7 * (PAGE + 1))).toEqual([]);
  });

  it('count no further than to the bound', async () => {
    const counted = await tasks();
    expect(
      [...counted.values()].filter(({ count }) => count > 0).map(({ kind, count, hasMore }) => [kind, count, hasMore]),
    ).toEqual(
      [
        'OPEN_DISCREPANCIES',
        'REFUNDS_TO_APPROVE',
        'REFUNDS_TO_PAY',
        'WEBHOOKS_GIVEN_UP',
        'NOTIFICATIONS_FAILED',
        'STATEMENTS_FAILED',
        'STATEMENTS_UNDER_WAY',
      ].map((kind) => [kind, kind === 'STATEMENTS_UNDER_WAY' ? 3 : TASKS_MAX, kind !== 'STATEMENTS_UNDER_WAY']),
    );
    // The most money is in it.
    expect(counted.get('OPEN_DISCREPANCIES')!.amountInCents).toBe(
      Array.from({ length: TASKS_MAX }, (_, index) => 6 * MANY - 2 * index).reduce((sum, cents) => sum + cents),
    );
    const read = watch.readings.filter(({ statement }) => statement === 'count tasks');
    expect(read.length).toBeGreaterThan(5);
    expect(read.filter(({ rows }) => rows > 2 * (TASKS_MAX + 1))).toEqual([]);
  });
});
