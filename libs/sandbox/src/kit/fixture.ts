import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';

// What the specs of the sandbox share: a merchant that receives webhooks, and waiting for facts.

/** The keys of an object and of the objects in it, in order, as `a b{c d}`. */
export function shapeOf(value: object): string {
  return Object.entries(value)
    .map(([key, inner]) => (typeof inner === 'object' && inner !== null ? `${key}{${shapeOf(inner)}}` : key))
    .join(' ');
}

export interface ReceivedWebhook {
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export const SILENT = 0;

type Answer = number | { readonly status: number; readonly body: string };

/** A merchant's webhook endpoint that gives these answers, then 200; `SILENT` answers nothing. */
export class Listener {
  readonly received: ReceivedWebhook[] = [];
  #url = '';
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.received.push({ at: Date.now(), headers: request.headers, text: Buffer.concat(chunks).toString('utf8') });
      const answer = this.answers.shift() ?? 200;
      const { status, body } = typeof answer === 'number' ? { status: answer, body: 'ok' } : answer;
      if (status !== SILENT) response.writeHead(status).end(body);
    });
  });

  static readonly #open = new Set<Listener>();

  private constructor(private readonly answers: Answer[]) {
    Listener.#open.add(this);
  }

  /** For afterEach: a failed test must not leave a server that keeps the whole run alive. */
  static async closeAll(): Promise<void> {
    await Promise.all([...Listener.#open].map((listener) => listener.close()));
  }

  static async open(...answers: Answer[]): Promise<Listener> {
    const listener = new Listener(answers);
    await new Promise<void>((resolve) => listener.#server.listen(0, '127.0.0.1', resolve));
    const address = listener.#server.address();
    if (address !== null && typeof address === 'object') listener.#url = `http://127.0.0.1:${address.port}/webhook`;
    return listener;
  }

  get url(): string {
    return this.#url;
  }

  bodies(): Record<string, unknown>[] {
    return this.received.map(({ text }): Record<string, unknown> => JSON.parse(text));
  }

  async close(): Promise<void> {
    Listener.#open.delete(this);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Asks again until the fact is there; the test's own timeout is the bound. */
export async function until<Fact>(read: () => Fact | Promise<Fact>, isThere: (fact: Fact) => boolean): Promise<Fact> {
  for (;;) {
    const fact = await read();
    if (isThere(fact)) return fact;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Makes every order of a file older. Nothing may have the file open. */
export async function makeOlder(ordersPath: string, byMs: number): Promise<void> {
  const text = await readFile(ordersPath, 'utf8');
  const older = text.replace(
    /"(createdAt|expiresAt|dueAt)":(\d+)/g,
    (_all, key, time) => `"${String(key)}":${Number(time) - byMs}`,
  );
  await writeFile(ordersPath, older);
}
