import { oneOf, type RawSearch } from '../../app/search.js';

/** Without it those that still let in are shown. */
export function keysSearch(raw: RawSearch) {
  return { show: oneOf(raw['show'], ['all'] as const) };
}
export type KeysSearch = Partial<ReturnType<typeof keysSearch>>;
