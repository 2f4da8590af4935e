import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InboundWebhook, WebhookReceiver } from '@recaudo/payment-provider';
import { readWhole } from './wire.js';

type Acknowledgement = WebhookReceiver['acknowledgement'];

/** Where the sandbox sends its webhooks: keeps each as it came, and acknowledges it. */
export class WebhookSink {
  acknowledgement: Acknowledgement = { status: 200, contentType: 'text/plain', body: '' };
  #receivedEvent: InboundWebhook[] = [];
  #waiting: (() => void)[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {
    server.on('request', (incoming, response) => void this.#take(incoming, response));
  }

  static async open(): Promise<WebhookSink> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookSink(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`, server);
  }

  /** Waits until as many webhooks of this kind have arrived; oldest first. */
  async receivedEvent(which: (webhook: InboundWebhook) => boolean, count = 1): Promise<InboundWebhook[]> {
    for (;;) {
      const found = this.#receivedEvent.filter(which);
      if (found.length >= count) return found;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  forget(): void {
    this.#receivedEvent = [];
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#receivedEvent.push({ rawBody: await readWhole(incoming), headers: incoming.headers });
    const { status, contentType, body } = this.acknowledgement;
    response.writeHead(status, { 'content-type': contentType }).end(body);
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
