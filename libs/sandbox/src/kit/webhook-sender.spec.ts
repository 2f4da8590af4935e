import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Listener, SILENT, until } from './fixture.js';
import { WebhookSender, type WebhookDelivery, type WebhookAttemptResult } from './webhook-sender.js';

let results: WebhookAttemptResult[];
let sender: WebhookSender;
let longestRead: number;

beforeEach(() => {
  results = [];
  longestRead = 0;
  sender = new WebhookSender({
    attempted: (result) => results.push(result),
    acknowledged: ({ httpStatus, body }) => {
      longestRead = Math.max(longestRead, body.length);
      return httpStatus === 201 || body === 'SUCCESS';
    },
    waitAfterMs: (attemptsMade) => (attemptsMade >= 3 ? null : 10),
  });
});
afterEach(async () => {
  await sender.close();
  await Listener.closeAll();
});

function delivery(url: string, id = 'one'): WebhookDelivery {
  return { id, orderId: 'order', status: 'APPROVED', url, headers: {}, body: '{}', attemptsMade: 0, dueAt: Date.now() };
}

describe('a delivery', () => {
  it('is given up after its last attempt', async () => {
    const listener = await Listener.open(500, 302, 200);
    sender.schedule(delivery(listener.url));
    await until(
      () => results.at(-1),
      (last) => last?.next === null,
    );
    expect(results.map(({ attempt }) => attempt)).toMatchObject([
      { httpStatus: 500 },
      { httpStatus: 302 },
      { httpStatus: 200, acknowledged: false },
    ]);
  });

  it.each([
    ['status', [201]],
    ['body', [{ status: 200, body: 'SUCCESS' }]],
  ] as const)("is over when the provider's rule takes the answer by its %s", async (_what, answers) => {
    const listener = await Listener.open(...answers);
    sender.schedule(delivery(listener.url));
    await until(
      () => results.length,
      (count) => count === 1,
    );
    expect(results).toMatchObject([{ deliveryId: 'one', attempt: { acknowledged: true }, next: null }]);
  });

  it.each([
    ['another spelling', 'success'],
    ['more after it', 'SUCCESS\n'],
    ['more than anybody reads', 'SUCCESS'.padEnd(1_000_000)],
  ])('goes on when the body that ends it has %s', async (_what, body) => {
    const listener = await Listener.open({ status: 200, body }, 201);
    sender.schedule(delivery(listener.url));
    await until(
      () => results.length,
      (count) => count === 2,
    );
    expect(results).toMatchObject([{ attempt: { acknowledged: false } }, { attempt: { acknowledged: true } }]);
    expect(longestRead).toBeLessThanOrEqual(1_024);
  });

  it('is not counted as an attempt when closing cuts it off', async () => {
    const listener = await Listener.open(SILENT);
    sender.schedule(delivery(listener.url));
    await until(
      () => listener.received.length,
      (count) => count === 1,
    );
    await sender.close();
    expect(results).toEqual([]);
  });

  it('keeps its turn when many are due at once', async () => {
    const listener = await Listener.open(...Array.from({ length: 150 }, () => 201));
    for (let index = 0; index < 150; index += 1) sender.schedule(delivery(listener.url, String(index)));
    await until(
      () => results.length,
      (count) => count === 150,
    );
    expect(new Set(results.map(({ deliveryId }) => deliveryId)).size).toBe(150);
  });
});
