import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, errorOf, get, outbound, serve, serveRaw, type TestServer } from './fixture.js';

afterEach(closeAll);

/** A server that answers each request with these bytes and keeps the connection. */
const serveBytes = (...parts: (string | Buffer)[]): Promise<TestServer> =>
  serveRaw((socket) => socket.on('data', () => parts.forEach((part) => socket.write(part))));

const TEXT = `{"name":"Ñandú €"}${'x'.repeat(1_000)}`;
const CODINGS: [name: string, pack: (text: string) => Buffer][] = [
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['compress', gzipSync],
  ['x-compress', deflateSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
];

describe('a packed reply', () => {
  it.each(CODINGS)('is unpacked: %s, however it comes, and the connection is used again', async (coding, pack) => {
    const server = await serve((_request, response) => {
      response.setHeader('content-encoding', coding);
      for (const byte of pack(TEXT)) response.write(Buffer.from([byte]));
      response.end();
    });
    const http = outbound();
    for (const statusIsEnough of [false, true, false]) {
      const reply = await http.send(get(server.url, { statusIsEnough }));
      expect(reply.bodyText).toBe(TEXT);
      expect(reply.headers).not.toHaveProperty('content-encoding');
    }
    expect(server.connections()).toBe(1);
  });

  it.each(CODINGS)('is cut to its beginning where only the status counts: %s', async (coding, pack) => {
    const server = await serve((_request, response) =>
      response.setHeader('content-encoding', coding).end(pack('y'.repeat(1_000_000))),
    );
    const reply = await outbound().send(get(server.url, { statusIsEnough: true, maxReplyBytes: 100 }));
    expect(reply.bodyText).toBe('y'.repeat(100));
  });

  it('is as it came where its coding is not known', async () => {
    const server = await serve((_request, response) =>
      response.setHeader('content-encoding', 'constructor').end('abc'),
    );
    expect(await outbound().send(get(server.url))).toMatchObject({
      bodyText: 'abc',
      headers: { 'content-encoding': 'constructor' },
    });
  });

  it.each([
    ['200', 'Content-Length: 0\r\n'],
    ['204', ''],
  ])('may be empty: %s', async (status, length) => {
    const server = await serveBytes(`HTTP/1.1 ${status} X\r\nContent-Encoding: gzip\r\n${length}\r\n`);
    expect(await outbound().send(get(server.url))).toMatchObject({ status: Number(status), bodyText: '' });
  });

  it('that is broken is broken off, and its connection is not used again', async () => {
    const server = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end('no gzip'));
    const http = outbound();
    for (const count of [1, 2]) {
      expect(await errorOf(http.send(get(server.url)))).toMatchObject({ kind: 'broken_off', mayHaveArrived: true });
      expect(server.requests).toHaveLength(count);
    }
  });

  it('larger than is read at once arrives whole', async () => {
    const large = randomBytes(2_000_000).toString('hex');
    const server = await serve((_request, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(large)),
    );
    const { bodyText } = await outbound().send(get(server.url, { maxReplyBytes: 4_000_000, timeoutMs: 60_000 }));
    expect(bodyText === large).toBe(true);
  });

  it('that unpacks to nothing and does not end is ended by the deadline', async () => {
    const empty = gzipSync('');
    const server = await serve((_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      const more = (): void => {
        while (!response.destroyed && response.write(empty));
      };
      response.on('drain', () => setImmediate(more));
      more();
    });
    expect(await errorOf(outbound().send(get(server.url, { timeoutMs: 300 })))).toMatchObject({ kind: 'timeout' });
  });
});

describe('the headers of a reply', () => {
  it('have lower-case names and one value each', async () => {
    const server = await serveBytes(
      'HTTP/1.1 200 OK\r\nX-One:  a \r\nVARY: a\r\nVary: b\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n',
      'Retry-After: 7\r\nRetry-After: 8\r\nContent-Type: text/plain\r\ncontent-type: text/html\r\n',
      'X-Latin: caf\u00e9\r\n__proto__: x\r\nconstructor: y\r\nContent-Length: 2\r\n\r\nok',
    );
    const { headers } = await outbound().send(get(server.url));
    expect(headers).toMatchObject({
      'x-one': 'a',
      vary: 'a, b',
      'set-cookie': 'a=1,b=2',
      'retry-after': '7',
      'content-type': 'text/plain',
      constructor: 'y',
    });
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it('are those of the reply itself, whatever is said in the meantime', async () => {
    const server = await serveBytes(
      'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n',
      'HTTP/1.1 201 Created\r\nX-Own: yes\r\nContent-Length: 2\r\n\r\nok',
    );
    const reply = await outbound().send(get(server.url));
    expect(reply).toMatchObject({ status: 201, bodyText: 'ok', headers: { 'x-own': 'yes' } });
    expect(reply.headers).not.toHaveProperty('link');
  });
});

describe('the headers of a request', () => {
  it('say what the caller says, and where the caller says nothing what is accepted and who asks', async () => {
    const seen: Record<string, unknown>[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const http = outbound();
    await http.send(get(server.url));
    const own = { ACCEPT: 'a/b', 'Accept-Encoding': 'identity', 'user-agent': 'Own/1', 'Content-Type': 'text/plain' };
    await http.send(get(server.url, { method: 'POST', body: 'ñ', headers: own }));
    expect(seen[0]).toMatchObject({
      accept: 'application/json, text/plain, */*',
      'accept-encoding': 'gzip, compress, deflate, br',
      'user-agent': expect.stringMatching(/^axios\//),
      host: new URL(server.url).host,
    });
    expect(seen[0]).not.toHaveProperty('content-length');
    expect(seen[1]).toMatchObject({
      accept: 'a/b',
      'accept-encoding': 'identity',
      'user-agent': 'Own/1',
      'content-type': 'text/plain',
      'content-length': '2',
    });
  });

  it('hold the user name and password of the URL, before any other', async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    const http = outbound();
    const url = server.url.replace('//', '//me%40x:p%3Aw%E9@');
    await http.send(get(url, { headers: { Authorization: 'Bearer other' } }));
    await http.send(get(server.url, { headers: { Authorization: 'Bearer mine' } }));
    expect(seen).toEqual([`Basic ${btoa('me@x:p%3Aw%E9')}`, 'Bearer mine']);
  });

  it.each(['a\r\nX-Injected: b', 'a\nb', 'a\0b'])('cannot be ended by a value: %p', async (value) => {
    const received: string[] = [];
    const server = await serveRaw((socket: Socket) =>
      socket.on('data', (bytes) => {
        received.push(bytes.toString());
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    await outbound()
      .send(get(server.url, { headers: { 'X-Own': value } }))
      .catch(() => undefined);
    expect(received.join('')).not.toMatch(/^X-Injected|^b/m);
  });
});
