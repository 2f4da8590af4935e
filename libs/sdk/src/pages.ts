import { pause } from './pause.js';
import type { Page } from './types.js';

/**
 * A list, row after row: `for await (const payin of recaudo.payins.list())`. The next page is asked for when its first row is. Each reading
 * begins anew.
 */
export class Pages<Row> implements AsyncIterable<Row> {
  readonly #load: (cursor: string | undefined) => Promise<Page<Row>>;

  constructor(load: (cursor: string | undefined) => Promise<Page<Row>>) {
    this.#load = load;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const { data } of this.pages()) yield* data;
  }

  /** Page after page. */
  async *pages(): AsyncGenerator<Page<Row>, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#load(cursor);
      yield page;
      // The cursor of events is there at the end, too.
      cursor = page.pageInfo.hasNext ? (page.pageInfo.nextCursor ?? undefined) : undefined;
    } while (cursor !== undefined);
  }

  /** One page: the first, or the one after `pageInfo.nextCursor` of another. */
  page(cursor?: string): Promise<Page<Row>> {
    return this.#load(cursor);
  }
}

const PAUSE_MS = 1_000;

/**
 * A list without an end: it waits for what is still to come. Each reading begins where it was asked to.
 *
 * `pages()` gives the pages with their cursors. Store `pageInfo.nextCursor` when all of a page is done, and begin with it after a restart.
 */
export class Following<Row> implements AsyncIterable<Row> {
  readonly #load: (cursor: string | undefined) => Promise<Page<Row>>;
  readonly #signal: AbortSignal | undefined;

  constructor(load: (cursor: string | undefined) => Promise<Page<Row>>, signal: AbortSignal | undefined) {
    this.#load = load;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const { data } of this.pages()) yield* data;
  }

  async *pages(): AsyncGenerator<Page<Row>, never, undefined> {
    let cursor: string | undefined;
    for (;;) {
      const askedAt = Date.now();
      const page = await this.#load(cursor);
      yield page;
      cursor = page.pageInfo.nextCursor ?? cursor;
      // A server that ends does not let anyone wait.
      const isIdle = page.data.length === 0 && !page.pageInfo.hasNext && Date.now() - askedAt < PAUSE_MS;
      if (isIdle) await pause(PAUSE_MS, this.#signal);
    }
  }
}
