import { oneOf, type RawSearch, someOf, textOf } from '../../app/search.js';
import { OUTCOMES, STATUSES } from './values.js';

/** The filters of the list, the statement that is shown, and which of its lines. */
export function statementsSearch(raw: RawSearch) {
  return {
    status: someOf(raw['status'], STATUSES),
    waitsFor: oneOf(raw['waitsFor'], ['PEOPLE'] as const),
    provider: textOf(raw['provider'], /^[a-z0-9_-]{1,32}$/),
    id: textOf(raw['id'], /^[0-9a-f-]{36}$/),
    outcome: oneOf(raw['outcome'], OUTCOMES),
  };
}
export type StatementsSearch = Partial<ReturnType<typeof statementsSearch>>;
