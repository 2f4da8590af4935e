import type { Order } from '../kit/order.js';
import type { TumiPayDetails, TumiPayOrderStatus } from './order.js';
import type { TumiPaySwitches } from './switches.js';

export type TumiPayOperation = 'create' | 'query' | 'banks' | 'merchant';

export interface TumiPayCredentials {
  readonly username: string;
  readonly password: string;
  /** Sent by the merchant as `Token-Top`, and part of what a webhook's signature hashes. */
  readonly token: string;
}

export interface TumiPay {
  status: TumiPayOrderStatus;
  move: 'reject' | 'decline' | 'expire';
  details: TumiPayDetails;
  switches: TumiPaySwitches;
  operation: TumiPayOperation;
  credentials: TumiPayCredentials;
}

export type TumiPayOrder = Order<TumiPay>;
