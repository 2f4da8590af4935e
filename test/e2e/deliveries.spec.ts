import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { RETRY_AFTER_MAX_SECONDS } from '../../src/notifications/retry-schedule.js';
import { PARTITION_CONCURRENCY } from '../../src/notifications/partition-concurrency.js';
import { newReference, ticketOf } from '../support/api-client.js';
import { type EndpointServer, startEndpointServer } from '../support/endpoint-server.js';
import { expectProblem } from '../support/expect-problem.js';
import { type EndpointView, NotificationApi } from '../support/notification-api.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

let testApp: TestApp;
let server: EndpointServer;
let notifications: NotificationApi;

beforeAll(async () => {
  testApp = await startTestApp();
  server = await startEndpointServer();
  notifications = new NotificationApi(testApp.api);
});

afterAll(async () => {
  await testApp?.close();
  await server?.close();
});

const servers: { close(): Promise<unknown> }[] = [];

/** A merchant of its own, until the end of the test. */
async function anotherServer(): Promise<EndpointServer> {
  const another = await startEndpointServer();
  servers.push(another);
  return another;
}

afterEach(async () => {
  for (const one of servers.splice(0)) await one.close();
  const { body } = await testApp.api.call<{ data: { id: string }[] }>('GET', '/webhook-endpoints?limit=100');
  for (const { id } of body.data) await testApp.api.call('DELETE', `/webhook-endpoints/${id}`);
});

/** An endpoint that hears of nothing that happens in this file, but for tests, and what its server answers. */
async function endpointThat(answers: (response: ServerResponse) => void): Promise<EndpointView> {
  server.answers(answers);
  return notifications.createEndpoint({ url: `${server.url}/${newReference()}`, eventTypes: ['payin.reversed'] });
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end();

const isDue = (id: string) => testApp.database.query('update notifications set due_at = now() where id = $1', [id]);

describe('an answer', () => {
  it.each([200, 201, 202, 204, 299])('of HTTP %p is a delivery', async (code) => {
    const endpoint = await endpointThat(status(code));
    const notification = await notifications.tried(await notifications.sendTest(endpoint.id));
    expect(notification).toMatchObject({
      ...{
        status: 'DELIVERED',
        lastResult: `HTTP ${code}`,
        nextAttemptAt: null,
        deliveredAt: expect.any(String),
        attemptCount: 1,
      },
      attempts: [
        { number: 1, at: expect.any(String), status: code, durationMs: expect.any(Number), result: `HTTP ${code}` },
      ],
    });
  });

  it.each([301, 302, 307, 308, 304, 400, 401, 404, 405, 500, 502])(
    'of HTTP %p is none, and is not followed',
    async (code) => {
      const elsewhere = await anotherServer();
      const endpoint = await endpointThat(status(code, { location: elsewhere.url }));
      const notification = await notifications.tried(await notifications.sendTest(endpoint.id));
      expect(notification).toMatchObject({ status: 'PENDING', deliveredAt: null, attempts: [{ status: code }] });
      expect(elsewhere.received).toEqual([]);
      await elsewhere.close();
    },
  );

  it('that begins with a status counts by it, however long it goes on, and only its first bytes are kept, harmless', async () => {
    const endless = `<script>\u001b[31m\u202e\u0000ñandú ${'x'.repeat(5_000)}`;
    let written = 0;
    const endpoint = await endpointThat((response) => {
      const more = (): void => {
        while (!response.destroyed && written < 100_000_000 && response.write(endless)) written += endless.length;
        response.once('drain', more);
      };
      response.writeHead(200, { 'content-type': 'text/html' });
      more();
    });
    const notification = await notifications.tried(await notifications.sendTest(endpoint.id));
    expect(notification).toMatchObject({ status: 'DELIVERED', attempts: [{ status: 200 }] });
    const first = notification.attempts[0]!.firstBytes!;
    expect(first.startsWith('<script> [31m ñandú xxx')).toBe(true);
    expect(Buffer.byteLength(first)).toBeLessThanOrEqual(256);
    expect(first).not.toMatch(/\p{C}/u);
    expect(written).toBeLessThan(50_000_000);
  });

  const begun =
    (code: number, headers: Record<string, string> = {}) =>
    (response: ServerResponse) =>
      response.writeHead(code, { ...headers, 'content-length': '1000' }).write('begun');

  it.each<[string, (response: ServerResponse) => void]>([
    ['drips', (response) => void begun(202)(response)],
    ['breaks off', (response) => void (begun(202)(response), setImmediate(() => response.socket?.resetAndDestroy()))],
    ['is not what it says', (response) => void response.writeHead(202, { 'content-encoding': 'gzip' }).end('text')],
  ])('of 2xx is a delivery, once, though its body %s', async (_what, answers) => {
    const endpoint = await endpointThat(answers);
    const notification = await notifications.tried(await notifications.sendTest(endpoint.id));
    expect(notification).toMatchObject({
      ...{ status: 'DELIVERED', nextAttemptAt: null, attemptCount: 1 },
      attempts: [{ status: 202, result: 'HTTP 202' }],
    });
  });

  it('of another status has its consequences, though its body breaks off', async () => {
    const breakingOff = (code: number, headers?: Record<string, string>) => (response: ServerResponse) => {
      begun(code, headers)(response);
      setImmediate(() => response.socket?.resetAndDestroy());
    };
    const busy = await endpointThat(breakingOff(429, { 'retry-after': '3600' }));
    const { nextAttemptAt, attempts } = await notifications.tried(await notifications.sendTest(busy.id));
    expect(Date.parse(nextAttemptAt!) - Date.parse(attempts[0]!.at)).toBeGreaterThan(3_500_000);
    const gone = await endpointThat(breakingOff(410));
    await notifications.tried(await notifications.sendTest(gone.id));
    expect(await notifications.endpoint(gone.id)).toMatchObject({ status: 'DISABLED', disabledReason: 'GONE' });
  });

  it('that never comes, or never gets to its status’ end, is waited for no longer than the deadline', async () => {
    const dripping = createTcpServer((socket: Socket) => {
      const drip = setInterval(() => socket.write('x'), 200);
      socket.on('error', () => undefined);
      socket.on('close', () => clearInterval(drip));
      socket.write('HTTP/1.1 200 OK\r\nX-Drip: ');
    });
    const silent = createTcpServer((socket: Socket) => void socket.on('error', () => undefined).resume());
    for (const one of [dripping, silent]) {
      await once(one.listen(0, '127.0.0.1'), 'listening');
      servers.push({ close: () => Promise.resolve(one.close()) });
    }
    const ids = await Promise.all(
      [dripping, silent].map(async (one) => {
        const url = `http://127.0.0.1:${(one.address() as AddressInfo).port}/`;
        const endpoint = await notifications.createEndpoint({ url, eventTypes: ['payin.reversed'] });
        return notifications.sendTest(endpoint.id);
      }),
    );
    for (const id of ids) {
      const { attempts } = await until(
        'the end of the try',
        async () => {
          const one = await notifications.notification(id);
          return one.attempts.length > 0 && one;
        },
        25_000,
      );
      expect(attempts).toMatchObject([{ status: null, result: 'timeout (deadline)', firstBytes: null }]);
      expect(attempts[0]!.durationMs).toBeGreaterThan(14_000);
    }
  });

  it.each<[number, string, number, number]>([
    [503, '3600', 3_600, 4_320],
    [429, new Date(Date.now() + 2 * 3_600_000).toUTCString(), 7_100, 8_640],
    [429, '99999999', RETRY_AFTER_MAX_SECONDS, RETRY_AFTER_MAX_SECONDS * 1.2],
    [429, '1', 5, 6],
    [503, 'tomorrow', 5, 6],
    [500, '3600', 5, 6],
  ])('of HTTP %p with Retry-After: %s is waited for as it asks, within bounds', async (code, header, least, most) => {
    const endpoint = await endpointThat(status(code, { 'retry-after': header }));
    const id = await notifications.sendTest(endpoint.id);
    await notifications.tried(id);
    const [{ seconds }] = (await testApp.database.query<{ seconds: number }>(
      `select extract(epoch from n.due_at - t.at)::float as seconds from notifications n
       join delivery_attempts t on t.notification_id = n.id and t.number = 1 where n.id = $1`,
      [id],
    )) as [{ seconds: number }];
    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most + 1);
  });
});

describe('an endpoint', () => {
  it('that is gone (410) is disabled at once, says so, and gets nothing more until it is enabled again', async () => {
    const endpoint = await endpointThat(status(410));
    const id = await notifications.sendTest(endpoint.id);
    expect(await notifications.tried(id)).toMatchObject({
      status: 'FAILED',
      lastResult: 'HTTP 410',
      nextAttemptAt: null,
    });
    expect(await notifications.endpoint(endpoint.id)).toMatchObject({
      ...{ status: 'DISABLED', disabledReason: 'GONE', disabledAt: expect.any(String) },
    });
    expectProblem(await testApp.api.call('POST', `/notifications/${id}/resend`), 'ENDPOINT_NOT_ENABLED');
    server.answers(status(204));
    await notifications.updateEndpoint(endpoint.id, { status: 'ENABLED' });
    expect((await testApp.api.call('POST', `/notifications/${id}/resend`)).status).toBe(202);
    expect(await notifications.tried(id, 2)).toMatchObject({ status: 'DELIVERED', attemptCount: 2 });
  });

  it('to which nothing has got through for five days is disabled, and not before', async () => {
    const endpoint = await endpointThat(status(500));
    const first = await notifications.sendTest(endpoint.id);
    await notifications.tried(first);
    const { failingSince } = await notifications.endpoint(endpoint.id);
    expect(failingSince).toEqual(expect.any(String));
    await timePasses(testApp.database, 5 * DAY - 600);
    await isDue(first);
    await notifications.tried(first, 2);
    expect(await notifications.endpoint(endpoint.id)).toMatchObject({ status: 'ENABLED' });
    await timePasses(testApp.database, 700);
    await isDue(first);
    await notifications.tried(first, 3);
    expect(await notifications.endpoint(endpoint.id)).toMatchObject({ status: 'DISABLED', disabledReason: 'FAILING' });
  });

  it('to which something has got through meanwhile begins its five days anew', async () => {
    const endpoint = await endpointThat(status(500));
    const failing = await notifications.sendTest(endpoint.id);
    await notifications.tried(failing);
    await timePasses(testApp.database, 4 * DAY);
    server.answers(status(204));
    await notifications.tried(await notifications.sendTest(endpoint.id));
    expect(await notifications.endpoint(endpoint.id)).toMatchObject({ failingSince: null });
    server.answers(status(500));
    await timePasses(testApp.database, 2 * DAY);
    await isDue(failing);
    const before = (await notifications.notification(failing)).attempts.length;
    await notifications.tried(failing, before + 1);
    expect(await notifications.endpoint(endpoint.id)).toMatchObject({ status: 'ENABLED' });
  });

  it('that comes back after a day gets every message, once each, with the id that it had', async () => {
    const merchant = await anotherServer();
    const endpoint = await notifications.createEndpoint({ url: merchant.url });
    await merchant.goAway();
    const payins = await Promise.all(Array.from({ length: 5 }, () => testApp.api.open()));
    for (const payin of payins) await testApp.sandbox.tumipay.pay(ticketOf(payin));
    for (const payin of payins) await testApp.api.reaches(payin.id, 'APPROVED');
    const written = await notifications.list(`endpointId=${endpoint.id}`);
    expect(written).toHaveLength(15);
    for (const { id } of written) await notifications.tried(id);
    // Hour after hour nobody is there.
    for (let hours = 6; hours <= 24; hours += 6) {
      await timePasses(testApp.database, 6 * HOUR);
      for (const { id } of written) await notifications.tried(id, hours / 6 + 1);
    }
    await merchant.comeBack();
    await timePasses(testApp.database, DAY);
    await until('all to be delivered', async () =>
      (await notifications.list(`endpointId=${endpoint.id}`)).every(({ status: stands }) => stands === 'DELIVERED'),
    );
    const received = merchant.received.map(({ headers }) => String(headers['webhook-id']));
    expect(received.toSorted()).toEqual(written.map(({ webhookId }) => webhookId).toSorted());
    for (const { raw, headers } of merchant.received)
      new Webhook(endpoint.secret).verify(raw, headers as Record<string, string>);
    const { attempts } = await notifications.notification(written[0]!.id);
    expect(attempts.length).toBeGreaterThan(1);
    expect(attempts[0]!.result).toMatch(/^not connected/);
  });
});

describe('a message', () => {
  it('is given up after more than three days of trying, and stays to be seen and resent', async () => {
    const merchant = await anotherServer();
    merchant.answers((response) => void response.writeHead(500).end('out of order'));
    const payin = await testApp.api.open({ callbackUrl: merchant.url });
    const [created] = await notifications.list(`payinId=${payin.id}&type=payin.created`);
    const { id } = created!;
    let waited = 0;
    for (let times = 1; ; times += 1) {
      const { nextAttemptAt, attempts } = await notifications.tried(id, times);
      if (nextAttemptAt === null) break;
      const seconds = Math.ceil((Date.parse(nextAttemptAt) - Date.parse(attempts.at(-1)!.at)) / 1000);
      waited += seconds;
      await timePasses(testApp.database, seconds);
    }
    expect(waited).toBeGreaterThan(3 * DAY);
    expect(await notifications.notification(id)).toMatchObject({ status: 'FAILED', lastResult: 'HTTP 500' });
    expect((await notifications.notification(id)).attempts.map(({ number }) => number)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    merchant.answers(status(204));
    await testApp.api.call('POST', `/notifications/${id}/resend`);
    expect(await notifications.tried(id, 16)).toMatchObject({ status: 'DELIVERED' });
    const ids = merchant.received.filter(({ message }) => message.type === 'payin.created');
    expect(new Set(ids.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([`msg_${id}`]));
    // Each try is signed at its own time.
    expect(ids.length).toBe(16);
  });

  it('is resent on request also when it was delivered; asked for twice at once it is sent once', async () => {
    const endpoint = await endpointThat(status(204));
    const id = await notifications.sendTest(endpoint.id);
    await notifications.tried(id);
    const answers: (() => void)[] = [];
    server.answers((response) => void answers.push(() => response.writeHead(204).end()));
    const resend = () => testApp.api.call<{ status: string }>('POST', `/notifications/${id}/resend`);
    const first = await resend();
    expect([first.status, first.body]).toMatchObject([202, { status: 'PENDING', deliveredAt: expect.any(String) }]);
    await until('it to be under way', () => answers.length === 1);
    expect((await resend()).status).toBe(202);
    answers[0]!();
    expect(await notifications.tried(id, 2)).toMatchObject({ status: 'DELIVERED', attemptCount: 2 });
    expect(answers).toHaveLength(1);
  });

  it('is resent a bounded number of times', async () => {
    const endpoint = await endpointThat(status(204));
    const id = await notifications.sendTest(endpoint.id);
    await notifications.tried(id);
    await testApp.database.query('update notifications set attempts = 100 where id = $1', [id]);
    expectProblem(await testApp.api.call('POST', `/notifications/${id}/resend`), 'RESEND_LIMIT');
    const range = { from: '2020-01-01', to: '2100-01-01', endpointId: endpoint.id };
    expect((await testApp.api.call('POST', '/notifications/resend', range)).body).toMatchObject({ resent: 0 });
  });

  it('that is stale is known by its sequence, which follows the payin’s history', async () => {
    const merchant = await anotherServer();
    merchant.answers(
      (response, { message }) => void response.writeHead(message.type === 'payin.pending' ? 500 : 204).end(),
    );
    const payin = await testApp.api.open({ callbackUrl: merchant.url });
    await testApp.sandbox.tumipay.pay(ticketOf(payin));
    const eventOf = (type: string) =>
      until(`to receive ${type}`, () => merchant.received.findLast(({ message }) => message.type === type));
    await eventOf('payin.approved');
    const [pending] = await notifications.list(`payinId=${payin.id}&type=payin.pending`);
    await notifications.tried(pending!.id);
    merchant.answers(status(204));
    await isDue(pending!.id);
    await notifications.tried(pending!.id, 2);
    const [late, newest] = [merchant.received.at(-1)!.message, (await eventOf('payin.approved')).message];
    expect([late.type, late.data['status']]).toEqual(['payin.pending', 'PENDING']);
    expect(Number(late.data['sequence'])).toBeLessThan(Number(newest.data['sequence']));
    const history = await testApp.api.events(payin.id);
    for (const { type, data } of [late, newest])
      expect(history.find(({ sequence }) => sequence === data['sequence'])?.type).toBe(type);
  });
});

describe('the list of notifications', () => {
  it('is filtered by payin, endpoint, type, status and time, and goes on by cursor', async () => {
    const endpoint = await endpointThat(status(204));
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await notifications.sendTest(endpoint.id));
    for (const id of ids) await notifications.tried(id);
    const newest = ids.toReversed();
    const own = `endpointId=${endpoint.id}`;
    const list = async (query: string) => (await notifications.list(query)).map(({ id }) => id);
    expect(await list(own)).toEqual(newest);
    expect(await list(`${own}&status=DELIVERED&type=webhook_endpoint.test`)).toEqual(newest);
    expect(await list(`${own}&status=FAILED`)).toEqual([]);
    expect(await list(`${own}&type=payin.created`)).toEqual([]);
    const { createdAt } = await notifications.notification(ids[2]!);
    expect(await list(`${own}&createdFrom=${createdAt}`)).toEqual(newest.slice(0, 3));
    expect(await list(`${own}&createdTo=${createdAt}`)).toEqual(newest.slice(3));
    interface Page {
      data: { id: string }[];
      pageInfo: { nextCursor: string };
    }
    const first = await testApp.api.call<Page>('GET', `/notifications?${own}&limit=3`);
    const second = await testApp.api.call<Page>(
      'GET',
      `/notifications?${own}&limit=3&cursor=${first.body.pageInfo.nextCursor}`,
    );
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(newest);
  });

  it.each([
    'status=delivered',
    'type=payin.paid',
    'payinId=1',
    'endpointId=%00',
    'createdFrom=now',
    'limit=0',
    'nope=1',
  ])('refuses %s by name', async (query) => {
    const answer = await testApp.api.call('GET', `/notifications?${query}`);
    expectProblem(answer, 'VALIDATION_FAILED', query.split('=')[0]!);
  });

  it.each<[object, string]>([
    [{ from: '2024-01-01' }, 'to'],
    [{ from: '2024-01-02', to: '2024-01-01' }, 'to'],
    [{ from: 'yesterday', to: '2024-01-01' }, 'from'],
    [{ from: '2024-01-01', to: '2024-01-02', status: 'LOST' }, 'status'],
    [{ from: '2024-01-01', to: '2024-01-02', endpointId: 'x' }, 'endpointId'],
    [{ from: '2024-01-01', to: '2024-01-02', all: true }, 'all'],
  ])('resends no range like %p', async (range, field) => {
    expectProblem(await testApp.api.call('POST', '/notifications/resend', range), 'VALIDATION_FAILED', field);
  });
});

describe('an endpoint that hangs', () => {
  it('holds up nobody else with 10,000 messages that are due, and takes a few places only', async () => {
    const hanging = await anotherServer();
    let [waiting, most] = [0, 0];
    hanging.answers((response) => {
      waiting += 1;
      most = Math.max(most, waiting);
      response.on('close', () => (waiting -= 1));
    });
    const endpoint = await notifications.createEndpoint({ url: hanging.url, eventTypes: ['payin.reversed'] });
    await testApp.database.query(
      `insert into notifications (organization_id, id, sequence, type, endpoint_id, partition, body, due_at)
       select organization_id, gen_random_uuid(), 0, 'payin.reversed', id, id::text, '{}', now() - interval '1 day'
       from webhook_endpoints, generate_series(1, 10000) where id = $1`,
      [endpoint.id],
    );
    await until('the hanging endpoint to be called', () => waiting === PARTITION_CONCURRENCY);
    for (let count = 0; count < 5; count += 1) {
      const payin = await testApp.api.open({ callbackUrl: testApp.merchant.url });
      await testApp.merchant.eventOf(payin.id, 'payin.pending');
    }
    // All that while it hung.
    expect([waiting, most]).toEqual([PARTITION_CONCURRENCY, PARTITION_CONCURRENCY]);
    const [{ due }] = (await testApp.database.query<{ due: number }>(
      'select count(*)::int as due from notifications where endpoint_id = $1 and due_at <= now()',
      [endpoint.id],
    )) as [{ due: number }];
    expect(due).toBe(10_000 - PARTITION_CONCURRENCY);
  });
});

describe('an endpoint of which more is claimed than in flight, because it was quick', () => {
  /** An endpoint with messages that are due, and how many of them are claimed and not delivered. */
  async function backlog(count: number, answers: (response: ServerResponse, number: number) => void) {
    const merchant = await anotherServer();
    let called = 0;
    merchant.answers((response) => answers(response, (called += 1)));
    const { id } = await notifications.createEndpoint({ url: merchant.url, eventTypes: ['payin.reversed'] });
    await testApp.database.query(
      `insert into notifications (organization_id, id, sequence, type, endpoint_id, partition, body, due_at)
       select organization_id, gen_random_uuid(), 0, 'payin.reversed', id, id::text, '{}', now()
       from webhook_endpoints, generate_series(1, $2::int) where id = $1`,
      [id, count],
    );
    const countOf = async (condition: string) => {
      const [row] = await testApp.database.query<{ count: number }>(
        `select count(*)::int as count from notifications where endpoint_id = $1 and ${condition}`,
        [id],
      );
      return row!.count;
    };
    return { id, called: () => called, countOf };
  }

  it('is called as much at once as any, and hands back what it was going to get when it hangs', async () => {
    let [open, most] = [0, 0];
    const { called, countOf } = await backlog(2_000, (response, number) => {
      open += 1;
      most = Math.max(most, open);
      response.on('close', () => (open -= 1));
      if (number <= 500) response.writeHead(204).end();
    });
    await until('it to hang', () => open === PARTITION_CONCURRENCY && called() > 500);
    await until('the rest to be due', async () => (await countOf('due_at > now()')) === PARTITION_CONCURRENCY, 10_000);
    expect([open, most, called()]).toEqual([PARTITION_CONCURRENCY, PARTITION_CONCURRENCY, 500 + PARTITION_CONCURRENCY]);
    expect(await countOf('due_at <= now()')).toBe(1_500 - PARTITION_CONCURRENCY);
    expect(await countOf('attempts = 1 and delivered_at is not null')).toBe(500);
  });

  it('gets no more of it when it says that it is gone', async () => {
    const { id, called, countOf } = await backlog(2_000, (response, number) =>
      response.writeHead(number <= 500 ? 204 : 410).end(),
    );
    await until('nothing to be due', async () => (await countOf('due_at is not null')) === 0);
    expect(await notifications.endpoint(id)).toMatchObject({ status: 'DISABLED', disabledReason: 'GONE' });
    // What was under way.
    expect(called()).toBeLessThanOrEqual(500 + 2 * PARTITION_CONCURRENCY);
    expect(await countOf(`delivered_at is null and attempts = 0`)).toBe(2_000 - called());
  });
});
