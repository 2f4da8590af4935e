import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { type Answer, type ApiClient, newReference, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;
/** Nothing but what this file puts there. */
let mine: ApiClient;
let maria: PresentedPayin;
let jose: PresentedPayin;
let paid: PresentedPayin;

interface List {
  data: PresentedPayin[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}

const customer = { idType: 'CC', idNumber: '1020304050', phone: '+573121234567', email: 'a@example.com' };

beforeAll(async () => {
  testApp = await startTestApp();
  mine = (await secondOrganization(testApp)).api;
  maria = await mine.open({
    reference: 'INV-2026-0001',
    amountInCents: 5_000_000,
    inlineCustomer: { ...customer, name: 'María José Peña Núñez', idNumber: '52123456', phone: '+573001112233' },
  });
  jose = await mine.open({
    reference: 'INV-2026-0002',
    amountInCents: 7_500_000,
    rail: 'BRE_B',
    inlineCustomer: { ...customer, name: 'JOSE PENA', email: 'Jose.Pena@Example.com' },
  });
  await mine.open({
    reference: 'ORD-1',
    amountInCents: 5_000_000,
    inlineCustomer: { ...customer, name: 'Ñandú S.A.S.', idNumber: '860002964' },
  });
  paid = await mine.open({ reference: 'ORD-2', amountInCents: 9_900_000 });
  await testApp.sandbox.tumipay.pay(ticketOf(paid));
  paid = await mine.reaches(paid.id, 'APPROVED');
});

afterAll(async () => {
  await testApp?.close();
});

const list = (query: string, api = mine): Promise<Answer<List>> => api.call('GET', `/payins?${query}`);
const search = (body: object, api = mine): Promise<Answer<List>> => api.call('POST', '/payins/search', body);
const references = ({ status, body }: Answer<List>) => {
  expect([status, body.pageInfo]).toEqual([200, expect.anything()]);
  return body.data.map(({ reference }) => reference);
};

describe('a payin shows its attempts', () => {
  it('with both references, the same at its creation and later', async () => {
    const [attempt, ...others] = maria.attempts;
    expect(others).toEqual([]);
    expect(attempt).toEqual({
      id: expect.any(String),
      provider: 'tumipay',
      rail: 'PSE',
      providerReference: expect.stringMatching(/^[0-9a-z]{32}$/),
      externalId: ticketOf(maria),
      status: 'OPEN',
      startedAt: maria.createdAt,
    });
    expect(JSON.stringify(await mine.payin(maria.id))).toBe(JSON.stringify(maria));
    const again = await mine.call<PresentedPayin>('POST', '/payins', {
      ...{ reference: maria.reference, amountInCents: 5_000_000, currency: 'COP', rail: 'PSE' },
      inlineCustomer: maria.inlineCustomer,
    });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(maria));
  });
});

describe('the list of payins', () => {
  it.each<[string, string[]]>([
    ['status=APPROVED', ['ORD-2']],
    ['status=APPROVED&status=PENDING', ['ORD-2', 'ORD-1', 'INV-2026-0002', 'INV-2026-0001']],
    ['status=APPROVED,EXPIRED', ['ORD-2']],
    ['status=EXPIRED,CANCELED', []],
    ['amountInCents=5000000', ['ORD-1', 'INV-2026-0001']],
    ['amountInCents=5000000&status=APPROVED', []],
    ['amountInCents=9900000&status=APPROVED,PENDING', ['ORD-2']],
    ['amountInCents=1', []],
    ['amountInCents=5000000&reference=INV-2026-0001', ['INV-2026-0001']],
    ['amountInCents=5000000&reference=INV-2026-0002', []],
    ['externalId=nobody', []],
    ['providerReference=nobody', []],
  ])('of %s', async (query, expected) => {
    expect(references(await list(query))).toEqual(expected);
  });

  it('finds an attempt by either reference, and only with what else is asked', async () => {
    const { externalId, providerReference } = jose.attempts[0]!;
    for (const query of [`externalId=${externalId}`, `providerReference=${providerReference}`]) {
      expect(references(await list(query))).toEqual(['INV-2026-0002']);
      expect(references(await list(`${query}&reference=INV-2026-0002&rail=BRE_B`))).toEqual(['INV-2026-0002']);
      expect(references(await list(`${query}&reference=INV-2026-0001`))).toEqual([]);
      expect(references(await list(`${query}&rail=PSE`))).toEqual([]);
      expect(references(await list(query, testApp.api))).toEqual([]);
    }
    const other = maria.attempts[0]!.externalId;
    expect(references(await list(`providerReference=${providerReference}&externalId=${other}`))).toEqual([]);
  });

  it.each([
    'amountInCents=0',
    'amountInCents=1.5',
    'amountInCents=',
    'externalId=',
    'externalId=%00',
    'status=,',
    'status=PENDING,x',
  ])('refuses %s', async (query) => {
    expectProblem(await list(query), 'VALIDATION_FAILED');
  });
});

const FOUND: [string, string[]][] = [
  ['inv-2026', ['INV-2026-0002', 'INV-2026-0001']],
  ['INV-2026-0001', ['INV-2026-0001']],
  ['ORD-', ['ORD-2', 'ORD-1']],
  ['pena', ['INV-2026-0002', 'INV-2026-0001']],
  ['Peña José', ['INV-2026-0002', 'INV-2026-0001']],
  ['nunez maria', ['INV-2026-0001']],
  ['ÑANDU', ['ORD-1']],
  ['860002964', ['ORD-1']],
  ['860.002.964', ['ORD-1']],
  ['52.123.456', ['INV-2026-0001']],
  ['300 111 2233', ['INV-2026-0001']],
  ['+57 300 1112233', ['INV-2026-0001']],
  ['jose.pena@example.com', ['INV-2026-0002']],
  ['$ 50.000', ['ORD-1', 'INV-2026-0001']],
  ['75000', ['INV-2026-0002']],
  ['nobody', []],
  ["' or 1=1 --", []],
  ['%', []],
];

describe.each(['not indexed yet', 'indexed'])('the search, of payins that are %s', (state) => {
  beforeAll(async () => {
    if (state === 'indexed')
      await until('all to be indexed', async () => {
        const left = await testApp.database.query('select from unindexed_payins');
        return left.length === 0;
      });
  });

  /** The service may index them again at any moment: what is found is the same. */
  const prepared = async (body: object, api = mine) => {
    if (state !== 'indexed') {
      await testApp.database.query('delete from payin_search_terms');
      await testApp.database.query(
        'insert into unindexed_payins (organization_id, payin_id) select organization_id, id from payins on conflict do nothing',
      );
    }
    return search(body, api);
  };

  it.each(FOUND)('finds by %s', async (text, expected) => {
    expect(references(await prepared({ text }))).toEqual(expected);
  });

  it('finds by the references of an attempt and by the id', async () => {
    const { externalId, providerReference } = maria.attempts[0]!;
    for (const text of [externalId, providerReference, providerReference.toUpperCase(), maria.id])
      expect(references(await prepared({ text }))).toEqual(['INV-2026-0001']);
  });

  it('finds only in the own organization', async () => {
    for (const [text] of FOUND) expect(references(await prepared({ text }, testApp.api))).toEqual([]);
  });

  it('finds what all that is given holds for', async () => {
    expect(references(await prepared({ text: 'pena', rail: 'BRE_B' }))).toEqual(['INV-2026-0002']);
    expect(references(await prepared({ text: 'pena', amountInCents: 5_000_000 }))).toEqual(['INV-2026-0001']);
    expect(references(await prepared({ text: 'ord', status: 'APPROVED' }))).toEqual(['ORD-2']);
    expect(references(await prepared({ text: 'ord', status: ['APPROVED', 'PENDING'] }))).toEqual(['ORD-2', 'ORD-1']);
    expect(references(await prepared({ text: 'ord', provider: 'nobody' }))).toEqual([]);
    expect(references(await prepared({ amountInCents: 5_000_000 }))).toEqual(['ORD-1', 'INV-2026-0001']);
    const today = new Date(Date.now() - 5 * 3_600_000).toISOString().slice(0, 10);
    const before = new Date(Date.now() - 53 * 3_600_000).toISOString().slice(0, 10);
    expect(references(await prepared({ text: 'pena', from: before, to: today }))).toHaveLength(2);
    expect(references(await prepared({ text: 'pena', to: before }))).toEqual([]);
  });

  it('goes on by cursor, none twice and none left out', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer<List> = await prepared({ limit: 1, ...(cursor && { cursor }) });
      seen.push(...references(page));
      cursor = page.body.pageInfo.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['ORD-2', 'ORD-1', 'INV-2026-0002', 'INV-2026-0001']);
  });
});

describe('the search', () => {
  it('shows just what a payin shows', async () => {
    const [found] = (await search({ text: maria.reference })).body.data;
    // Its status may have been checked since.
    expect(JSON.stringify(found)).toBe(JSON.stringify(await mine.payin(maria.id)));
  });

  it('finds at once what was created', async () => {
    const reference = newReference();
    await mine.open({ reference, inlineCustomer: { ...customer, name: 'Zacarías Última' } });
    expect(references(await search({ text: 'ultima' }))).toEqual([reference]);
  });

  it.each([
    { text: '' },
    { text: '  ' },
    { text: 'a\u0007' },
    { text: 'x'.repeat(256) },
    { text: 1 },
    { status: 'NOBODY' },
    { status: [] as string[], limit: 0 },
    { limit: 101 },
    { limit: '5' },
    { cursor: 'x' },
    { amountInCents: '5' },
    { from: 'yesterday' },
    { from: '2026-11-29T10:00:00' },
    { other: 1 },
  ])('refuses %j', async (body) => {
    expectProblem(await search(body), 'VALIDATION_FAILED');
  });
});
