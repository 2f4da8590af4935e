import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hellopay } from '@recaudo/providers/hellopay';

import { Organizations } from '../../src/organizations/organizations.service.js';
import { startService } from '../../src/app/service.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { type RawAnswer, sendRaw } from '../support/raw-http.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { csv, THIS_YEAR } from '../support/statements.js';

interface Route {
  method: string;
  path: string;
}

let testApp: TestApp;
let routes: Route[];

beforeAll(async () => {
  testApp = await startTestApp({
    PROVIDERS: 'tumipay,hellopay',
    SECRETS_KEY: Buffer.alloc(32, 'every route').toString('base64'),
  });
  const { paths } = (await testApp.api.call<{ paths: Record<string, object> }>('GET', '/openapi.json')).body;
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'none') })),
  );
  routes.push(...['/docs', '/docs/', '/openapi.json', '/return'].map((path) => ({ method: 'GET', path })));
});

afterAll(async () => {
  await testApp?.close();
});

const KEY = `Authorization: Bearer ${API_KEY}`;
const JSON_TYPE = 'Content-Type: application/json';

function send({ method, path }: Route, headers: readonly string[] = [], body = ''): Promise<RawAnswer> {
  const sent = method === 'GET' ? '' : body;
  const length = method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(sent)}`];
  const head = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, ...length];
  return sendRaw(testApp.url, `${head.join('\r\n')}\r\n\r\n`, sent);
}

/** What a caller can tell apart. */
function summary({ status, headers, body }: RawAnswer): unknown {
  const code = /^application\/problem/.test(headers['content-type'] ?? '')
    ? (JSON.parse(body) as { code: string }).code
    : null;
  return { status, code, type: headers['content-type'] };
}

describe('a percent-encoded spelling of a path', () => {
  /** `/payins` as `/%70ayins`. */
  const encoded = (path: string) =>
    path.replaceAll(/\/([a-z])/g, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`);

  it('is the same path for every route, with a key and without', async () => {
    expect(routes.length).toBeGreaterThan(30);
    for (const route of routes) {
      for (const headers of [[JSON_TYPE], [JSON_TYPE, KEY], ['Content-Type: text/csv', KEY]]) {
        const [plain, spelled] = [
          await send(route, headers, '{}'),
          await send({ ...route, path: encoded(route.path) }, headers, '{}'),
        ];
        expect([route, summary(spelled)]).toEqual([route, summary(plain)]);
      }
    }
  });

  it('keeps a webhook’s bytes as they came', async () => {
    const { HELLOPAY_WEBHOOK_HEADER: name, HELLOPAY_WEBHOOK_SECRET: secret } = hellopay.sandboxEnvironment('');
    const stored = () =>
      testApp.database.query<{ body: string }>(
        `select convert_from(raw_body, 'utf8') as body from inbound_webhooks order by id`,
      );
    const before = await stored();
    const bodies = [
      '/webhooks/hellopay',
      '/%77ebhooks/hellopay',
      '/webhooks/%68ellopay',
      '/%57ebhooks/hellopay',
      '/webhooks/hellopay?a=/x',
    ].map((path, number) => ({ path, body: `{"event": "payin.confirmed",  "number": ${number}}` }));
    const statuses = [];
    for (const { path, body } of bodies)
      statuses.push((await send({ method: 'POST', path }, [JSON_TYPE, `${name}: ${secret}`], body)).status);
    // `W` is another path.
    expect(statuses).toEqual([200, 200, 200, 404, 200]);
    expect((await stored()).slice(before.length).map(({ body }) => body)).toEqual(
      bodies.filter((_, number) => number !== 3).map(({ body }) => body),
    );
  });

  it('takes a statement like its own', async () => {
    const query = new URLSearchParams({ provider: 'tumipay', ...THIS_YEAR }).toString();
    const headers = [KEY, 'Content-Type: text/csv'];
    const answer = await send(
      { method: 'POST', path: `/%73tatements?${query}` },
      headers,
      csv('nobody,,100,COP,APPROVED,,'),
    );
    expect(answer.status).toBe(202);
  });

  it('is not a second way to a route for what only looks like it', async () => {
    const others = [
      '//payins',
      '/PAYINS',
      '/payins/',
      '/payins;x',
      '/./payins',
      '/x/../payins',
      '/%2570ayins',
      '/payins%2f',
      '/payins%00',
      '/payins%20',
    ];
    for (const path of others) {
      const answer = await send({ method: 'GET', path }, [KEY]);
      expect([path, summary(answer)]).toEqual([path, expect.objectContaining({ status: 404, code: 'NOT_FOUND' })]);
      expect([404, 401]).toContain((await send({ method: 'GET', path })).status);
    }
    expectProblem(await send({ method: 'GET', path: '/%zz' }), 'BAD_REQUEST');
  });

  it('has its own label in the metrics, that of the route', async () => {
    await send({ method: 'GET', path: '/%72ails' }, [KEY]);
    const text = await (await fetch(`${testApp.url}/metrics`)).text();
    const labels = [...text.matchAll(/^recaudo_http_request_duration_seconds_count\{[^}]*route="([^"]*)"/gm)].map(
      ([, route]) => route,
    );
    expect(labels).toContain('/rails');
    expect(labels.filter((route) => route!.includes('%'))).toEqual([]);
  });
});

/** The headers that every answer has. */
const SAFE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};
const HTTPS_ONLY = { 'strict-transport-security': 'max-age=31536000' };

function expectSafe(what: unknown, { headers }: RawAnswer, more: Record<string, string> = {}): void {
  const isPage = headers['content-type']?.startsWith('text/html');
  const policy = isPage ? { 'content-security-policy': expect.stringContaining("frame-ancestors 'none'") } : {};
  expect([what, headers]).toEqual([what, expect.objectContaining({ ...SAFE, ...policy, ...more })]);
  expect(headers['content-security-policy']).not.toMatch(/unsafe-(?:inline|eval)/);
}

/** What never reaches a route, or ends on its way to one. */
const REFUSED: readonly [string, string, ...string[]][] = [
  ['no HTTP', 'nonsense\r\n\r\n'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['an unknown method', 'SHOUT /payins HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['two lengths', 'POST /payins HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ['no host', 'GET /rails HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['an unknown expectation', 'GET /rails HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n'],
  ['an upgrade', 'GET /rails HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: close, Upgrade\r\n\r\n'],
  ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ['a path without a route', 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ['a star', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  [
    'a body that is too large',
    'POST /payins HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\nContent-Type: application/json\r\n\r\n',
  ],
  [
    'no JSON',
    `POST /payins HTTP/1.1\r\nHost: x\r\n${KEY}\r\n${JSON_TYPE}\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`,
  ],
  [
    'an unknown type',
    `POST /payins HTTP/1.1\r\nHost: x\r\n${KEY}\r\nContent-Type: a/b\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`,
  ],
];

describe('every answer', () => {
  it('of every route has the security headers, with a key and without', async () => {
    for (const route of routes) {
      for (const headers of [[JSON_TYPE], [JSON_TYPE, KEY]]) expectSafe(route, await send(route, headers, '{}'));
    }
  });

  it.each(REFUSED)('has them where the request is refused early: %s', async (what, text) => {
    const answer = await sendRaw(testApp.url, text);
    expectSafe(what, answer);
    expect([400, 401, 404, 413, 415, 431]).toContain(answer.status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('is not framed where it is the reference’s own file', async () => {
    const { body } = await send({ method: 'GET', path: '/docs' });
    const files = [...body.matchAll(/"\/docs\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(1);
    for (const file of [...files, 'nothing.js']) {
      const { headers } = await send({ method: 'GET', path: `/docs/${file}` });
      const { 'cache-control': _, ...safe } = SAFE;
      expect([file, headers]).toEqual([file, expect.objectContaining(safe)]);
    }
  });
});

describe('in production', () => {
  const start = async (settings: Record<string, string> = {}) => {
    const { BOOTSTRAP_API_KEY: _key, BOOTSTRAP_NOTIFICATION_SECRET: _secret, ...rest } = testApp.environment;
    const port = await freePort();
    const service = await startService({
      ...rest,
      NODE_ENV: 'production',
      SHUTDOWN_DRAIN_SECONDS: '0',
      PORT: String(port),
      PUBLIC_URL: 'https://recaudo.example',
      PROVIDERS: 'tumipay',
      TUMIPAY_BASE_URL: 'https://tumipay.example/production/api',
      TUMIPAY_USERNAME: 'user-of-the-test',
      TUMIPAY_PASSWORD: 'password-of-the-test',
      TUMIPAY_TOKEN: 'token-of-the-test',
      TUMIPAY_AMOUNT_UNIT: 'cents',
      ...settings,
    });
    return { service, url: `http://127.0.0.1:${port}` };
  };
  const get = (url: string, path: string) =>
    sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const DOCS = ['/docs', '/docs/', '/openapi.json'];

  it('the API’s description is not served, and every answer asks for https', async () => {
    const { service, url } = await start();
    try {
      for (const path of [...DOCS, '/docs-json']) expectProblem(await get(url, path), 'NOT_FOUND');
      for (const path of ['/rails', '/return', '/nowhere', '/%zz']) expectSafe(path, await get(url, path), HTTPS_ONLY);
      expectSafe('no HTTP', await sendRaw(url, 'nonsense\r\n\r\n'), HTTPS_ONLY);
    } finally {
      await service.close();
    }
  });

  it('there is no test clock: its routes are as unknown as any other', async () => {
    const { service, url } = await start();
    try {
      const key = (await service.app.get(Organizations).create('Production')).apiKey;
      const at = (path: string, method: string) =>
        sendRaw(
          url,
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\n${method === 'GET' ? '' : `${JSON_TYPE}\r\nContent-Length: 2\r\n`}\r\n`,
          method === 'GET' ? '' : '{}',
        );
      const nowhere = await at('/nowhere', 'GET');
      expectProblem(nowhere, 'NOT_FOUND');
      expect(summary(await at('/test-clocks', 'GET'))).toEqual(summary(nowhere));
      expect(summary(await at('/test-clocks/advance', 'POST'))).toEqual(summary(await at('/nowhere', 'POST')));
      expect((await at('/rails', 'GET')).status).toBe(200);
    } finally {
      await service.close();
    }
  });

  it('the API’s description is served where API_DOCS says so', async () => {
    const { service, url } = await start({ API_DOCS: 'true' });
    try {
      for (const path of DOCS) expect([path, (await get(url, path)).status]).toEqual([path, 200]);
    } finally {
      await service.close();
    }
  });
});

describe('what a route needs', () => {
  it('is a scope, for each that is not open to all', async () => {
    const { paths } = (
      await testApp.api.call<{ paths: Record<string, Record<string, Described>> }>('GET', '/openapi.json')
    ).body;
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security, 'x-scope': scope }]) =>
        security && scope ? [] : [`${method.toUpperCase()} ${path}`],
      ),
    );
    expect(
      open.filter(
        (route) =>
          !/^(?:GET \/(?:health|metrics|return|checkout\/)|POST \/(?:webhooks|invitations)\/|[A-Z]+ \/session)/.test(
            route,
          ),
      ),
    ).toEqual([]);
  });
});

interface Described {
  security?: unknown;
  'x-scope'?: string;
}
