import { describe, expect, it } from '@jest/globals';
import { Following, Pages } from './pages.js';

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

  it('end where there are no more, though a cursor is there', async () => {
    const pages = new Pages<number>(async () => ({ data: [1], pageInfo: { hasNext: false, nextCursor: 'later' } }));
    const rows: number[] = [];
    for await (const row of pages) if (rows.push(row) > 1) break;
    expect(rows).toEqual([1]);
  });

  it('are given one by one, from a cursor on', async () => {
    const { pages } = threePages();
    expect((await pages.page()).data).toEqual([0, 1]);
    expect((await pages.page('2')).data).toEqual([20, 21]);
  });
});

describe('what is followed', () => {
  /** Two pages are there, then nothing for a while. */
  function stream(signal?: AbortSignal) {
    const asked: (string | undefined)[] = [];
    const following = new Following<number>(async (cursor) => {
      asked.push(cursor);
      signal?.throwIfAborted();
      const at = cursor === undefined ? 0 : Number(cursor);
      const isThere = at < 2;
      return {
        data: isThere ? [at] : [],
        pageInfo: { hasNext: at === 0, nextCursor: String(isThere ? at + 1 : at) },
      };
    }, signal);
    return { following, asked };
  }

  it('goes on behind its last page, and does not ask without a pause where nobody lets it wait', async () => {
    const aborter = new AbortController();
    const { following, asked } = stream(aborter.signal);
    const rows: number[] = [];
    setTimeout(() => aborter.abort(), 1_400);
    const reading = (async () => {
      for await (const row of following) rows.push(row);
    })();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(rows).toEqual([0, 1]);
    expect(asked).toEqual([undefined, '1', '2', '2']);
  });

  it('gives the cursor of each page, also of an empty one', async () => {
    const { following } = stream();
    const cursors: (string | null)[] = [];
    for await (const { pageInfo } of following.pages()) if (cursors.push(pageInfo.nextCursor) === 3) break;
    expect(cursors).toEqual(['1', '2', '2']);
  });
});
