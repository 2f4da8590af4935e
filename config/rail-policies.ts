import type { Rail } from '@recaudo/payment-provider';
import { plainToInstance, Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';

/** How a rail behaves over time. */
export interface RailPolicy {
  /** Life of a link when the merchant says nothing, and its bounds. */
  defaultMinutes: number;
  minMinutes: number;
  maxMinutes: number;
  /** Waits between status checks of a payin that waits for its payer; the last one repeats. */
  pollSeconds: readonly number[];
  /** How long after the link has run out late money is checked for. */
  lateHours: number;
  /** The payer's bank lets the payer change the amount. */
  payerMayEditAmount: boolean;
}

const DAY = 24 * 60;
/** Who pays on a phone or in a browser waits for the result: ten seconds at first, then ever more rarely. */
const QUICK = [10, 15, 30, 60, 120, 300];
/** Cash: the payer is on the way to a shop, and the shop's confirmation takes about 15 minutes (PayU's page on Efecty). */
const SLOW = [60, 300, 900, 1800];

/**
 * Defaults; RAIL_POLICY_<RAIL> overrides any part. docs/rail-policies.md shows them with their sources. What no source gives is our choice:
 * a merchant may ask for as little as a minute, and late money is checked for longer the slower a rail is.
 */
export const RAIL_POLICIES: Readonly<Record<Rail, RailPolicy>> = {
  // 720 minutes: the links of seeds 000 and 001. A session at the bank ends within 35 minutes (Cobre: 10 to open and 25 to pay; Facilitapay: 21),
  // but the link can open another.
  PSE: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: QUICK,
    lateHours: 48,
    payerMayEditAmount: false,
  },
  // 15 minutes: seed 002 ("Default is 15"); Cobre gives 5. The payer may change the amount: seeds 002 and 004.
  BRE_B: {
    defaultMinutes: 15,
    minMinutes: 1,
    maxMinutes: DAY,
    pollSeconds: QUICK,
    lateHours: 72,
    payerMayEditAmount: true,
  },
  // A push waits 15 minutes on the phone (Cobre's page, and one provider's); a hosted link can send another.
  NEQUI: {
    defaultMinutes: 15,
    minMinutes: 1,
    maxMinutes: DAY,
    pollSeconds: QUICK,
    lateHours: 24,
    payerMayEditAmount: false,
  },
  // Vouchers are payable for three days (EBANX's page), at most for seven (PayU's).
  EFECTY: {
    defaultMinutes: 3 * DAY,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: SLOW,
    lateHours: 120,
    payerMayEditAmount: false,
  },
  // The links of seed 001.
  CARD: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: QUICK,
    lateHours: 24,
    payerMayEditAmount: false,
  },
  // A request that is not answered is cancelled after 12 hours (Transfiya's guide for businesses): nothing can be paid later.
  TRANSFIYA: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 720,
    pollSeconds: QUICK,
    lateHours: 48,
    payerMayEditAmount: false,
  },
  // The payer chooses, so the life of the links of seed 001, and of all rails the longest watch and the loosest amount rule.
  ANY: {
    defaultMinutes: 720,
    minMinutes: 1,
    maxMinutes: 7 * DAY,
    pollSeconds: QUICK,
    lateHours: 120,
    payerMayEditAmount: true,
  },
};

const MINUTES_MAX = 30 * DAY;
const STEP_MAX_SECONDS = 24 * 3600;

/** Any part of a rail's policy. */
export class RailPolicyOverride implements Partial<RailPolicy> {
  @IsOptional() @IsInt() @Min(1) @Max(MINUTES_MAX) defaultMinutes?: number;
  @IsOptional() @IsInt() @Min(1) @Max(MINUTES_MAX) minMinutes?: number;
  @IsOptional() @IsInt() @Min(1) @Max(MINUTES_MAX) maxMinutes?: number;
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(STEP_MAX_SECONDS, { each: true })
  pollSeconds?: number[];
  @IsOptional() @IsInt() @Min(0) @Max(2160) lateHours?: number;
  @IsOptional() @IsBoolean() payerMayEditAmount?: boolean;
}

/** The value of a RAIL_POLICY_<RAIL>; what is no JSON object stays as it is, for the validation to refuse. */
export const toPolicyOverride = Transform(({ value }) => {
  if (typeof value !== 'string') return value;
  try {
    const parts: unknown = JSON.parse(value);
    const isObject = typeof parts === 'object' && parts !== null && !Array.isArray(parts);
    return isObject ? plainToInstance(RailPolicyOverride, parts) : value;
  } catch {
    return value;
  }
});

export function railPolicy(rail: Rail, override: RailPolicyOverride | undefined): RailPolicy {
  const given = Object.entries(override ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return Object.assign({}, RAIL_POLICIES[rail], Object.fromEntries(given));
}

/** What is wrong with the lives of a policy taken together, or undefined. */
export function wrongLives({ defaultMinutes, minMinutes, maxMinutes }: RailPolicy): string | undefined {
  if (minMinutes <= defaultMinutes && defaultMinutes <= maxMinutes) return undefined;
  return `with the defaults of its rail: minMinutes ${minMinutes} <= defaultMinutes ${defaultMinutes} <= maxMinutes ${maxMinutes} must hold`;
}
