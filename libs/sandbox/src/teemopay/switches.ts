import { Does, Flag, IntegerFrom, OneOf, OrNull, Text } from '../kit/switches.js';

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
  @Does('How far `timestamp` may be from our clock; 0: it is not checked.')
  @IntegerFrom(0, DAY_MS)
  readonly timestampWindowMs: number = 30_000;
  @Does('Whether a nonce is accepted only once in 24 hours.')
  @Flag()
  readonly nonceOnce: boolean = true;
  @Does('HTTP status of an answer whose `code` is not 200.')
  @IntegerFrom(200, 599)
  readonly errorHttpStatus: number = 200;
  @Does('The envelope code with which every create is refused; no order is created.')
  @OneOf('none', '412', '416', '423', '424', '445', '460', '462', '466', '473', '500')
  readonly createRefusal: 'none' | '412' | '416' | '423' | '424' | '445' | '460' | '462' | '466' | '473' | '500' =
    'none';
  @Does('The channel failure with which every create is answered: code 200 and `status` 3.')
  @OneOf('none', 'limit', 'channel', 'network', 'parameter', 'account')
  readonly channelFailure: 'none' | ChannelFailure = 'none';
  @Does('Whether `.00` after an amount is tolerated; seed 004 says integer only.')
  @OneOf('refused', 'tolerated')
  readonly zeroDecimals: 'refused' | 'tolerated' = 'refused';
  @Does('How many digits a CC has: seed 004 says both.')
  @OneOf('6-10', '10')
  readonly ccDigits: '6-10' | '10' = '6-10';
  @Does('The list that must have the `bankCode`.')
  @OneOf('either', 'payout', 'payin')
  readonly bankList: 'either' | 'payout' | 'payin' = 'either';
  @Does('Where the answer to a Bre-B create has the key; `page`: on the payment page alone.')
  @OneOf('additionalInfo', 'paymentInfo', 'page')
  readonly brebKeyIn: 'additionalInfo' | 'paymentInfo' | 'page' = 'additionalInfo';
  @Does('What `paymentInfo` of a cash payment is.')
  @OneOf('link', 'code')
  readonly cashInfo: 'link' | 'code' = 'link';
  @Does('Life of an order without `expirationTime`.')
  @IntegerFrom(1, 525_600)
  readonly defaultLifeMinutes: number = 1_440;
  @Does('What an unpaid order past its time is: 3, failed, or 1, open for ever.')
  @OneOf('3', '1')
  readonly expiredStatus: '3' | '1' = '3';
  @Does('Which orders can be paid again.')
  @OneOf('variable_amount', 'all', 'none')
  readonly paidAgain: 'variable_amount' | 'all' | 'none' = 'variable_amount';
  @Does('Status of order and callback while less has arrived than was requested.')
  @OneOf('2', '1')
  readonly underpaidStatus: '2' | '1' = '2';
  @Does('What a reversal makes of a paid order: 4, refund, or 3, success turned into failure.')
  @OneOf('4', '3')
  readonly reversalStatus: '4' | '3' = '4';
  @Does('The fixed part of a payment’s fee.')
  @IntegerFrom(0, 1_000_000_000)
  readonly feeFixedInCents: number = 500;
  @Does('The part of the amount that is added to the fee, in hundredths of a percent.')
  @IntegerFrom(0, 10_000)
  readonly feeBasisPoints: number = 100;
  @Does('For how long a query does not see a new order.')
  @IntegerFrom(0, DAY_MS)
  readonly visibleAfterMs: number = 0;
  @Does('Shape of a query’s answer: the current one, one without `statementList`, or that of the stale English page.')
  @OneOf('current', 'without_statements', 'stale_english')
  readonly queryShape: 'current' | 'without_statements' | 'stale_english' = 'current';
  @Does('How a query for an unknown order is answered: code 434, or the English page’s 400.')
  @OneOf('434', '400')
  readonly notFound: '434' | '400' = '434';
  @Does('How the list says that it ends: a next page that is empty, no `pageIndex`, or the same one again.')
  @OneOf('empty_page', 'null', 'same')
  readonly listEnd: 'empty_page' | 'null' | 'same' = 'empty_page';
  @Does('The address set in the portal, for orders without `callbackUrl`.')
  @OrNull()
  @Text()
  readonly portalCallbackUrl: string | null = null;
  @Does('Whether an order that fails sends a callback.')
  @Flag()
  readonly callbackOnFailure: boolean = true;
  @Does('Whether an order that expires sends a callback.')
  @Flag()
  readonly callbackOnExpiry: boolean = false;
  @Does('Whether a reversal sends a callback.')
  @Flag()
  readonly callbackOnReversal: boolean = true;
  @Does('Whether callbacks have a signed field that no document has.')
  @Flag()
  readonly callbackExtraField: boolean = false;
  @Does('Wait before the first retry of a callback; the next are 5, 15, 60 and 360 times as long.')
  @IntegerFrom(1, DAY_MS)
  readonly callbackRetryMs: number = 60_000;
  @Does('Whether a retry has its own nonce, timestamp and signature.')
  @Flag()
  readonly retriesResigned: boolean = true;
}
