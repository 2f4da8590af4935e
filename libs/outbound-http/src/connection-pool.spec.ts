import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ConnectionPool } from './connection-pool.js';
import { Exchange } from './exchange.js';
import { closeAll, errorOf, get, outbound, serve, serveRaw, type TestServer, until } from './fixture.js';

afterEach(closeAll);

const CONNECTIONS_MAX = 512;
const POST = { method: 'POST', body: 'x' } as const;
const MERCHANT = { merchantUrl: true, timeoutMs: 60_000 };
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

async function serveSlowly(): Promise<TestServer & { waiting: ServerResponse[] }> {
  const waiting: ServerResponse[] = [];
  return { ...(await serve((_request, response) => void waiting.push(response))), waiting };
}

/** A server that accepts and never agrees on TLS. */
async function serveSilence(): Promise<{ url: string; connections: () => number; closed: () => number }> {
  let closed = 0;
  const { url, connections } = await serveRaw((socket) => {
    socket.resume();
    socket.on('close', () => (closed += 1));
  });
  return { url: url.replace('http:', 'https:'), connections, closed: () => closed };
}

describe('a kept connection', () => {
  it.each(['GET', 'POST'] as const)('that breaks under a %s is no reason to send it again', async (method) => {
    const server = await serve((request, response) => {
      if (server.requests.length === 1) response.end();
      else request.socket.resetAndDestroy();
    });
    const http = outbound();
    await http.send(get(server.url));
    const error = await errorOf(http.send(get(`${server.url}/once`, { method })));
    expect(error).toMatchObject({ kind: 'broken_off', mayHaveArrived: true });
    expect(server.requests).toEqual(['GET /', `${method} /once`]);
    expect(server.connections()).toBe(1);
  });

  it('that the server closes after a reply is replaced; a request that met the end is sent once', async () => {
    const received: string[] = [];
    const server = await serveRaw((socket) =>
      socket.on('data', (bytes) => {
        received.push(/\/\d+/.exec(bytes.toString())![0]);
        socket.write(OK, () => setImmediate(() => socket.destroy()));
      }),
    );
    const http = outbound();
    const unanswered: string[] = [];
    for (let count = 0; count < 200; count += 1) {
      // At once, and some turns of the loop later: before, while and after the end is noticed.
      for (let turn = 0; turn < count % 8; turn += 1) await nextTurn();
      const call = http.send(get(`${server.url}/${count}`, { merchantUrl: true }));
      await call.catch((error: { mayHaveArrived: boolean }) => {
        if (!error.mayHaveArrived) unanswered.push(`/${count}`);
      });
    }
    expect(new Set(received).size).toBe(received.length);
    expect(received.filter((path) => unanswered.includes(path))).toEqual([]);
    // One that met the end is followed by one over a new connection.
    expect(received.length).toBeGreaterThanOrEqual(100);
  });

  it.each([
    ['longer than ours', 'timeout=600', 20],
    ['shorter than ours', 'timeout=2', 60_000],
  ])('is closed by the shorter time, where the hint of its server is %s', async (_what, hint, idleTimeoutMs) => {
    let closed = false;
    const server = await serveRaw((socket) => {
      socket.on('data', () => socket.write(OK.replace('\r\n\r\n', `\r\nKeep-Alive: ${hint}\r\n\r\n`)));
      socket.on('close', () => (closed = true));
    });
    await outbound({ limits: { idleTimeoutMs } }).send(get(server.url));
    await until(() => closed);
  });

  it('counts as long as it is there: many that their servers closed take no place from others', async () => {
    const http = outbound();
    const closing = await serve((_request, response) => response.setHeader('connection', 'close').end());
    await Promise.all(Array.from({ length: 300 }, () => http.send(get(closing.url, MERCHANT))));
    const server = await serve((_request, response) => response.end());
    for (let count = 0; count < 3; count += 1) await http.send(get(server.url, MERCHANT));
    expect(server.connections()).toBe(1);
  });
});

describe('the connections to one server', () => {
  it('are 512 at most, whatever is called, and each request is sent once', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { connectTimeoutMs: 60_000 } });
    const paths = Array.from({ length: 1_000 }, (_, count) => `/${count}`);
    const replies = Promise.all(paths.map((path) => http.send(get(`${server.url}${path}`, MERCHANT))));
    await until(() => server.waiting.length === CONNECTIONS_MAX);
    await wait(50);
    expect(server.connections()).toBe(CONNECTIONS_MAX);
    for (let answered = 0; answered < paths.length; answered += 1) {
      await until(() => server.waiting.length > 0);
      const response = server.waiting.shift()!;
      // Some of the connections end.
      if (answered % 7 === 0) response.setHeader('connection', 'close');
      response.end();
    }
    expect((await replies).every(({ status }) => status === 200)).toBe(true);
    expect(server.requests.toSorted()).toEqual(paths.map((path) => `GET ${path}`).toSorted());
  });

  it('make room for a call that waits when one of them breaks', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { connectTimeoutMs: 60_000 } });
    const hanging = Array.from({ length: CONNECTIONS_MAX }, () =>
      http.send(get(server.url, MERCHANT)).catch(() => undefined),
    );
    await until(() => server.waiting.length === CONNECTIONS_MAX);
    const call = http.send(get(`${server.url}/next`, MERCHANT));
    server.waiting.shift()!.socket!.resetAndDestroy();
    await until(() => server.requests.at(-1) === 'GET /next');
    for (const response of server.waiting) response.end();
    expect((await call).status).toBe(200);
    await Promise.all(hanging);
  });

  it('that are being made are let go of with their calls', async () => {
    const server = await serveSilence();
    const http = outbound();
    const call = (timeoutMs: number) => errorOf(http.send(get(server.url, { ...MERCHANT, timeoutMs })));
    const calls = Array.from({ length: CONNECTIONS_MAX }, () => call(1_500));
    await until(() => server.connections() === CONNECTIONS_MAX);
    for (const error of await Promise.all(calls)) expect(error.kind).toBe('not_connected');
    await until(() => server.closed() === CONNECTIONS_MAX);
    // And none of them is in the way.
    const next = call(60_000);
    await until(() => server.connections() === CONNECTIONS_MAX + 1);
    http.onApplicationShutdown();
    await next;
  });
});

describe('at shutdown', () => {
  it('all connections are closed, and a call says whether it may have arrived', async () => {
    const server = await serveSlowly();
    const silent = await serveSilence();
    const http = outbound({ limits: { connectTimeoutMs: 60_000 } });
    const sent = Array.from({ length: CONNECTIONS_MAX }, () => errorOf(http.send(get(server.url, MERCHANT))));
    await until(() => server.waiting.length === CONNECTIONS_MAX);
    const waiting = errorOf(http.send(get(`${server.url}/waiting`, { ...MERCHANT, ...POST })));
    const connecting = errorOf(http.send(get(silent.url, { ...POST, timeoutMs: 60_000 })));
    await until(() => silent.connections() === 1);
    const closed = server.waiting.map(({ socket }) => once(socket!, 'close'));
    http.onApplicationShutdown();
    for (const error of await Promise.all(sent)) expect(error).toMatchObject({ mayHaveArrived: true });
    for (const call of [waiting, connecting])
      expect(await call).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
    await Promise.all(closed);
    await until(() => silent.closed() === 1);
    expect(server.requests).not.toContain('POST /waiting x');
  });
});

describe('an exchange', () => {
  it('does not leave a second time, should its client begin it again', async () => {
    const server = await serveSlowly();
    const pool = new ConnectionPool({ idleTimeoutMs: 1_000 });
    const exchange = new Exchange(pool, server.url, {
      endsAt: performance.now() + 60_000,
      connectTimeoutMs: 60_000,
      bodyTimeoutMs: 1_000,
      maxReplyBytes: 1_000,
      statusIsEnough: false,
    });
    const reply = exchange.send({ method: 'GET', path: '/' });
    await until(() => server.waiting.length === 1);
    expect(() => exchange.onRequestStart()).toThrow('must not leave');
    server.waiting[0]!.end('ok');
    expect((await reply).bodyText).toBe('ok');
    pool.closeAll();
  });
});
