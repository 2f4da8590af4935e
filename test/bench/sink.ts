import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A merchant's server that answers at once, in a process of its own, and counts what comes. */
export interface SinkReport {
  requests: number;
  messages: number;
  /** From the first to the last. */
  seconds: number;
}

const ids = new Set<unknown>();
let [requests, firstAt, lastAt] = [0, 0, 0];
const server = createServer((request, response) => {
  lastAt = performance.now();
  if (requests === 0) firstAt = lastAt;
  requests += 1;
  ids.add(request.headers['webhook-id']);
  request.resume();
  request.on('end', () => response.writeHead(204).end());
});
process.on('message', () => {
  const report: SinkReport = { requests, messages: ids.size, seconds: (lastAt - firstAt) / 1000 };
  requests = 0;
  ids.clear();
  process.send?.(report);
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }),
);
