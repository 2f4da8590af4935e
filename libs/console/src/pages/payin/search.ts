import { oneOf, type RawSearch, textOf } from '../../app/search.js';

export const TABS = ['story', 'money', 'webhooks', 'messages', 'refunds', 'ledger', 'details'] as const;
export type Tab = (typeof TABS)[number];

/** The tab, and what is opened over it: an address shows a colleague the same. */
export function payinSearch(raw: RawSearch) {
  return {
    tab: oneOf(raw['tab'], TABS),
    webhook: textOf(raw['webhook'], /^[0-9a-f-]{36}$/),
    message: textOf(raw['message'], /^[0-9a-f-]{36}$/),
  };
}
export type PayinSearch = Partial<ReturnType<typeof payinSearch>>;
