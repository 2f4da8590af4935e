import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { ProgressWait } from './progress-wait.js';

interface ReceivedNotification {
  payinId: string;
  type: string;
  at: Date;
}

const BODY_MAX_BYTES = 256 * 1024;

export interface DemoMerchant {
  url: string;
  unverified: string[];
  notificationsOf(payinId: string): ReceivedNotification[];
  close(): Promise<void>;
}

/** A merchant's endpoint that verifies every signature with the published library. */
export async function startDemoMerchant(secret: string, progressWait: ProgressWait): Promise<DemoMerchant> {
  const all: ReceivedNotification[] = [];
  const unverified: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
      if (body.length > BODY_MAX_BYTES) request.destroy();
    });
    request.on('end', () => {
      try {
        const message = new Webhook(secret).verify(body, request.headers as Record<string, string>) as {
          type: string;
          data: { id: string };
        };
        all.push({ payinId: message.data.id, type: message.type, at: new Date() });
        progressWait.observe('merchant', all.length);
      } catch {
        unverified.push(body);
      }
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const notificationsOf = (payinId: string) => all.filter(({ payinId: id }) => id === payinId);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    unverified,
    notificationsOf,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
