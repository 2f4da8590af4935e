import type { HelloPayStatus, PayinDetails } from './payin.js';
import type { HelloPaySwitches } from './switches.js';

export type HelloPayOperation = 'create' | 'query' | 'list' | 'refund' | 'refundQuery';

export interface HelloPayCredentials {
  /** Sent by the organization as `X-API-Key`. */
  readonly apiKey: string;
  /** The static header of every webhook, as chosen in the portal. */
  readonly webhookHeader: string;
  readonly webhookSecret: string;
}

export interface HelloPay {
  status: HelloPayStatus;
  move: 'process' | 'reject' | 'cancel' | 'expire' | 'reverse';
  details: PayinDetails;
  switches: HelloPaySwitches;
  operation: HelloPayOperation;
  credentials: HelloPayCredentials;
}
