import { dayOf, oneOf, type RawSearch, someOf, textOf } from '../../app/search.js';
import { PAYIN_STATUSES, RAILS } from './values.js';

/** The filters of the address. Text that is searched for may be personal data, so it stands in no address: see the page. */
export function payinsSearch(raw: RawSearch) {
  return {
    status: someOf(raw['status'], PAYIN_STATUSES),
    rail: oneOf(raw['rail'], RAILS),
    provider: textOf(raw['provider'], /^[a-z0-9_-]{1,32}$/),
    from: dayOf(raw['from']),
    to: dayOf(raw['to']),
  };
}
export type PayinsSearch = Partial<ReturnType<typeof payinsSearch>>;
