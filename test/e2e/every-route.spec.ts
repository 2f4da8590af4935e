import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hellopay } from '@recaudo/providers/hellopay';

import { expectProblem } from '../support/expect-problem.js';
import { type RawAnswer, sendRaw } from '../support/raw-http.js';
import { API_KEY, startStand, type Stand } from '../support/stand.js';
import { csv, THIS_YEAR } from '../support/statements.js';

interface Route {
  method: string;
  path: string;
}

let stand: Stand;
let routes: Route[];

beforeAll(async () => {
  stand = await startStand({ PROVIDERS: 'tumipay,hellopay' });
  const { paths } = (await stand.api.call<{ paths: Record<string, object> }>('GET', '/openapi.json')).body;
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'none') })),
  );
  routes.push(...['/docs', '/docs/', '/openapi.json', '/return'].map((path) => ({ method: 'GET', path })));
});

afterAll(async () => {
  await stand?.close();
});

const KEY = `Authorization: Bearer ${API_KEY}`;
const JSON_TYPE = 'Content-Type: application/json';

function send({ method, path }: Route, headers: readonly string[] = [], body = ''): Promise<RawAnswer> {
  const length = method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, ...length];
  return sendRaw(stand.url, `${head.join('\r\n')}\r\n\r\n`, body);
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
      stand.database.query<{ body: string }>(
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
      for (const headers of [[], [KEY]]) {
        const answer = await send({ method: 'GET', path }, headers);
        expect([path, summary(answer)]).toEqual([path, expect.objectContaining({ status: 404, code: 'NOT_FOUND' })]);
      }
    }
    expectProblem(await send({ method: 'GET', path: '/%zz' }), 'BAD_REQUEST');
  });

  it('has its own label in the metrics, that of the route', async () => {
    await send({ method: 'GET', path: '/%72ails' }, [KEY]);
    const text = await (await fetch(`${stand.url}/metrics`)).text();
    const labels = [...text.matchAll(/^recaudo_http_request_duration_seconds_count\{[^}]*route="([^"]*)"/gm)].map(
      ([, route]) => route,
    );
    expect(labels).toContain('/rails');
    expect(labels.filter((route) => route!.includes('%'))).toEqual([]);
  });
});
