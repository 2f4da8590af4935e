import type { Schemas } from '../../api/client.js';
import type { Rail } from '../../texts/values.js';

export type LinkStatus = Schemas['PaymentLinkStatus'];
const STATUS_ORDER = { ACTIVE: 0, DISABLED: 1 } as const satisfies Record<LinkStatus, number>;
export const LINK_STATUSES = Object.keys(STATUS_ORDER) as readonly LinkStatus[];

export type LinkRail = Exclude<Rail, 'ANY'>;
const RAIL_ORDER = { PSE: 0, BRE_B: 1, NEQUI: 2, EFECTY: 3, CARD: 4, TRANSFIYA: 5 } as const satisfies Record<
  LinkRail,
  number
>;
export const LINK_RAILS = Object.keys(RAIL_ORDER) as readonly LinkRail[];

/** `-<n>` goes behind it. */
export const REFERENCE_MAX = 54;
export const REFERENCE = /^[A-Za-z0-9._-]{1,54}$/;
