import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way. */
const FATES = ['passes', 'passes', 'passes', 'comes twice', 'is lost', 'its answer is lost'] as const;
type Fate = (typeof FATES)[number];

/** A network that loses requests and answers, and repeats requests, on its way to a server that comes and goes. */
export interface LossyWire {
  url: string;
  /** How often each fate has come. */
  counts: Readonly<Record<Fate, number>>;
  /** From now on everything passes. */
  heal(): void;
  close(): Promise<void>;
}

/** @param random from 0 to 1, the same each time it is run */
export async function openLossyWire(target: () => string, random: () => number): Promise<LossyWire> {
  const counts: Record<Fate, number> = { passes: 0, 'comes twice': 0, 'is lost': 0, 'its answer is lost': 0 };
  let isLossy = true;
  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const fate = isLossy ? FATES[Math.floor(random() * FATES.length)]! : 'passes';
    counts[fate] += 1;
    const body = await whole(incoming);
    if (fate === 'is lost') return response.destroy();
    const answer = await forward(target(), incoming, body);
    if (fate === 'comes twice') await forward(target(), incoming, body);
    if (fate === 'its answer is lost') return response.destroy();
    return response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((incoming, response) => void take(incoming, response).catch(() => response.destroy()));
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    heal: () => void (isLossy = false),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function forward(origin: string, incoming: IncomingMessage, body: Buffer) {
  const { 'transfer-encoding': _, ...headers } = incoming.headers;
  const outgoing = request(`${origin}${incoming.url}`, { method: incoming.method, headers, agent: false });
  outgoing.end(body);
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { 'transfer-encoding': _chunked, ...own } = reply.headers;
  return { status: reply.statusCode ?? 502, headers: own, body: await whole(reply) };
}
