import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { type ApiClient, type Answer, type DiscrepancyView, newReference, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { csv, upload } from '../support/statements.js';

let testApp: TestApp;
/** Nothing but what this file puts there, so that whole lists can be compared. */
let mine: ApiClient;
/** 45 payins, oldest first. */
const payins: PresentedPayin[] = [];
let paid: PresentedPayin;

beforeAll(async () => {
  testApp = await startTestApp();
  mine = (await secondOrganization(testApp)).api;
  for (let index = 0; index < 45; index += 1) payins.push(await mine.open({ rail: index % 3 === 0 ? 'BRE_B' : 'PSE' }));
  // Short money: one payin that is not PENDING, and discrepancies to list.
  await testApp.sandbox.tumipay.pay(ticketOf(payins[3]!), { amountInCents: 100_000 });
  paid = await mine.reaches(payins[3]!.id, 'UNDERPAID');
});

afterAll(async () => {
  await testApp?.close();
});

interface List<T> {
  data: T[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}

const list = (query: string, api = mine): Promise<Answer<List<PresentedPayin>>> => api.call('GET', `/payins${query}`);
const ids = (answer: Answer<List<{ id: string }>>) => answer.body.data.map(({ id }) => id);
const newestFirst = (of: readonly PresentedPayin[]) => of.map(({ id }) => id).toReversed();

async function allPages(
  limit: number,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<{ ids: string[]; sizes: number[] }> {
  const seen: string[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer<List<PresentedPayin>> = await list(`?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(page.status).toBe(200);
    expect(page.body.pageInfo.hasNext).toBe(page.body.pageInfo.nextCursor !== null);
    seen.push(...ids(page));
    sizes.push(page.body.data.length);
    cursor = page.body.pageInfo.nextCursor;
    await between();
  } while (cursor);
  return { ids: seen, sizes };
}

describe('the list of payins', () => {
  it('has 20 on a page unless it is told otherwise, newest first', async () => {
    const page = await list('');
    expect(ids(page)).toEqual(newestFirst(payins).slice(0, 20));
    expect(page.body.pageInfo).toEqual({ hasNext: true, nextCursor: expect.any(String) });
    expect(Object.keys(page.body)).toEqual(['data', 'pageInfo']);
  });

  it('shows all 45 by cursor, none twice and none left out', async () => {
    expect(await allPages(20)).toEqual({ ids: newestFirst(payins), sizes: [20, 20, 5] });
  });

  it('ends without an empty page when the last one is exactly full', async () => {
    expect((await allPages(45)).sizes).toEqual([45]);
    expect((await allPages(15)).sizes).toEqual([15, 15, 15]);
    expect((await allPages(1)).sizes).toHaveLength(45);
  });

  it('shows in a list just what it shows alone', async () => {
    const page = await list('?limit=100');
    const listed = page.body.data.find(({ id }) => id === paid.id);
    expect(JSON.stringify(listed)).toBe(JSON.stringify(await mine.payin(paid.id)));
    expect(paid.receipts).toHaveLength(1);
  });

  it.each<[string, (payin: PresentedPayin) => boolean]>([
    ['rail=BRE_B', ({ rail }) => rail === 'BRE_B'],
    ['rail=CARD', () => false],
    ['status=UNDERPAID', ({ id }) => id === paid.id],
    ['status=PENDING', ({ id }) => id !== paid.id],
    ['provider=tumipay', () => true],
    ['provider=nobody', () => false],
    ['status=PENDING&rail=BRE_B', ({ id, rail }) => id !== paid.id && rail === 'BRE_B'],
  ])('holds only what %s asks for', async (query, belongs) => {
    expect(ids(await list(`?limit=100&${query}`))).toEqual(newestFirst(payins.filter(belongs)));
  });

  it('finds a reference, and only the whole one', async () => {
    const { reference, id } = payins[7]!;
    expect(ids(await list(`?reference=${reference}`))).toEqual([id]);
    expect(ids(await list(`?reference=${reference.slice(0, -1)}`))).toEqual([]);
  });

  it('takes times from (included) and to (not included), with any offset', async () => {
    const [from, to] = [payins[10]!.createdAt, payins[30]!.createdAt];
    const inside = payins.filter(({ createdAt }) => createdAt >= from && createdAt < to);
    const query = (one: string, other: string) =>
      `?limit=100&createdFrom=${encodeURIComponent(one)}&createdTo=${encodeURIComponent(other)}`;
    expect(ids(await list(query(from, to)))).toEqual(newestFirst(inside));
    const inBogota = (time: string) => new Date(Date.parse(time) - 5 * 3_600_000).toISOString().replace('Z', '-05:00');
    expect(ids(await list(query(inBogota(from), inBogota(to))))).toEqual(newestFirst(inside));
    // A date is a Colombian day, and the last one belongs to it.
    const today = new Date(Date.now() - 5 * 3_600_000).toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 29 * 3_600_000).toISOString().slice(0, 10);
    expect(ids(await list(`?limit=100&createdFrom=${yesterday}&createdTo=${today}`))).toHaveLength(45);
    expect(ids(await list(`?limit=100&createdTo=${yesterday}`))).toEqual(
      newestFirst(payins.filter(({ createdAt }) => inBogota(createdAt) < today)),
    );
    expect(ids(await list('?limit=100&createdFrom=2020-01-01'))).toHaveLength(45);
    expect(ids(await list('?limit=100&createdTo=2020-01-01'))).toEqual([]);
    expect(ids(await list('?limit=100&createdFrom=0001-01-01&createdTo=9999-12-31'))).toHaveLength(45);
  });

  it.each([
    ...[
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=abc',
      'limit=',
      'limit=1.0',
      'limit=1e1',
      'limit=0x10',
      'limit=1&limit=2',
      'limit=%00',
    ],
    ...[
      'cursor=',
      'cursor=abc',
      'cursor=%00',
      'cursor=a&cursor=b',
      `cursor=${Buffer.from("' or 1=1 --").toString('base64url')}`,
    ],
    ...[
      'status=',
      'status=pending',
      'status=PENDING&status=NOBODY',
      'status=constructor',
      'rail=pse',
      'rail=PSE&rail=ANY',
    ],
    ...[
      'provider=',
      'provider=%27',
      'reference=',
      'reference=%00',
      'reference=%ff',
      'reference=a&reference=b',
      'reference=a%20b',
    ],
    ...[
      'createdFrom=',
      'createdFrom=yesterday',
      'createdFrom=2024',
      'createdFrom=2024-13-01',
      'createdFrom=2024-02-30',
      'createdFrom=2024-W05',
    ],
    ...[
      'createdFrom=2024-060',
      'createdFrom=20240228T100000Z',
      'createdFrom=2024-02-28T10Z',
      'createdFrom=2024-02-28T10:00:00',
      'createdFrom=2024-02-28T10:00:60Z',
    ],
    ...[
      'createdTo=2024-02-28T10:00:00,5Z',
      'createdTo=9999-12-31T23:59:59-23:59',
      'createdTo=0000-01-01',
      'createdTo=%2B12024-01-01T00:00:00Z',
    ],
    ...[
      'createdTo=1700000000',
      'createdTo=2024-01-01&createdTo=2024-01-02',
      'nope=1',
      'limit[]=1',
      '__proto__=1',
      'constructor=1',
      'toString=1',
    ],
  ])('refuses %s by name', async (query) => {
    const { errors } = expectProblem(await mine.call('GET', `/payins?${query}`), 'VALIDATION_FAILED');
    expect(errors?.map(({ field }) => field)).toEqual([query.split('=')[0]]);
  });
});

describe('every list, newest first,', () => {
  const instantIn = (id: string) => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toISOString();

  it.each([
    ['/payins', 'createdAt'],
    ['/discrepancies', 'openedAt'],
    ['/notifications', 'createdAt'],
    ['/webhook-endpoints', 'createdAt'],
    ['/inbound-webhooks', 'receivedAt'],
    ['/statements', 'createdAt'],
  ] as const)('%s goes by one clock: its ids carry %s', async (path, time) => {
    const { api } = await secondOrganization(testApp);
    for (let index = 0; index < 3; index += 1)
      await api.call('POST', '/webhook-endpoints', { url: `${testApp.merchant.url}/${index}` });
    // At once, so that they overtake each other between the check of the key and the insert.
    const opened = await Promise.all(Array.from({ length: 12 }, () => api.open({ rail: 'BRE_B' })));
    await Promise.all(
      opened.slice(0, 4).map((payin) => testApp.sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 100_000 })),
    );
    for (const { id } of opened.slice(0, 4)) await api.reaches(id, 'UNDERPAID');
    for (let index = 0; index < 3; index += 1) await upload(api, csv(`u-${index},,100,COP,APPROVED,,`));
    const rows = (await api.call<List<{ id: string } & Record<string, string>>>('GET', `${path}?limit=100`)).body.data;
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.map(({ id }) => instantIn(id))).toEqual(rows.map((row) => row[time]));
    expect(rows.map((row) => row[time])).toEqual(
      rows
        .map((row) => row[time]!)
        .toSorted()
        .toReversed(),
    );
  });
});

describe('the tenant wall', () => {
  it('shows nothing of another organization by id, and says just what it says of a payin that does not exist', async () => {
    const { api } = testApp;
    for (const path of ['', '/events']) {
      const foreign = expectProblem(await api.call('GET', `/payins/${paid.id}${path}`), 'NOT_FOUND');
      const missing = expectProblem(
        await api.call('GET', `/payins/0199a000-0000-7000-8000-000000000000${path}`),
        'NOT_FOUND',
      );
      expect({ ...foreign, requestId: '' }).toEqual({ ...missing, requestId: '' });
    }
  });

  it('holds in lists, with every filter and with another organization’s cursor', async () => {
    const { api } = testApp;
    const { nextCursor } = (await list('?limit=20')).body.pageInfo;
    const queries = [
      '',
      `?cursor=${nextCursor}`,
      `?reference=${paid.reference}`,
      '?status=UNDERPAID',
      '?rail=BRE_B',
      '?provider=tumipay',
      '?createdFrom=2020-01-01',
    ];
    for (const query of queries) {
      expect((await list(query, api)).body).toEqual({ data: [], pageInfo: { hasNext: false, nextCursor: null } });
    }
    expect((await list('?limit=100')).body.data).toHaveLength(45);
  });

  it('holds for discrepancies', async () => {
    expect((await mine.discrepancies(paid.id)).map(({ kind }) => kind)).toContain('UNDERPAID');
    for (const query of ['', `?payinId=${paid.id}`, '?status=OPEN', '?kind=UNDERPAID']) {
      const { body } = await testApp.api.call<List<DiscrepancyView>>('GET', `/discrepancies${query}`);
      expect(body).toEqual({ data: [], pageInfo: { hasNext: false, nextCursor: null }, totals: [] });
    }
  });

  it('lets nobody learn by a conflict that a reference is taken elsewhere', async () => {
    expect((await testApp.api.create({ reference: paid.reference })).status).toBe(201);
  });
});

describe('the list of discrepancies', () => {
  it('is filtered by kind, status and payin, and goes on by cursor', async () => {
    const all = (await mine.call<List<DiscrepancyView>>('GET', '/discrepancies')).body.data;
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(['AMOUNT_CONFLICT', 'UNDERPAID']);
    const of = async (query: string) => (await mine.call<List<DiscrepancyView>>('GET', `/discrepancies?${query}`)).body;
    expect((await of('kind=UNDERPAID')).data.map(({ kind }) => kind)).toEqual(['UNDERPAID']);
    expect((await of('status=RESOLVED')).data).toEqual([]);
    expect((await of(`payinId=${payins[0]!.id}`)).data).toEqual([]);
    const first = await of('limit=1');
    const second = await of(`limit=1&cursor=${first.pageInfo.nextCursor}`);
    // Its age goes on between the two.
    expect([...first.data, ...second.data]).toMatchObject(all.map(({ id, kind, status }) => ({ id, kind, status })));
    expect(second.pageInfo).toEqual({ hasNext: false, nextCursor: null });
  });

  it.each(['limit=0', 'limit=101', 'kind=underpaid', 'status=open', 'payinId=1', 'payinId=%00', 'cursor=x', 'nope=1'])(
    'refuses %s by name',
    async (query) => {
      expectProblem(await mine.call('GET', `/discrepancies?${query}`), 'VALIDATION_FAILED', query.split('=')[0]!);
    },
  );
});

describe('GET /payins in the other order', () => {
  it('shows every payin once, the oldest first, by its cursors, and refuses what is no order', async () => {
    const oldestFirst = newestFirst(payins).toReversed();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Answer<List<PresentedPayin>> = await list(`?order=asc&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...ids(page));
      cursor = page.body.pageInfo.nextCursor;
    }
    expect(seen).toEqual(oldestFirst);
    expectProblem(await mine.call('GET', '/payins?order=up'), 'VALIDATION_FAILED', 'order');
  });
});

// Last, because it adds to what the others compare.
describe('a list while new payins arrive', () => {
  it('shows every payin that was there at the start once, in the same order, and no new one on later pages', async () => {
    const arrived: string[] = [];
    const pages = await allPages(20, async () => {
      arrived.push((await mine.open({ reference: newReference() })).id);
    });
    expect(pages.ids).toEqual(newestFirst(payins));
    expect(ids(await list(`?limit=${arrived.length}`))).toEqual(arrived.toReversed());
  });
});
