import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A fixed address before servers that come and go: a database that restarts elsewhere, or several replicas. */
export interface Relay {
  port: number;
  close(): Promise<void>;
}

/** @param ports of the servers to try for a new connection, in this order */
export async function startRelay(ports: () => readonly number[]): Promise<Relay> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const join = async (near: Socket) => {
    const far = await reach(ports());
    if (!far || near.destroyed) {
      near.destroy();
      far?.destroy();
      return;
    }
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    far.pipe(near).pipe(far);
  };
  const server = createServer({ pauseOnConnect: true }, (near) => {
    keep(near);
    void join(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function reach(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect(port, 'localhost');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    if (connected) return socket;
  }
  return undefined;
}
