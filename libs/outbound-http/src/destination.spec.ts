import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { onBehalfOf } from '@recaudo/fair-share';
import { closeAll, closedPort, errorOf, get, logged, outbound, serve, type TestServer, until } from './fixture.js';
import type { OutboundHttp, OutboundLimits, OutboundRequest } from './outbound-http.js';

afterEach(closeAll);

const REFUSED = { kind: 'circuit_open', mayHaveArrived: false };
const OVERLOADED = { kind: 'overloaded', mayHaveArrived: false };
/** Longer than a test. */
const FOR_EVER = 1_000_000;

/** A server that answers `GET /<status>` with it. */
const serveStatuses = (): Promise<TestServer> =>
  serve((request, response) => response.writeHead(Number(request.url?.slice(1))).end());

/** A server that answers when the test says so. */
async function serveSlowly(): Promise<TestServer & { waiting: ServerResponse[] }> {
  const waiting: ServerResponse[] = [];
  return { ...(await serve((_request, response) => void waiting.push(response))), waiting };
}

describe('the breaker of a destination', () => {
  const limits = { failuresToOpen: 3, openMs: FOR_EVER };

  it.each([
    ['no connection', async () => `http://127.0.0.1:${await closedPort()}`],
    ['broken connections', async () => (await serve((request) => request.socket.resetAndDestroy())).url],
    ['no reply in time', async () => (await serve(() => undefined)).url],
    ['replies without end', async () => (await serve((_request, response) => response.end('x'.repeat(2000)))).url],
    ['HTTP 500', async () => `${(await serveStatuses()).url}/500`],
    ['HTTP 503', async () => `${(await serveStatuses()).url}/503`],
  ])('opens after so many failures one after the other: %s', async (_what, start) => {
    const url = await start();
    const well = await serve((_request, response) => response.end());
    const http = outbound({ limits });
    const before = Date.now();
    for (let count = 0; count < 3; count += 1) {
      expect(http.health('test').question.breaker).toBe('closed');
      await http.send(get(url, { timeoutMs: 100, maxReplyBytes: 1000 })).catch(() => undefined);
    }
    const health = http.health('test').question;
    expect(health).toMatchObject({ breaker: 'open', inFlight: 0, queued: 0 });
    expect(health.lastFailureAt?.getTime()).toBeGreaterThanOrEqual(before);
    // Now nothing leaves, wherever it would go.
    expect(await errorOf(http.send(get(well.url, { method: 'POST', body: 'x' })))).toMatchObject(REFUSED);
    expect(well.connections()).toBe(0);
  });

  it('stays closed for answers of a server that is well, refusals and 429 among them', async () => {
    const server = await serveStatuses();
    const http = outbound({ limits });
    for (const status of [302, 400, 401, 403, 404, 409, 422, 429, 429, 429, 429]) {
      await http.send(get(`${server.url}/${status}`));
    }
    expect(http.health('test').question).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  it('counts from the beginning after one success', async () => {
    const server = await serveStatuses();
    const http = outbound({ limits });
    for (const status of [500, 500, 404, 500, 500, 200, 500, 500]) await http.send(get(`${server.url}/${status}`));
    expect(http.health('test').question.breaker).toBe('closed');
    expect((await http.send(get(`${server.url}/200`))).status).toBe(200);
  });

  it('does not count what a caller did wrong', async () => {
    const server = await serveStatuses();
    const http = outbound({ limits });
    for (let count = 0; count < 3; count += 1) await errorOf(http.send(get('no url')));
    expect((await http.send(get(`${server.url}/200`))).status).toBe(200);
  });

  it('lets exactly one call through when its time is over, refuses the others meanwhile, and closes when that one succeeds', async () => {
    const server = await serveSlowly();
    const http = await opened(server, { openMs: 50 });
    await until(() => http.health('test').question.breaker === 'half_open');
    const probe = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    const others = await Promise.all([1, 2, 3].map(() => errorOf(http.send(get(server.url)))));
    for (const error of others) expect(error).toMatchObject(REFUSED);
    expect(http.health('test').question).toMatchObject({ breaker: 'half_open', inFlight: 1, queued: 0 });
    server.waiting.shift()!.end();
    expect((await probe).status).toBe(200);
    expect(http.health('test').question.breaker).toBe('closed');
    const next = [http.send(get(server.url)), http.send(get(server.url))];
    await until(() => server.waiting.length === 2);
    for (const response of server.waiting) response.end();
    await Promise.all(next);
  });

  it('opens again for as long when the one that was let through fails', async () => {
    const server = await serveSlowly();
    const http = await opened(server, { openMs: 50 });
    await until(() => http.health('test').question.breaker === 'half_open');
    const probe = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    server.waiting.shift()!.writeHead(502).end();
    const endedAt = Date.now();
    expect((await probe).status).toBe(502);
    await until(() => http.health('test').question.breaker === 'half_open');
    // A millisecond for two readings of the clock.
    expect(Date.now() - endedAt).toBeGreaterThanOrEqual(49);
  });

  it('refuses those too that waited for a slot when it opened', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { failuresToOpen: 1, openMs: FOR_EVER, inFlightMax: 6 } });
    const calls = [1, 2, 3].map(() => http.send(get(server.url, { timeoutMs: 60_000 })));
    await until(() => server.waiting.length === 3);
    const waitingCall = errorOf(http.send(get(server.url)));
    server.waiting.shift()!.writeHead(500).end();
    await Promise.race(calls);
    expect(http.health('test').question).toMatchObject({ breaker: 'open', inFlight: 2 });
    expect(await waitingCall).toMatchObject(REFUSED);
    expect(await errorOf(http.send(get(server.url)))).toMatchObject(REFUSED);
    expect(server.requests).toHaveLength(3);
    for (const response of server.waiting) response.end();
    await Promise.all(calls);
  });

  it('says when it lets a call through again, and not while one is under way that decides', async () => {
    const server = await serveSlowly();
    const http = await opened(server, { openMs: 200 });
    const { retryAfterMs } = await errorOf(http.send(get(server.url)));
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(200);
    await until(() => http.health('test').question.breaker === 'half_open');
    const probe = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    const meanwhile = await errorOf(http.send(get(server.url)));
    expect(meanwhile).toMatchObject(REFUSED);
    expect(meanwhile.retryAfterMs).toBeUndefined();
    server.waiting.shift()!.end();
    await probe;
  });

  it('is logged for operators when it changes', async () => {
    const server = await serveSlowly();
    logged.length = 0;
    const http = await opened(server, { openMs: 20 });
    await until(() => http.health('test').question.breaker === 'half_open');
    const probe = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    server.waiting.shift()!.end();
    await probe;
    const changes = logged.filter((line) => line.includes('breaker'));
    expect(changes.map((line) => /"breaker":"(\w+)"/.exec(line)?.[1])).toEqual(['open', 'half_open', 'closed']);
    for (const line of changes) expect(line).toMatch(/^\["warn",\{"to":"test","purpose":"question"/);
  });

  /** A sender whose breaker to `test` has just opened. */
  async function opened(server: TestServer & { waiting: ServerResponse[] }, changes: Partial<OutboundLimits>) {
    const http = outbound({ limits: { failuresToOpen: 1, ...changes } });
    const failing = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    server.waiting.shift()!.writeHead(500).end();
    await failing;
    return http;
  }
});

describe('the limit of calls in flight', () => {
  // Of which calls that are all for the same have half: two at a time, and three that wait.
  const limits = { inFlightMax: 4, queuedMax: 6 };

  it('lets so many out, so many wait in their order, and refuses the others at once', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits });
    const calls = ['/1', '/2', '/3', '/4', '/5'].map((path) => http.send(get(`${server.url}${path}`)));
    await until(() => server.waiting.length === 2);
    expect(http.health('test').question).toEqual({ breaker: 'closed', inFlight: 2, queued: 3 });
    for (const error of await Promise.all([6, 7].map(() => errorOf(http.send(get(server.url)))))) {
      expect(error).toMatchObject(OVERLOADED);
    }
    for (let answered = 0; answered < 5; answered += 1) {
      await until(() => server.waiting.length > 0);
      expect(server.requests.length - answered).toBeLessThanOrEqual(2);
      server.waiting.shift()!.end();
      await calls[answered];
    }
    expect(server.requests).toEqual(['GET /1', 'GET /2', 'GET /3', 'GET /4', 'GET /5']);
    expect(http.health('test').question).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  it('has a call wait no longer than its own deadline, and never sends it afterwards', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits });
    const hanging = [1, 2].map(() => http.send(get(`${server.url}/hanging`, { timeoutMs: 60_000 })));
    await until(() => server.waiting.length === 2);
    const late = get(`${server.url}/late`, { method: 'POST', body: 'x', timeoutMs: 100 });
    const startedAt = performance.now();
    expect(await errorOf(http.send(late))).toMatchObject(OVERLOADED);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    for (const response of server.waiting.splice(0)) response.end();
    await Promise.all(hanging);
    await answered(http, server);
    expect(server.requests.filter((request) => request.includes('late'))).toEqual([]);
  });

  it('counts the wait against the deadline of the whole call', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { inFlightMax: 1, queuedMax: 1 } });
    const first = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    const second = errorOf(http.send(get(server.url, { timeoutMs: 800 })));
    const tooLate = wait(1_000, 'too late');
    await wait(300);
    server.waiting.shift()!.end();
    await first;
    expect(await Promise.race([second, tooLate])).toMatchObject({ kind: 'timeout', mayHaveArrived: true });
    await tooLate;
  });

  it('has a call wait for half of its deadline at most, so that one that begins has time for its reply', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { inFlightMax: 1, queuedMax: 1 } });
    const first = http.send(get(server.url));
    await until(() => server.waiting.length === 1);
    const startedAt = performance.now();
    const second = errorOf(http.send(get(server.url, { timeoutMs: 600 })));
    const tooLate = wait(500, 'too late');
    expect(await Promise.race([second, tooLate])).toMatchObject(OVERLOADED);
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    await tooLate;
    server.waiting.shift()!.end();
    await first;
  });

  it('has a call wait whatever number of milliseconds its deadline has', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { inFlightMax: 1, queuedMax: 1 } });
    const calls = [20_001, 20_000.5].map((timeoutMs) => http.send(get(server.url, { timeoutMs })));
    for (const call of calls) {
      await until(() => server.waiting.length === 1);
      server.waiting.pop()!.end();
      expect((await call).status).toBe(200);
    }
  });

  it('does not open the breaker when it is reached, and gives its slots back whatever happens', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { ...limits, failuresToOpen: 3 } });
    const hanging = [1, 2].map(() => http.send(get(server.url, { timeoutMs: 500 })).catch(() => undefined));
    await until(() => server.waiting.length === 2);
    const refusedOnes = await Promise.all(
      Array.from({ length: 10 }, () => errorOf(http.send(get(server.url, { timeoutMs: 50 })))),
    );
    for (const error of refusedOnes) expect(error).toMatchObject(OVERLOADED);
    expect(http.health('test').question).toMatchObject({ breaker: 'closed', inFlight: 2 });
    await Promise.all(hanging);
    server.waiting.length = 0;
    await answered(http, server);
    expect(http.health('test').question).toMatchObject({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  async function answered(http: OutboundHttp, server: TestServer & { waiting: ServerResponse[] }): Promise<void> {
    const call = http.send(get(`${server.url}/after`));
    await until(() => server.waiting.length === 1);
    server.waiting.shift()!.end();
    await call;
  }
});

describe('calls for several at one destination', () => {
  const send = (http: OutboundHttp, share: string, request: OutboundRequest) =>
    onBehalfOf(share, () => http.send(request));

  it('leave a slot to whoever has none, while all that one may have hang and hundreds wait', async () => {
    const server = await serveSlowly();
    const http = outbound();
    const flood = Array.from({ length: 100 }, () =>
      send(http, 'flooding', get(`${server.url}/flood`, { timeoutMs: 60_000 })).catch(() => undefined),
    );
    await until(() => server.waiting.length === 32);
    for (let count = 0; count < 5; count += 1) {
      const call = send(http, 'quiet', get(`${server.url}/quiet`));
      await until(() => server.waiting.length === 33);
      expect(server.requests.at(-1)).toBe('GET /quiet');
      server.waiting.pop()!.end();
      expect((await call).status).toBe(200);
    }
    // All that while they hung, and nobody else's waited.
    expect(http.health('test').question).toMatchObject({ inFlight: 32, queued: 64 });
    const everything = Promise.all(flood);
    let isOver = false;
    void everything.then(() => (isOver = true));
    await until(() => {
      for (const response of server.waiting.splice(0)) response.end();
      return isOver;
    });
  });

  it('wait in turns: the first of one who comes last goes before the second of those who came first', async () => {
    const server = await serveSlowly();
    const http = outbound({ limits: { inFlightMax: 1, queuedMax: 100 } });
    const ask = (share: string) => send(http, share, get(`${server.url}/${share}`, { timeoutMs: 60_000 }));
    const calls = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c'].map((share) => ask(share));
    for (let answered = 0; answered < calls.length; answered += 1) {
      await until(() => server.waiting.length > 0);
      server.waiting.shift()!.end();
    }
    await Promise.all(calls);
    expect(server.requests.map((request) => request.at(-1)).join('')).toBe('abcababa');
  });

  it('that fail are no reason to hold back those of another, until his fail as well', async () => {
    const server = await serveStatuses();
    const http = outbound({ limits: { failuresToOpen: 3, openMs: FOR_EVER } });
    const failing = get(`${server.url}/500`);
    const well = get(`${server.url}/200`);
    for (let count = 0; count < 3; count += 1) await send(http, 'poisoned', failing);
    expect(await errorOf(send(http, 'poisoned', well))).toMatchObject(REFUSED);
    expect((await send(http, 'quiet', well)).status).toBe(200);
    expect(onBehalfOf('poisoned', () => http.isHeldBack('test', 'question'))).toBe(true);
    expect(onBehalfOf('quiet', () => http.isHeldBack('test', 'question'))).toBe(false);
    expect(http.health('test').question.breaker).toBe('open');
    // Found out by two it is known to all: the server is not well.
    for (let count = 0; count < 3; count += 1) await send(http, 'unlucky', failing);
    expect(await errorOf(send(http, 'quiet', well))).toMatchObject(REFUSED);
    expect(onBehalfOf('never seen', () => http.isHeldBack('test', 'question'))).toBe(true);
    expect(server.requests).toHaveLength(7);
  });
});

describe('orders and questions of one destination', () => {
  const idle = { breaker: 'closed', inFlight: 0, queued: 0 };

  it.each([
    ['questions', 'orders', 'question', 'order'],
    ['orders', 'questions', 'order', 'question'],
  ] as const)('have a breaker each: %s that fail hold back no %s', async (_these, _those, failing, well) => {
    const server = await serveStatuses();
    const http = outbound({ limits: { failuresToOpen: 3, openMs: FOR_EVER } });
    for (let count = 0; count < 3; count += 1) {
      await http.send(get(`${server.url}/500`, { purpose: failing }));
      // Nor does the other's success make them well.
      await http.send(get(`${server.url}/200`, { purpose: well }));
    }
    expect(await errorOf(http.send(get(`${server.url}/200`, { purpose: failing })))).toMatchObject(REFUSED);
    expect((await http.send(get(`${server.url}/200`, { purpose: well }))).status).toBe(200);
    expect(http.health('test')).toMatchObject({ [failing]: { breaker: 'open' }, [well]: idle });
  });

  it.each([
    ['questions', 'orders', 'question', 'order'],
    ['orders', 'questions', 'order', 'question'],
  ] as const)('have slots each: %s that hang take none of those for %s', async (_these, _those, hanging, well) => {
    const server = await serveSlowly();
    const http = outbound({ limits: { inFlightMax: 1, queuedMax: 0 } });
    const hung = http.send(get(server.url, { purpose: hanging }));
    await until(() => server.waiting.length === 1);
    expect(await errorOf(http.send(get(server.url, { purpose: hanging })))).toMatchObject(OVERLOADED);
    const call = http.send(get(server.url, { purpose: well }));
    await until(() => server.waiting.length === 2);
    expect(http.health('test')).toMatchObject({ order: { inFlight: 1 }, question: { inFlight: 1 } });
    for (const response of server.waiting) response.end();
    await Promise.all([hung, call]);
  });

  it('are questions where nothing else is said', async () => {
    const server = await serveStatuses();
    const http = outbound({ limits: { failuresToOpen: 1, openMs: FOR_EVER } });
    await http.send(get(`${server.url}/500`));
    expect(http.health('test')).toMatchObject({ order: idle, question: { breaker: 'open' } });
  });

  it('leave room for a burst of 250 orders, 64 of them at a time', async () => {
    const server = await serveSlowly();
    const http = outbound();
    const order = get(server.url, { method: 'POST', body: 'x', purpose: 'order', timeoutMs: 20_000 });
    const replies = Promise.all(Array.from({ length: 250 }, () => http.send(order)));
    for (const together of [64, 64, 64, 58]) {
      await until(() => server.waiting.length === together);
      expect(http.health('test').order.inFlight).toBe(together);
      for (const response of server.waiting.splice(0)) response.end();
    }
    expect((await replies).map(({ status }) => status)).toEqual(Array<number>(250).fill(200));
  });
});

describe('the trouble of one destination', () => {
  const limits = { failuresToOpen: 1, openMs: FOR_EVER, inFlightMax: 1, queuedMax: 0 };

  it('does not touch another, even at the same address', async () => {
    const server = await serveStatuses();
    const hanging = await serveSlowly();
    const http = outbound({ limits });
    await http.send(get(`${server.url}/500`, { to: 'failing' }));
    const hung = http.send(get(hanging.url, { to: 'full' }));
    await until(() => hanging.waiting.length === 1);
    expect(await errorOf(http.send(get(`${server.url}/200`, { to: 'failing' })))).toMatchObject(REFUSED);
    expect(await errorOf(http.send(get(`${server.url}/200`, { to: 'full' })))).toMatchObject(OVERLOADED);
    expect((await http.send(get(`${server.url}/200`, { to: 'well' }))).status).toBe(200);
    expect(http.health('failing').question.breaker).toBe('open');
    expect(http.health('full').question).toMatchObject({ breaker: 'closed', inFlight: 1 });
    for (const to of ['well', 'never called']) {
      expect(http.health(to).question).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
    }
    hanging.waiting[0]!.end();
    await hung;
  });

  it('does not exist where the URL is a merchant’s: neither breaker nor limit', async () => {
    const server = await serveStatuses();
    const hanging = await serveSlowly();
    const http = outbound({ limits });
    const toMerchant = { to: 'merchant', merchantUrl: true };
    const hung = [1, 2, 3].map(() => http.send(get(hanging.url, toMerchant)));
    await until(() => hanging.waiting.length === 3);
    for (const status of [500, 500, 200]) {
      expect((await http.send(get(`${server.url}/${status}`, toMerchant))).status).toBe(status);
    }
    for (const response of hanging.waiting) response.end();
    await Promise.all(hung);
  });
});
