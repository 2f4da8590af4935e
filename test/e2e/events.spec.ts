import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { arePositionsOfAnotherCluster, continuePositions } from '../../src/events/continue-positions.js';
import { beforePosition, eventCursorOf, eventPlaceOf } from '../../src/events/event-cursor.js';
import { READ_EVENTS } from '../../src/events/event.queries.js';
import { WAITERS_MAX } from '../../src/events/event-waiters.js';
import type { EventPageSchema } from '../../src/events/list-events.dto.js';
import { DiscrepancyStore } from '../../src/reconciliation/discrepancy.store.js';
import { anotherKey } from '../support/another-key.js';
import { newReference } from '../support/api-client.js';
import { EventReader, placeOf } from '../support/event-reader.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let organizationId: string;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: 'tumipay,hellopay', REQUESTS_AT_ONCE_MAX: '64' });
  await testApp.sandbox.tumipay.setSwitches({ expires: false });
  const [row] = await testApp.database.query<{ id: string }>('select id from organizations');
  organizationId = row!.id;
});
afterAll(() => testApp?.close());

const reader = (query?: string) => new EventReader(() => testApp.api, undefined, query);
const open = (changes: Record<string, unknown> = {}) => testApp.api.open({ provider: 'tumipay', ...changes });
const list = (query: string) => testApp.api.call<EventPageSchema>('GET', `/events?${query}`);

/** From now on. */
async function fromNow(query?: string): Promise<EventReader> {
  const one = reader(query);
  one.after = 'now';
  expect((await one.page()).data).toEqual([]);
  return one;
}

/** An event that a transaction is about to commit. */
async function uncommitted(payinId: string): Promise<pg.Client> {
  const client = new pg.Client(testApp.database.url);
  await client.connect();
  await client.query('begin');
  await client.query(
    `insert into payin_events (organization_id, payin_id, sequence, type, source, data)
     values ($1, $2, 99, 'payin.late_payment', 'webhook', '{}')`,
    [organizationId, payinId],
  );
  return client;
}

describe('GET /events', () => {
  it('has what notifications have, as it is now, without personal data', async () => {
    const { api, merchant } = testApp;
    const one = await fromNow();
    const payin = await open({ rail: 'BRE_B', callbackUrl: merchant.url });
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    await control.pay(order.id, { amountInCents: 1_000_000 });
    await api.reaches(payin.id, 'UNDERPAID');
    const requested = await api.call('POST', `/payins/${payin.id}/refunds`, {
      ...{ amountInCents: 100_000, reason: 'CUSTOMER_REQUEST', to: { type: 'BRE_B_KEY', key: '@canarykey1234' } },
    });
    expect(requested.status).toBe(201);
    const events = await until('all events', async () => {
      await one.page();
      return one.read.some(({ type }) => type === 'refund.requested') && one.read;
    });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['payin.created', 'payin.pending', 'payin.underpaid', 'discrepancy.opened']),
    );
    for (const { id, type, timestamp, data } of events) {
      const { message } = await until(`the notification of ${type}`, () =>
        merchant.received.find(({ message: { data: of } }) => of.id === payin.id && of.sequence === data['sequence']),
      );
      expect(id).toBe(`evt_${payin.id}_${String(data['sequence'])}`);
      expect({ type, timestamp, sequence: data['sequence'] }).toEqual({
        type: message.type,
        timestamp: message.timestamp,
        sequence: message.data.sequence,
      });
      expect(Object.keys(data).toSorted()).toEqual(Object.keys(message.data).toSorted());
      expect(data['inlineCustomer']).toBeNull();
    }
    const last = events.at(-1)!;
    expect(last.data).toEqual((await merchant.eventOf(payin.id, 'refund.requested')).message.data);
    const opened = events.filter(({ type }) => type === 'discrepancy.opened').map(({ data }) => data['discrepancy']);
    expect(opened).toContainEqual(expect.objectContaining({ kind: 'UNDERPAID', payinId: payin.id, status: 'OPEN' }));
    expect(JSON.stringify(events)).not.toMatch(/John Doe|johndoe|1234567890|canarykey/);
    expect(await reader().drain()).toEqual(
      expect.arrayContaining(events.map(({ id }) => expect.objectContaining({ id }))),
    );
  });

  it('has a discrepancy without a payin when it is opened and when it is resolved, in every page size', async () => {
    const one = await fromNow();
    const store = testApp.service.app.get(DiscrepancyStore);
    const about = { organizationId, kind: 'ORPHAN', provider: 'tumipay', reference: newReference() } as const;
    await store.open({
      ...{ ...about, actualInCents: 5000n, currency: 'COP', detail: 'not known here', source: 'webhook' },
      evidence: [{ type: 'webhook', id: randomUUID() }],
    });
    const payin = await open();
    const { body } = await testApp.api.call<{ data: { id: string }[] }>(
      'GET',
      `/discrepancies?reference=${about.reference}`,
    );
    const id = body.data[0]!.id;
    const resolved = await testApp.api.call('POST', `/discrepancies/${id}/resolve`, {
      reason: 'ACCEPTED',
      note: 'seen',
    });
    expect(resolved.status).toBe(200);
    const start = one.after;
    const events = await until('four events', async () => {
      await one.page();
      return one.read.length >= 4 && one.read;
    });
    expect(events.map((event) => [event.type, event.data['id'] ?? event.id])).toEqual([
      ['discrepancy.opened', `evt_${id}_0`],
      ['payin.created', payin.id],
      ['payin.pending', payin.id],
      ['discrepancy.resolved', `evt_${id}_1`],
    ]);
    expect(events[3]!.data).toMatchObject({ sequence: 0, discrepancy: { id, status: 'RESOLVED', payinId: null } });
    expect(JSON.stringify(events)).not.toContain('seen');
    for (const limit of [1, 2, 3, 4]) {
      const paged = new EventReader(() => testApp.api, start, `limit=${limit}`);
      expect((await paged.drain()).map((event) => event.id)).toEqual(events.map((event) => event.id));
    }
  });

  it('gives only the types that are asked for, and goes on behind the others', async () => {
    const one = await fromNow('limit=100&types=payin.canceled,payin.created');
    const payin = await open();
    await testApp.api.call('POST', `/payins/${payin.id}/cancel`);
    const events = await until('both', async () => {
      await one.page();
      return one.read.length >= 2 && one.read;
    });
    expect(events.map(({ type }) => type)).toEqual(['payin.created', 'payin.canceled']);
    expectProblem(await list('types=payin.nothing'), 'VALIDATION_FAILED', 'types');
  });

  it('of another organization are not there, not even behind its cursor', async () => {
    const { api } = await secondOrganization(testApp);
    await open();
    const { after } = await fromNow();
    const start = reader();
    await start.page();
    for (const cursor of ['', `&after=${after!}`, `&after=${start.after!}`])
      expect((await api.call<EventPageSchema>('GET', `/events?limit=100${cursor}`)).body.data).toEqual([]);
  });

  it('refuses a cursor that was damaged, is of another list or of another database, and says what to do', async () => {
    const { after } = await fromNow();
    const payins = await testApp.api.call<EventPageSchema>('GET', '/payins?limit=1');
    for (const wrong of [`${after!}A`, after!.slice(1), 'nonsense', payins.body.pageInfo.nextCursor, '%00']) {
      const { errors } = expectProblem(await list(`after=${wrong}`), 'VALIDATION_FAILED', 'after');
      expect(errors![0]!.message).toMatch(/leave it out/i);
    }
    const [{ ahead }] = (await testApp.database.query<{ ahead: string }>(
      'select (pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000)::text as ahead',
    )) as [{ ahead: string }];
    const { errors } = expectProblem(
      await list(`after=${eventCursorOf(beforePosition(BigInt(ahead)))}`),
      'VALIDATION_FAILED',
      'after',
    );
    expect(errors![0]!.message).toMatch(/restored from a backup/);
    for (const query of ['limit=0', 'limit=101', 'wait=31', 'wait=-1', 'wait=x'])
      expect((await list(query)).status).toBe(400);
  });
});

describe('the order of events', () => {
  it('has nothing behind which something could still be committed', async () => {
    const first = await open();
    const one = await fromNow();
    const slow = await uncommitted(first.id);
    const second = await open();
    await one.drain();
    expect(one.read).toEqual([]);
    await slow.query('commit');
    await slow.end();
    await until('all three', async () => (await one.drain()).length >= 3);
    expect(one.read.map(({ type, data }) => [type, data['id']])).toEqual([
      ['payin.late_payment', first.id],
      ['payin.created', second.id],
      ['payin.pending', second.id],
    ]);
  });

  it('is not held up by whoever only reads, for however long', async () => {
    const client = new pg.Client(testApp.database.url);
    await client.connect();
    await client.query('begin isolation level repeatable read');
    await client.query('select count(*) from payin_events');
    const one = await fromNow();
    await open();
    await until('both', async () => (await one.drain()).length === 2);
    await client.query('rollback');
    await client.end();
  });

  it('goes on behind all that a dump has brought from another cluster, and cursors go on', async () => {
    const { database } = testApp;
    const one = reader();
    const before = [...(await one.drain())];
    expect(await arePositionsOfAnotherCluster(database.url)).toBe(false);
    expect(await continuePositions(database.url)).toBe(false);
    // As it is after a restore: what was written, and what readers know, has numbers of a cluster that was further on.
    const place = eventPlaceOf(one.after!);
    one.after = eventCursorOf({ ...place, position: place.position + 5_000_000_000n });
    await database.query('update payin_events set position = position + 5000000000');
    await database.query(
      'update discrepancies set opened_position = opened_position + 5000000000, resolved_position = resolved_position + 5000000000',
    );
    expect(await arePositionsOfAnotherCluster(database.url)).toBe(true);
    expect(await continuePositions(database.url)).toBe(true);
    expect(await arePositionsOfAnotherCluster(database.url)).toBe(false);
    expect(await continuePositions(database.url)).toBe(false);
    const restored = reader();
    const old = await restored.drain();
    expect(old.map(({ id }) => id).toSorted()).toEqual(before.map(({ id }) => id).toSorted());
    const payin = await open();
    await until('both', async () => (await restored.drain()).length >= before.length + 2);
    expect(restored.read.slice(before.length).map(placeOf)).toEqual([`${payin.id} 1`, `${payin.id} 3`]);
    // A reader from before the restore, too.
    await until('both', async () => (await one.drain()).length >= before.length + 2);
    expect(one.read.map(({ id }) => id)).toEqual(restored.read.map(({ id }) => id));
  });

  it('is read through its index, whatever the history is', async () => {
    const client = new pg.Client(testApp.database.url);
    await client.connect();
    await client.query('set enable_seqscan = off');
    const values = { organizationId, position: '0', subjectId: organizationId, sequence: 0, limit: 101 };
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain ${READ_EVENTS.text}`,
      READ_EVENTS.parameters.map((name) => values[name as keyof typeof values]),
    );
    await client.end();
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    for (const index of ['payin_events_in_order', 'discrepancies_opened_in_order', 'discrepancies_resolved_in_order'])
      expect(plan).toContain(index);
  });
});

describe('waiting for an event', () => {
  it('ends with the event, and gives it', async () => {
    const one = await fromNow();
    const startedAt = performance.now();
    const waiting = one.page('&wait=30');
    const payin = await open();
    const { data } = await waiting;
    expect(data.map(placeOf)[0]).toBe(`${payin.id} 1`);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('ends when its time is over, with where to go on', async () => {
    const one = await fromNow();
    const startedAt = performance.now();
    const { data, pageInfo } = await one.page('&wait=1');
    expect(data).toEqual([]);
    expect(pageInfo.nextCursor).toMatch(/^[\w-]{44}$/);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  it('is not ended by events of other types', async () => {
    const one = await fromNow('types=payin.reversed');
    const waiting = one.page('&wait=2');
    await open();
    expect((await waiting).data).toEqual([]);
    // What it has passed is not read again.
    expect((await one.page()).pageInfo.hasNext).toBe(false);
  });

  it('has no turn of a request: any number may wait while others are served, up to the share of an organization', async () => {
    const { after } = await fromNow();
    const gone = new AbortController();
    const url = `${testApp.url}/events?wait=30&after=${after!}`;
    const answers: Promise<number>[] = [];
    const ask = () =>
      fetch(url, { headers: testApp.api.authorization, signal: gone.signal }).then(
        ({ status }) => status,
        () => 0,
      );
    // As many as are worked on at once, and then as many again: all would be refused if they kept their turns.
    for (let round = 0; round < (WAITERS_MAX / 2 + 40) / 20; round += 1) {
      for (let index = 0; index < 20; index += 1) answers.push(ask());
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const refused = await until('those that are too many to be refused', async () => {
      const settled = await Promise.all(answers.map((answer) => Promise.race([answer, Promise.resolve(-1)])));
      return settled.includes(503) && settled;
    });
    expect(new Set(refused)).toEqual(new Set([-1, 503]));
    expect((await testApp.api.call('GET', '/rails')).status).toBe(200);
    const { api } = await secondOrganization(testApp);
    expect((await api.call('GET', '/events?wait=1')).status).toBe(200);
    gone.abort();
    await Promise.all(answers);
  });

  it('ends with a 401 where the key was revoked meanwhile', async () => {
    const { api, apiKeyId } = await anotherKey(testApp, organizationId);
    const waiting = api.call('GET', '/events?wait=20&after=now');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await testApp.api.call('POST', `/api-keys/${apiKeyId}/revoke`)).status).toBe(200);
    await open();
    expectProblem(await waiting, 'UNAUTHENTICATED');
  });

  it('is answered when the service ends', async () => {
    const waiting = list('wait=30&after=now');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startedAt = performance.now();
    const closing = testApp.service.close();
    const { status, body } = await waiting;
    expect([status, body.data]).toEqual([200, []]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await closing;
  });
});
