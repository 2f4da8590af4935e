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
      cursor = page.pageInfo.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** One page: the first, or the one after `pageInfo.nextCursor` of another. */
  page(cursor?: string): Promise<Page<Row>> {
    return this.#load(cursor);
  }
}
