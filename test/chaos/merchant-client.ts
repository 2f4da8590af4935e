import { setTimeout as wait } from 'node:timers/promises';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { API_KEY } from './replicas.js';

/** One request of the merchant's, and what came of it. This is all that the merchant knows. */
export interface ClientEntry {
  at: number;
  reference: string;
  what: 'create' | 'cancel' | 'accept' | 'refresh';
  /** Absent: no answer came. */
  status?: number;
  payinId?: string;
  payinStatus?: string;
}

const PATIENCE_MS = 25_000;
const PAUSE_MS = 100;
const ATTEMPTS_MAX = 2_000;

/** A merchant's client that asks again, elsewhere, until it is answered, and writes everything down. */
export class MerchantClient {
  readonly log: ClientEntry[] = [];

  constructor(private readonly urls: readonly string[]) {}

  /** Asks one replica after the other, from the given one on, until the answer is final. @returns the payin; undefined when it was refused */
  async insist(
    what: ClientEntry['what'],
    reference: string,
    first: number,
    path: string,
    body?: object,
  ): Promise<PresentedPayin | undefined> {
    for (let turn = first; turn < first + ATTEMPTS_MAX; turn += 1) {
      const { status, payin } = await this.#ask(what, reference, this.urls[turn % this.urls.length] ?? '', path, body);
      if (status !== undefined && status < 300) return payin;
      if (status !== undefined && status >= 400 && status < 500) return undefined;
      await wait(PAUSE_MS);
    }
    throw new Error(`${what} of ${reference} was never answered`);
  }

  async #ask(
    what: ClientEntry['what'],
    reference: string,
    url: string,
    path: string,
    body?: object,
  ): Promise<{ status?: number; payin?: PresentedPayin }> {
    const entry: ClientEntry = { at: Date.now(), reference, what };
    this.log.push(entry);
    try {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      // An answer that was cut off is none.
      const payin = (await response.json()) as PresentedPayin;
      Object.assign(entry, { status: response.status, payinId: payin.id, payinStatus: payin.status });
      return { status: response.status, payin };
    } catch {
      return {};
    }
  }
}
