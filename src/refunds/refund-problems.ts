import type { ProblemCode } from '../http/problem.js';
import type { RefundRefusal } from '../payins/domain/refunds.js';

/** Why an action on a refund is not carried out. */
export const REFUND_REFUSALS: Readonly<Record<RefundRefusal, readonly [ProblemCode, string]>> = {
  REFUND_EXCEEDS: [
    'REFUND_TOO_LARGE',
    'Less is left of what arrived: reversals and other refunds are taken off, also those that are not paid yet.',
  ],
  REFUND_STATUS: ['REFUND_FORBIDDEN', 'See the status of the refund; nothing was changed.'],
  REFUND_AT_PROVIDER: [
    'REFUND_FORBIDDEN',
    'Its provider was asked to pay it back and may have done so. Wait until providerStatus says what it answered. Once 25 hours have passed since askedAt, it can be recorded as paid.',
  ],
  REFUND_REFERENCE_TAKEN: ['REFERENCE_CONFLICT', 'Another refund of this payin has the reference.'],
  REFUND_LIVE: ['REFUND_FORBIDDEN', 'The discrepancy has a refund: see its refundId, or cancel that refund first.'],
  REFUND_NOT_OF_KIND: [
    'REFUND_FORBIDDEN',
    'Money of OVERPAID, PAID_TWICE, LATE_PAYMENT and UNDERPAID can be refunded at the discrepancy; of others, at the payin.',
  ],
  REFUND_SAME_PERSON: [
    'SECOND_PERSON_NEEDED',
    "The payin's refunds are so much that somebody else than who requested this one must approve it.",
  ],
  REFUND_NO_PERSON: [
    'SECOND_PERSON_NEEDED',
    "The payin's refunds are so much that a person must approve this one, and this API key acts for nobody.",
  ],
};
