import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a service, and loses replies after the service has given them. */
export interface LossyProxy {
  url: string;
  /** The next so many are lost. */
  loseReplies(count: number): void;
  /** How many were lost since that. */
  lost(): number;
  /** How many requests the service has answered since that. */
  forwarded(): number;
  close(): Promise<void>;
}

export async function startLossyProxy(target: string): Promise<LossyProxy> {
  let toLose = 0;
  let lost = 0;
  let forwarded = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url, headers } = request;
      const { host: _host, connection: _connection, ...others } = headers;
      const init = {
        method,
        headers: others as Record<string, string>,
        ...(method !== 'GET' && { body: Buffer.concat(chunks) }),
      };
      void fetch(`${target}${url}`, init)
        .then((answer) => answer.text().then((body) => ({ status: answer.status, body })))
        .then(({ status, body }) => {
          forwarded += 1;
          if (toLose > lost) {
            lost += 1;
            request.socket.destroy();
          } else response.writeHead(status, { 'content-type': 'application/json' }).end(body);
          return undefined;
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseReplies: (count) => void ([toLose, lost, forwarded] = [count, 0, 0]),
    lost: () => lost,
    forwarded: () => forwarded,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
