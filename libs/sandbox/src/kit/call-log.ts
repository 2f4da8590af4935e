import type { FastifyReply, FastifyRequest } from 'fastify';

const CALLS_KEPT = 200;

/** One request to a provider's API as it came. `responseStatus` is null while unanswered and when no answer was sent. */
export interface CallRecord {
  readonly at: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Name, value, name, value … with the sender's own spelling and order. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  responseStatus: number | null;
}

/** The last 200 requests, for comparing the wire in tests. It holds credentials: served on loopback only, never logged. */
export class CallLog {
  #calls: CallRecord[] = [];
  readonly #open = new WeakMap<FastifyRequest, CallRecord>();

  /** A preValidation hook: by then the body has been read. */
  readonly recorder =
    (operation: string) =>
    async (request: FastifyRequest): Promise<void> => {
      const call: CallRecord = {
        at: new Date().toISOString(),
        operation,
        method: request.method,
        url: request.raw.url ?? '',
        headers: { ...request.headers },
        rawHeaders: [...request.raw.rawHeaders],
        body: typeof request.body === 'string' ? request.body : '',
        responseStatus: null,
      };
      this.#open.set(request, call);
      this.#calls.push(call);
      if (this.#calls.length > CALLS_KEPT) this.#calls.shift();
    };

  /** An onSend hook. */
  readonly answered = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const call = this.#open.get(request);
    if (call !== undefined) call.responseStatus = reply.statusCode;
  };

  /** Oldest first. */
  list(operation?: string): CallRecord[] {
    return this.#calls.filter((call) => operation === undefined || call.operation === operation);
  }

  clear(): void {
    this.#calls = [];
  }
}
