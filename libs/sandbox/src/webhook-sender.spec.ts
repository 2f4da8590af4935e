import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Listener, SILENT, until } from './tumipay/fixture.js';
import { defaultWaitAfterMs, WebhookSender, type WebhookDelivery, type WebhookTried } from './webhook-sender.js';

let results: WebhookTried[];
let sender: WebhookSender;

beforeEach(() => {
  results = [];
  sender = new WebhookSender({
    tried: (result) => results.push(result),
    flushed: async () => undefined,
    waitAfterMs: (triesMade) => (triesMade >= 3 ? null : 10),
  });
});
afterEach(async () => {
  await sender.close();
  await Listener.closeAll();
});

function delivery(url: string, id = 'one'): WebhookDelivery {
  return { id, orderId: 'order', status: 'APPROVED', url, headers: {}, body: '{}', triesMade: 0, dueAt: Date.now() };
}

describe('the schedule', () => {
  it('waits 1, 2, 5, 15 and 60 seconds, then 5 minutes, and ends after 20 tries', () => {
    const waits = Array.from({ length: 20 }, (_, index) => defaultWaitAfterMs(index + 1));
    expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 5_000, 15_000, 60_000, 300_000, 300_000]);
    expect(waits.slice(18)).toEqual([300_000, null]);
  });
});

describe('a delivery', () => {
  it('is given up after its last try', async () => {
    const listener = await Listener.open(500, 302, 404);
    sender.schedule(delivery(listener.url));
    await until(
      () => results.at(-1),
      (last) => last?.nextDueAt === null,
    );
    expect(results.map(({ attempt }) => attempt)).toMatchObject([
      { httpStatus: 500 },
      { httpStatus: 302 },
      { httpStatus: 404 },
    ]);
  });

  it('takes any 2xx as delivered', async () => {
    const listener = await Listener.open(204);
    sender.schedule(delivery(listener.url));
    await until(
      () => results.length,
      (count) => count === 1,
    );
    expect(results).toMatchObject([{ deliveryId: 'one', attempt: { httpStatus: 204 }, nextDueAt: null }]);
  });

  it('is not counted as tried when closing cuts it off', async () => {
    const listener = await Listener.open(SILENT);
    sender.schedule(delivery(listener.url));
    await until(
      () => listener.heard.length,
      (count) => count === 1,
    );
    await sender.close();
    expect(results).toEqual([]);
  });

  it('keeps its turn when many are due at once', async () => {
    const listener = await Listener.open();
    for (let index = 0; index < 150; index += 1) sender.schedule(delivery(listener.url, String(index)));
    await until(
      () => results.length,
      (count) => count === 150,
    );
    expect(new Set(results.map(({ deliveryId }) => deliveryId)).size).toBe(150);
  });
});
