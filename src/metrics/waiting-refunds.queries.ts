import { query } from '../database/query.js';

/** What a refund waits for: an approval, a person who pays it, or the provider that was asked to. */
export const WAITING_REFUND_STATES = ['REQUESTED', 'APPROVED', 'ASKED'] as const;

export interface WaitingRefunds {
  state: (typeof WAITING_REFUND_STATES)[number];
  rows: number;
  amountInCents: number;
}

/** More are not counted: a count must cost the same in trouble. */
export const WAITING_REFUNDS_MAX = 100_000;

/** Read through an index that has the waiting ones only. */
export const COUNT_WAITING_REFUNDS = query<object, WaitingRefunds>(
  'count waiting refunds',
  `select state, count(*)::int as rows, sum(amount_in_cents)::float as "amountInCents"
   from (
     select case when provider_status = 'ASKED' then provider_status else status end as state, amount_in_cents
     from refunds where status in ('REQUESTED', 'APPROVED') limit ${WAITING_REFUNDS_MAX}
   ) as waiting
   group by state`,
);
