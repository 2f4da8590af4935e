import { flag, oneOf, type SwitchTable } from '../kit/switchboard.js';

/** What TumiPay does not document, or documents twice; each can be changed while the sandbox runs. */
export interface TumiPaySandboxSwitches {
  /** The merchant's back-to-back setting (seed 000): PSE, TRANSFIYA and BREB answer without a hosted page. */
  readonly direct: boolean;
  /** The Bre-B key in a create answer: one key for all, one per ticket, or, where hosted, none (the shape of seed 001). */
  readonly accountNumber: 'static' | 'per_ticket' | 'absent';
  readonly duplicateReference: 'error' | 'same_ticket' | 'new_ticket';
  readonly notFound: '404' | '200_with_code';
  /** Whether a query tells what was asked or what arrived. */
  readonly queryAmount: 'requested' | 'settled';
  /** Whether an unpaid order past its expiration_time becomes EXPIRED. */
  readonly expires: boolean;
  /** Unit of amounts in create and query. */
  readonly amountUnit: TumiPayAmountUnit;
  readonly webhookAmountUnit: TumiPayAmountUnit;
}

export type TumiPayAmountUnit = 'cents' | 'pesos';

export const TUMIPAY_SWITCHES: SwitchTable<TumiPaySandboxSwitches> = {
  direct: flag(false),
  accountNumber: oneOf('static', 'per_ticket', 'absent'),
  duplicateReference: oneOf('error', 'same_ticket', 'new_ticket'),
  notFound: oneOf('404', '200_with_code'),
  queryAmount: oneOf('requested', 'settled'),
  expires: flag(true),
  amountUnit: oneOf('cents', 'pesos'),
  webhookAmountUnit: oneOf('cents', 'pesos'),
};
