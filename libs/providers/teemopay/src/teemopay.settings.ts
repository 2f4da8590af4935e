import type { KeyObject } from 'node:crypto';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import {
  type AmountLimitsByRail,
  AmountLimitsSetting,
  CredentialSetting,
  ProviderAddressSetting,
  RsaKeySetting,
} from '@recaudo/payment-provider';
import { TEEMOPAY_RAILS, type TeemoPayRail } from './teemopay.order.js';

const toNumber = Transform(({ value }) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value));
const toList = Transform(({ value }) =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean)
    : value,
);

/** Environment of the TeemoPay provider; each property is the variable's name. */
export class TeemoPaySettings {
  /** Not published: TeemoPay gives it with the merchant account. Our paths start at `/api/`. */
  @ProviderAddressSetting()
  TEEMOPAY_BASE_URL!: string;

  @CredentialSetting()
  @Matches(/^[A-Za-z0-9_-]{1,32}$/, { message: '$property must have 1 to 32 letters and digits' })
  TEEMOPAY_APP_CODE!: string;

  /** Ours: its public half is given to TeemoPay in their dashboard. */
  @RsaKeySetting('private')
  TEEMOPAY_PRIVATE_KEY!: KeyObject;

  /** Theirs, from their dashboard: callbacks are verified with it. */
  @RsaKeySetting('public')
  TEEMOPAY_PLATFORM_PUBLIC_KEY!: KeyObject;

  /** Headers that carry the app code. Seed 004 says `app_code`; newer pages of other countries show `appCode`. */
  @toList
  @ArrayMinSize(1)
  @ArrayMaxSize(4)
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { each: true, message: '$property must name headers, e.g. app_code,appCode' })
  TEEMOPAY_APP_CODE_HEADERS: string[] = ['app_code'];

  /** Payment types are enabled merchant by merchant. Absent: all that seed 004 lists. */
  @toList
  @ArrayMinSize(1)
  @IsIn(TEEMOPAY_RAILS, { each: true })
  TEEMOPAY_RAILS: TeemoPayRail[] = TEEMOPAY_RAILS;

  /** Least and most of one payment, as JSON by rail. Absent: none; TeemoPay publishes no limits. */
  @AmountLimitsSetting()
  TEEMOPAY_AMOUNT_LIMITS?: AmountLimitsByRail;

  /** For how many days a paid order is asked about again: refunds have a status and no callback is documented for them. */
  @IsOptional()
  @toNumber
  @IsInt()
  @Min(0)
  @Max(365)
  TEEMOPAY_REVERSAL_CHECK_DAYS: number = 30;
}
