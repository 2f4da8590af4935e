import { ProviderError } from '@recaudo/payment-provider';
import { createdAtOf, type HelloPayPayin, type PayinPage } from './hellopay.mapper.js';
import { contradictory } from './hellopay.replies.js';

/** Their clock against ours, and the time that a payin needs to appear in the list. */
const CLOCK_MARGIN_MS = 10 * 60_000;
/** So many different times in a row show an order; a few may be sorted by accident, e.g. in a list by id. */
const SORTED_FROM = 10;

export interface SearchBounds {
  /** Nothing created before this is of interest. */
  from: Date;
  pagesMax: number;
  /** No page is asked for after this; absent: only the pages are counted. */
  giveUpAfterMs?: number;
}

/**
 * Walks the only list that HelloPay has: no filters, no documented order. Ends when every payin since `from` was certainly seen: the list is at
 * its end, or it was sorted from new to old so far and is well past `from`.
 * @throws ProviderError `unavailable` where the bounds are reached before that
 */
export async function* searchPayins(
  fetchPage: (cursor?: string) => Promise<PayinPage>,
  { from, pagesMax, giveUpAfterMs = Infinity }: SearchBounds,
  elapsedMs = stopwatch(),
): AsyncGenerator<readonly HelloPayPayin[]> {
  const order = new NewestFirst();
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax && elapsedMs() < giveUpAfterMs; pages += 1) {
    const { payins, nextCursor } = await fetchPage(cursor);
    yield payins;
    if (nextCursor === undefined) return;
    if (nextCursor === cursor) throw contradictory('the list goes round in a circle');
    order.take(payins);
    if (order.isPast(from.getTime() - CLOCK_MARGIN_MS)) return;
    cursor = nextCursor;
  }
  throw new ProviderError(
    'unavailable',
    'unknown',
    'HelloPay: the search ended at its bounds and not at the end of the list',
  );
}

/** Whether all payins so far were sorted from new to old, and so many of them that it is no accident. */
class NewestFirst {
  #last = Infinity;
  #steps = 0;
  #holds = true;

  take(payins: readonly HelloPayPayin[]): void {
    for (const payin of payins) {
      const createdAt = createdAtOf(payin)?.getTime();
      if (createdAt === undefined || createdAt > this.#last) this.#holds = false;
      else if (createdAt < this.#last) this.#steps += 1;
      this.#last = createdAt ?? this.#last;
    }
  }

  isPast(time: number): boolean {
    return this.#holds && this.#steps >= SORTED_FROM && this.#last < time;
  }
}

function stopwatch(): () => number {
  const startedAt = performance.now();
  return () => performance.now() - startedAt;
}
