import { dayOf, oneOf, type RawSearch, someOf, textOf } from '../../app/search.js';
import { PAYIN_STATUSES, RAILS, REFUND_REASONS, REFUND_STATUSES, REFUNDS_WAIT_FOR } from './values.js';

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

/** Those of the refunds, which have a tab of their own on the same page. */
export function refundsSearch(raw: RawSearch) {
  return {
    tab: oneOf(raw['tab'], ['refunds'] as const),
    refundStatus: oneOf(raw['refundStatus'], REFUND_STATUSES),
    refundWaitsFor: oneOf(raw['refundWaitsFor'], REFUNDS_WAIT_FOR),
    refundReason: oneOf(raw['refundReason'], REFUND_REASONS),
    requestedFrom: dayOf(raw['requestedFrom']),
    requestedTo: dayOf(raw['requestedTo']),
  };
}
export type RefundsSearch = Partial<ReturnType<typeof refundsSearch>>;
export type PayinsSearch = Partial<ReturnType<typeof payinsSearch>>;
