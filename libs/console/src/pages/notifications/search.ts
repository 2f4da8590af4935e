import { dayOf, oneOf, type RawSearch, textOf } from '../../app/search.js';
import { MESSAGE_STATUSES, MESSAGE_TYPES } from './values.js';

/** The tab, the filters of messages, and the message that is opened. */
export function notificationsSearch(raw: RawSearch) {
  return {
    tab: oneOf(raw['tab'], ['endpoints'] as const),
    status: oneOf(raw['status'], MESSAGE_STATUSES),
    type: oneOf(raw['type'], MESSAGE_TYPES),
    endpointId: textOf(raw['endpointId'], /^[0-9a-f-]{36}$/),
    from: dayOf(raw['from']),
    to: dayOf(raw['to']),
    message: textOf(raw['message'], /^[0-9a-f-]{36}$/),
  };
}
export type NotificationsSearch = Partial<ReturnType<typeof notificationsSearch>>;
