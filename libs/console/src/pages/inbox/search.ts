import { dayOf, oneOf, type RawSearch, textOf } from '../../app/search.js';
import type { InboxOutcome, InboxStatus } from '../../texts/values.js';

const STATUS_ORDER = { PENDING: 0, APPLIED: 1, GIVEN_UP: 2 } as const satisfies Record<InboxStatus, number>;
export const INBOX_STATUSES = Object.keys(STATUS_ORDER) as readonly InboxStatus[];

const OUTCOME_ORDER = { APPLIED: 0, NOT_CONFIRMED: 1, ORPHAN: 2, UNREADABLE: 3, MOVED: 4 } as const satisfies Record<
  InboxOutcome,
  number
>;
export const INBOX_OUTCOMES = Object.keys(OUTCOME_ORDER) as readonly InboxOutcome[];

/** The filters of the address, and the webhook that is opened. */
export function inboxSearch(raw: RawSearch) {
  return {
    status: oneOf(raw['status'], INBOX_STATUSES),
    outcome: oneOf(raw['outcome'], INBOX_OUTCOMES),
    provider: textOf(raw['provider'], /^[a-z0-9_-]{1,32}$/),
    reference: textOf(raw['reference'], /^[A-Za-z0-9._-]{1,64}$/),
    from: dayOf(raw['from']),
    to: dayOf(raw['to']),
    webhook: textOf(raw['webhook'], /^[0-9a-f-]{36}$/),
  };
}
export type InboxSearch = Partial<ReturnType<typeof inboxSearch>>;
