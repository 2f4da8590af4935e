import { oneOf, type RawSearch, someOf, textOf } from '../../app/search.js';
import { KINDS, SORTS, TABS } from './values.js';

/** The open tab, the filters, the order and the discrepancy that is shown. */
export function discrepanciesSearch(raw: RawSearch) {
  return {
    tab: oneOf(raw['tab'], TABS),
    kind: someOf(raw['kind'], KINDS),
    provider: textOf(raw['provider'], /^[a-z0-9_-]{1,32}$/),
    reference: textOf(raw['reference'], /^[^\p{C}]{1,255}$/u),
    sort: oneOf(raw['sort'], SORTS),
    id: textOf(raw['id'], /^[0-9a-f-]{36}$/),
  };
}
export type DiscrepanciesSearch = Partial<ReturnType<typeof discrepanciesSearch>>;
