import { Does, Flag, IntegerFrom, OneOf, OrNull, Text } from '../kit/switches.js';

const DAY_MS = 86_400_000;

/** What HelloPay does not document, or documents twice; each can be changed while the sandbox runs. */
export class HelloPaySwitches {
  @Does('All fields of the newest schema, or those of seed 003 alone.')
  @OneOf('current', 'seed-2025-12')
  readonly profile: 'current' | 'seed-2025-12' = 'current';
  @Does(
    'Unit of `amount` and `confirmedAmount`; `documented` is cents in the seed’s profile and pesos in the current one.',
  )
  @OneOf('documented', 'cents', 'pesos')
  readonly amountUnit: 'documented' | 'cents' | 'pesos' = 'documented';
  @Does('Whether `amount` still shows what was requested when another amount has arrived.')
  @OneOf('requested', 'settled')
  readonly amountShows: 'requested' | 'settled' = 'requested';
  @Does('Status of a new payin.')
  @OneOf('PENDING', 'PROCESSING')
  readonly initialStatus: 'PENDING' | 'PROCESSING' = 'PENDING';
  @Does('Whether a new payin becomes PROCESSING at once, with its webhook.')
  @Flag()
  readonly processing: boolean = true;
  @Does(
    'What a create with a reference that is taken is answered: a 409, a 400, the payin that has it, or a new payin.',
  )
  @OneOf('409', '400', 'replay', 'create')
  readonly duplicateReference: '409' | '400' | 'replay' | 'create' = '409';
  @Does('Whether a create needs the customer: the schema calls it optional, another page mandatory.')
  @OneOf('optional', 'required')
  readonly inlineCustomer: 'optional' | 'required' = 'optional';
  @Does('What `breb` must hold in a create.')
  @OneOf('either', 'keyType', 'keyString')
  readonly brebRequest: 'either' | 'keyType' | 'keyString' = 'either';
  @Does('Whether a telephone must be `+573` and nine digits.')
  @Flag()
  readonly phonePattern: boolean = true;
  @Does('In how many reads after the create `pseUrl` is still null.')
  @IntegerFrom(0, 1_000)
  readonly pseUrlAfterReads: number = 1;
  @Does('For how long after the create `pseUrl` is still null.')
  @IntegerFrom(0, DAY_MS)
  readonly pseUrlAfterMs: number = 0;
  @Does('Whether the provider’s own sandbox rule decides without a payer: by the customer’s document number.')
  @Flag()
  readonly autoComplete: boolean = false;
  @Does('After how long `autoComplete` decides.')
  @IntegerFrom(0, DAY_MS)
  readonly autoCompleteAfterMs: number = 5_000;
  @Does('What an unpaid Bre-B or PSE payin becomes; an unpaid Nequi payin is DECLINED after 15 minutes.')
  @OneOf('DECLINED', 'CANCELED')
  readonly expiryStatus: 'DECLINED' | 'CANCELED' = 'DECLINED';
  @Does('Life of a Bre-B or PSE payin; the one life that is documented is a payment link’s hour.')
  @IntegerFrom(1, 525_600)
  readonly expiryMinutes: number = 60;
  @Does('Whether a payin keeps its status after a chargeback; otherwise it becomes DECLINED.')
  @Flag()
  readonly chargebackKeepsStatus: boolean = true;
  @Does('Whether a chargeback sends a webhook: the event of the status that the payin then has.')
  @Flag()
  readonly chargebackNotifies: boolean = false;
  @Does('`errorCode` of a payin that is DECLINED; the catalogue is not public, this is an old schema’s example.')
  @Text()
  readonly errorCode: string = '1234567890';
  @Does(
    'What becomes of refunds, which HelloPay does not document: they are here for the service’s `HELLOPAY_SANDBOX_REFUNDS`.',
  )
  @OneOf('paid', 'pending', 'declined')
  readonly refunds: 'paid' | 'pending' | 'declined' = 'paid';
  @Does('Order of the list.')
  @OneOf('newest_first', 'oldest_first')
  readonly listOrder: 'newest_first' | 'oldest_first' = 'newest_first';
  @Does(
    'The organization’s one webhook address, as set in the portal; null is that of the service that the sandbox was started with, if any.',
  )
  @OrNull()
  @Text()
  readonly webhookUrl: string | null = null;
  @Does('Wait before each retry of a webhook.')
  @IntegerFrom(1, DAY_MS)
  readonly webhookRetryMs: number = 3_600_000;
}
