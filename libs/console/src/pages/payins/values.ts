import type { PayinStatus, Rail, RefundReason, RefundStatus } from '../../texts/values.js';

const STATUS_ORDER = {
  CREATED: 0,
  PENDING: 1,
  UNDERPAID: 2,
  APPROVED: 3,
  REJECTED: 4,
  EXPIRED: 5,
  CANCELED: 6,
  FAILED: 7,
  REVERSED: 8,
} as const satisfies Record<PayinStatus, number>;
export const PAYIN_STATUSES = Object.keys(STATUS_ORDER) as readonly PayinStatus[];

const RAIL_ORDER = { PSE: 0, BRE_B: 1, NEQUI: 2, EFECTY: 3, CARD: 4, TRANSFIYA: 5, ANY: 6 } as const satisfies Record<
  Rail,
  number
>;
export const RAILS = Object.keys(RAIL_ORDER) as readonly Rail[];

const REFUND_ORDER = { REQUESTED: 0, APPROVED: 1, PAID: 2, CANCELED: 3 } as const satisfies Record<
  RefundStatus,
  number
>;
export const REFUND_STATUSES = Object.keys(REFUND_ORDER) as readonly RefundStatus[];

const REASON_ORDER = {
  OVERPAID: 0,
  DUPLICATE: 1,
  LATE: 2,
  CUSTOMER_REQUEST: 3,
  OTHER: 4,
} as const satisfies Record<RefundReason, number>;
export const REFUND_REASONS = Object.keys(REASON_ORDER) as readonly RefundReason[];

export const REFUNDS_WAIT_FOR = ['ME', 'PEOPLE'] as const;
