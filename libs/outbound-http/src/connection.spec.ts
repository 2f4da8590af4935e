import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LOOPBACK_CERTIFICATE } from './fixture-certificate.js';
import { closeAll, errorOf, get, outbound, serve, serveRaw, serveTls, until } from './fixture.js';

const TRUSTED = getCACertificates('default');
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await closeAll();
});

const NEVER_LEFT = { kind: 'not_connected', message: 'not connected (deadline)', mayHaveArrived: false };
const MAY_HAVE_ARRIVED = { kind: 'timeout', message: 'timeout (deadline)', mayHaveArrived: true };
const CONNECT_MS = 250;
const POST = { method: 'POST', body: 'x' } as const;

describe('a call that gets no connection', () => {
  it('ends at the deadline for the connection, well before its own, and certainly did not leave', async () => {
    const port = await portThatNobodyAccepts();
    const http = outbound({ limits: { connectTimeoutMs: CONNECT_MS } });
    const startedAt = performance.now();
    expect(await errorOf(http.send(get(`http://127.0.0.1:${port}`, { ...POST, timeoutMs: 20_000 })))).toMatchObject(
      NEVER_LEFT,
    );
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('did not leave either when its own deadline comes first', async () => {
    const port = await portThatNobodyAccepts();
    expect(await errorOf(outbound().send(get(`http://127.0.0.1:${port}`, { ...POST, timeoutMs: 200 })))).toMatchObject(
      NEVER_LEFT,
    );
  });

  it('did not leave while TLS is not agreed on: an open port is no connection', async () => {
    const received: Buffer[] = [];
    const server = await serveRaw((socket) => socket.on('data', (bytes) => received.push(bytes)));
    const http = outbound({ limits: { connectTimeoutMs: CONNECT_MS } });
    const url = server.url.replace('http:', 'https:');
    expect(await errorOf(http.send(get(url, POST)))).toMatchObject(NEVER_LEFT);
    expect(server.connections()).toBe(1);
    // A TLS client hello and no more.
    expect(Buffer.concat(received)[0]).toBe(0x16);
  });

  it('did not leave when the server hangs up within the handshake', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const error = await errorOf(outbound().send(get(server.url.replace('http:', 'https:'), POST)));
    expect(error).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
  });

  it('did not leave when the server cannot prove who it is', async () => {
    const server = await serveTls((_request, response) => response.end());
    const error = await errorOf(outbound().send(get(server.url, POST)));
    expect(error).toMatchObject({ kind: 'not_connected', mayHaveArrived: false });
    expect(server.requests).toEqual([]);
  });

  it('did not leave while all connections of its server are taken, and does not leave later', async () => {
    const waiting: (() => void)[] = [];
    const server = await serve((_request, response) => waiting.push(() => response.end()));
    const limits = { connectTimeoutMs: 60_000 };
    const http = outbound({ limits });
    const hanging = Array.from({ length: 512 }, () => http.send(get(server.url, { merchantUrl: true })));
    await until(() => server.requests.length === 512);
    limits.connectTimeoutMs = 100;
    const error = await errorOf(http.send(get(`${server.url}/late`, { ...POST, merchantUrl: true })));
    expect(error).toMatchObject(NEVER_LEFT);
    for (const release of waiting.splice(0)) release();
    await Promise.all(hanging);
    limits.connectTimeoutMs = 60_000;
    const after = http.send(get(`${server.url}/after`, { merchantUrl: true }));
    await until(() => waiting.length === 1);
    waiting[0]!();
    await after;
    expect(server.requests.filter((request) => !request.endsWith('/'))).toEqual(['GET /after']);
  });

  it('did not leave when it cannot be written as HTTP', async () => {
    const server = await serve((_request, response) => response.end());
    const error = await errorOf(outbound().send(get(server.url, { ...POST, headers: { 'not a name': 'x' } })));
    expect(error.mayHaveArrived).toBe(false);
    expect(server.requests).toEqual([]);
  });
});

describe('a call that has its connection', () => {
  it('may have arrived when the reply does not come, and is not ended by the deadline for the connection', async () => {
    const server = await serve(() => undefined);
    const http = outbound({ limits: { connectTimeoutMs: 200 } });
    const startedAt = performance.now();
    expect(await errorOf(http.send(get(server.url, { ...POST, timeoutMs: 500 })))).toMatchObject(MAY_HAVE_ARRIVED);
    expect(performance.now() - startedAt).toBeGreaterThan(490);
  });

  it('may have arrived over a kept connection that turned silent', async () => {
    const server = await serve((_request, response) => server.requests.length === 1 && response.end());
    const http = outbound();
    await http.send(get(server.url));
    expect(await errorOf(http.send(get(server.url, { ...POST, timeoutMs: 150 })))).toMatchObject(MAY_HAVE_ARRIVED);
    expect(server.connections()).toBe(1);
  });

  it.each([
    ['is reset', 'broken_off'],
    ['turns silent', 'timeout'],
    ['turns silent when it is used again', 'timeout'],
  ])('may have arrived when a TLS connection %s', async (what, kind) => {
    trustLoopback();
    const again = what.endsWith('again');
    const server = await serveTls((request, response) => {
      if (again && server.requests.length === 1) response.end();
      else if (kind === 'broken_off') request.socket.destroy();
    });
    const http = outbound();
    if (again) await http.send(get(server.url));
    const error = await errorOf(http.send(get(server.url, { ...POST, timeoutMs: again ? 200 : 700 })));
    expect(error).toMatchObject({ kind, mayHaveArrived: true });
    expect(server.requests.at(-1)).toBe('POST / x');
    expect(server.connections()).toBe(1);
  });

  it('is answered over TLS', async () => {
    trustLoopback();
    const server = await serveTls((_request, response) => response.end('hello'));
    expect((await outbound().send(get(server.url, POST))).bodyText).toBe('hello');
  });
});

describe('a connection that is kept', () => {
  it('is closed when it was not used for a while, though its server would keep it', async () => {
    let closed = false;
    const server = await serveRaw((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
      socket.on('close', () => (closed = true));
    });
    await outbound({ limits: { idleTimeoutMs: 20 } }).send(get(server.url, { merchantUrl: true }));
    await until(() => closed);
  });

  it('is one of 256, to however many servers', async () => {
    const serveOne = () => serve((_request, response) => response.end());
    const servers = await Promise.all(Array.from({ length: 260 }, serveOne));
    const connections = () => servers.reduce((sum, server) => sum + server.connections(), 0);
    const http = outbound();
    const callAll = async () => {
      for (const { url } of servers) await http.send(get(url, { merchantUrl: true }));
    };
    await callAll();
    expect(connections()).toBe(260);
    await callAll();
    expect(connections()).toBe(260 + 4);
  });
});

function trustLoopback(): void {
  setDefaultCACertificates([...TRUSTED, LOOPBACK_CERTIFICATE.cert]);
  cleanups.push(() => setDefaultCACertificates(TRUSTED));
}

/** A port whose owner never accepts, and whose queue of connections that wait for it is full: further ones get no answer. */
async function portThatNobodyAccepts(): Promise<number> {
  const owner = new Worker(
    `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       require('node:worker_threads').parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  const [port] = (await once(owner, 'message')) as [number];
  const fillers: Socket[] = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  cleanups.push(() => {
    for (const filler of fillers) filler.destroy();
    return owner.terminate();
  });
  // The queue holds at least one; the others are then either in it or waiting for a place in it.
  await Promise.race(fillers.map((filler) => once(filler, 'connect')));
  return port;
}
