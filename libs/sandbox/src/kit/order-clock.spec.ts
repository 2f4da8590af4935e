import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAcme, type AcmeServer } from './acme.fixture.js';
import { Listener, until } from './fixture.js';

const HOUR = 3_600;
const HOUR_MS = HOUR * 1000;

let listener: Listener;
let server: AcmeServer;
let folder: string;
let ordersPath: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acme-'));
  ordersPath = join(folder, 'orders.jsonl');
  listener = await Listener.open();
  server = await startAcme({ webhookUrl: listener.url }, { ordersPath });
});
afterEach(async () => {
  await server.close();
  await Listener.closeAll();
  await rm(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await server.close();
  server = await startAcme({ webhookUrl: listener.url }, { ordersPath });
}

const createdAt = async (reference: string) => Date.parse((await server.acme.order(reference)).createdAt);

describe('the clock of a merchant', () => {
  it('makes all of its orders older, and nobody else’s, also after a restart', async () => {
    for (const reference of ['one-1', 'one-2', 'other-1']) await server.create({ reference });
    await server.acme.pay('one-1', { webhook: 'none' });
    const before = await server.acme.order('one-1');
    const other = await server.acme.order('other-1');
    const clock = await server.acme.advance({ prefix: 'one', advancedSeconds: HOUR, bySeconds: HOUR });
    expect(clock).toMatchObject({ prefix: 'one', advancedSeconds: HOUR });
    for (const step of [() => Promise.resolve(), restart, restart]) {
      await step();
      const after = await server.acme.order('one-1');
      const times = (order: typeof after) => [
        order.createdAt,
        order.updatedAt,
        order.closedAt,
        ...order.payments.map(({ paidAt }) => paidAt),
      ];
      expect(times(after).map((time) => Date.parse(time!) + HOUR_MS)).toEqual(
        times(before).map((time) => Date.parse(time!)),
      );
      expect(await server.acme.order('other-1')).toEqual({ ...other, paymentUrl: expect.any(String) });
      expect((await server.acme.clock('one')).advancedSeconds).toBe(HOUR);
    }
  });

  it('does a move once, however often it comes, and leaves alone what was made since', async () => {
    await server.create({ reference: 'one-1' });
    const before = await createdAt('one-1');
    const move = { prefix: 'one', advancedSeconds: HOUR, bySeconds: HOUR };
    await server.acme.advance(move);
    await server.create({ reference: 'one-2' });
    const later = await createdAt('one-2');
    await server.acme.advance(move);
    await restart();
    await server.acme.advance(move);
    expect(await createdAt('one-1')).toBe(before - HOUR_MS);
    expect(await createdAt('one-2')).toBe(later);
    // One that comes late says of which moment it is.
    const at = new Date(later - 1).toISOString();
    await fetch(`${server.url}/control/acme/clock`, {
      method: 'POST',
      body: JSON.stringify({ ...move, advancedSeconds: 2 * HOUR, at }),
    });
    expect(await createdAt('one-1')).toBe(before - 2 * HOUR_MS);
    expect(await createdAt('one-2')).toBe(later);
  });

  it('makes new orders no older than a step does where the sandbox has lost the old ones', async () => {
    await server.create({ reference: 'one-1' });
    const before = await createdAt('one-1');
    await server.acme.advance({ prefix: 'one', advancedSeconds: 100 * HOUR, bySeconds: HOUR });
    expect(await createdAt('one-1')).toBe(before - HOUR_MS);
  });

  it('has what is due then happen: an order runs out, and its webhook comes', async () => {
    await server.create({ reference: 'one-1', lifeMs: HOUR_MS });
    const { nextDueInMs } = await server.acme.clock('one');
    expect(nextDueInMs).toBeGreaterThan(0);
    const seconds = Math.ceil(nextDueInMs! / 1000);
    await server.acme.advance({ prefix: 'one', advancedSeconds: seconds, bySeconds: seconds });
    await until(
      () => listener.received.length,
      (length) => length >= 1,
    );
    expect((await server.acme.order('one-1')).status).toBe('overdue');
    expect((await server.acme.clock('one')).nextDueInMs ?? 1).toBeGreaterThan(0);
  });

  it('is one line of the file: a kill leaves no order behind the others', async () => {
    for (const reference of ['one-1', 'one-2']) await server.create({ reference });
    const lines = async () => (await readFile(ordersPath, 'utf8')).trim().split('\n').length;
    const before = await lines();
    await server.acme.advance({ prefix: 'one', advancedSeconds: HOUR, bySeconds: HOUR });
    expect(await lines()).toBe(before + 1);
  });

  it('is refused without what it needs', async () => {
    for (const body of [{}, { prefix: 'one' }, { prefix: 'one', advancedSeconds: 1, bySeconds: 1, at: 'soon' }]) {
      const answer = await fetch(`${server.url}/control/acme/clock`, { method: 'POST', body: JSON.stringify(body) });
      expect(answer.status).toBe(400);
    }
  });
});
