import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider of which only the list of PSE's banks exists, in the shape of TumiPay's; it can be away, and it counts the calls. */
export class BankListServer {
  calls = 0;
  /** How many of them were to open an order. */
  orders = 0;
  banks: { code: string; name: string; image?: string }[] = [{ code: '1007', name: 'BANCOLOMBIA' }];
  /** What it does instead of answering. */
  fault: 'none' | 'error' | 'busy' | 'hang_up' = 'none';
  /** While it is on, lists wait for `letGo`. */
  holding = false;
  #held: ServerResponse[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<BankListServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const banks = new BankListServer(server);
    server.on('request', ({ method }: IncomingMessage, response: ServerResponse) => banks.#take(method, response));
    return banks;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/production/api`;
  }

  /** How many callers wait. */
  get waiting(): number {
    return this.#held.length;
  }

  letGo(): void {
    this.holding = false;
    for (const response of this.#held.splice(0)) this.#answer(response);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  #take(method: string | undefined, response: ServerResponse): void {
    this.calls += 1;
    if (method === 'POST') this.orders += 1;
    if (this.holding && method === 'GET') this.#held.push(response);
    else this.#answer(response);
  }

  #answer(response: ServerResponse): void {
    if (this.fault === 'hang_up') return void response.destroy();
    if (this.fault === 'busy') return void response.writeHead(429, { 'retry-after': '7' }).end('{}');
    if (this.fault === 'error') return void response.writeHead(503).end('<html>away</html>');
    const body = { code: '01', status: 'SUCCESS', data: this.banks };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}
