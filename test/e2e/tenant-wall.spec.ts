import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES, type Scope } from '../../src/auth/scopes.js';
import { anotherKey, person } from '../support/another-key.js';
import { type ApiClient, ticketOf } from '../support/api-client.js';
import { secondOrganization } from '../support/second-organization.js';
import { csv, upload } from '../support/statements.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface Described {
  'x-scope'?: Scope;
}
interface Route {
  method: string;
  path: string;
}

let testApp: TestApp;
let stranger: string;
/** What the other organization has, by the beginning of the routes that name it. */
const ids: Record<string, string> = {};
let routes: Route[];

const CANARY = 'wall-canary';
/** Their ids are those of what they belong to no organization: a provider, a token. */
const OF_NO_ORGANIZATION = /^\/(?:webhooks|invitations|checkout)\//;

beforeAll(async () => {
  testApp = await startTestApp();
  const { api, merchant } = testApp;
  const endpoint = await api.call<{ id: string }>('POST', '/webhook-endpoints', {
    url: merchant.url,
    description: CANARY,
  });
  const payin = await api.open({ rail: 'BRE_B', description: CANARY, metadata: { of: CANARY } });
  await testApp.sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 100_000 });
  await api.reaches(payin.id, 'UNDERPAID');
  const [discrepancy] = await api.discrepancies(payin.id);
  const first = (path: string) =>
    until(`something at ${path}`, async () => (await api.call<{ data: { id: string }[] }>('GET', path)).body.data[0]);
  await api.call('PATCH', '/checkout-settings', { displayName: CANARY });
  const statement = await upload(api, csv(`${CANARY},,100000,COP,APPROVED,,`));
  const to = { type: 'BRE_B_KEY', key: '@wall' };
  const refund = await api.call<{ id: string }>('POST', `/payins/${payin.id}/refunds`, {
    amountInCents: 100,
    reason: 'OTHER',
    note: CANARY,
    to,
  });
  const link = await api.call<{ id: string }>('POST', '/payment-links', {
    reference: 'wall',
    title: CANARY,
    amountInCents: 100_000,
  });
  Object.assign(ids, {
    '/payment-links': link.body.id,
    '/refunds': refund.body.id,
    '/people': (await person(testApp, payin.organizationId)).personId,
    '/payins': payin.id,
    '/discrepancies': discrepancy!.id,
    '/webhook-endpoints': endpoint.body.id,
    '/notifications': (await first('/notifications')).id,
    '/inbound-webhooks': (await first('/inbound-webhooks')).id,
    '/statements': (statement.body as unknown as { id: string }).id,
    '/api-keys': (await first('/api-keys')).id,
  });
  const described = await api.call<{ paths: Record<string, Record<string, Described>> }>('GET', '/openapi.json');
  routes = Object.entries(described.body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  stranger = (await secondOrganization(testApp)).organizationId;
});
afterAll(() => testApp?.close());

/** All rows of an organization, of every table that has its id. */
async function everythingOf(organizationId: string): Promise<string> {
  const tables = await testApp.database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'organization_id' and table_name <> 'api_keys' order by 1`,
  );
  const rows = [];
  for (const { name } of tables)
    rows.push(
      ...(await testApp.database.query<{ row: string }>(
        `select '${name} ' || t::text as row from ${name} t where organization_id = $1 order by 1`,
        [organizationId],
      )),
    );
  return rows.map(({ row }) => row).join('\n');
}

describe('what belongs to another organization', () => {
  it('is not there for any role, on any route that names one thing, and nothing of it changes', async () => {
    const { organizationId } = await testApp.api.payin(ids['/payins']!);
    // Nothing is under way any more.
    let before = '';
    await until('all to be quiet', async () => {
      const now = await everythingOf(organizationId);
      const isQuiet = now === before;
      before = now;
      return isQuiet || undefined;
    });
    const named = routes.filter(({ path }) => path.includes('{') && !OF_NO_ORGANIZATION.test(path));
    expect(named.length).toBeGreaterThan(25);
    for (const role of ROLES) {
      const { api } = await anotherKey(testApp, stranger, { role });
      for (const { method, path } of named) {
        const id = ids[/^\/[\w-]+/.exec(path)![0]];
        // A new kind of thing: give it an id here.
        expect([path, id]).toEqual([path, expect.any(String)]);
        const answer = await ask(api, method, path.replace(/\{\w+\}/, id!));
        expect([role, method, path, answer.status]).toEqual([role, method, path, answer.status === 403 ? 403 : 404]);
        expect(JSON.stringify(answer.body)).not.toContain(CANARY);
      }
    }
    expect(await everythingOf(organizationId)).toBe(before);
  });

  it('is in no list', async () => {
    const { api } = await anotherKey(testApp, stranger);
    for (const { path } of routes.filter(({ method, path: one }) => method === 'GET' && !one.includes('{'))) {
      const response = await fetch(`${testApp.url}${path}`, { headers: api.authorization, redirect: 'manual' });
      const text = await response.text();
      for (const told of [CANARY, ...Object.values(ids)]) expect([path, text.includes(told)]).toEqual([path, false]);
    }
  });
});

const BODIES: readonly [RegExp, object][] = [
  [/\/resolve$/, { resolution: 'ACCEPTED', note: 'not mine' }],
  [/\/reject$/, { note: 'not mine' }],
  [/\/pay$/, { evidence: 'not mine' }],
  [/\/refunds$/, { amountInCents: 100, reason: 'OTHER', to: { type: 'BRE_B_KEY', key: '@stranger' } }],
  [/^PATCH \/people/, { role: 'viewer' }],
  [/^PATCH \/payment-links/, { status: 'DISABLED' }],
  [/^PATCH/, { description: 'not mine' }],
  [/./, {}],
];

async function ask(api: ApiClient, method: string, path: string): Promise<{ status: number; body: unknown }> {
  const body =
    method === 'GET' || method === 'DELETE' ? undefined : BODIES.find(([of]) => of.test(`${method} ${path}`))![1];
  const response = await fetch(`${testApp.url}${path}`, {
    method,
    headers: { ...api.authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.text() };
}
