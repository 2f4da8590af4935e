import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '@recaudo/payment-provider';
import type { HelloPayPayin, PayinPage } from './hellopay.mapper.js';
import { type SearchBounds, searchPayins } from './hellopay.search.js';

const FROM = new Date('2026-03-23T12:00:00.000Z');
const HOUR = 3600_000;

/** A payin made so many hours after FROM; undefined: it does not say when. */
function madeAt(hours: number | undefined): HelloPayPayin {
  const createdAt = hours === undefined ? null : new Date(FROM.getTime() + hours * HOUR).toISOString();
  return { id: `id${hours}`, reference: null, rawStatus: 'PENDING', fields: { createdAt } };
}

interface Walk {
  pages: number;
  end: 'certain' | ProviderError;
}

/** Walks a list of pages, each the hours of its payins. */
async function walk(
  list: (number | undefined)[][],
  bounds: Partial<SearchBounds> = {},
  elapsedMs: () => number = () => 0,
): Promise<Walk> {
  const fetchPage = async (cursor = '0'): Promise<PayinPage> => {
    const at = Number(cursor);
    const next = at + 1 < list.length ? { nextCursor: String(at + 1) } : {};
    return { payins: list[at]!.map(madeAt), ...next };
  };
  let pages = 0;
  try {
    for await (const payins of searchPayins(fetchPage, { from: FROM, pagesMax: 20, ...bounds }, elapsedMs)) {
      expect(payins).toHaveLength(list[pages]!.length);
      pages += 1;
    }
  } catch (error) {
    if (error instanceof ProviderError) return { pages, end: error };
    throw error;
  }
  return { pages, end: 'certain' };
}

/** Ten payins, an hour between each and the next. */
const from = (first: number, step: -1 | 1) => Array.from({ length: 10 }, (_, at) => first + at * step);

describe('a search of the list', () => {
  it('is certain at the end of the list, in whatever order it is', async () => {
    for (const list of [[[]], [[1]], [[2, 1], [-5]], [[-5], [1, 2]], [[3, -9], [undefined], [7]]])
      expect(await walk(list)).toEqual({ pages: list.length, end: 'certain' });
  });

  it('is certain before the end where payins are sorted from new to old and it is well past the time of interest', async () => {
    expect(await walk([from(8, -1), [-2], [-3]])).toEqual({ pages: 1, end: 'certain' });
    expect(await walk([from(12, -1), [3, 2], [1, -1], [-2]])).toEqual({ pages: 3, end: 'certain' });
    const onePerPage = from(6, -1).map((hour) => [hour]);
    expect(await walk([...onePerPage, [-4], [-5]])).toEqual({ pages: 10, end: 'certain' });
  });

  it.each([
    ['less than the clocks’ margin past it', [from(10, -1), [-0.16], [-0.16]]],
    ['sorted from old to new', [from(-30, 1), from(-20, 1), [1, 2]]],
    ['not sorted', [[...from(3, -1), 5, -20], [-30], [1]]],
    ['sorted only within their pages', [from(8, -1).map((hour) => hour + 20), from(40, -1), [-9], [1]]],
    ['without a time in one of them', [[...from(3, -1), undefined], [-9], [-10]]],
    ['all of one moment, which is no order', [Array.from({ length: 20 }, () => -9), [-9], [1]]],
    ['so few that any order may be an accident', [from(8, -1).slice(1), [2], [1]]],
  ])('goes on to the end where payins are %s', async (_what, list) => {
    expect(await walk(list)).toEqual({ pages: list.length, end: 'certain' });
  });

  it('cannot say when its pages are used up, and asks for no more of them', async () => {
    const endless = Array.from({ length: 50 }, (_, page) => [page + 1]);
    const { pages, end } = await walk(endless, { pagesMax: 7 });
    expect(pages).toBe(7);
    expect(end).toMatchObject({ kind: 'unavailable', outcome: 'unknown', message: expect.stringContaining('bounds') });
  });

  it('is certain when the last page that it may read is the end', async () => {
    expect(await walk([[1], [2], [3]], { pagesMax: 3 })).toEqual({ pages: 3, end: 'certain' });
  });

  it('cannot say when its time is used up, and asks for no more pages', async () => {
    let elapsed = -10;
    const { pages, end } = await walk([[1], [2], [3], [4]], { giveUpAfterMs: 20 }, () => (elapsed += 10));
    expect(pages).toBe(2);
    expect(end).toMatchObject({ kind: 'unavailable', outcome: 'unknown' });
  });

  it('stops where the list goes round in a circle', async () => {
    let pages = 0;
    const circle = searchPayins(
      async () => {
        pages += 1;
        return { payins: [], nextCursor: 'same' };
      },
      { from: FROM, pagesMax: 20 },
    );
    const end = (async () => {
      for await (const payins of circle) expect(payins).toEqual([]);
    })();
    await expect(end).rejects.toMatchObject({ kind: 'contradictory_reply', outcome: 'unknown' });
    expect(pages).toBe(2);
  });
});
