import { oneOf, type RawSearch, textOf } from '../../app/search.js';
import { LINK_STATUSES, REFERENCE } from './values.js';

/** The filters of the address. */
export function linksSearch(raw: RawSearch) {
  return { status: oneOf(raw['status'], LINK_STATUSES), reference: textOf(raw['reference'], REFERENCE) };
}
export type LinksSearch = Partial<ReturnType<typeof linksSearch>>;
