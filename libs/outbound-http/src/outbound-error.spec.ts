import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, errorOf, get, logged, outbound, serve, serveRaw } from './fixture.js';
import { toOutboundError } from './outbound-error.js';

afterEach(closeAll);

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';

/** An address on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a request that certainly did not leave', () => {
  it('is one whose connection was refused', async () => {
    const error = await errorOf(outbound().send(get(`http://127.0.0.1:${await closedPort()}`)));
    expect(error).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
  });

  it.each(['http://nobody.invalid', 'not a url', 'http://', 'http://a b/', 'http://127.0.0.1:99999'])(
    'is one to %p',
    async (url) => {
      for (const allowPrivate of [true, false]) {
        const error = await errorOf(outbound({ allowPrivate }).send(get(url)));
        expect(error).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
      }
    },
  );
});

describe('a request that may have arrived', () => {
  it('is one whose connection was reset before the reply', async () => {
    const server = await serve((request) => request.socket.resetAndDestroy());
    const error = await errorOf(outbound().send(get(server.url, { method: 'POST', body: 'x' })));
    expect(error).toMatchObject({ kind: 'broken_off', mayHaveArrived: true });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['closed without a byte', '', 'end'],
    ['reset after the head', HEAD, 'reset'],
    ['reset within the body', `${HEAD}{"code"`, 'reset'],
    ['closed within the body', `${HEAD}{"code"`, 'end'],
    ['closed within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"code"', 'end'],
    ['closed within the head', 'HTTP/1.1 200 OK\r\nContent-Le', 'end'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'end'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(100)}`, 'end'],
  ])('is one whose reply was %s', async (_what, bytes, ending) => {
    const server = await serveRaw((socket) => {
      socket.once('data', () =>
        socket.write(bytes, () => void (ending === 'reset' ? socket.resetAndDestroy() : socket.end())),
      );
    });
    const error = await errorOf(outbound().send(get(server.url, { method: 'POST', body: 'x' })));
    expect(error).toMatchObject({ kind: 'broken_off', mayHaveArrived: true });
  });

  it.each(['EPIPE', 'ECONNRESET', 'EPROTO', 'HPE_INVALID_CONSTANT', 'ERR_BAD_RESPONSE', 'SOMETHING_NEW', ''])(
    'is one that failed with %p',
    (code) => expect(toOutboundError(Object.assign(new Error('x'), { code })).mayHaveArrived).toBe(true),
  );

  it.each([undefined, null, 'text', 42, new Error('without a code'), { code: 42 }, { message: 42 }])(
    'is one that failed in an unknown way: %p',
    (thrown) => expect(toOutboundError(thrown)).toMatchObject({ kind: 'broken_off', mayHaveArrived: true }),
  );
});

describe('what the log and the errors tell', () => {
  const CANARY = 'canary4711';
  const request = (url: string) =>
    get(`${url.replace('//', `//${CANARY}:${CANARY}@`)}/${CANARY}?q=${CANARY}`, {
      method: 'POST',
      body: `{"email":"${CANARY}"}`,
      headers: { Authorization: `Basic ${CANARY}`, 'Token-Top': CANARY },
      timeoutMs: 200,
      maxReplyBytes: 1000,
    });

  it('is who was called, how it ended and how long it took: nothing of URL, headers or bodies', async () => {
    logged.length = 0;
    const servers = [
      await serve((_request, response) => response.writeHead(200, { 'x-canary': CANARY }).end(CANARY)),
      await serve((_request, response) => response.writeHead(302, { location: `/${CANARY}` }).end(CANARY)),
      await serve((_request, response) => response.writeHead(500).end(CANARY)),
      await serve((_request, response) => response.end(CANARY.repeat(1000))),
      await serve((request) => request.socket.resetAndDestroy()),
      await serve(() => undefined),
      await serveRaw((socket) => socket.end(`${CANARY}\r\n\r\n`)),
    ];
    const urls = [
      ...servers.map(({ url }) => url),
      `http://127.0.0.1:${await closedPort()}`,
      `http://${CANARY}.invalid`,
    ];
    const errors: unknown[] = [];
    let replies = 0;
    for (const url of urls) {
      for (const allowPrivate of [true, false]) {
        await outbound({ allowPrivate })
          .send(request(url))
          .then(
            () => (replies += 1),
            (error: unknown) => errors.push(error),
          );
      }
    }
    expect(replies).toBe(3);
    expect(logged).toHaveLength(urls.length * 2);
    expect(logged.join('\n')).toContain('"to":"test","method":"POST","outcome":"200"');
    expect(logged.join('\n')).not.toContain(CANARY);
    expect(errors).toHaveLength(urls.length * 2 - replies);
    for (const error of errors) expect(everythingIn(error)).not.toContain(CANARY);
  });

  function everythingIn(error: unknown): string {
    return inspect(error, { depth: 10, showHidden: true });
  }
});
