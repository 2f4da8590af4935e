import { Does, Flag, OneOf } from '../kit/switches.js';

/** What TumiPay does not document, or documents twice; each can be changed while the sandbox runs. */
export class TumiPaySwitches {
  @Does(
    'Whether PSE, TRANSFIYA and BREB are answered without a hosted page: the merchant’s back-to-back setting (seed 000).',
  )
  @Flag()
  readonly direct: boolean = false;
  @Does(
    'The Bre-B key in the answer to a create: one key for all, one per ticket, or, where hosted, none (the shape of seed 001).',
  )
  @OneOf('static', 'per_ticket', 'absent')
  readonly accountNumber: 'static' | 'per_ticket' | 'absent' = 'static';
  @Does(
    'What a create with a reference that is taken is answered: an error, the ticket of the order that has it, or a new one.',
  )
  @OneOf('error', 'same_ticket', 'new_ticket')
  readonly duplicateReference: 'error' | 'same_ticket' | 'new_ticket' = 'error';
  @Does('How a query for an unknown ticket is answered: HTTP 404, or HTTP 200 with the error’s code.')
  @OneOf('404', '200_with_code')
  readonly notFound: '404' | '200_with_code' = '404';
  @Does('Whether a query shows what was requested or what arrived.')
  @OneOf('requested', 'settled')
  readonly queryAmount: 'requested' | 'settled' = 'requested';
  @Does('Whether an unpaid order past its `expiration_time` becomes EXPIRED.')
  @Flag()
  readonly expires: boolean = true;
  @Does('Unit of amounts in create and query.')
  @OneOf('cents', 'pesos')
  readonly amountUnit: TumiPayAmountUnit = 'cents';
  @Does('Unit of amounts in webhooks.')
  @OneOf('cents', 'pesos')
  readonly webhookAmountUnit: TumiPayAmountUnit = 'cents';
}

export type TumiPayAmountUnit = 'cents' | 'pesos';
