import { dayOf, type RawSearch } from '../../app/search.js';

export function reportsSearch(raw: RawSearch) {
  return { date: dayOf(raw['date']) };
}
export type ReportsSearch = Partial<ReturnType<typeof reportsSearch>>;
