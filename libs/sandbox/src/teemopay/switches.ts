import { IsBoolean } from 'class-validator';
import { IntegerFrom, OneOf, OrNull, Text } from '../kit/switches.js';

const DAY_MS = 86_400_000;

/** Channel failures of a create, as the public page has them. */
export const CHANNEL_MESSAGES = {
  limit: 'Transaction amount exceeds limit, kindly retry within allowed range.',
  channel: 'Channel request error, technicians will fix ASAP.',
  network: 'Unstable network, kindly retry later.',
  parameter: 'Parameter validation error, kindly verify and retry.',
  account: 'Abnormal user account , kindly contact user to verify account and retry.',
} as const;
export type ChannelFailure = keyof typeof CHANNEL_MESSAGES;

/** What TeemoPay does not document, or documents twice; each can be changed while the sandbox runs. */
export class TeemoPaySwitches {
  /** How far `timestamp` may be from our clock; 0: it is not checked. */
  @IntegerFrom(0, DAY_MS)
  readonly timestampWindowMs: number = 30_000;
  /** Whether a nonce is accepted only once in 24 hours. */
  @IsBoolean()
  readonly nonceOnce: boolean = true;
  /** HTTP status of an answer whose `code` is not 200. */
  @IntegerFrom(200, 599)
  readonly errorHttpStatus: number = 200;
  /** Every create is answered with this envelope code, and no order is created. */
  @OneOf('none', '412', '416', '423', '424', '445', '460', '462', '466', '473', '500')
  readonly createRefusal: 'none' | '412' | '416' | '423' | '424' | '445' | '460' | '462' | '466' | '473' | '500' =
    'none';
  /** Every create is answered with code 200 and `status` 3. */
  @OneOf('none', 'limit', 'channel', 'network', 'parameter', 'account')
  readonly channelFailure: 'none' | ChannelFailure = 'none';
  /** Whether `.00` after an amount is tolerated; seed 004 says integer only. */
  @OneOf('refused', 'tolerated')
  readonly zeroDecimals: 'refused' | 'tolerated' = 'refused';
  /** Digits of a CC: seed 004 says both. */
  @OneOf('6-10', '10')
  readonly ccDigits: '6-10' | '10' = '6-10';
  /** The list that must have the `bankCode`. */
  @OneOf('either', 'payout', 'payin')
  readonly bankList: 'either' | 'payout' | 'payin' = 'either';
  /** Where the answer to a Bre-B create has the key; `page`: on the payment page alone. */
  @OneOf('additionalInfo', 'paymentInfo', 'page')
  readonly brebKeyIn: 'additionalInfo' | 'paymentInfo' | 'page' = 'additionalInfo';
  /** What `paymentInfo` of a cash payment is. */
  @OneOf('link', 'code')
  readonly cashInfo: 'link' | 'code' = 'link';
  /** Life of an order without `expirationTime`. */
  @IntegerFrom(1, 525_600)
  readonly defaultLifeMinutes: number = 1_440;
  /** What an unpaid order past its time is: failed, or open for ever. */
  @OneOf('3', '1')
  readonly expiredStatus: '3' | '1' = '3';
  /** Which orders can be paid again. */
  @OneOf('variable_amount', 'all', 'none')
  readonly paidAgain: 'variable_amount' | 'all' | 'none' = 'variable_amount';
  /** Order and callback while less has arrived than was asked. */
  @OneOf('2', '1')
  readonly underpaidStatus: '2' | '1' = '2';
  /** What a reversal makes of a paid order: refund, or success turned into failure. */
  @OneOf('4', '3')
  readonly reversalStatus: '4' | '3' = '4';
  /** A payment's fee is a fixed part … */
  @IntegerFrom(0, 1_000_000_000)
  readonly feeFixedInCents: number = 500;
  /** … and a part of the amount, in hundredths of a percent. */
  @IntegerFrom(0, 10_000)
  readonly feeBasisPoints: number = 100;
  /** How long a query does not see a new order. */
  @IntegerFrom(0, DAY_MS)
  readonly visibleAfterMs: number = 0;
  @OneOf('current', 'without_statements', 'stale_english')
  readonly queryShape: 'current' | 'without_statements' | 'stale_english' = 'current';
  /** An order that is not there: code 434, or the English page's 400. */
  @OneOf('434', '400')
  readonly notFound: '434' | '400' = '434';
  /** How the list says that it ends: a next page that is empty, no `pageIndex`, or the same one again. */
  @OneOf('empty_page', 'null', 'same')
  readonly listEnd: 'empty_page' | 'null' | 'same' = 'empty_page';
  /** The address set in the portal, for orders without `callbackUrl`. */
  @OrNull()
  @Text()
  readonly portalCallbackUrl: string | null = null;
  @IsBoolean()
  readonly callbackOnFailure: boolean = true;
  @IsBoolean()
  readonly callbackOnExpiry: boolean = false;
  @IsBoolean()
  readonly callbackOnReversal: boolean = true;
  /** Adds a signed field that no document has. */
  @IsBoolean()
  readonly callbackExtraField: boolean = false;
  /** Wait before the first retry; the next are 5, 15, 60 and 360 times as long. */
  @IntegerFrom(1, DAY_MS)
  readonly callbackRetryMs: number = 60_000;
  /** Whether a retry has its own nonce, timestamp and signature. */
  @IsBoolean()
  readonly retriesResigned: boolean = true;
}
