import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from '../support/expect-problem.js';
import { sendRaw } from '../support/raw-http.js';
import { secondOrganization } from '../support/second-organization.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

/** What needs no API key, and why it may be so: probes, metrics, which have a key of their own, signed calls of providers, how people come in, and pictures of pages for payers. */
const PUBLIC = [
  'GET /checkout/logos/{token}',
  'GET /health/live',
  'GET /health/providers',
  'GET /health/ready',
  'GET /metrics',
  'POST /invitations/{token}/accept',
  'POST /session',
  'POST /webhooks/{provider}',
];
/** What is about the session of whoever asks, which an API key does not have. */
const isOwnSession = (route: string) => / \/session(?:$|\/)/.test(route);

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${testApp.url}${path}`, { headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text };
}

describe('an API key', () => {
  it.each<[string, Record<string, string>]>([
    ['Authorization: Bearer', { authorization: `Bearer ${API_KEY}` }],
    ['the scheme in any case', { authorization: `bEARER ${API_KEY}` }],
    ['X-API-Key', { 'x-api-key': API_KEY }],
    ['both, when they are the same', { authorization: `Bearer ${API_KEY}`, 'x-api-key': API_KEY }],
  ])('lets in by %s', async (_, headers) => {
    expect((await get('/payins', headers)).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['an empty X-API-Key', { 'x-api-key': '' }],
    ['another key', { authorization: `Bearer ${API_KEY}x` }],
    ['half a key', { authorization: `Bearer ${API_KEY.slice(0, -1)}` }],
    ['the key in another case', { authorization: `Bearer ${API_KEY.toUpperCase()}` }],
    ['the key’s hash', { authorization: `Bearer ${createHash('sha256').update(API_KEY).digest('hex')}` }],
    ['the bare key', { authorization: API_KEY }],
    ['Basic', { authorization: `Basic ${Buffer.from(`${API_KEY}:`).toString('base64')}` }],
    ['a key that is too long', { authorization: `Bearer ${'k'.repeat(8_000)}` }],
    ['a key with a quote', { 'x-api-key': "' or '1'='1" }],
    ['a wrong bearer beside a good X-API-Key', { authorization: 'Bearer wrong', 'x-api-key': API_KEY }],
    ['a cookie', { cookie: `apiKey=${API_KEY}` }],
  ])('is not %s: 401, which asks for Bearer', async (_, headers) => {
    const answer = await get('/payins', headers);
    const problem = expectProblem(answer, 'UNAUTHENTICATED');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    for (const value of Object.values(headers))
      if (value.length > 12) expect(JSON.stringify(problem)).not.toContain(value.slice(-12));
  });

  it.each(['apiKey', 'api_key', 'key', 'access_token', 'token', 'x-api-key', 'authorization'])(
    'in the query as %s lets nobody in',
    async (name) => {
      expectProblem(await get(`/payins?${name}=${API_KEY}`), 'UNAUTHENTICATED');
    },
  );

  it('is not the only way in, as the answer says', async () => {
    const { detail, title } = expectProblem(await get('/payins'), 'UNAUTHENTICATED');
    expect(detail).toMatch(/Authorization: Bearer .*X-API-Key: .*session: POST \/session/);
    expect(title).toBe('No valid API key or session');
  });

  it('given twice with different values lets nobody in', async () => {
    const head = [
      'GET /payins HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      `X-API-Key: ${API_KEY}`,
      'X-API-Key: other',
    ];
    expectProblem(await sendRaw(testApp.url, `${head.join('\r\n')}\r\n\r\n`), 'UNAUTHENTICATED');
  });

  it('is asked for before the body is judged', async () => {
    const response = await fetch(`${testApp.url}/payins`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"amountInCents":"x"}',
    });
    expectProblem(
      { status: response.status, headers: response.headers, body: await response.text() },
      'UNAUTHENTICATED',
    );
  });

  const unfinished: Promise<unknown>[] = [];
  it.each(['POST /payins', 'POST /statements', 'POST /payins/x/cancel', 'PATCH /webhook-endpoints/x', 'POST /nowhere'])(
    'is asked for before anything of a body is read: %s',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const socket = connect(Number(new URL(testApp.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      // A type that no route takes, and a body of which nothing ever comes.
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: unknown\r\nContent-Type: image/png\r\nContent-Length: 60000\r\n\r\n{`,
      );
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toContain(path === '/nowhere' ? 'HTTP/1.1 404' : 'HTTP/1.1 401');
      unfinished.push(once(socket, 'close'));
    },
  );

  it('and nothing is kept for long of a request that does not come to its end', async () => {
    expect(unfinished).toHaveLength(5);
    await Promise.all(unfinished);
  });

  it('is kept as its hash only, wherever one looks in the database', async () => {
    const { apiKey } = await secondOrganization(testApp);
    const tables = await testApp.database.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(5);
    for (const { name } of tables) {
      const rows = await testApp.database.query<{ row: string }>(`select t::text as row from ${name} t`);
      for (const { row } of rows) for (const key of [API_KEY, apiKey]) expect(row).not.toContain(key);
    }
    const hashes = await testApp.database.query<{ hash: string }>('select key_hash as hash from api_keys');
    expect(hashes.map(({ hash }) => hash)).toEqual(
      expect.arrayContaining([API_KEY, apiKey].map((key) => createHash('sha256').update(key).digest('hex'))),
    );
  });

  it('that is revoked lets in for five seconds more at most', async () => {
    const { apiKey, organizationId } = await secondOrganization(testApp);
    const headers = { authorization: `Bearer ${apiKey}` };
    // Looked up at the last moment before.
    expect((await get('/payins', headers)).status).toBe(200);
    await testApp.database.query('delete from api_keys where organization_id = $1', [organizationId]);
    const revokedAt = performance.now();
    let lastLetInMs = -Infinity;
    await until('the key to be refused', async () => {
      const beganMs = performance.now() - revokedAt;
      const { status } = await get('/payins', headers);
      if (status === 200) lastLetInMs = beganMs;
      return status === 401;
    });
    expect(lastLetInMs).toBeLessThanOrEqual(5_000);
    expect((await get('/payins', headers)).status).toBe(401);
  });

  it('of 256 random bits is made for a new organization, another one each time', async () => {
    const keys = [await secondOrganization(testApp), await secondOrganization(testApp)].map(({ apiKey }) => apiKey);
    for (const key of keys) expect(key).toMatch(/^rk_test_[A-Za-z0-9_-]{43}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('a route', () => {
  it('needs an API key, unless it is one of the few that say why not', async () => {
    const routes = await describedRoutes();
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /payins',
        'GET /payins',
        'GET /payins/{id}',
        'GET /payins/{id}/events',
        'GET /rails',
        'GET /discrepancies',
        ...PUBLIC,
      ]),
    );
    for (const route of routes.filter((described) => !PUBLIC.includes(described))) {
      const [method = '', path = ''] = route.split(' ');
      const response = await fetch(
        `${testApp.url}${path.replaceAll(/\{\w+\}/g, '0199a000-0000-7000-8000-000000000000')}`,
        { method },
      );
      expect([route, response.status]).toEqual([route, 401]);
    }
  });

  it('says in the description that it needs one', async () => {
    const { paths } = (await (await fetch(`${testApp.url}/openapi.json`)).json()) as OpenApi;
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        const route = `${method.toUpperCase()} ${path}`;
        const expected = isOwnSession(route) ? [{ recaudo_session: [] }] : [{ bearer: [] }];
        expect([route, security]).toEqual([route, PUBLIC.includes(route) ? [] : expected]);
      }
    }
  });

  it.each(['/health/live', '/health/ready', '/openapi.json', '/docs', '/return', '/problems', '/problems/not-found'])(
    'that needs none answers without: %s',
    async (path) => {
      expect((await get(path)).status).toBe(200);
    },
  );

  it('for webhooks lets nobody in by an API key: only a signature counts', async () => {
    const response = await fetch(`${testApp.url}/webhooks/tumipay`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expectProblem(
      { status: response.status, headers: response.headers, body: await response.text() },
      'WEBHOOK_NOT_VERIFIED',
    );
  });
});

interface OpenApi {
  paths: Record<string, Record<string, { security?: unknown }>>;
}

async function describedRoutes(): Promise<string[]> {
  const { paths } = (await (await fetch(`${testApp.url}/openapi.json`)).json()) as OpenApi;
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}
