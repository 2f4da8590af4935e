import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { LOOPBACK_CERTIFICATE } from './fixture-certificate.js';
import { OutboundError } from './outbound-error.js';
import { OutboundHttp, type OutboundHttpOptions, type OutboundRequest } from './outbound-http.js';

// What the specs of this folder stand on: real servers on loopback that count what reaches them, and a log that is kept.

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: () => number;
  /** Requests read so far, as `METHOD /path body`. */
  readonly requests: string[];
}

const open: { server: Server | TcpServer; sockets: Set<Socket> }[] = [];
const senders: OutboundHttp[] = [];

/** Everything that was logged, as text. */
export const logged: string[] = [];
const keep =
  (level: string) =>
  (...parts: unknown[]): void =>
    void logged.push(JSON.stringify([level, ...parts]));
const KEPT = { log: keep('log'), error: keep('error'), warn: keep('warn'), debug: keep('debug') };

/** An HTTP server that answers each request, read whole, with `answer`. */
export async function serve(answer: RequestListener, host = '127.0.0.1'): Promise<TestServer> {
  const requests: string[] = [];
  return listen(createServer(reading(requests, answer)), requests, host);
}

/** The same over TLS, with LOOPBACK_CERTIFICATE. */
export async function serveTls(answer: RequestListener): Promise<TestServer> {
  const requests: string[] = [];
  const server = await listen(createTlsServer(LOOPBACK_CERTIFICATE, reading(requests, answer)), requests, '127.0.0.1');
  return { ...server, url: server.url.replace('http:', 'https:') };
}

function reading(requests: string[], answer: RequestListener): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`.trim());
      answer(request, response);
    });
  };
}

/** A TCP server: for replies that no HTTP server would send. */
export async function serveRaw(answer: (socket: Socket) => void): Promise<TestServer> {
  return listen(createTcpServer(answer), [], '127.0.0.1');
}

async function listen(server: Server | TcpServer, requests: string[], host: string): Promise<TestServer> {
  let connections = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  open.push({ server, sockets });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, connections: () => connections, requests };
}

/** An address on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** For afterEach: ends every server and connection, whatever the test left. */
export async function closeAll(): Promise<void> {
  for (const sender of senders.splice(0)) sender.onApplicationShutdown();
  for (const { server, sockets } of open.splice(0)) {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

export function outbound(options: Partial<OutboundHttpOptions> = {}): OutboundHttp {
  // A service that ran in this process before has left its levels.
  Logger.overrideLogger(['fatal', 'error', 'warn', 'log', 'debug', 'verbose']);
  Logger.overrideLogger(KEPT);
  const sender = new OutboundHttp(new HttpService(), { allowPrivate: true, ...options });
  senders.push(sender);
  return sender;
}

/** A question with room enough, and changes. */
export function get(url: string, changes: Partial<OutboundRequest> = {}): OutboundRequest {
  return { to: 'test', method: 'GET', url, timeoutMs: 5_000, maxReplyBytes: 10_000, ...changes };
}

/** The OutboundError of a call; fails when it ends in another way. */
export async function errorOf(call: Promise<unknown>): Promise<OutboundError> {
  const answer = await call.catch((error: unknown) => error);
  if (answer instanceof OutboundError) return answer;
  throw answer instanceof Error ? answer : new Error(`no error, but ${JSON.stringify(answer)}`);
}

const UNTIL_MAX_MS = 60_000;

/** Waits for a fact, for less than the time that a test has: one that waited on would keep the whole run from ending. */
export async function until(isSo: () => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!isSo()) {
    if (performance.now() - startedAt > UNTIL_MAX_MS) throw new Error(`never came about: ${isSo.toString()}`);
    await wait(5);
  }
}
