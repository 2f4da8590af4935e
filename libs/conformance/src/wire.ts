import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request as it left the provider, and what the sandbox answered where it got that far. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  reply?: Reply;
}

/** What happens to a request: forward it or not, and answer it or not. */
export type Treatment = (call: {
  readonly forward: () => Promise<Reply>;
  readonly answer: (reply: Reply) => void;
  readonly response: ServerResponse;
}) => void | Promise<void>;

/** Hop-by-hop headers belong to one connection. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

const forwarding: Treatment = async ({ forward, answer }) => answer(await forward());

/**
 * What stands between a provider and its sandbox. It keeps every exchange, and can mistreat requests, so that failures of the
 * network and replies that no simulator would give need nothing from the sandbox.
 */
export class Wire {
  /** Oldest first; cleared by `recorded`. */
  #exchanges: Exchange[] = [];
  #treatment = forwarding;

  private constructor(
    readonly origin: string,
    private readonly target: string,
    private readonly server: Server,
  ) {
    server.on('request', (incoming, response) => void this.#take(incoming, response));
  }

  /** @param target the sandbox's origin */
  static async open(target: string): Promise<Wire> {
    const server = createServer().listen(0, '127.0.0.1');
    // An idle connection that the server closes just as the client uses it would be a failure that no test asked for.
    server.keepAliveTimeout = 0;
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new Wire(`http://127.0.0.1:${port}`, target, server);
  }

  /** Every request that is made during the call is treated so. */
  async during<T>(treatment: Treatment, call: () => Promise<T>): Promise<T> {
    this.#treatment = treatment;
    try {
      return await call();
    } finally {
      this.#treatment = forwarding;
    }
  }

  /** What went over the wire since this was last asked. */
  recorded(): Exchange[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    return exchanges;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readWhole(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    const exchange: Exchange = { method, path: url, headers, body: body.toString() };
    this.#exchanges.push(exchange);
    try {
      await this.#treatment({
        response,
        forward: async () => (exchange.reply = await this.#forward(incoming, body)),
        answer: ({ status, headers: own, body: text }) => void response.writeHead(status, own).end(text),
      });
    } catch {
      // The sandbox is closing: the test that runs is over.
      response.destroy();
    }
  }

  async #forward(incoming: IncomingMessage, body: Buffer): Promise<Reply> {
    const outgoing = request(`${this.target}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    outgoing.end(body);
    const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
    const kept = Object.entries(reply.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    return {
      status: reply.statusCode ?? 0,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      body: await readWhole(reply),
    };
  }
}

export async function readWhole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
