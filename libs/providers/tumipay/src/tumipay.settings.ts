import { IsIn, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import {
  AMOUNT_UNITS,
  type AmountLimitsByRail,
  AmountLimitsSetting,
  type AmountUnit,
  BooleanSetting,
  CredentialSetting,
  ProviderAddressSetting,
} from '@recaudo/payment-provider';

/** Environment of the TumiPay provider; each property is the variable's name. */
export class TumiPaySettings {
  /** Including `…/production/api`, which is part of the staging address too; our paths start at `/v1/`. */
  @ProviderAddressSetting()
  TUMIPAY_BASE_URL!: string;

  @CredentialSetting()
  @IsString()
  @IsNotEmpty()
  TUMIPAY_USERNAME!: string;

  @CredentialSetting()
  @IsString()
  @IsNotEmpty()
  TUMIPAY_PASSWORD!: string;

  /** The merchant token: sent as `Token-Top`, and part of what a webhook's signature covers. */
  @CredentialSetting()
  @IsString()
  @IsNotEmpty()
  TUMIPAY_TOKEN!: string;

  /** Unit of `amount` in what we send. Seed 001 says cents; other evidence says pesos. */
  @IsIn(AMOUNT_UNITS)
  TUMIPAY_AMOUNT_UNIT!: AmountUnit;

  /** Unit of the amounts that TumiPay reports, in webhooks and answers. Absent: as in what we send. */
  @IsOptional()
  @IsIn(AMOUNT_UNITS)
  TUMIPAY_WEBHOOK_AMOUNT_UNIT?: AmountUnit;

  /** Least and most of one payment, as JSON by rail. Absent: none; the published minimums contradict the seeds' own examples. */
  @AmountLimitsSetting()
  TUMIPAY_AMOUNT_LIMITS?: AmountLimitsByRail;

  /** Whether "Enlace PSE/TRANSFIYA/BREB directo" is on in TumiPay's back office (seed 000). A request cannot ask for it. */
  @BooleanSetting()
  TUMIPAY_DIRECT: boolean = false;

  /** Whether payins are taken from payers with a NIT. Seed 001 has CC, CE and PPN; ask TumiPay. Sent without its check digit. */
  @BooleanSetting()
  TUMIPAY_ACCEPTS_NIT: boolean = false;
}
