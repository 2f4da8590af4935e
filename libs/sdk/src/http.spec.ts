import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Recaudo, RecaudoConnectionError, RecaudoError, RecaudoProblem, type RecaudoOptions } from '../index.js';

const KEY = 'rk_test_sdk_0123456789abcdefghij';
const PAYIN = { amountInCents: 5_000_000, currency: 'COP', rail: 'PSE', reference: 'INV-1' } as const;
const REFUND = { amountInCents: 100, reason: 'OTHER', to: { method: 'CASH' } } as unknown as Parameters<
  Recaudo['refunds']['request']
>[1];

type Reply = (request: IncomingMessage, response: ServerResponse) => void;
interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  atMs: number;
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, code: string, headers: Record<string, string> = {}): Reply =>
  json(status, { type: `urn:${code}`, title: 'T', status, detail: 'D', code, requestId: 'req-1' }, headers);
/** The request was received whole, and its reply never arrives. */
const lose: Reply = (request) => void request.socket.destroy();
const halfOfIt: Reply = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":', () => request.socket.destroy());
};
const silence: Reply = () => undefined;

let server: Server;
let seen: Seen[];
let replies: Reply[];
/** A merchant's side of a server that makes one payin of a reference, whatever becomes of its replies. */
let references: Set<string>;

function answerWith(...given: Reply[]): void {
  replies = given;
}

function client(options: Partial<RecaudoOptions> = {}): Recaudo {
  const { port } = server.address() as AddressInfo;
  return new Recaudo({ apiKey: KEY, baseUrl: `http://127.0.0.1:${port}`, ...options });
}

beforeEach(async () => {
  seen = [];
  replies = [];
  references = new Set();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body, atMs: performance.now() });
      if (method === 'POST' && url === '/payins') references.add((JSON.parse(body) as typeof PAYIN).reference);
      (replies.shift() ?? json(200, { id: 'it' }))(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect(undefined).toBe('a failure'),
    (error: unknown) => error,
  );
}

describe('a call', () => {
  it('has its key, its path and its body, and nothing else of the client', async () => {
    await client().payins.create(PAYIN);
    await client().payins.get('a b/c?d');
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /payins', 'GET /payins/a%20b%2Fc%3Fd']);
    expect(JSON.parse(seen[0]!.body)).toEqual(PAYIN);
    expect(seen[0]!.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(seen[1]!.headers['content-type']).toBeUndefined();
  });

  it('goes to a path below that of the base URL', async () => {
    const { port } = server.address() as AddressInfo;
    await client({ baseUrl: `http://127.0.0.1:${port}/recaudo/` }).payins.get('1');
    expect(seen[0]!.url).toBe('/recaudo/payins/1');
  });

  it.each(['', '.', '..', undefined as unknown as string])(
    'refuses the id %j, which would be another path',
    async (id) => {
      await expect(client().payins.get(id)).rejects.toThrow(TypeError);
      expect(seen).toEqual([]);
    },
  );

  it('sends several values of one filter, and leaves out what is undefined', async () => {
    answerWith(json(200, { data: [], pageInfo: { hasNext: false, nextCursor: null } }));
    await client()
      .payins.list({ status: ['PENDING', 'CREATED'], rail: 'PSE', limit: 5, reference: undefined as never })
      .page();
    expect(seen[0]!.url).toBe('/payins?status=PENDING&status=CREATED&rail=PSE&limit=5');
  });

  it('that answers nothing gives undefined', async () => {
    answerWith((_, response) => void response.writeHead(204).end());
    expect(await client().webhookEndpoints.delete('1')).toBeUndefined();
  });

  it.each([
    { apiKey: '' },
    { baseUrl: '' },
    { baseUrl: 'pay.example.com' },
    { baseUrl: undefined as unknown as string },
  ])('is not possible with %j', (options) => expect(() => client(options)).toThrow(TypeError));

  it('shows the key to nobody who prints the client or an error of it', async () => {
    answerWith(problem(404, 'NOT_FOUND'));
    const recaudo = client();
    const error = await failureOf(recaudo.payins.get('1'));
    const lost = await failureOf(client({ retries: 0, baseUrl: 'http://127.0.0.1:1' }).payins.get('1'));
    const shown = [recaudo, error, lost].flatMap((thing) => [
      inspect(thing, { depth: 9, showHidden: true }),
      JSON.stringify(thing),
    ]);
    expect(shown.join()).not.toContain(KEY);
  });
});

describe('retries', () => {
  it.each([
    ['the reply is lost', lose],
    ['the reply breaks off', halfOfIt],
    ['the database is away', problem(503, 'UNAVAILABLE')],
    ['too many came', problem(429, 'RATE_LIMITED')],
    ['a proxy finds nobody', (_, response) => void response.writeHead(502).end('<html>')],
  ] satisfies [string, Reply][])('of a create, when %s, ask for the same payin', async (_, first) => {
    answerWith(first, first, json(201, { id: 'one', status: 'PENDING' }));
    expect(await client().payins.create(PAYIN)).toMatchObject({ id: 'one' });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect([...references]).toEqual(['INV-1']);
  });

  it('wait as long as Retry-After asks', async () => {
    answerWith(
      problem(503, 'OVERLOADED', { 'retry-after': '1' }),
      problem(429, 'RATE_LIMITED', { 'retry-after': '1' }),
    );
    await client().payins.create(PAYIN);
    const waits = seen.slice(1).map(({ atMs }, index) => atMs - seen[index]!.atMs);
    expect(waits).toHaveLength(2);
    for (const ms of waits) {
      expect(ms).toBeGreaterThanOrEqual(990);
      expect(ms).toBeLessThan(3_000);
    }
  });

  it('end at once where Retry-After asks for more time than there is', async () => {
    answerWith(problem(503, 'UNAVAILABLE', { 'retry-after': '3600' }));
    const before = performance.now();
    const error = await failureOf(client().payins.create(PAYIN));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 3_600_000 });
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(seen).toHaveLength(1);
  });

  it('end by their number, with the last answer', async () => {
    replies = Array.from({ length: 9 }, () => problem(503, 'OVERLOADED'));
    const error = await failureOf(client({ retries: 2 }).payins.get('1'));
    expect(error).toMatchObject({ status: 503, code: 'OVERLOADED' });
    expect(seen).toHaveLength(3);
  });

  it('end by their time', async () => {
    replies = Array.from({ length: 99 }, () => problem(503, 'OVERLOADED'));
    const before = performance.now();
    await failureOf(client({ retries: 99, timeoutMs: 1_500 }).payins.get('1'));
    expect(performance.now() - before).toBeLessThan(1_500 + 500);
    expect(seen.length).toBeGreaterThan(1);
  });

  it('are none where there are to be none', async () => {
    answerWith(lose);
    await failureOf(client().payins.create(PAYIN, { retries: 0 }));
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['REFERENCE_CONFLICT', 409],
    ['VALIDATION_FAILED', 400],
    ['INTERNAL_ERROR', 500],
  ])('are none of %s', async (code, status) => {
    answerWith(problem(status, code));
    expect(await failureOf(client().payins.create(PAYIN))).toMatchObject({ code, status });
    expect(seen).toHaveLength(1);
  });

  it.each(
    Object.entries({
      'a refund without a reference': (recaudo: Recaudo) => recaudo.refunds.request('1', REFUND),
      'a new endpoint': (recaudo: Recaudo) => recaudo.webhookEndpoints.create({ url: 'https://shop.example' }),
      'a new secret': (recaudo: Recaudo) => recaudo.webhookEndpoints.rotateSecret('1'),
      'accepting a payin': (recaudo: Recaudo) => recaudo.payins.accept('1'),
      'any other call that changes something': (recaudo: Recaudo) =>
        recaudo.request('post', '/api-keys', { body: { name: 'n' } }),
    }),
  )('of %s only follow an answer that it was not done', async (_, call) => {
    answerWith(problem(503, 'OVERLOADED'), problem(429, 'RATE_LIMITED'), lose);
    expect(await failureOf(call(client()))).toBeInstanceOf(RecaudoConnectionError);
    expect(seen).toHaveLength(3);
    answerWith(problem(503, 'UNAVAILABLE'));
    expect(await failureOf(call(client()))).toMatchObject({ code: 'UNAVAILABLE' });
    expect(seen).toHaveLength(4);
  });

  it('of a refund with a reference ask for the same refund', async () => {
    answerWith(lose, problem(503, 'UNAVAILABLE'));
    await client().refunds.request('1', { ...REFUND, reference: 'R-1' });
    expect(seen.map(({ body }) => (JSON.parse(body) as { reference: string }).reference)).toEqual([
      'R-1',
      'R-1',
      'R-1',
    ]);
  });
});

describe('the time of a call', () => {
  it('of one attempt ends it, and another follows', async () => {
    answerWith(silence);
    expect(await client({ attemptTimeoutMs: 200 }).payins.create(PAYIN)).toEqual({ id: 'it' });
    expect(seen).toHaveLength(2);
  });

  it('of all ends it, as a connection error that says so', async () => {
    replies = Array.from({ length: 9 }, () => silence);
    const error = await failureOf(client({ timeoutMs: 300 }).payins.get('1'));
    expect(error).toBeInstanceOf(RecaudoConnectionError);
    expect(error).toMatchObject({ cause: { name: 'TimeoutError' } });
  });

  it.each([
    ['before it', true, 0],
    ['while it waits for an answer', false, 1],
  ])('is over when its signal is aborted %s, with the signal’s reason', async (_, isBefore, sent) => {
    answerWith(silence);
    const aborter = new AbortController();
    const reason = new Error('the customer has gone');
    if (isBefore) aborter.abort(reason);
    else setTimeout(() => aborter.abort(reason), 100);
    expect(await failureOf(client().payins.create(PAYIN, { signal: aborter.signal }))).toBe(reason);
    expect(seen).toHaveLength(sent);
  });

  it('is over with the signal’s reason, too, where nothing would be sent again', async () => {
    answerWith(silence);
    const signal = AbortSignal.timeout(100);
    expect(await failureOf(client().payins.accept('1', { signal }))).toBe(signal.reason);
  });

  it('is over when its signal is aborted between two attempts', async () => {
    answerWith(problem(503, 'OVERLOADED', { 'retry-after': '30' }));
    const aborter = new AbortController();
    setTimeout(() => aborter.abort(), 200);
    const before = performance.now();
    expect(await failureOf(client().payins.create(PAYIN, { signal: aborter.signal }))).toMatchObject({
      name: 'AbortError',
    });
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(seen).toHaveLength(1);
  });
});

describe('an error', () => {
  it('is what the problem says', async () => {
    answerWith(
      json(
        400,
        {
          type: 'https://pay.example/problems/validation-failed',
          title: 'Some fields are not valid',
          status: 400,
          detail: 'See `errors` for what to fix.',
          code: 'VALIDATION_FAILED',
          requestId: 'req-7',
          errors: [{ field: 'pse.bank', message: 'no such bank' }],
        },
        { 'content-type': 'application/problem+json' },
      ),
    );
    const error = (await failureOf(client().payins.create(PAYIN))) as RecaudoProblem;
    expect(error).toBeInstanceOf(RecaudoProblem);
    expect(error).toBeInstanceOf(RecaudoError);
    expect(error).toMatchObject({
      name: 'RecaudoProblem',
      message: '400 VALIDATION_FAILED: See `errors` for what to fix.',
      status: 400,
      code: 'VALIDATION_FAILED',
      type: 'https://pay.example/problems/validation-failed',
      requestId: 'req-7',
      errors: [{ field: 'pse.bank', message: 'no such bank' }],
      retryAfterMs: null,
    });
  });

  it.each(['', '<html>', 'null', '[]', '{"code":7,"errors":"x","detail":{}}'])(
    'is UNKNOWN where a proxy answers %j',
    async (body) => {
      answerWith((_, response) => void response.writeHead(403, { 'x-request-id': 'req-9' }).end(body));
      expect(await failureOf(client().payins.get('1'))).toMatchObject({
        code: 'UNKNOWN',
        status: 403,
        requestId: 'req-9',
        errors: [],
      });
    },
  );

  it('is a redirect, which is not followed: a POST would become a GET', async () => {
    answerWith((_, response) => void response.writeHead(301, { location: '/elsewhere' }).end());
    expect(await failureOf(client().payins.create(PAYIN))).toMatchObject({ status: 301, code: 'UNKNOWN' });
    expect(seen).toHaveLength(1);
  });

  it('is a page instead of JSON, where the base URL is another one', async () => {
    answerWith((_, response) => void response.writeHead(200).end('<html>'));
    expect(await failureOf(client().payins.get('1'))).toMatchObject({
      name: 'RecaudoError',
      message: expect.stringContaining('baseUrl'),
    });
  });

  it('of a server that is not there is a connection error with its cause', async () => {
    const error = await failureOf(client({ baseUrl: 'http://127.0.0.1:1', retries: 1 }).payins.get('1'));
    expect(error).toBeInstanceOf(RecaudoConnectionError);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });
});
