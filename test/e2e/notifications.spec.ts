import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '../../src/outbox/fan-out.js';
import { ticketOf } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

let testApp: TestApp;
let hanging: Server;
let hangingUrl: string;

beforeAll(async () => {
  testApp = await startTestApp();
  hanging = createServer(() => undefined);
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  const { port } = hanging.address() as AddressInfo;
  const urls = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${port}/`);
  // One whose lane is by no chance the other merchant's.
  hangingUrl = urls.find((url) => partitionOf(url) !== partitionOf(testApp.merchant.url))!;
});

afterAll(async () => {
  hanging?.closeAllConnections();
  hanging?.close();
  await testApp?.close();
});

describe('notifications', () => {
  it('of one merchant do not wait for the endpoint of another that never answers', async () => {
    const { api, merchant, database } = testApp;
    await Promise.all(Array.from({ length: 30 }, () => api.open({ callbackUrl: hangingUrl })));
    await until(
      'the slow endpoint to be tried',
      () => new Promise<boolean>((resolve) => hanging.getConnections((_, count) => resolve(count > 0))),
    );

    const opened = await api.open({ callbackUrl: merchant.url });
    const notified = await until('the other merchant to hear of its payin', () =>
      merchant.received.find(({ message }) => message.data.id === opened.id && message.type === 'payin.pending'),
    );
    expect(notified.message.data).toMatchObject({ status: 'PENDING', sequence: expect.any(Number) });
    const [waiting] = await database.query<{ count: number }>(
      `select count(*)::int from notifications where url = $1 and delivered_at is null and due_at is not null`,
      [hangingUrl],
    );
    expect(waiting?.count).toBe(60);
  });

  it('carry the payin as the API shows it, but no personal data', async () => {
    const { api, sandbox, merchant } = testApp;
    const opened = await api.open({ callbackUrl: merchant.url, metadata: { order: '77' } });
    await sandbox.tumipay.pay(ticketOf(opened));
    const { message, raw } = await merchant.eventOf(opened.id, 'payin.approved');
    const { inlineCustomer: _, ...shown } = await api.payin(opened.id);
    expect(message.data).toMatchObject(shown);
    expect(message.data['inlineCustomer']).toBeNull();
    expect(raw).not.toContain('John Doe');
    expect(Date.parse(message.timestamp)).not.toBeNaN();
  });

  it('are not sent after a redirect', async () => {
    const { api, merchant, database } = testApp;
    const redirecting = createServer((_, response) => response.writeHead(302, { location: merchant.url }).end());
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/`;
    const opened = await api.open({ callbackUrl: url });
    await until('both tries to be noted', async () => {
      const rows = await database.query<{ last_result: string | null }>(
        'select last_result from notifications where payin_id = $1',
        [opened.id],
      );
      return rows.every(({ last_result: result }) => result === 'HTTP 302');
    });
    expect(merchant.received.some(({ message }) => message.data.id === opened.id)).toBe(false);
    redirecting.closeAllConnections();
    redirecting.close();
  });
});
