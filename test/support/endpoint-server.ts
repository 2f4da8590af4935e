import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
  message: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** A merchant's server that answers as it is told, well or ill, and keeps all that it hears. */
export interface EndpointServer {
  url: string;
  received: Received[];
  /** What it answers from now on; 204 at first. */
  answers(answer: (response: ServerResponse, received: Received) => void): void;
  /** As a server that is switched off: the port is closed, and can be opened again. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startEndpointServer(): Promise<EndpointServer> {
  const received: Received[] = [];
  let answer: (response: ServerResponse, received: Received) => void = (response) => void response.writeHead(204).end();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const one = {
        path: request.url ?? '',
        headers: request.headers,
        raw,
        message: JSON.parse(raw) as Received['message'],
      };
      received.push(one);
      answer(response, one);
    });
  };
  let server = createServer(listener);
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    received,
    answers: (next) => void (answer = next),
    goAway: close,
    comeBack: () => {
      server = createServer(listener);
      return listen(port);
    },
    close,
  };
}
