import { oneOf, type RawSearch } from '../../app/search.js';

export const GROUPS = ['rail', 'provider'] as const;
export const PERIODS = ['today', 'month'] as const;

/** What stands in no address is the first of each. */
export function overviewSearch(raw: RawSearch) {
  return {
    by: oneOf(raw['by'], GROUPS),
    view: oneOf(raw['view'], ['table'] as const),
    period: oneOf(raw['period'], PERIODS),
  };
}
export type OverviewSearch = Partial<ReturnType<typeof overviewSearch>>;
