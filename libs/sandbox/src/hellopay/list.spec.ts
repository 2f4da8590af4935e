import { describe, expect, it } from '@jest/globals';
import { pageOf } from './list.js';

const ITEMS = Array.from({ length: 25 }, (_, index) => ({ id: `p${index}`, createdAt: 1_773_403_200_000 + index }));

describe('pageOf', () => {
  it('walks the whole list forwards and back again, each item once', () => {
    const forwards = [pageOf(ITEMS, { cursor: undefined, pageSize: undefined })];
    for (let page = forwards[0]; page?.pageInfo.nextCursor; page = forwards.at(-1)) {
      forwards.push(pageOf(ITEMS, { cursor: page.pageInfo.nextCursor, pageSize: undefined }));
    }
    expect(forwards.map(({ data }) => data.length)).toEqual([10, 10, 5]);
    expect(forwards.flatMap(({ data }) => data)).toEqual(ITEMS);

    const backwards = forwards.slice(-1);
    for (let page = backwards[0]; page?.pageInfo.previousCursor; page = backwards[0]) {
      backwards.unshift(pageOf(ITEMS, { cursor: page.pageInfo.previousCursor, pageSize: undefined }));
    }
    expect(backwards.flatMap(({ data }) => data)).toEqual(ITEMS);
  });

  it('says at each end that there is no more', () => {
    const whole = pageOf(ITEMS, { cursor: undefined, pageSize: '25' });
    const pageInfo = { hasNext: false, hasPrevious: false, nextCursor: null, previousCursor: null };
    expect(whole).toEqual({ data: ITEMS, pageInfo });
    expect(pageOf([], { cursor: undefined, pageSize: undefined })).toEqual({ data: [], pageInfo });
  });

  it("makes the documented sample's cursor", () => {
    const createdAt = Date.parse('2026-03-13T12:00:00.000Z');
    const items = [
      { id: '123e4567-e89b-12d3-a456-426614174000', createdAt },
      { id: 'last', createdAt },
    ];
    expect(pageOf(items, { cursor: undefined, pageSize: '1' }).pageInfo.nextCursor).toBe(
      'eyJjcmVhdGVkQXQiOiIyMDI2LTAzLTEzVDEyOjAwOjAwLjAwMFoiLCJpZCI6IjEyM2U0NTY3LWU4OWItMTJkMy1hNDU2LTQyNjYxNDE3NDAwMCJ9',
    );
  });

  it('keeps its place when newer payins come in between', () => {
    const first = pageOf(ITEMS, { cursor: undefined, pageSize: '3' });
    const later = [{ id: 'new', createdAt: 0 }, ...ITEMS];
    expect(pageOf(later, { cursor: first.pageInfo.nextCursor, pageSize: '1' }).data).toEqual([ITEMS[3]]);
  });

  it.each([
    [undefined, '0'],
    [undefined, '101'],
    [undefined, 'ten'],
    [undefined, ['1', '2']],
    ['not-a-cursor', undefined],
    [Buffer.from('{"id":"nobody"}').toString('base64'), undefined],
    [Buffer.from('[]').toString('base64'), undefined],
  ])('refuses cursor %j with page size %j', (cursor, pageSize) => {
    expect(() => pageOf(ITEMS, { cursor, pageSize })).toThrow('Invalid input data');
  });
});
