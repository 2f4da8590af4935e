import { Inject, Injectable } from '@nestjs/common';
import type { Rail } from '@recaudo/payment-provider';
import { ServiceSettings } from '../../config/service.settings.js';

/** How a rail behaves over time. */
export interface RailPolicy {
  /** Life of a link when the merchant says nothing, and its bounds. */
  defaultMinutes: number;
  minMinutes: number;
  maxMinutes: number;
  /** Waits between looks at a payin that waits for its payer; the last one repeats. */
  pollSeconds: readonly number[];
  /** How long after the link has run out late money is looked for. */
  lateHours: number;
  /** The payer's bank lets the payer change the amount. */
  payerMayEditAmount: boolean;
}

const DAY = 24 * 60;
const QUICK = [10, 15, 30, 60, 120, 300];
const SLOW = [60, 300, 900, 1800];

/** Defaults; RAIL_POLICY_<RAIL> overrides any part. */
const DEFAULTS: Readonly<Record<Rail, RailPolicy>> = {
  // Link life 720 min: seed 001. A PSE session itself ends after about half an hour, but the link can open another.
  PSE: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: QUICK,
    lateHours: 48,
    payerMayEditAmount: false,
  },
  // 30 min: seed 002's example (a provider's own default is 15). The payer may change the amount: seeds 002 and 004.
  BRE_B: {
    defaultMinutes: 30,
    minMinutes: 1,
    maxMinutes: DAY,
    pollSeconds: QUICK,
    lateHours: 72,
    payerMayEditAmount: true,
  },
  // A push waits 15 minutes on the phone (providers' public pages).
  NEQUI: {
    defaultMinutes: 15,
    minMinutes: 1,
    maxMinutes: DAY,
    pollSeconds: QUICK,
    lateHours: 24,
    payerMayEditAmount: false,
  },
  // Vouchers are payable for three days, at some providers seven (public pages); confirmation takes about 15 minutes.
  EFECTY: {
    defaultMinutes: 3 * DAY,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: SLOW,
    lateHours: 120,
    payerMayEditAmount: false,
  },
  CARD: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: QUICK,
    lateHours: 24,
    payerMayEditAmount: false,
  },
  // An unanswered request is cancelled after 12 hours (Transfiya's business guide).
  TRANSFIYA: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: DAY,
    pollSeconds: QUICK,
    lateHours: 48,
    payerMayEditAmount: false,
  },
  // The payer chooses, so the slowest life and the loosest amount rule of all hold.
  ANY: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: QUICK,
    lateHours: 120,
    payerMayEditAmount: true,
  },
};

@Injectable()
export class RailPolicies {
  constructor(@Inject(ServiceSettings) private readonly settings: ServiceSettings) {}

  of(rail: Rail): RailPolicy {
    return Object.assign({}, DEFAULTS[rail], this.settings[`RAIL_POLICY_${rail}`]);
  }
}
