const ATTEMPT_TIMEOUT_MS = 5_000;
const IN_FLIGHT_MAX = 64;
const ACKNOWLEDGEMENT_MAX_BYTES = 1_024;
const TIMER_MAX_MS = 2_147_483_647;

/** One attempt to deliver a webhook: the HTTP status that came back, or what stopped it. */
export type WebhookAttempt = { readonly at: string; readonly status: string } & (
  { readonly httpStatus: number; readonly acknowledged: boolean } | { readonly error: string }
);

/** What a merchant answered; the body is cut after 1 KiB. */
export interface Acknowledgement {
  readonly httpStatus: number;
  readonly body: string;
}

export interface WebhookMessage {
  readonly orderId: string;
  /** The status that the message reports. */
  readonly status: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A message that is sent until it is acknowledged. `dueAt` is in epoch milliseconds. */
export interface WebhookDelivery extends WebhookMessage {
  readonly id: string;
  readonly attemptsMade: number;
  readonly dueAt: number;
}

/** What is left of a delivery after an attempt; `next` is null when it was delivered or given up. */
export interface WebhookAttemptResult {
  readonly deliveryId: string | null;
  readonly orderId: string;
  readonly attempt: WebhookAttempt;
  readonly next: WebhookDelivery | null;
}

export interface WebhookSenderOptions {
  /** Called once per attempt, in time order; it saves the attempt. */
  readonly attempted: (result: WebhookAttemptResult) => void;
  readonly acknowledged: (answer: Acknowledgement) => boolean;
  /** What a retry sends; without it, the same message. */
  readonly retryOf?: <Message extends WebhookMessage>(message: Message) => Message;
  /** Wait after the given number of attempts (1 or more), or null to give up. */
  readonly waitAfterMs: (attemptsMade: number) => number | null;
}

/** Delivers webhooks at least once, each at its own time, with at most 64 on the wire. */
export class WebhookSender {
  readonly #waiting = new Map<string, { delivery: WebhookDelivery; timer: NodeJS.Timeout }>();
  readonly #working = new Set<Promise<void>>();
  readonly #ready: WebhookDelivery[] = [];
  #stop = new AbortController();

  constructor(private readonly options: WebhookSenderOptions) {}

  /** Takes over a delivery that the caller has saved. */
  schedule(delivery: WebhookDelivery): void {
    if (this.#stop.signal.aborted) return;
    const waitMs = Math.min(Math.max(delivery.dueAt - Date.now(), 0), TIMER_MAX_MS);
    const timer = setTimeout(() => {
      this.#waiting.delete(delivery.id);
      this.#ready.push(delivery);
      this.#fill();
    }, waitMs);
    this.#waiting.set(delivery.id, { delivery, timer });
  }

  /** The due time of a delivery has changed. One that is on the wire, or about to be, goes on. */
  reschedule(delivery: WebhookDelivery): void {
    const waiting = this.#waiting.get(delivery.id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.schedule(delivery);
  }

  /** One attempt by hand, without retries. */
  async sendOnce(message: WebhookMessage): Promise<WebhookAttempt> {
    const { signal } = this.#stop;
    const attempt = await this.#post(message, signal);
    if (!signal.aborted) this.options.attempted({ deliveryId: null, orderId: message.orderId, attempt, next: null });
    return attempt;
  }

  /** Drops all deliveries, also those on the wire; can be used again afterwards. */
  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#ready.length = 0;
  }

  /** Drops all deliveries for good, and waits until nothing is on the wire. */
  async close(): Promise<void> {
    this.clear();
    this.#stop.abort();
    await Promise.all(this.#working);
  }

  #fill(): void {
    while (this.#working.size < IN_FLIGHT_MAX) {
      const delivery = this.#ready.shift();
      if (delivery === undefined) return;
      const work = this.#deliver(delivery, this.#stop.signal)
        .catch(() => undefined)
        .finally(() => {
          this.#working.delete(work);
          this.#fill();
        });
      this.#working.add(work);
    }
  }

  async #deliver(delivery: WebhookDelivery, signal: AbortSignal): Promise<void> {
    const { retryOf = (message) => message } = this.options;
    const attempt = await this.#post(delivery.attemptsMade === 0 ? delivery : retryOf(delivery), signal);
    // An attempt that our own closing cut off does not count: the delivery is still saved as due.
    if (signal.aborted) return;
    const attemptsMade = delivery.attemptsMade + 1;
    const delivered = 'acknowledged' in attempt && attempt.acknowledged;
    const waitMs = delivered ? null : this.options.waitAfterMs(attemptsMade);
    const next = waitMs === null ? null : { ...delivery, attemptsMade, dueAt: Date.now() + waitMs };
    this.options.attempted({ deliveryId: delivery.id, orderId: delivery.orderId, attempt, next });
    if (next !== null) this.schedule(next);
  }

  async #post(message: WebhookMessage, stop: AbortSignal): Promise<WebhookAttempt> {
    const at = new Date().toISOString();
    const { status } = message;
    try {
      const response = await fetch(message.url, {
        method: 'POST',
        headers: message.headers,
        body: message.body,
        redirect: 'manual',
        signal: AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]),
      });
      const { status: httpStatus } = response;
      const acknowledged = this.options.acknowledged({ httpStatus, body: await textOf(response) });
      return { at, status, httpStatus, acknowledged };
    } catch (error) {
      return { at, status, error: reasonOf(error) };
    }
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= ACKNOWLEDGEMENT_MAX_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, ACKNOWLEDGEMENT_MAX_BYTES).toString('utf8');
}

/** fetch hides the reason in `cause`: a system code such as ECONNREFUSED, else the error's name. */
function reasonOf(error: unknown): string {
  if (!isRecord(error)) return 'unknown';
  const { cause, name } = error;
  if (isRecord(cause) && typeof cause['code'] === 'string') return cause['code'];
  return typeof name === 'string' ? name : 'unknown';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
