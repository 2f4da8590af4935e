import { Transform } from 'class-transformer';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import {
  type AmountLimitsByRail,
  AmountLimitsSetting,
  BooleanSetting,
  CredentialSetting,
  ProviderAddressSetting,
  SandboxOnlySetting,
} from '@recaudo/payment-provider';
import { AMOUNT_UNIT_SETTINGS, type AmountUnitSetting } from './hellopay.amounts.js';

const toNumber = Transform(({ value }): unknown =>
  typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
);

/** What HTTP can carry in a header without anybody re-coding it. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Environment of the HelloPay provider; each property is the variable's name. Absent means the default that stands here. */
export class HelloPaySettings {
  /** `https://api.hellopay.com.co`, in staging `https://api.stg.hellopay.com.co`; there is no version in the path. */
  @ProviderAddressSetting()
  HELLOPAY_BASE_URL!: string;

  /** Sent as `X-API-Key`. */
  @CredentialSetting()
  @Matches(HEADER_VALUE, { message: 'must be the API key, in printable ASCII' })
  HELLOPAY_API_KEY!: string;

  /** The authentication header that their portal sends with every webhook: its name, and its whole value. */
  @Matches(/^[A-Za-z0-9-]{1,64}$/, { message: 'must be the name of a header' })
  HELLOPAY_WEBHOOK_HEADER: string = 'Authorization';

  @CredentialSetting()
  @Matches(HEADER_VALUE, { message: 'must be the whole value of the header, in printable ASCII' })
  HELLOPAY_WEBHOOK_SECRET!: string;

  /** Unit of `amount` in answers that have no `amountInCents`. The documents show both; `auto` learns it from unpaid payins. */
  @IsIn(AMOUNT_UNIT_SETTINGS)
  HELLOPAY_AMOUNT_UNIT: AmountUnitSetting = 'auto';

  /** Whether a NIT is sent with its check digit. Not documented. */
  @BooleanSetting()
  HELLOPAY_NIT_CHECK_DIGIT: boolean = false;

  /** For how many days after a payment it is asked whether it was charged back: no webhook reports it. 0: not at all. */
  @toNumber
  @IsInt()
  @Min(0)
  @Max(3650)
  HELLOPAY_REVERSAL_CHECK_DAYS: number = 120;

  /** Pages of 100 payins that one search reads at most: a payin whose create reply was lost can only be looked for in the list. */
  @toNumber
  @IsInt()
  @Min(1)
  @Max(1000)
  HELLOPAY_SEARCH_PAGES_MAX: number = 20;

  /** Whether it pays refunds by itself. HelloPay documents no such call: only the sandbox has one, so that this way is tested. */
  @SandboxOnlySetting()
  HELLOPAY_SANDBOX_REFUNDS: boolean = false;

  /** Least and most of one payment, as JSON by rail. Absent: none; the only documented limit is one cent. */
  @AmountLimitsSetting()
  HELLOPAY_AMOUNT_LIMITS?: AmountLimitsByRail;
}
