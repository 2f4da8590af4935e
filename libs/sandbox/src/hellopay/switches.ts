import { IsBoolean } from 'class-validator';
import { IntegerFrom, OneOf, OrNull, Text } from '../kit/switches.js';

const DAY_MS = 86_400_000;

/** What HelloPay does not document, or documents twice; each can be changed while the sandbox runs. */
export class HelloPaySwitches {
  /** All fields of the newest schema, or seed 003's alone. */
  @OneOf('current', 'seed-2025-12')
  readonly profile: 'current' | 'seed-2025-12' = 'current';
  /** Unit of `amount` and `confirmedAmount`. `documented`: cents in the seed's profile, pesos in the current one. */
  @OneOf('documented', 'cents', 'pesos')
  readonly amountUnit: 'documented' | 'cents' | 'pesos' = 'documented';
  /** Whether `amount` still shows what was asked when another amount has arrived. */
  @OneOf('requested', 'settled')
  readonly amountShows: 'requested' | 'settled' = 'requested';
  @OneOf('PENDING', 'PROCESSING')
  readonly initialStatus: 'PENDING' | 'PROCESSING' = 'PENDING';
  /** Whether a new payin becomes PROCESSING at once, with its webhook. */
  @IsBoolean()
  readonly processing: boolean = true;
  @OneOf('409', '400', 'replay', 'create')
  readonly duplicateReference: '409' | '400' | 'replay' | 'create' = '409';
  /** The schema calls the customer optional, another page mandatory. */
  @OneOf('optional', 'required')
  readonly inlineCustomer: 'optional' | 'required' = 'optional';
  /** What `breb` must hold in a create request. */
  @OneOf('either', 'keyType', 'keyString')
  readonly brebRequest: 'either' | 'keyType' | 'keyString' = 'either';
  /** Whether a telephone must be `+573` and nine digits. */
  @IsBoolean()
  readonly phonePattern: boolean = true;
  /** `pseUrl` is null in the create answer, in so many reads after it … */
  @IntegerFrom(0, 1_000)
  readonly pseUrlAfterReads: number = 1;
  /** … and for so long. */
  @IntegerFrom(0, DAY_MS)
  readonly pseUrlAfterMs: number = 0;
  /** The provider's own sandbox: the customer's document number decides, without a payer. */
  @IsBoolean()
  readonly autoComplete: boolean = false;
  @IntegerFrom(0, DAY_MS)
  readonly autoCompleteAfterMs: number = 5_000;
  /** What an unpaid Bre-B or PSE payin becomes; an unpaid Nequi payin is DECLINED after 15 minutes. */
  @OneOf('DECLINED', 'CANCELED')
  readonly expiryStatus: 'DECLINED' | 'CANCELED' = 'DECLINED';
  /** Life of a Bre-B or PSE payin; the one life that is documented is a payment link's hour. */
  @IntegerFrom(1, 525_600)
  readonly expiryMinutes: number = 60;
  /** false: a chargeback also makes the payin DECLINED. */
  @IsBoolean()
  readonly chargebackKeepsStatus: boolean = true;
  /** Whether a chargeback sends a webhook, the event of the status that the payin then has. */
  @IsBoolean()
  readonly chargebackNotifies: boolean = false;
  /** `errorCode` of a payin that is DECLINED; the catalogue is not public, this is an old schema's example. */
  @Text()
  readonly errorCode: string = '1234567890';
  /** What becomes of refunds, which HelloPay does not document: they are here for the service's `HELLOPAY_SANDBOX_REFUNDS`. */
  @OneOf('paid', 'pending', 'declined')
  readonly refunds: 'paid' | 'pending' | 'declined' = 'paid';
  @OneOf('newest_first', 'oldest_first')
  readonly listOrder: 'newest_first' | 'oldest_first' = 'newest_first';
  /** The organization's one webhook address, as set in the portal; null is that of the server's `serviceUrl`, if any. */
  @OrNull()
  @Text()
  readonly webhookUrl: string | null = null;
  @IntegerFrom(1, DAY_MS)
  readonly webhookRetryMs: number = 3_600_000;
}
