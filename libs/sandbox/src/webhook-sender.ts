const TRIES_MAX = 20;
const TRY_TIMEOUT_MS = 5_000;
const IN_FLIGHT_MAX = 64;
const FIRST_WAITS_MS = [1_000, 2_000, 5_000, 15_000, 60_000];
const LATER_WAIT_MS = 300_000;
const TIMER_MAX_MS = 2_147_483_647;

/** One try to deliver a webhook: the HTTP status that came back, or what stopped it. */
export type WebhookTry = { readonly at: string; readonly status: string } & (
  { readonly httpStatus: number } | { readonly error: string }
);

export interface WebhookMessage {
  readonly orderId: string;
  /** The status the message tells. */
  readonly status: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A message that is tried until a 2xx. `dueAt` is in epoch milliseconds. */
export interface WebhookDelivery extends WebhookMessage {
  readonly id: string;
  readonly triesMade: number;
  readonly dueAt: number;
}

/** What is left of a delivery after a try; `nextDueAt` null means delivered or given up. */
export interface WebhookTried {
  readonly deliveryId: string | null;
  readonly orderId: string;
  readonly attempt: WebhookTry;
  readonly nextDueAt: number | null;
}

export interface WebhookSenderOptions {
  /** Called once per try, in time order; it writes the journal. */
  readonly tried: (result: WebhookTried) => void;
  /** A message leaves only after what it tells is in the journal. */
  readonly flushed: () => Promise<void>;
  /** Wait after the given number of tries (1 or more), or null to give up. */
  readonly waitAfterMs?: (triesMade: number) => number | null;
}

/** After 1, 2, 5, 15 and 60 seconds, then every 5 minutes, at most 20 tries. */
export function defaultWaitAfterMs(triesMade: number): number | null {
  return triesMade >= TRIES_MAX ? null : (FIRST_WAITS_MS[triesMade - 1] ?? LATER_WAIT_MS);
}

/** Delivers webhooks at least once, each on its own clock, with at most 64 on the wire. */
export class WebhookSender {
  readonly #waiting = new Map<string, { delivery: WebhookDelivery; timer: NodeJS.Timeout }>();
  readonly #working = new Set<Promise<void>>();
  readonly #ready: WebhookDelivery[] = [];
  #stop = new AbortController();

  constructor(private readonly options: WebhookSenderOptions) {}

  /** Takes over a delivery whose journal line the caller has appended. */
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

  /** One try by hand, without retries. */
  async sendOnce(message: WebhookMessage): Promise<WebhookTry> {
    const { signal } = this.#stop;
    await this.options.flushed();
    const attempt = await post(message, signal);
    if (!signal.aborted) this.options.tried({ deliveryId: null, orderId: message.orderId, attempt, nextDueAt: null });
    return attempt;
  }

  /** Drops everything that waits and cuts what is on the wire; used again afterwards. */
  clear(): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    this.#ready.length = 0;
  }

  /** As `clear`, for good, and waits until nothing is on the wire. */
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
    await this.options.flushed();
    const attempt = await post(delivery, signal);
    // A try that was cut off by our own closing never counts: the journal still holds the delivery as due.
    if (signal.aborted) return;
    const triesMade = delivery.triesMade + 1;
    const delivered = 'httpStatus' in attempt && attempt.httpStatus >= 200 && attempt.httpStatus < 300;
    const waitMs = delivered ? null : (this.options.waitAfterMs ?? defaultWaitAfterMs)(triesMade);
    const nextDueAt = waitMs === null ? null : Date.now() + waitMs;
    this.options.tried({ deliveryId: delivery.id, orderId: delivery.orderId, attempt, nextDueAt });
    if (nextDueAt !== null) this.schedule({ ...delivery, triesMade, dueAt: nextDueAt });
  }
}

async function post(message: WebhookMessage, stop: AbortSignal): Promise<WebhookTry> {
  const at = new Date().toISOString();
  const { status } = message;
  try {
    const response = await fetch(message.url, {
      method: 'POST',
      headers: message.headers,
      body: message.body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return { at, status, httpStatus: response.status };
  } catch (error) {
    return { at, status, error: reasonOf(error) };
  }
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
