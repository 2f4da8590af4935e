import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { until } from '../../test/support/until.js';
import { PinoLogger } from './pino-logger.js';
import { logRequests } from './request-log.js';

type Line = Record<string, unknown>;

const ID = '0199a000-0000-7000-8000-000000000000';
let lines: Line[];
let logger: PinoLogger;
let app: FastifyInstance;
let end: () => void;

beforeEach(async () => {
  lines = [];
  logger = new PinoLogger(
    { LOG_LEVEL: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  );
  app = fastify({ genReqId: () => 'the-request' });
  logRequests(app, logger);
  app.get('/health/ready', () => 'well');
  app.get('/metrics', () => 'many');
  app.get('/status/:status', ({ params }, reply) => reply.status(Number((params as { status: string }).status)).send());
  app.get('/writes', async () => {
    await turnOfLoop();
    logger.warn({ fact: 1 }, 'a fact', 'Somebody');
    return 'done';
  });
  app.get('/slow', () => new Promise((resolve) => (end = () => resolve('late'))));
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

const url = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

async function lineOf(path: string, init: RequestInit = {}): Promise<Line> {
  await (await fetch(`${url()}${path}`, init)).text();
  return until('its line', () => lines.find(({ req }) => req));
}

describe('a request', () => {
  it('has one line, with its id, its path, its status and its time, and nothing else of it', async () => {
    expect(await lineOf(`/payins/${ID}/events?token=secret`, { headers: { authorization: 'Bearer key' } })).toEqual({
      level: 30,
      time: expect.any(Number),
      pid: process.pid,
      hostname: expect.any(String),
      requestId: 'the-request',
      req: { method: 'GET', path: `/payins/${ID}/events` },
      res: { statusCode: 404 },
      durationMs: expect.any(Number),
      msg: 'request completed',
    });
    expect(lines).toHaveLength(1);
  });

  it.each([
    ['/payins/someone@example.com/events', '/payins/*/events'],
    ['/payins/rk_live_abc', '/payins/*'],
    [`/${'a'.repeat(21)}/b`, '/*/b'],
    ['/Payins', '/*'],
    [`/payins/${ID.toUpperCase()}`, '/payins/*'],
    ['/a.b-c//', '/a.b-c//'],
    [`/${'ab/'.repeat(60)}`, `/${'ab/'.repeat(60)}`.slice(0, 120)],
  ])('to %s is written as one to %s', async (path, written) => {
    expect((await lineOf(path))['req']).toEqual({ method: 'GET', path: written });
  });

  it.each([
    [201, 30, 'request completed', undefined],
    [404, 30, 'request completed', undefined],
    [500, 50, 'request errored', { type: 'Error' }],
    [502, 50, 'request errored', { type: 'Error' }],
    [503, 40, 'request errored', { type: 'Error' }],
  ])('that is answered with %i has level %i', async (status, level, msg, err) => {
    expect(await lineOf(`/status/${status}`)).toMatchObject({
      level,
      msg,
      res: { statusCode: status },
      ...(err && { err }),
    });
    expect(lines[0]!['err']).toEqual(err);
  });

  it('that is a probe has none', async () => {
    await (await fetch(`${url()}/health/ready`)).text();
    await (await fetch(`${url()}/metrics`)).text();
    await lineOf('/payins');
    expect(lines.map(({ req }) => (req as { path: string }).path)).toEqual(['/payins']);
  });

  it('whose caller hangs up has its line at once, and no other when its handler has ended', async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('the handler to work', () => end);
    socket.resetAndDestroy();
    await until('the line', () => lines.length > 0);
    expect(lines).toMatchObject([{ level: 30, requestId: 'the-request', msg: 'request aborted' }]);
    end();
    await (await fetch(`${url()}/payins`)).text();
    await until('the next line', () => lines.length > 1);
    expect(lines.map(({ msg }) => msg)).toEqual(['request aborted', 'request completed']);
  });
});

describe('what is written while a request is worked on', () => {
  it('says which request it was, once, and who wrote it', async () => {
    await lineOf('/writes');
    expect(lines[0]).toMatchObject({
      level: 40,
      requestId: 'the-request',
      context: 'Somebody',
      fact: 1,
      msg: 'a fact',
    });
    logger.log('of nobody', 'Somebody');
    expect(lines.at(-1)).not.toHaveProperty('requestId');
  });

  it('has nothing of an error but its name, its code and its place', () => {
    const error = Object.assign(new TypeError('a secret'), { code: 'ECODE', detail: 'a secret' });
    logger.error(error, 'Somebody');
    logger.error({ err: error }, 'it failed', 'Somebody');
    logger.error('text', 'Error: a secret\n    at place', 'Somebody');
    expect(lines).toMatchObject([
      { err: { type: 'TypeError', code: 'ECODE' } },
      { err: { type: 'TypeError', code: 'ECODE' }, msg: 'it failed' },
      { msg: 'text', context: 'Somebody' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('a secret');
  });
});
