import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answering,
  answeringTooLate,
  breakingOff,
  changing,
  dripping,
  hanging,
  jsonReply,
  losingTheReply,
  reset,
} from './treatments.js';
import { readWhole, type Treatment, Wire } from './wire.js';

let arrived: string[] = [];
const target = createServer((incoming, response) => {
  void take(incoming, response);
});

async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readWhole(incoming);
  arrived.push([incoming.method, incoming.url, incoming.headers['x-key'], body].join(' '));
  response.writeHead(201, { 'content-type': 'application/json', 'x-own': 'kept' }).end('{"is":"real"}');
}

let wire: Wire;

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  wire = await Wire.open(`http://127.0.0.1:${(target.address() as AddressInfo).port}`);
});

afterEach(() => {
  arrived = [];
  wire.recorded();
});

afterAll(async () => {
  await wire.close();
  target.closeAllConnections();
  target.close();
});

/** How a call ends for the one who makes it: status and body, or the code of what went wrong; running out of patience within a body is a reset. */
async function call(patienceMs = 60_000): Promise<string> {
  const outgoing = request(`${wire.origin}/a?b=c`, {
    method: 'POST',
    headers: { 'x-key': 'k' },
    signal: AbortSignal.timeout(patienceMs),
  });
  outgoing.end('ñ');
  try {
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    return [reply.statusCode, reply.headers['x-own'] ?? '-', await readWhole(reply)].join(' ');
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the wire', () => {
  it('passes requests and replies as they are, and keeps both', async () => {
    expect(await call()).toBe('201 kept {"is":"real"}');
    expect(arrived).toEqual(['POST /a?b=c k ñ']);
    const [exchange, ...more] = wire.recorded();
    expect(more).toEqual([]);
    expect(exchange).toMatchObject({ method: 'POST', path: '/a?b=c', headers: { 'x-key': 'k' }, body: 'ñ' });
    expect(exchange?.reply).toMatchObject({ status: 201, body: Buffer.from('{"is":"real"}') });
  });

  const treatments: [what: string, Treatment, end: string, arrives: number, patienceMs?: number][] = [
    ['resets before anything arrives', reset, 'ECONNRESET', 0],
    ['loses the reply to what did arrive', losingTheReply, 'ECONNRESET', 1],
    ['breaks off within the reply', breakingOff, 'ECONNRESET', 1],
    ['hangs', hanging, 'ABORT_ERR', 0, 250],
    ['answers too late', answeringTooLate, 'ABORT_ERR', 1, 250],
    ['drips', dripping, 'ECONNRESET', 1, 250],
    ['answers itself', answering(jsonReply({ no: 1 }, 503)), '503 - {"no":1}', 0],
    ['changes the answer', changing((reply) => ({ ...reply, status: 418 })), '418 kept {"is":"real"}', 1],
  ];

  it.each(treatments)('%s', async (_what, treatment, end, arrives, patienceMs = 60_000) => {
    expect(await wire.during(treatment, () => call(patienceMs))).toBe(end);
    expect(arrived).toHaveLength(arrives);
    expect(wire.recorded()).toHaveLength(1);
    // And only during that call.
    expect(await call()).toBe('201 kept {"is":"real"}');
  });
});
