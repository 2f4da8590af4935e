import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { PublicTokens } from '../../src/secrets/public-tokens.js';
import type { ShownPaymentLink } from '../../src/payment-links/payment-links.service.js';
import { anotherKey } from '../support/another-key.js';
import { type ApiClient, newReference } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;
let api: ApiClient;
let organizationId: string;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay' });
  ({ api } = testApp);
  const [organization] = await testApp.database.query<{ id: string }>('select id from organizations');
  organizationId = organization!.id;
});
afterAll(() => testApp?.close());

const linkRequest = (changes: object = {}) => ({
  reference: newReference(),
  title: 'Curso de cerámica',
  amountInCents: 5_000_000,
  ...changes,
});
const create = (changes: object = {}, by = api) =>
  by.call<ShownPaymentLink>('POST', '/payment-links', linkRequest(changes));
const setStatus = (id: string, status: string) =>
  api.call<ShownPaymentLink>('PATCH', `/payment-links/${id}`, { status });
interface Page {
  data: ShownPaymentLink[];
  pageInfo: { hasNext: boolean; nextCursor: string | null };
}
const list = async (query: string) => (await api.call<Page>('GET', `/payment-links?${query}`)).body;

async function csv(path: string): Promise<Record<string, string>[]> {
  const answer = await fetch(`${api.url}${path}`, { headers: { ...api.authorization, accept: 'text/csv' } });
  expect(answer.status).toBe(200);
  return parse<Record<string, string>>(await answer.text(), { bom: true, columns: true });
}

interface Entry {
  action: string;
  subject: { type: string; id: string };
  before: object | null;
  after: object | null;
}
async function auditOf(id: string): Promise<Entry[]> {
  const { body } = await api.call<{ data: Entry[] }>('GET', `/audit-log?subject=${id}`);
  return body.data;
}

describe('a payment link', () => {
  it('is shown as it was asked for, with an address that says nothing', async () => {
    const asked = linkRequest({
      description: '  Ocho   clases ',
      uses: 30,
      rails: ['BRE_B', 'PSE'],
      expiresAt: '2099-12-31',
      redirectUrl: 'https://shop.example/thanks',
      callbackUrl: testApp.merchant.url,
      metadata: { course: 'C-7' },
    });
    const { status, body } = await api.call<ShownPaymentLink>('POST', '/payment-links', asked);
    expect([status, body]).toEqual([
      201,
      {
        ...asked,
        id: expect.any(String),
        url: expect.stringMatching(/\/pay\/link\/[\w-]{43}$/),
        description: 'Ocho clases',
        // The end of that day in Colombia.
        expiresAt: '2100-01-01T05:00:00.000Z',
        currency: 'COP',
        minInCents: null,
        maxInCents: null,
        used: 0,
        status: 'ACTIVE',
        createdBy: expect.any(String),
        createdAt: expect.any(String),
        updatedAt: body.createdAt,
      },
    ]);
    const token = body.url.split('/').at(-1)!;
    expect(testApp.service.app.get(PublicTokens).open('link', token)).toEqual({ organizationId, id: body.id });
    expect((await api.call('GET', `/payment-links/${body.id}`)).body).toEqual(body);
    expect(await auditOf(body.id)).toMatchObject([
      { action: 'link.created', subject: { type: 'link', id: body.id }, after: { uses: 30, amountInCents: 5_000_000 } },
    ]);
    // What cannot be taken out of the audit log again.
    expect(JSON.stringify(await auditOf(body.id))).not.toMatch(/cerámica|clases|C-7/);
  });

  it('takes an amount, or bounds within which the payer types one', async () => {
    const open = await create({ amountInCents: null, minInCents: 100_000, maxInCents: 100_000 });
    expect(open).toMatchObject({ status: 201, body: { amountInCents: null, minInCents: 100_000, uses: null } });
    for (const [changes, field] of [
      [{ amountInCents: undefined }, 'amountInCents'],
      [{ minInCents: 100, maxInCents: 200 }, 'amountInCents'],
      [{ amountInCents: null, minInCents: 100 }, 'amountInCents'],
      [{ amountInCents: null, minInCents: 300, maxInCents: 200 }, 'maxInCents'],
      [{ amountInCents: 150 }, 'amountInCents'],
      [{ amountInCents: null, minInCents: 150, maxInCents: 200 }, 'minInCents'],
      [{ uses: 0 }, 'uses'],
      [{ uses: 1_000_000_000 }, 'uses'],
      [{ rails: [] }, 'rails'],
      [{ rails: ['ANY'] }, 'rails'],
      [{ rails: ['PSE', 'PSE'] }, 'rails'],
      [{ expiresAt: '2020-01-01' }, 'expiresAt'],
      [{ expiresAt: '2099-01-01T10:00:00' }, 'expiresAt'],
      [{ title: ' ' }, 'title'],
      [{ title: 'two\nlines' }, 'title'],
      [{ redirectUrl: 'javascript:alert(1)' }, 'redirectUrl'],
      [{ callbackUrl: 'ftp://x' }, 'callbackUrl'],
    ] as const) {
      const answer = await create(changes);
      expectProblem(answer, 'VALIDATION_FAILED');
      expect([changes, (answer.body as unknown as { errors: { field: string }[] }).errors[0]!.field]).toEqual([
        changes,
        field,
      ]);
    }
  });

  it('leaves room for the numbers of its payins in its reference', async () => {
    expect((await create({ reference: 'r'.repeat(54) })).status).toBe(201);
    expectProblem(await create({ reference: 'r'.repeat(55) }), 'VALIDATION_FAILED');
  });

  it('refuses a rail that nobody here has, and takes no reference for it', async () => {
    const reference = newReference();
    expectProblem(await create({ reference, rails: ['PSE', 'TRANSFIYA'] }), 'RAIL_NOT_AVAILABLE');
    expect((await create({ reference })).status).toBe(201);
  });

  it('is one for a reference, however often it is asked for at once', async () => {
    const asked = linkRequest({ metadata: { b: '1', aa: '2' } });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.call<ShownPaymentLink>('POST', '/payment-links', asked)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    for (const { status, headers } of answers)
      expect(headers.get('idempotency-replayed')).toBe(status === 200 ? 'true' : null);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await auditOf(answers[0]!.body.id)).toHaveLength(1);
    // What means the same is the same: also without what is null, and when it is over or disabled meanwhile.
    const again = await create({ ...asked, metadata: { aa: '2', b: '1' }, uses: null, title: ' Curso de  cerámica' });
    expect(again).toMatchObject({ status: 200, body: { id: answers[0]!.body.id } });
    await setStatus(again.body.id, 'DISABLED');
    expect(await create(asked)).toMatchObject({ status: 200, body: { status: 'DISABLED' } });

    const other = await create({ ...asked, amountInCents: 100, uses: 2, metadata: { b: '1', aa: '3' } });
    expectProblem(other, 'REFERENCE_CONFLICT');
    expect((other.body as unknown as { errors: { field: string }[] }).errors.map(({ field }) => field)).toEqual([
      'amountInCents',
      'metadata.aa',
      'uses',
    ]);
  });

  it('is known by its reference in its own organization alone', async () => {
    const reference = newReference();
    await create({ reference });
    const stranger = await secondOrganization(testApp);
    const { api: theirs } = await anotherKey(testApp, stranger.organizationId);
    expect((await create({ reference, amountInCents: 700 }, theirs)).status).toBe(201);
  });

  it('can be disabled and made active again, each once in the audit log', async () => {
    const { body: link } = await create();
    expect((await setStatus(link.id, 'DISABLED')).body).toMatchObject({ status: 'DISABLED' });
    const again = await setStatus(link.id, 'DISABLED');
    expect(again).toMatchObject({ status: 200, body: { status: 'DISABLED' } });
    expect((await setStatus(link.id, 'ACTIVE')).body.status).toBe('ACTIVE');
    expect((await auditOf(link.id)).map(({ action, before, after }) => [action, before, after])).toEqual([
      ['link.enabled', { status: 'DISABLED' }, { status: 'ACTIVE' }],
      ['link.disabled', { status: 'ACTIVE' }, { status: 'DISABLED' }],
      ['link.created', null, expect.any(Object)],
    ]);
    expectProblem(await setStatus(link.id, 'OVER'), 'VALIDATION_FAILED');
    expectProblem(await setStatus('0199a000-0000-7000-8000-000000000000', 'DISABLED'), 'NOT_FOUND');
    expectProblem(await api.call('PATCH', `/payment-links/${link.id}`, { title: 'other' }), 'VALIDATION_FAILED');
  });
});

describe('the list of payment links', () => {
  it('goes newest first by its cursor, by status and reference, and as CSV', async () => {
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push((await create({ title: n === 0 ? '=1+1' : 'one of five' })).body);
    await setStatus(made[1]!.id, 'DISABLED');
    const first = await list('limit=2');
    const second = await list(`limit=3&cursor=${first.pageInfo.nextCursor}`);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made.map(({ id }) => id).toReversed());
    expect((await list('status=DISABLED&limit=100')).data.map(({ id }) => id)).toContain(made[1]!.id);
    expect((await list('status=ACTIVE&limit=100')).data.map(({ id }) => id)).not.toContain(made[1]!.id);
    expect((await list(`reference=${made[2]!.reference}`)).data).toEqual([made[2]]);
    expectProblem(await api.call('GET', '/payment-links?status=OPEN'), 'VALIDATION_FAILED');
    expectProblem(await api.call('GET', '/payment-links?cursor=x'), 'VALIDATION_FAILED');

    const records = await csv('/payment-links?limit=1');
    expect(records.slice(0, 5).map(({ id }) => id)).toEqual(made.map(({ id }) => id).toReversed());
    expect(records[4]).toMatchObject({ title: `'=1+1`, url: made[0]!.url, amountInCents: '5000000', used: '0' });
    const { body } = await api.call<{ data: Entry[] }>('GET', '/audit-log?action=links.downloaded');
    expect(body.data).toHaveLength(1);
  });
});

describe('who may', () => {
  it('read needs links:read, change links:write, see payers payins:read', async () => {
    const { body: link } = await create();
    const statuses = async (scopes: string[]) => {
      const { api: by } = await anotherKey(testApp, organizationId, { scopes: scopes as never });
      return [
        (await by.call('GET', '/payment-links')).status,
        (await by.call('GET', `/payment-links/${link.id}`)).status,
        (await create({}, by)).status,
        (await by.call('PATCH', `/payment-links/${link.id}`, { status: 'ACTIVE' })).status,
        (await by.call('GET', `/payment-links/${link.id}/payins`)).status,
      ];
    };
    expect(await statuses(['links:read'])).toEqual([200, 200, 403, 403, 403]);
    expect(await statuses(['links:write'])).toEqual([403, 403, 201, 200, 403]);
    expect(await statuses(['payins:read', 'payins:write'])).toEqual([403, 403, 403, 403, 200]);
  });
});
