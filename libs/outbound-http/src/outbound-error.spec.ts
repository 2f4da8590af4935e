import { afterEach, describe, expect, it } from '@jest/globals';
import { closeAll, closedPort, errorOf, get, outbound, serve, serveRaw } from './fixture.js';
import { toOutboundError } from './outbound-error.js';

afterEach(closeAll);

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';

describe('a request that certainly did not leave', () => {
  it('is one whose connection was refused', async () => {
    const error = await errorOf(outbound().send(get(`http://127.0.0.1:${await closedPort()}`)));
    expect(error).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
  });

  it.each([
    'http://nobody.invalid',
    'not a url',
    'http://',
    'http://a b/',
    'http://127.0.0.1:99999',
    'data:text/plain,ok',
    'file:///etc/hostname',
  ])('is one to %p', async (url) => {
    for (const allowPrivate of [true, false]) {
      const error = await errorOf(outbound({ allowPrivate }).send(get(url)));
      expect(error).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
    }
  });
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

  // The same codes occur before and after there is a connection; only the connection shows it.
  it.each(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_CANCELED', 'HPE_INVALID_CONSTANT', 'NEW', ''])(
    'is one that failed with %p when it had a connection, and none that had not',
    (code) => {
      const error = Object.assign(new Error('x'), { code });
      expect(toOutboundError(error, true).mayHaveArrived).toBe(true);
      expect(toOutboundError(error, false)).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
    },
  );

  it.each([undefined, null, 'text', 42, new Error('without a code'), { code: 42 }, { message: 42 }])(
    'is one that failed in an unknown way: %p',
    (thrown) => expect(toOutboundError(thrown, true)).toMatchObject({ kind: 'broken_off', mayHaveArrived: true }),
  );
});
