import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from './until.js';

export interface Received {
  headers: IncomingHttpHeaders;
  /** The body, after the published library has verified its signature. */
  message: {
    type: string;
    timestamp: string;
    data: Record<string, unknown> & { id: string; status: string; sequence: number };
  };
  raw: string;
}

/** A merchant's endpoint: keeps what it hears, answers as it is told. */
export interface MerchantSink {
  url: string;
  received: Received[];
  /** What failed verification. */
  unverified: string[];
  /** The status of the next answers; 200 at first. */
  answer(status: number): void;
  eventOf(payinId: string, type: string): Promise<Received>;
  close(): Promise<void>;
}

export async function startMerchantSink(secret: string): Promise<MerchantSink> {
  const received: Received[] = [];
  const unverified: string[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      try {
        const message = new Webhook(secret).verify(
          raw,
          request.headers as Record<string, string>,
        ) as Received['message'];
        received.push({ headers: request.headers, message, raw });
      } catch {
        unverified.push(raw);
      }
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/callback`,
    received,
    unverified,
    answer: (next) => void (status = next),
    eventOf: (payinId, type) =>
      until(`the merchant to hear ${type}`, () =>
        received.find(({ message }) => message.type === type && message.data.id === payinId),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
