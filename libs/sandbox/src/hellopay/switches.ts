import { flag, integer, oneOf, orNull, text, type SwitchTable } from '../kit/switchboard.js';

const DAY_MS = 86_400_000;

/** What HelloPay does not document, or documents twice; each can be changed while the sandbox runs. */
export interface HelloPaySandboxSwitches {
  /** All fields of the newest schema, or seed 003's alone. */
  readonly profile: 'current' | 'seed-2025-12';
  /** Unit of `amount` and `confirmedAmount`. `documented`: cents in the seed's profile, pesos in the current one. */
  readonly amountUnit: 'documented' | 'cents' | 'pesos';
  /** Whether `amount` goes on telling what was asked when another amount has arrived. */
  readonly amountTells: 'requested' | 'settled';
  readonly initialStatus: 'PENDING' | 'PROCESSING';
  /** Whether a new payin becomes PROCESSING at once, with its webhook. */
  readonly processing: boolean;
  readonly duplicateReference: '409' | '400' | 'replay' | 'create';
  /** The schema calls the customer optional, another page mandatory. */
  readonly inlineCustomer: 'optional' | 'required';
  /** What `breb` must hold in a create request. */
  readonly brebRequest: 'either' | 'keyType' | 'keyString';
  /** Whether a telephone must be `+573` and nine digits. */
  readonly phonePattern: boolean;
  /** `pseUrl` is null in the create answer, in so many reads after it … */
  readonly pseUrlAfterReads: number;
  /** … and for so long. */
  readonly pseUrlAfterMs: number;
  /** The provider's own sandbox: the customer's document number decides, without a payer. */
  readonly autoComplete: boolean;
  readonly autoCompleteAfterMs: number;
  /** What an unpaid Bre-B or PSE payin becomes; an unpaid Nequi payin is DECLINED after 15 minutes. */
  readonly expiryStatus: 'DECLINED' | 'CANCELED';
  /** Life of a Bre-B or PSE payin; the one life that is documented is a payment link's hour. */
  readonly expiryMinutes: number;
  /** false: a chargeback also makes the payin DECLINED. */
  readonly chargebackKeepsStatus: boolean;
  /** Whether a chargeback sends a webhook, the event of the status that the payin then has. */
  readonly chargebackTells: boolean;
  /** `errorCode` of a payin that is DECLINED; the catalogue is not public, this is an old schema's example. */
  readonly errorCode: string;
  readonly listOrder: 'newest_first' | 'oldest_first';
  /** The organization's one webhook address, as set in the portal; null is that of the server's `serviceUrl`, if any. */
  readonly webhookUrl: string | null;
  readonly webhookRetryMs: number;
}

export const HELLOPAY_SWITCHES: SwitchTable<HelloPaySandboxSwitches> = {
  profile: oneOf('current', 'seed-2025-12'),
  amountUnit: oneOf('documented', 'cents', 'pesos'),
  amountTells: oneOf('requested', 'settled'),
  initialStatus: oneOf('PENDING', 'PROCESSING'),
  processing: flag(true),
  duplicateReference: oneOf('409', '400', 'replay', 'create'),
  inlineCustomer: oneOf('optional', 'required'),
  brebRequest: oneOf('either', 'keyType', 'keyString'),
  phonePattern: flag(true),
  pseUrlAfterReads: integer(1, 0, 1_000),
  pseUrlAfterMs: integer(0, 0, DAY_MS),
  autoComplete: flag(false),
  autoCompleteAfterMs: integer(5_000, 0, DAY_MS),
  expiryStatus: oneOf('DECLINED', 'CANCELED'),
  expiryMinutes: integer(60, 1, 525_600),
  chargebackKeepsStatus: flag(true),
  chargebackTells: flag(false),
  errorCode: text('1234567890'),
  listOrder: oneOf('newest_first', 'oldest_first'),
  webhookUrl: orNull(text('')),
  webhookRetryMs: integer(3_600_000, 1, DAY_MS),
};
