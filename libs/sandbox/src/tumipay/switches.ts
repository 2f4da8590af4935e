import { IsBoolean } from 'class-validator';
import { OneOf } from '../kit/switches.js';

/** What TumiPay does not document, or documents twice; each can be changed while the sandbox runs. */
export class TumiPaySwitches {
  /** The merchant's back-to-back setting (seed 000): PSE, TRANSFIYA and BREB answer without a hosted page. */
  @IsBoolean()
  readonly direct: boolean = false;
  /** The Bre-B key in a create answer: one key for all, one per ticket, or, where hosted, none (the shape of seed 001). */
  @OneOf('static', 'per_ticket', 'absent')
  readonly accountNumber: 'static' | 'per_ticket' | 'absent' = 'static';
  @OneOf('error', 'same_ticket', 'new_ticket')
  readonly duplicateReference: 'error' | 'same_ticket' | 'new_ticket' = 'error';
  @OneOf('404', '200_with_code')
  readonly notFound: '404' | '200_with_code' = '404';
  /** Whether a query shows what was asked or what arrived. */
  @OneOf('requested', 'settled')
  readonly queryAmount: 'requested' | 'settled' = 'requested';
  /** Whether an unpaid order past its expiration_time becomes EXPIRED. */
  @IsBoolean()
  readonly expires: boolean = true;
  /** Unit of amounts in create and query. */
  @OneOf('cents', 'pesos')
  readonly amountUnit: TumiPayAmountUnit = 'cents';
  @OneOf('cents', 'pesos')
  readonly webhookAmountUnit: TumiPayAmountUnit = 'cents';
}

export type TumiPayAmountUnit = 'cents' | 'pesos';
