import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { limitArrival, limitRest } from './limit-arrival.js';

let server: Server;

beforeEach(async () => {
  server = createServer((request, response) => {
    limitArrival(request, 50, { headers: { 'x-content-type-options': 'nosniff' }, publicUrl: 'https://pay.example' });
    request.resume().on('end', () => response.end('taken'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => void server.close());

/** What comes back for bytes after which nothing follows. */
async function answerTo(sent: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(sent);
  const [piece] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return piece.toString();
}

const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n';

describe('a body', () => {
  it('that does not arrive is answered with a problem, 408', async () => {
    const answer = await answerTo(`${HEAD}ab`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 [^]*nosniff[^]*"code":"REQUEST_TIMEOUT"/);
  });

  it('that arrives is accepted', async () => {
    expect(await answerTo(`${HEAD}abcd`)).toMatch(/^HTTP\/1\.1 200 [^]*taken/);
  });
});

describe('a request that was answered before its end', () => {
  let early: Server;

  beforeEach(async () => {
    early = createServer((request, response) => {
      limitRest(request, response, 100);
      response.end('no');
    }).listen(0, '127.0.0.1');
    await once(early, 'listening');
  });
  afterEach(() => void early.close());

  it('ends its connection when the rest does not come', async () => {
    const socket = connect((early.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`${HEAD}ab`);
    const [piece] = (await once(socket, 'data')) as [Buffer];
    expect(piece.toString()).toMatch(/^HTTP\/1\.1 200 /);
    await once(socket, 'close');
  });

  it('gives its connection to the next one when it does', async () => {
    const socket = connect((early.address() as AddressInfo).port, '127.0.0.1');
    for (let requests = 0; requests < 2; requests += 1) {
      socket.write(`${HEAD}ab`);
      await once(socket, 'data');
      socket.write('cd');
    }
    socket.destroy();
  });
});
