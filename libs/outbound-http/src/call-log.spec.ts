import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { closeAll, closedPort, get, logged, outbound, serve, serveRaw } from './fixture.js';
import { loggablePath } from './loggable-path.js';

beforeEach(() => void logged.splice(0));
afterEach(closeAll);

describe('the log line of a call', () => {
  it('has who was called, what for, how it ended, how long it took and how much came back', async () => {
    const server = await serve((_request, response) => response.end('ñ'));
    await outbound().send(get(`${server.url}/v1/payin`, { method: 'POST', body: 'x' }));
    expect(logged).toEqual([
      expect.stringMatching(
        /^\["debug",\{"to":"test","method":"POST","path":"\/v1\/payin","status":200,"replyBytes":2,"durationMs":\d+\},"outbound call"/,
      ),
    ]);
  });

  it('is a warning when the server failed, and none when it only refused', async () => {
    const server = await serve((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
    const http = outbound();
    for (const status of [200, 302, 404, 422, 429, 500, 503]) await http.send(get(`${server.url}/${status}`));
    expect(logged.map((line) => (JSON.parse(line) as string[])[0])).toEqual([
      ...Array<string>(5).fill('debug'),
      ...Array<string>(2).fill('warn'),
    ]);
  });

  it('is a warning with the kind of the error when there was no reply', async () => {
    await outbound()
      .send(get(`http://127.0.0.1:${await closedPort()}/v1/payin`))
      .catch(() => undefined);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(
      /^\["warn",\{"to":"test","method":"GET","path":"\/v1\/payin","error":"not_connected","reason":"not connected \(ECONNREFUSED\)"/,
    );
  });

  it('is made only where its level is written', async () => {
    const server = await serve((request, response) => response.writeHead(Number(request.url?.slice(1))).end());
    const http = outbound();
    try {
      Logger.overrideLogger(['fatal', 'error', 'warn']);
      for (const status of [200, 404, 500]) await http.send(get(`${server.url}/${status}`));
    } finally {
      Logger.overrideLogger(['fatal', 'error', 'warn', 'log', 'debug', 'verbose']);
    }
    expect(logged).toEqual([expect.stringMatching(/^\["warn",.*"status":500/)]);
  });

  it('has no path where the URL is a merchant’s: it may be a secret in itself', async () => {
    const server = await serve((_request, response) => response.end());
    await outbound().send(get(`${server.url}/hooks/opensesame`, { merchantUrl: true }));
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain('path');
    expect(logged[0]).not.toContain('opensesame');
  });
});

describe('the path in the log', () => {
  it.each([
    ['https://user:password@example.com/production/api/v1/payin?email=a@b.co#c', '/production/api/v1/payin'],
    ['https://example.com/api/pay/payment/queryList/v1', '/api/pay/payment/queryList/v1'],
    ['https://example.com/v1/transaction/1020304050', '/v1/transaction/*'],
    ['https://example.com/payins/0199f1a2-7c1e-7b7a-8000-1234567890ab/', '/payins/*/'],
    ['https://example.com/a/juan@example.com/b', '/a/*/b'],
    ['https://example.com/a/juan%40example.com', '/a/*'],
    ['https://example.com/a/%2B573121234567', '/a/*'],
    ['https://example.com/a/C1020304050;jsessionid=x', '/a/*'],
    ['https://example.com', '/'],
    ['no url', ''],
  ])('of %s is %s', (url, path) => expect(loggablePath(url)).toBe(path));

  it('is bounded', () => expect(loggablePath(`https://example.com/${'a/'.repeat(5000)}`).length).toBeLessThan(201));
});

describe('neither the log nor an error', () => {
  const CANARIES = {
    token: 'canary-token-4711',
    basic: btoa('canary-user:canary-password'),
    email: 'canary@example.com',
    document: '1020304050',
    phone: '+573121234567',
    path: 'canary4712',
    query: 'canary-query',
    reply: 'canary-reply',
  };
  const request = (url: string) =>
    get(`${url.replace('//', `//canary-user:canary-password@`)}/${CANARIES.path}/${CANARIES.document}`, {
      method: 'POST',
      body: JSON.stringify({ email: CANARIES.email, document: CANARIES.document, phone: CANARIES.phone }),
      headers: { Authorization: `Basic ${CANARIES.basic}`, 'Token-Top': CANARIES.token },
      timeoutMs: 500,
      maxReplyBytes: 1000,
    });

  it('has anything of headers, query, bodies, user or ids, however the call ends', async () => {
    const { reply } = CANARIES;
    const servers = [
      await serve((_request, response) => response.writeHead(200, { 'x-canary': reply }).end(reply)),
      await serve((_request, response) => response.writeHead(302, { location: `/${reply}` }).end(reply)),
      await serve((_request, response) => response.writeHead(500).end(reply)),
      await serve((_request, response) => response.end(reply.repeat(1000))),
      await serve((request) => request.socket.resetAndDestroy()),
      await serve(() => undefined),
      await serveRaw((socket) => socket.end(`${reply}\r\n\r\n`)),
    ];
    const urls = [...servers.map(({ url }) => url), `http://127.0.0.1:${await closedPort()}`, 'http://canary.invalid'];
    const errors: unknown[] = [];
    let replies = 0;
    const calls = [
      ...[true, false].flatMap((allowPrivate) => urls.map((url) => ({ http: outbound({ allowPrivate }), url }))),
      { http: await withOpenBreaker(), url: urls[0]! },
      { http: outbound({ limits: { inFlightMax: 0, queuedMax: 0 } }), url: urls[0]! },
    ];
    logged.length = 0;
    for (const { http, url } of calls) {
      const withQuery = { ...request(url), url: `${request(url).url}?email=${CANARIES.query}` };
      await http.send(withQuery).then(
        () => (replies += 1),
        (error: unknown) => errors.push(error),
      );
    }
    expect(replies).toBe(3);
    expect(errors).toHaveLength(calls.length - replies);
    expect(logged).toHaveLength(calls.length);
    expect(logged.join('\n')).toContain('circuit_open');
    expect(logged.join('\n')).toContain('overloaded');
    const written = [logged.join('\n'), ...errors.map((error) => inspect(error, { depth: 10, showHidden: true }))];
    for (const canary of [...Object.values(CANARIES), 'canary']) {
      for (const text of written) expect(text).not.toContain(canary);
    }
  });

  async function withOpenBreaker() {
    const http = outbound({ limits: { failuresToOpen: 1 } });
    const server = await serve((_request, response) => response.writeHead(500).end());
    await http.send(get(server.url));
    return http;
  }
});
