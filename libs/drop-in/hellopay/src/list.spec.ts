import { describe, expect, it } from '@jest/globals';
import type { ServedPayin, ServedPayins } from '@recaudo/drop-in-contract';
import fc from 'fast-check';
import { type Page, pageOf } from './list.js';

/** The payins of an organization, oldest first: those of the contract, and others. */
type Payins = readonly boolean[];

function idOf(index: number): string {
  return `0199f0f0-0000-7000-8000-${String(index).padStart(12, '0')}`;
}

function idsOf(payins: Payins): string[] {
  return payins.flatMap((isOurs, index) => (isOurs ? [idOf(index)] : [])).toReversed();
}

/** Lists as the service does: it reads `limit` payins of whatever kind, and hands out those of the contract. */
function listing(payins: Payins): { payins: ServedPayins; reads: () => number } {
  let reads = 0;
  const ids = payins.map((_, index) => idOf(index));
  const list: ServedPayins['list'] = async ({ cursor, limit, order }) => {
    reads += 1;
    const ordered = order === 'newest first' ? ids.toReversed() : ids;
    const behind = ordered.filter((id) => !cursor || (order === 'newest first' ? id < cursor : id > cursor));
    const read = behind.slice(0, limit);
    const data = read.filter((id) => payins[ids.indexOf(id)]).map((id) => ({ payin: { id } }) as ServedPayin);
    return { data, next: behind.length > limit ? read.at(-1)! : null };
  };
  return { payins: { list } as ServedPayins, reads: () => reads };
}

function shown({ data }: Page): string[] {
  return data.map(({ payin }) => payin.id);
}

const BOUND = 1_000_000;

describe('the list', () => {
  it('shows every payin of the contract once, newest first, and every page again on the way back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (all, size) => {
        const { payins } = listing(all);
        const pageAt = (cursor: string | null) =>
          pageOf({ pageSize: String(size), ...(cursor !== null && { cursor }) }, payins);
        const forward: string[][] = [];
        let page = await pageAt(null);
        expect(page.pageInfo).toMatchObject({ hasPrevious: false, previousCursor: null });
        for (;;) {
          forward.push(shown(page));
          expect(page.pageInfo.hasNext).toBe(page.pageInfo.nextCursor !== null);
          if (page.pageInfo.nextCursor === null || forward.length > BOUND) break;
          page = await pageAt(page.pageInfo.nextCursor);
        }
        expect(forward.flat()).toEqual(idsOf(all));
        const backward = [shown(page)];
        while (page.pageInfo.previousCursor !== null) {
          page = await pageAt(page.pageInfo.previousCursor);
          expect(page.pageInfo.hasNext).toBe(true);
          backward.unshift(shown(page));
        }
        expect(page.pageInfo.hasPrevious).toBe(false);
        expect(backward).toEqual(forward);
      }),
      { numRuns: 200 },
    );
  });

  it('reads a bounded number of other payins for a page, and goes on behind them', async () => {
    const { payins, reads } = listing([true, ...Array.from({ length: 3_000 }, () => false), true]);
    const first = await pageOf({}, payins);
    expect(shown(first)).toEqual([idOf(3_001)]);
    expect(reads()).toBe(10);
    let page = first;
    const later: string[] = [];
    while (page.pageInfo.nextCursor !== null) {
      page = await pageOf({ cursor: page.pageInfo.nextCursor }, payins);
      later.push(...shown(page));
    }
    expect(later).toEqual([idOf(0)]);
  });

  it.each([
    { pageSize: '0' },
    { pageSize: '101' },
    { pageSize: '1e1' },
    { pageSize: ['1', '2'] },
    { cursor: '' },
    { cursor: 'x' },
    { cursor: btoa('null') },
    { cursor: btoa('{"id":"x"}') },
    { cursor: btoa(`{"id":["${idOf(1)}"]}`) },
  ])('refuses %j', async (query) => {
    await expect(pageOf(query, listing([true]).payins)).rejects.toMatchObject({ problems: [expect.any(String)] });
  });
});
