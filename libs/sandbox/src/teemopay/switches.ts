import { flag, integer, oneOf, orNull, text, type SwitchTable } from '../kit/switchboard.js';

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
export interface TeemoPaySandboxSwitches {
  /** How far `timestamp` may be from our clock; 0: it is not looked at. */
  readonly timestampWindowMs: number;
  /** Whether a nonce is taken once in 24 hours. */
  readonly nonceOnce: boolean;
  /** HTTP status of an answer whose `code` is not 200. */
  readonly errorHttpStatus: number;
  /** Every create is answered with this envelope code, and no order is taken. */
  readonly createRefusal: 'none' | '412' | '416' | '423' | '424' | '445' | '460' | '462' | '466' | '473' | '500';
  /** Every create is answered with code 200 and `status` 3. */
  readonly channelFailure: 'none' | ChannelFailure;
  /** Whether `.00` after an amount is tolerated; seed 004 says integer only. */
  readonly zeroDecimals: 'refused' | 'tolerated';
  /** Digits of a CC: seed 004 says both. */
  readonly ccDigits: '6-10' | '10';
  /** Where `bankCode` is looked up. */
  readonly bankList: 'either' | 'payout' | 'payin';
  /** Where a Bre-B create tells the key; `page`: on the payment page alone. */
  readonly brebKeyIn: 'additionalInfo' | 'paymentInfo' | 'page';
  /** What `paymentInfo` of a cash payment is. */
  readonly cashInfo: 'link' | 'code';
  /** Life of an order without `expirationTime`. */
  readonly defaultLifeMinutes: number;
  /** What an unpaid order past its time is: failed, or paying for ever. */
  readonly expiredStatus: '3' | '1';
  /** Which orders can be paid again. */
  readonly paidAgain: 'variable_amount' | 'all' | 'none';
  /** Order and callback while less has arrived than was asked. */
  readonly underpaidStatus: '2' | '1';
  /** What a reversal makes of a paid order: refund, or success turned into failure. */
  readonly reversalStatus: '4' | '3';
  /** A payment's fee is a fixed part … */
  readonly feeFixedInCents: number;
  /** … and a part of the amount, in hundredths of a percent. */
  readonly feeBasisPoints: number;
  /** How long a query does not see a new order. */
  readonly visibleAfterMs: number;
  readonly queryShape: 'current' | 'without_statements' | 'stale_english';
  /** An order that is not there: code 434, or the English page's 400. */
  readonly notFound: '434' | '400';
  /** How the list says that it ends: a next page that is empty, no `pageIndex`, or the same one again. */
  readonly listEnd: 'empty_page' | 'null' | 'same';
  /** The address set in the portal, for orders without `callbackUrl`. */
  readonly portalCallbackUrl: string | null;
  readonly callbackOnFailure: boolean;
  readonly callbackOnExpiry: boolean;
  readonly callbackOnReversal: boolean;
  /** Adds a signed field that no document has. */
  readonly callbackExtraField: boolean;
  /** Wait before the first retry; the next are 5, 15, 60 and 360 times as long. */
  readonly callbackRetryMs: number;
  /** Whether a retry has its own nonce, timestamp and signature. */
  readonly retriesResigned: boolean;
}

export const TEEMOPAY_SWITCHES: SwitchTable<TeemoPaySandboxSwitches> = {
  timestampWindowMs: integer(30_000, 0, DAY_MS),
  nonceOnce: flag(true),
  errorHttpStatus: integer(200, 200, 599),
  createRefusal: oneOf('none', '412', '416', '423', '424', '445', '460', '462', '466', '473', '500'),
  channelFailure: oneOf('none', 'limit', 'channel', 'network', 'parameter', 'account'),
  zeroDecimals: oneOf('refused', 'tolerated'),
  ccDigits: oneOf('6-10', '10'),
  bankList: oneOf('either', 'payout', 'payin'),
  brebKeyIn: oneOf('additionalInfo', 'paymentInfo', 'page'),
  cashInfo: oneOf('link', 'code'),
  defaultLifeMinutes: integer(1_440, 1, 525_600),
  expiredStatus: oneOf('3', '1'),
  paidAgain: oneOf('variable_amount', 'all', 'none'),
  underpaidStatus: oneOf('2', '1'),
  reversalStatus: oneOf('4', '3'),
  feeFixedInCents: integer(500, 0, 1_000_000_000),
  feeBasisPoints: integer(100, 0, 10_000),
  visibleAfterMs: integer(0, 0, DAY_MS),
  queryShape: oneOf('current', 'without_statements', 'stale_english'),
  notFound: oneOf('434', '400'),
  listEnd: oneOf('empty_page', 'null', 'same'),
  portalCallbackUrl: orNull(text('')),
  callbackOnFailure: flag(true),
  callbackOnExpiry: flag(false),
  callbackOnReversal: flag(true),
  callbackExtraField: flag(false),
  callbackRetryMs: integer(60_000, 1, DAY_MS),
  retriesResigned: flag(true),
};
