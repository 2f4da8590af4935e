import type { PayinStatus, Rail } from '../../texts/values.js';

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
