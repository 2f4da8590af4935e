import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What lies between a service and its database server, to be pulled by a test. */
export interface DatabaseProxy {
  /** The database's address by way of the cable. */
  url: string;
  /** Every connection breaks, and no new one comes about. */
  cut(): void;
  mend(): void;
  /** Nothing gets through to the server any more, and every connection lasts. */
  hold(): void;
  release(): void;
  close(): Promise<void>;
}

/** @param url of the database itself */
export async function startDatabaseProxy(url: string): Promise<DatabaseProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const held = new Map<Socket, Socket>();
  let whole = true;
  let isHeld = false;
  const server = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        held.delete(near);
        near.destroy();
        far.destroy();
      });
    }
    far.pipe(near);
    held.set(near, far);
    if (!isHeld) near.pipe(far);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const near = new URL(url);
  near.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: near.href,
    cut,
    mend: () => void (whole = true),
    hold: () => {
      isHeld = true;
      for (const [near, far] of held) near.unpipe(far);
    },
    release: () => {
      isHeld = false;
      for (const [near, far] of held) near.pipe(far);
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
