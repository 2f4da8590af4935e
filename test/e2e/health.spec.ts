import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startSandbox, type Sandbox, SandboxClient, type WebhookAttempt } from '@recaudo/sandbox';
import { startService, type Service } from '../../src/app/service.js';
import { type Answer, ApiClient, newReference, payinRequest } from '../support/api-client.js';
import { type DatabaseProxy, startDatabaseProxy } from '../support/database-proxy.js';
import { expectProblem } from '../support/expect-problem.js';
import { freePort } from '../support/free-port.js';
import { API_KEY } from '../support/test-app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { processTimePasses } from '../support/time.js';
import { until } from '../support/until.js';

/** How long what was found out about the room on the disk counts. */
const ROOM_COUNTS_SECONDS = 15;
const FULL_COUNTS_SECONDS = 5;

let database: TestDatabase;
let databaseProxy: DatabaseProxy;
let sandbox: Sandbox;
let environment: Record<string, string>;
let service: Service;
let api: ApiClient;

beforeEach(async () => {
  database = await createTestDatabase();
  databaseProxy = await startDatabaseProxy(database.url);
  sandbox = await startSandbox({ port: 0 });
  const port = await freePort();
  environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: String(port),
    DATABASE_URL: databaseProxy.url,
    BOOTSTRAP_API_KEY: API_KEY,
    PROVIDERS: 'tumipay',
    TUMIPAY_BASE_URL: sandbox.tumipay.baseUrl,
  };
  service = await startService(environment);
  api = new ApiClient(`http://127.0.0.1:${port}`, API_KEY);
});

afterEach(async () => {
  databaseProxy?.mend();
  await service?.close();
  await databaseProxy?.close();
  await sandbox?.close();
  await database?.drop();
});

const ready = () => api.call('GET', '/health/ready');

describe('health', () => {
  it('says in detail that all is well', async () => {
    expect(await api.call('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await ready()).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        details: {
          process: { status: 'up' },
          database: { status: 'up' },
          migrations: { status: 'up' },
        },
      },
    });
  });

  it('is not ready without a database, and says so; it lives on, and is ready again by itself', async () => {
    expect((await ready()).status).toBe(200);
    databaseProxy.cut();
    const answer = await ready();
    const problem = expectProblem(answer, 'UNAVAILABLE');
    expect(problem.detail).toContain('database: cannot be reached');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    // Where the database is and who we are there is nobody's business.
    expect(JSON.stringify(problem)).not.toContain(new URL(databaseProxy.url).port);
    expect((await api.call('GET', '/health/live')).status).toBe(200);
    databaseProxy.mend();
    await until('the service to be ready again', async () => (await ready()).status === 200);
  });

  it('stays ready while webhooks wait, of a provider that is not enabled and of one that is slow', async () => {
    await database.query(
      `insert into inbound_webhooks (organization_id, id, provider, event_key, raw_body, received_at, due_at)
       select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'hellopay', n::text, '', now() - interval '1 day', now() - interval '1 day'
       from generate_series(1, 10) n`,
    );
    expect((await ready()).status).toBe(200);
  });

  it('is not ready on a schema that is behind, and names the command that mends it', async () => {
    const [last] = await database.query<{ name: string }>(
      'delete from mikro_orm_migrations where id = (select max(id) from mikro_orm_migrations) returning name',
    );
    expect(expectProblem(await ready(), 'UNAVAILABLE').detail).toBe('migrations: 1 not applied; run npm run migrate');
    await database.query('insert into mikro_orm_migrations (name, executed_at) values ($1, now())', [last!.name]);
    expect((await ready()).status).toBe(200);
  });
});

describe('without a database', () => {
  it('a create is a 503 that says when to try again, and leaves nothing behind: not here, not at the provider', async () => {
    const reference = newReference();
    expect((await api.create()).status).toBe(201);
    databaseProxy.cut();
    for (let attempts = 0; attempts < 5; attempts += 1) {
      const answer = await api.create({ reference });
      expectProblem(answer, 'UNAVAILABLE');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    const { tumipay } = new SandboxClient(sandbox.url);
    expect(await tumipay.orders()).toHaveLength(1);
    expect(await database.query('select 1 from payins where reference = $1', [reference])).toEqual([]);
    databaseProxy.mend();
    const created = await until('the database to be used again', async () => {
      const answer = await api.create({ reference });
      return answer.status !== 503 && answer;
    });
    expect([created.status, created.body.status]).toEqual([201, 'PENDING']);
    expect(await tumipay.orders()).toHaveLength(2);
  });

  it.each([
    '/payins',
    '/payins/0199a000-0000-7000-8000-000000000000',
    '/payins/0199a000-0000-7000-8000-000000000000/events',
    '/discrepancies',
  ])('GET %s is a 503, never a 500 and never a 401', async (path) => {
    databaseProxy.cut();
    expectProblem(await api.call('GET', path), 'UNAVAILABLE');
  });

  it('a webhook is not acknowledged, so that the provider sends it again, and then is applied', async () => {
    const opened = await api.open();
    const { tumipay } = new SandboxClient(sandbox.url);
    const [order] = await tumipay.orders();
    await tumipay.pay(order!.id, { webhook: 'none' });
    databaseProxy.cut();
    expect((await tumipay.webhook(order!.id)).map(httpStatusOf)).toEqual([503]);
    databaseProxy.mend();
    await until('the webhook to be taken', async () => httpStatusOf((await tumipay.webhook(order!.id))[0]!) === 200);
    await api.reaches(opened.id, 'APPROVED');
  });

  it('whose name is gone it is the same: 503', async () => {
    expect((await api.create()).status).toBe(201);
    const name = new URL(database.url).pathname.slice(1);
    await renameDatabase(name, `${name}_away`);
    try {
      expectProblem(await api.create(), 'UNAVAILABLE');
      expectProblem(await ready(), 'UNAVAILABLE');
    } finally {
      await renameDatabase(`${name}_away`, name);
    }
  });
});

describe('a database that refuses', () => {
  const named = () => new URL(database.url).pathname.slice(1);

  /** For connections that are made from now on, of which there are only such. */
  async function setForAll(setting: string): Promise<void> {
    await database.query(`alter database ${named()} set ${setting}`);
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'recaudo'`,
      [named()],
    );
  }

  /** A 503 that says why and when to come again. */
  function expectRefusal(answer: Answer<unknown>, why: string): void {
    expect(expectProblem(answer, 'UNAVAILABLE').detail).toContain(`The database ${why}.`);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }

  /** From whatever moment on, since a broken connection may be met first. */
  const untilReady = (why: string | undefined) =>
    until(`readiness to say ${why ?? 'that all is well'}`, async () => {
      const { status, body } = await ready();
      return why === undefined ? status === 200 : body['detail'] === `database: ${why}`;
    });

  it('every change, because it is read-only, is a 503 and not ready; what only reads goes on', async () => {
    await setForAll('default_transaction_read_only = on');
    await untilReady('is read-only');
    expectRefusal(await api.create(), 'is read-only');
    expect((await api.call('GET', '/payins')).status).toBe(200);
    await setForAll('default_transaction_read_only = off');
    await untilReady(undefined);
    expect((await api.create()).status).toBe(201);
  });

  it('a row, because its disk is full, is a 503 and not ready, until there is room', async () => {
    await database.query(
      `create function fill() returns trigger language plpgsql as $$ begin raise 'could not extend file' using errcode = '53100'; end $$`,
    );
    await database.query('create trigger full_disk before insert on payins execute function fill()');
    expect((await ready()).status).toBe(200);
    expectRefusal(await api.create(), 'has no room left');
    await untilReady('has no room left');
    await database.query('drop trigger full_disk on payins');
    processTimePasses(FULL_COUNTS_SECONDS);
    await untilReady(undefined);
    expect((await api.create()).status).toBe(201);
  });

  it('room for its files is not ready, though nothing was written', async () => {
    await setForAll('temp_file_limit = 0');
    processTimePasses(ROOM_COUNTS_SECONDS);
    await untilReady('has no room left');
    await setForAll('temp_file_limit = -1');
    processTimePasses(FULL_COUNTS_SECONDS);
    await untilReady(undefined);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['to wait longer for a lock', 'is held up by another change', () => Promise.resolve()],
    [
      'to go on',
      'took too long',
      () =>
        database.query(
          `select pg_cancel_backend(pid) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`,
          [named()],
        ),
    ],
  ])('%s is a 503, and the same request has its effect once', async (_what, why, interfere) => {
    await setForAll(`lock_timeout = '${why === 'took too long' ? 0 : '50ms'}'`);
    const reference = newReference();
    const holder = new pg.Client(database.url);
    await holder.connect();
    try {
      await holder.query('begin; lock table payins in share row exclusive mode');
      let refused: Answer<unknown> | undefined;
      // A connection that was ended is met before.
      await until('a create to be refused', async () => {
        const answered = api.create({ reference });
        await Promise.race([answered, until('it to wait', isWaiting)]);
        await interfere();
        refused = await answered;
        return !JSON.stringify(refused.body).includes('cannot be reached');
      });
      expectRefusal(refused!, why);
    } finally {
      await holder.end();
    }
    expect((await api.create({ reference })).status).toBe(201);
    expect(await database.query('select 1 from payins where reference = $1', [reference])).toHaveLength(1);
  });

  async function isWaiting(): Promise<boolean> {
    const rows = await database.query(`select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`, [
      named(),
    ]);
    return rows.length > 0;
  }
});

describe('the end', () => {
  it('answers what comes on an open connection after the port was closed, while something else is under way', async () => {
    const { tumipay } = new SandboxClient(sandbox.url);
    const socket = connect(Number(new URL(api.url).port), 'localhost');
    await once(socket, 'connect');
    await tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 1_500, executed: true } });
    const underWay = api.create();
    await until('the order to be taken', async () => (await tumipay.orders()).length === 1);
    const closed = service.close();
    await until('the port to be closed', () =>
      fetch(`${api.url}/health/live`).then(
        () => false,
        () => true,
      ),
    );
    socket.write(`GET /payins HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${API_KEY}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /);
    expect((await underWay).status).toBe(201);
    await closed;
    socket.destroy();
  });

  it('does not wait for a client that keeps its connection after an answer that came while the service was closing', async () => {
    const { port } = new URL(api.url);
    const agent = new Agent({ keepAlive: true });
    const { tumipay } = new SandboxClient(sandbox.url);
    await tumipay.fault({ operation: 'create', fault: { kind: 'delay', delayMs: 500, executed: true } });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const body = JSON.stringify(payinRequest());
      const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
      const call = request({ agent, port, method: 'POST', path: '/payins', headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      call.on('error', reject);
      call.end(body);
    });
    await until('the order to be taken', async () => (await tumipay.orders()).length === 1);
    const startedAt = performance.now();
    await service.close();
    expect(await answered).toBe(201);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    agent.destroy();
  });
});

function httpStatusOf(sent: WebhookAttempt): number | undefined {
  return 'httpStatus' in sent ? sent.httpStatus : undefined;
}

/** Breaks every connection to it, as a rename must. */
async function renameDatabase(from: string, to: string): Promise<void> {
  const admin = await createTestDatabase('empty');
  try {
    await until('the database to be renamed', async () => {
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from]);
      return admin.query(`alter database ${from} rename to ${to}`).then(
        () => true,
        () => false,
      );
    });
  } finally {
    await admin.drop();
  }
}
