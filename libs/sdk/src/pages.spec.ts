import { describe, expect, it } from '@jest/globals';
import { Pages } from './pages.js';

function threePages() {
  const asked: (string | undefined)[] = [];
  const pages = new Pages<number>(async (cursor) => {
    asked.push(cursor);
    const at = cursor === undefined ? 0 : Number(cursor);
    // The middle page is empty, as one of a search may be.
    const data = at === 1 ? [] : [at * 10, at * 10 + 1];
    return { data, pageInfo: { hasNext: at < 2, nextCursor: at < 2 ? String(at + 1) : null } };
  });
  return { pages, asked };
}

describe('pages', () => {
  it('are read row after row, also past an empty one', async () => {
    const { pages, asked } = threePages();
    const rows: number[] = [];
    for await (const row of pages) rows.push(row);
    expect(rows).toEqual([0, 1, 20, 21]);
    expect(asked).toEqual([undefined, '1', '2']);
  });

  it('are not asked for before they are needed', async () => {
    const { pages, asked } = threePages();
    for await (const row of pages) if (row === 1) break;
    expect(asked).toEqual([undefined]);
  });

  it('begin anew each time', async () => {
    const { pages, asked } = threePages();
    for (let time = 0; time < 2; time += 1) for await (const _ of pages.pages()) break;
    expect(asked).toEqual([undefined, undefined]);
  });

  it('are given one by one, from a cursor on', async () => {
    const { pages } = threePages();
    expect((await pages.page()).data).toEqual([0, 1]);
    expect((await pages.page('2')).data).toEqual([20, 21]);
  });
});
