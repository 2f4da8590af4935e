import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Listens on every address of this machine, of both families where it has them, and counts whoever knocks. */
export interface Sentinel {
  port: number;
  connections(): number;
  close(): Promise<void>;
}

export async function startSentinel(): Promise<Sentinel> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
  });
  const listening = (host: string): Promise<unknown> => once(server.listen(0, host), 'listening');
  await listening('::').catch(() => listening('0.0.0.0'));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
