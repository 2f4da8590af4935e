import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAcme, type AcmeServer } from './acme.fixture.js';
import { Listener, until } from './fixture.js';

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

async function restart(switches: Parameters<typeof startAcme>[0] = {}): Promise<void> {
  await server.close();
  server = await startAcme({ webhookUrl: listener.url, ...switches }, { ordersPath });
}

async function received(count: number): Promise<Record<string, unknown>[]> {
  await until(
    () => listener.received.length,
    (length) => length >= count,
  );
  return listener.bodies();
}

/** Sorted: webhooks that leave at the same moment may arrive in any order. */
async function statusesReceived(count: number): Promise<string[]> {
  return (await received(count)).map(({ status }) => String(status)).toSorted((a, b) => a.localeCompare(b));
}

describe('payments', () => {
  it('of one order add up, each with its id, its fee and its webhook', async () => {
    await server.create({ reference: 'R' });
    await server.acme.pay('R', { amountInCents: 2_000, paymentId: 'one' });
    await received(1);
    const paid = await server.acme.pay('R', { amountInCents: 3_500, paymentId: 'two', feeInCents: 7 });
    expect(paid).toMatchObject({
      status: 'paid',
      settledInCents: 5_500,
      payments: [
        { paymentId: 'one', amountInCents: 2_000, feeInCents: 20 },
        { paymentId: 'two', amountInCents: 3_500, feeInCents: 7 },
      ],
    });
    expect(await received(2)).toMatchObject([
      { payment: 'one', amount: 2_000 },
      { payment: 'two', amount: 3_500 },
    ]);
  });

  it('keep the time at which the first one closed the order', async () => {
    await server.create({ reference: 'R' });
    const { closedAt } = await server.acme.pay('R', { webhook: 'none' });
    await until(Date.now, (now) => now > Date.parse(closedAt ?? ''));
    const again = await server.acme.pay('R', { webhook: 'none' });
    expect(again.closedAt).toBe(closedAt);
    expect(Date.parse(again.updatedAt)).toBeGreaterThan(Date.parse(closedAt ?? ''));
  });

  it('are refused with an id that the order has already', async () => {
    await server.create({ reference: 'R' });
    await server.acme.pay('R', { paymentId: 'one' });
    await expect(server.acme.pay('R', { paymentId: 'one' })).rejects.toMatchObject({ status: 400 });
    expect((await server.acme.order('R')).payments).toHaveLength(1);
  });

  it('end with the first where the provider accepts no more', async () => {
    await server.acme.setSwitches({ acceptsMorePayments: false });
    await server.create({ reference: 'R' });
    await server.acme.pay('R');
    await expect(server.acme.pay('R')).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/paid already/),
    });
  });
});

describe('a reversal', () => {
  it('reverses what was paid, keeps the payments and happens once', async () => {
    await server.create({ reference: 'R' });
    await expect(server.acme.reverse('R')).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/nothing was paid/),
    });
    await server.acme.pay('R', { webhook: 'none' });
    expect(await server.acme.reverse('R')).toMatchObject({
      status: 'returned',
      settledInCents: 5_000,
      reversedAt: expect.any(String),
      details: { reason: 'reverse' },
    });
    await expect(server.acme.reverse('R')).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/reversed already/),
    });
    await expect(server.acme.pay('R')).rejects.toMatchObject({ status: 400 });
  });

  it('sends a webhook only where the provider sends one', async () => {
    await server.create({ reference: 'silent' });
    await server.create({ reference: 'notified' });
    for (const reference of ['silent', 'notified']) await server.acme.pay(reference, { webhook: 'none' });
    await server.acme.reverse('silent');
    await server.acme.setSwitches({ notifiesReversal: true });
    await server.acme.reverse('notified');
    expect(await received(1)).toMatchObject([{ status: 'returned', amount: 5_000 }]);
    expect((await server.acme.order('silent')).webhooks).toEqual([]);
  });
});

describe('a move', () => {
  it.each([
    ['reject', 'refused'],
    ['cancel', 'cancelled'],
    ['expire', 'overdue'],
  ] as const)('%s makes an order %s, with what the provider notes and its webhook', async (verb, status) => {
    await server.create({ reference: 'R' });
    expect(await server.acme[verb]('R')).toMatchObject({
      status,
      closedAt: expect.any(String),
      details: { reason: verb },
    });
    expect(await received(1)).toMatchObject([{ status, closed: true, payment: null, amount: 5_000 }]);
  });

  it('that leaves an order open does not close it', async () => {
    await server.create({ reference: 'R' });
    expect(await server.acme.move('R', 'work')).toMatchObject({ status: 'working', closedAt: null });
    expect(await received(1)).toMatchObject([{ status: 'working', closed: false }]);
  });

  it('that the provider has not is refused with those it has', async () => {
    await server.create({ reference: 'R' });
    const response = await fetch(`${server.url}/control/acme/orders/R/explode`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: 'Acme has no explode; it has pay, work, reject, cancel, expire, reverse.',
    });
  });
});

describe('what happens by itself', () => {
  it('comes after the create was answered, step by step, by the rule of the provider', async () => {
    await server.acme.setSwitches({ works: true, submitsAfterMs: 20 });
    expect(await server.create({ reference: 'A', payer: 'rich' })).toMatchObject({ status: 'waiting' });
    expect(await server.create({ reference: 'B', payer: 'poor' })).toMatchObject({ status: 'waiting' });
    const statuses = await statusesReceived(4);
    expect(await server.acme.order('A')).toMatchObject({ status: 'paid', settledInCents: 5_000 });
    expect(await server.acme.order('B')).toMatchObject({ status: 'refused', settledInCents: null });
    expect(statuses).toEqual(['paid', 'refused', 'working', 'working']);
  });

  it('goes on after a restart from where it was', async () => {
    await server.acme.setSwitches({ works: true });
    await server.create({ reference: 'R', payer: 'rich' });
    // Until the attempt is saved: one that a restart cuts off is made again.
    await until(
      () => server.acme.order('R'),
      ({ webhooks }) => webhooks.length === 1,
    );
    await restart({ works: true, submitsAfterMs: 0 });
    expect(await statusesReceived(2)).toEqual(['paid', 'working']);
  });

  it('comes in between when a switch asks for it', async () => {
    await server.create({ reference: 'R', payer: 'rich' });
    expect(await server.acme.order('R')).toMatchObject({ status: 'waiting', webhooks: [] });
    await server.acme.setSwitches({ works: true, submitsAfterMs: 0 });
    expect(await statusesReceived(2)).toEqual(['paid', 'working']);
  });

  it('follows a move made by hand', async () => {
    await server.acme.setSwitches({ submitsAfterMs: 0 });
    await server.create({ reference: 'R', payer: 'rich' });
    await server.acme.move('R', 'work');
    expect(await statusesReceived(2)).toEqual(['paid', 'working']);
  });

  it('does not touch an order that was closed before', async () => {
    await server.acme.setSwitches({ works: true, submitsAfterMs: 60_000 });
    const { id } = await server.create({ reference: 'R', payer: 'rich' });
    const cancelled = await server.acme.cancel(id, { webhook: 'none' });
    await server.acme.setSwitches({ submitsAfterMs: 0 });
    await server.create({ reference: 'later', payer: 'rich' });
    await until(
      () => server.acme.order('later'),
      ({ status }) => status === 'paid',
    );
    expect(await server.acme.order(id)).toMatchObject({ status: 'cancelled', closedAt: cancelled.closedAt });
  });

  it('is expiry where an order has an end', async () => {
    await server.create({ reference: 'ends', lifeMs: 10 });
    await server.create({ reference: 'endless' });
    expect(await received(1)).toMatchObject([{ status: 'overdue' }]);
    expect(await server.acme.order('endless')).toMatchObject({ status: 'waiting', expiresAt: null });
  });
});

describe('an order', () => {
  it('is the same after a restart: payments, reversal, details and reads', async () => {
    const { id } = await server.create({ reference: 'R' });
    expect(await server.read(id)).toEqual({ reads: 1, status: 'waiting' });
    await server.acme.pay('R', { webhook: 'none' });
    await server.acme.pay('R', { webhook: 'none', amountInCents: 1 });
    await server.acme.reverse('R');
    const { paymentUrl: _before, ...before } = await server.acme.order('R');
    await restart();
    const { paymentUrl: _after, ...after } = await server.acme.order('R');
    expect(after).toEqual(before);
    expect(await server.read(id)).toEqual({ reads: 2, status: 'returned' });
  });

  it('of each provider is its own', async () => {
    await server.create({ reference: 'R' });
    expect(await server.bolt.orders()).toEqual([]);
    await server.bolt.reset();
    await restart();
    expect(await server.acme.orders()).toHaveLength(1);
  });
});

describe('the webhook address of all orders', () => {
  it('receives the changes from when it is set', async () => {
    await server.acme.setSwitches({ webhookUrl: null });
    await server.create({ reference: 'R' });
    await server.acme.move('R', 'work');
    await expect(server.acme.webhook('R')).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/no address/),
    });
    await server.acme.setSwitches({ webhookUrl: listener.url });
    await server.acme.pay('R');
    expect(await received(1)).toMatchObject([{ status: 'paid', page: expect.stringContaining('/acme/pay?order=') }]);
  });

  it('receives it again by the schedule that the switches say when the answer is not the right one', async () => {
    const busy = await Listener.open({ status: 200, body: 'later' });
    await server.acme.setSwitches({ webhookUrl: busy.url });
    await server.create({ reference: 'R' });
    await server.acme.pay('R');
    const { webhooks } = await until(
      () => server.acme.order('R'),
      (order) => order.webhooks.length === 2,
    );
    expect(webhooks).toMatchObject([{ httpStatus: 200, acknowledged: false }, { acknowledged: true }]);
  });
});

describe('a webhook by hand', () => {
  it('can be about the last payment, a named one, or one that was never made', async () => {
    await server.create({ reference: 'R' });
    await server.acme.webhook('R');
    await server.acme.pay('R', { webhook: 'none', paymentId: 'one', amountInCents: 11 });
    await server.acme.pay('R', { webhook: 'none', paymentId: 'two', amountInCents: 22 });
    await server.acme.webhook('R');
    await server.acme.webhook('R', { paymentId: 'one' });
    await server.acme.webhook('R', { paymentId: 'never', amountInCents: 33, status: 'refused' });
    expect(listener.bodies()).toMatchObject([
      { payment: null, amount: 5_000, status: 'waiting' },
      { payment: 'two', amount: 22, status: 'paid' },
      { payment: 'one', amount: 11 },
      { payment: 'never', amount: 33, status: 'refused' },
    ]);
    expect((await server.acme.order('R')).payments).toHaveLength(2);
  });

  it('hands its kind of signature and its body to the provider', async () => {
    await server.create({ reference: 'R' });
    await server.acme.webhook('R', { signature: 'wrong', body: { any: 'thing' } });
    expect(listener.received[0]?.headers.authorization).toBe('wrong');
    expect(listener.bodies()).toEqual([{ any: 'thing' }]);
  });
});
