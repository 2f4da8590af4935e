import type { LookupFunction, Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';

/**
 * To one server. More than a provider's calls in flight, and no fewer than all deliveries together, which may all go to one server of many
 * merchants: one that waits for a connection would end as if there were none to be had.
 */
const CONNECTIONS_MAX = 512;
/** Kept unused, to all servers of a pool together: one that ends beyond is closed. */
const IDLE_MAX = 256;

export interface ConnectionOptions {
  /** A connection that is not used for so long is closed, or sooner where its server says that it will close it. */
  idleTimeoutMs: number;
  /** Default: the machine's resolver. */
  lookup?: LookupFunction;
}

/** A call that begins when there is a connection for it. */
export interface Caller {
  begin(connection: Connection): void;
  /** There will be none. */
  refuse(): void;
}

type Connect = (...args: Parameters<buildConnector.connector>) => Socket;

interface Server {
  readonly origin: string;
  readonly open: Set<Connection>;
  readonly idle: Connection[];
  readonly waiting: Set<Caller>;
}

/**
 * One connection to a server, for one exchange at a time: undici's client makes it when the first exchange comes, and anew when the other
 * side has closed it in between.
 */
export class Connection {
  private readonly client: Client;
  private socket: Socket | undefined;

  constructor(
    readonly server: Server,
    { idleTimeoutMs }: ConnectionOptions,
    connect: Connect,
    onDisconnect: () => void,
  ) {
    this.client = new Client(server.origin, {
      connect: (options, callback) => (this.socket = connect(options, callback)),
      pipelining: 1,
      allowH2: false,
      // Whatever the server hints at, and no less than a hint that is shorter.
      keepAliveTimeout: idleTimeoutMs,
      keepAliveMaxTimeout: idleTimeoutMs,
      // The caller has deadlines of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.client.on('disconnect', onDisconnect);
  }

  exchange(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.client.dispatch(request, handler);
  }

  /** Ends the exchange on it, too. */
  close(): void {
    // The client does not know a socket that is not connected yet.
    this.socket?.destroy();
    void this.client.destroy();
  }
}

/** Connections by server. Unlike undici's own pool it can let go of a call that waits, or whose connection is being made. */
export class ConnectionPool {
  private readonly servers = new Map<string, Server>();
  private readonly connect: Connect;
  private idle = 0;

  constructor(private readonly options: ConnectionOptions) {
    const { lookup } = options;
    // It gives the socket back, which its type leaves out. There is no deadline but the caller's.
    this.connect = buildConnector({ allowH2: false, timeout: 0, ...(lookup && { lookup }) }) as Connect;
  }

  /** Has the caller begin: at once, or when one of too many connections to the server is free. */
  take(origin: string, caller: Caller): void {
    const server = this.serverAt(origin);
    const connection = server.idle.pop();
    if (connection) {
      this.idle -= 1;
      caller.begin(connection);
    } else if (server.open.size < CONNECTIONS_MAX) caller.begin(this.open(server));
    else server.waiting.add(caller);
  }

  /** A caller that still waits never begins. */
  giveUp(origin: string, caller: Caller): void {
    this.servers.get(origin)?.waiting.delete(caller);
  }

  /** After an exchange that ended well. */
  release(connection: Connection): void {
    const { server } = connection;
    const next = nextOf(server);
    if (next) next.begin(connection);
    else if (this.idle < IDLE_MAX) {
      server.idle.push(connection);
      this.idle += 1;
    } else this.close(connection);
  }

  /** More than once changes nothing. */
  close(connection: Connection): void {
    const { server } = connection;
    if (!server.open.delete(connection)) return;
    const idleAt = server.idle.indexOf(connection);
    if (idleAt >= 0) {
      server.idle.splice(idleAt, 1);
      this.idle -= 1;
    }
    connection.close();
    const next = nextOf(server);
    if (next) next.begin(this.open(server));
    else if (server.open.size === 0) this.servers.delete(server.origin);
  }

  closeAll(): void {
    for (const { open, waiting } of this.servers.values()) {
      const callers = [...waiting];
      waiting.clear();
      for (const caller of callers) caller.refuse();
      for (const connection of open) this.close(connection);
    }
  }

  private serverAt(origin: string): Server {
    const known = this.servers.get(origin);
    if (known) return known;
    const server: Server = { origin, open: new Set(), idle: [], waiting: new Set() };
    this.servers.set(origin, server);
    return server;
  }

  private open(server: Server): Connection {
    const connection: Connection = new Connection(server, this.options, this.connect, () => {
      // One that is in use is its exchange's affair.
      if (server.idle.includes(connection)) this.close(connection);
    });
    server.open.add(connection);
    return connection;
  }
}

/** Whoever has waited longest, and no longer does. */
function nextOf({ waiting }: Server): Caller | undefined {
  if (waiting.size === 0) return undefined;
  const [next] = waiting;
  waiting.delete(next!);
  return next;
}
