import { once } from 'node:events';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { closeAll, errorOf, get, outbound, serve, serveRaw } from './fixture.js';
import type { OutboundError } from './outbound-error.js';
import { OutboundHttpModule } from './outbound-http.module.js';
import { OutboundHttp } from './outbound-http.js';

afterEach(closeAll);

const BROKEN_GZIP = gzipSync('x'.repeat(1_000)).subarray(0, 15);

describe('a reply', () => {
  it.each([200, 201, 204, 301, 400, 401, 404, 409, 418, 422, 429, 500, 503, 599])(
    'is a reply with HTTP %p too',
    async (status) => {
      const server = await serve((_request, response) =>
        response.writeHead(status, { 'X-Word': 'yes' }).end(status === 204 ? '' : 'text'),
      );
      const reply = await outbound().send(get(server.url));
      expect(reply).toMatchObject({ status, bodyText: status === 204 ? '' : 'text', headers: { 'x-word': 'yes' } });
    },
  );

  it.each(['{"amount":12345678901234567890}', '"text"', 'null', 'true', '', '<html>', ' {"a":1} ', '\ufeffñ €'])(
    'is the text that was sent, and nobody parsed it: %p',
    async (text) => {
      const server = await serve((_request, response) =>
        response.setHeader('content-type', 'application/json').end(text),
      );
      // A byte order mark is the one thing that reading UTF-8 may take away.
      expect((await outbound().send(get(server.url))).bodyText.replace(/^\ufeff/, '')).toBe(
        text.replace(/^\ufeff/, ''),
      );
    },
  );

  it('is not followed anywhere', async () => {
    const elsewhere = await serve((_request, response) => response.end('elsewhere'));
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await serve((_request, response) => response.writeHead(status, { location: elsewhere.url }).end());
      const reply = await outbound().send(get(server.url, { method: 'POST', body: 'x' }));
      expect(reply).toMatchObject({ status, headers: { location: elsewhere.url } });
    }
    expect(elsewhere.connections()).toBe(0);
  });
});

describe('a request', () => {
  it('goes out as it was given: method, path, headers and body, byte for byte', async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers['token-top'], request.headers['content-type']);
      response.end();
    });
    const body = '{ "amount": 5000, "name": "Ñandú €" }';
    const headers = { 'Token-Top': 'T', 'Content-Type': 'application/json' };
    await outbound().send(get(`${server.url}/a%2Fb?c=d`, { method: 'POST', body, headers }));
    expect(server.requests).toEqual([`POST /a%2Fb?c=d ${body}`]);
    expect(seen).toEqual(['T', 'application/json']);
  });

  it('is sent once, also when a kept connection breaks under it', async () => {
    const server = await serve((request, response) => {
      if (server.requests.length === 1) response.end('first');
      else request.socket.resetAndDestroy();
    });
    const http = outbound();
    await http.send(get(server.url));
    await errorOf(http.send(get(server.url, { method: 'POST', body: 'second' })));
    expect(server.requests).toEqual(['GET /', 'POST / second']);
    expect(server.connections()).toBe(1);
  });

  it('goes over a connection that is there already', async () => {
    const server = await serve((_request, response) => response.end('ok'));
    const http = outbound();
    for (let count = 0; count < 5; count += 1) await http.send(get(server.url));
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(1);
  });

  it('does not pass through a proxy that the environment names', async () => {
    const proxy = await serve((_request, response) => response.end('through the proxy'));
    const server = await serve((_request, response) => response.end('direct'));
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
    const before = names.map((name) => process.env[name]);
    try {
      for (const name of names) process.env[name] = proxy.url;
      expect((await outbound().send(get(server.url))).bodyText).toBe('direct');
    } finally {
      for (const [index, name] of names.entries()) {
        if (before[index] === undefined) delete process.env[name];
        else process.env[name] = before[index];
      }
    }
    expect(proxy.connections()).toBe(0);
  });
});

describe('the cap on a reply', () => {
  it('lets a reply of exactly that size through, and none that is larger', async () => {
    const server = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))));
    const http = outbound();
    expect((await http.send(get(`${server.url}/1000`, { maxReplyBytes: 1000 }))).bodyText).toHaveLength(1000);
    const error = await errorOf(http.send(get(`${server.url}/1001`, { maxReplyBytes: 1000 })));
    expect(error).toMatchObject({ kind: 'too_large', mayHaveArrived: true });
  });

  it('counts what a compressed reply unpacks to', async () => {
    const packed = gzipSync(Buffer.alloc(5_000_000));
    const server = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end(packed));
    expect(packed.length).toBeLessThan(10_000);
    expect((await errorOf(outbound().send(get(server.url)))).kind).toBe('too_large');
  });

  it('ends a reply without end, and its connection', async () => {
    const server = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1000)));
      };
      response.on('drain', more);
      more();
    });
    expect((await errorOf(outbound().send(get(server.url)))).kind).toBe('too_large');
  });
});

describe('a call for its status alone', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Seen: yes\r\n';
  const statusOnly = (url: string, changes = {}) =>
    outbound({ limits: { bodyTimeoutMs: 100 } }).send(
      get(url, { statusIsEnough: true, maxReplyBytes: 100, timeoutMs: 60_000, ...changes }),
    );

  it.each<[string, string, (socket: Socket) => void]>([
    ['never ends', `${HEAD}\r\nbegun`, () => undefined],
    ['never begins', `${HEAD}Content-Length: 1000\r\n\r\n`, () => undefined],
    ['is larger than is read', `${HEAD}\r\n${'x'.repeat(100_000)}`, () => undefined],
    ['ends before its length', `${HEAD}Content-Length: 1000\r\n\r\nbegun`, (socket) => socket.end()],
    ['is cut off by a reset', `${HEAD}Content-Length: 1000\r\n\r\nbegun`, (socket) => socket.resetAndDestroy()],
    ['has a broken chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\nnot a length\r\n`, () => undefined],
    ['is not the gzip that it says', `${HEAD}Content-Encoding: gzip\r\n\r\nnot gzip`, (socket) => socket.end()],
    ['breaks off within its gzip', `${HEAD}Content-Encoding: gzip\r\n\r\n`, (socket) => socket.end(BROKEN_GZIP)],
  ])('has its reply once there is a status: its body %s', async (_what, reply, then) => {
    const server = await serveRaw((socket) =>
      socket.once('data', () => socket.write(reply, () => setImmediate(() => then(socket)))),
    );
    const answer = await statusOnly(server.url);
    expect(answer).toMatchObject({ status: 200, headers: { 'x-seen': 'yes' } });
    expect(Buffer.byteLength(answer.bodyText)).toBeLessThanOrEqual(100);
  });

  it.each([
    ['410', {}],
    ['429', { 'retry-after': '77' }],
    ['500', {}],
  ])('has also a %s and its headers from a reply that breaks off', async (code, headers) => {
    const server = await serve((_request, response) => {
      response.writeHead(Number(code), { ...headers, 'content-length': '1000' }).write('begun', () => {
        response.socket?.resetAndDestroy();
      });
    });
    expect(await statusOnly(server.url)).toMatchObject({ status: Number(code), headers });
  });

  it('waits for a body that drips much less than for a reply, so that it does not hold a slot', async () => {
    const server = await serve((_request, response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const whole = outbound()
      .send(get(server.url, { timeoutMs: 600 }))
      .then(String, () => 'the deadline');
    const status = statusOnly(server.url, { timeoutMs: 600, maxReplyBytes: 1_000_000 }).then(() => 'the status');
    expect(await Promise.race([whole, status])).toBe('the status');
    await whole;
  });

  it('has none where the deadline ends it before there is a status', async () => {
    const server = await serveRaw((socket) => void socket.write('HTTP/1.1 200 OK\r\nX-Unfinished: '));
    expect(await errorOf(statusOnly(server.url, { timeoutMs: 300 }))).toMatchObject({ kind: 'timeout' });
  });
});

describe('the deadline', () => {
  // Time enough to connect, on a busy machine as well.
  const TIMEOUT_MS = 500;
  const SILENT = async () => (await serve(() => undefined)).url;

  const calls: [what: string, method: 'GET' | 'POST', start: () => Promise<string>][] = [
    ['ends a call to a server that never answers', 'GET', SILENT],
    ['ends a call to a server that never answers a body', 'POST', SILENT],
    ...[
      ['head', 'HTTP/1.1 200 OK\r\nX-Drip: ', 'x'],
      ['body', 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n', 'x'],
      ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
    ].map(([part, head = '', drop = '']): (typeof calls)[number] => [
      `is for the whole exchange: no dripping of the ${part} prolongs it`,
      'GET',
      async () => {
        const server = await serveRaw((socket) => {
          socket.write(head);
          const timer = setInterval(() => socket.write(drop), 10);
          socket.on('close', () => clearInterval(timer));
        });
        return server.url;
      },
    ]),
  ];
  let errors: OutboundError[];

  beforeAll(async () => {
    errors = await Promise.all(calls.map(async ([, method, start]) => timedOut(await start(), method)));
  });

  it.each(calls.map(([what], at) => [what, at] as const))('%s', (_what, at) => {
    expect(errors[at]).toMatchObject({ kind: 'timeout', mayHaveArrived: true });
  });

  it('closes the connection of the call that it ended', async () => {
    const closed: Promise<unknown>[] = [];
    const server = await serve((request) => void closed.push(once(request.socket, 'close')));
    expect(await timedOut(server.url, 'GET')).toMatchObject({ kind: 'timeout', mayHaveArrived: true });
    expect(closed).toHaveLength(1);
    await Promise.all(closed);
  });

  function timedOut(url: string, method: 'GET' | 'POST'): Promise<OutboundError> {
    const body = method === 'POST' ? { body: 'x' } : {};
    return errorOf(outbound().send(get(url, { method, timeoutMs: TIMEOUT_MS, ...body })));
  }
});

describe('the module', () => {
  it('gives one OutboundHttp, and closes its connections at shutdown', async () => {
    const closed: Promise<unknown>[] = [];
    const server = await serve((request, response) => {
      closed.push(once(request.socket, 'close'));
      response.end('ok');
    });
    const module = await Test.createTestingModule({
      imports: [OutboundHttpModule.forRootAsync({ inject: [], useFactory: () => ({ allowPrivate: true }) })],
    }).compile();
    expect((await module.get(OutboundHttp).send(get(server.url))).bodyText).toBe('ok');
    await module.close();
    expect(closed).toHaveLength(1);
    await Promise.all(closed);
  });
});
