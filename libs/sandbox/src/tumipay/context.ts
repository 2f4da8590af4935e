import type { CallLog } from '../call-log.js';
import type { FaultPlan } from '../faults.js';
import type { TumiPayOperation } from './api.js';
import type { Cashier } from './cashier.js';
import type { TumiPaySandboxSwitches } from './switches.js';

export interface TumiPayCredentials {
  readonly username: string;
  readonly password: string;
  /** Sent by the merchant as `Token-Top`, and part of what a webhook's signature hashes. */
  readonly token: string;
}

/** What the API, the page and the control API of one sandbox share. */
export interface TumiPayContext {
  readonly cashier: Cashier;
  readonly faults: FaultPlan<TumiPayOperation>;
  readonly calls: CallLog;
  readonly credentials: TumiPayCredentials;
  readonly switches: () => TumiPaySandboxSwitches;
  readonly setSwitches: (switches: TumiPaySandboxSwitches) => void;
  /** Switches as they were at start, faults, calls, orders and journal. */
  readonly reset: () => void;
  readonly paymentUrl: (ticket: string) => string;
  readonly flushed: () => Promise<void>;
  readonly closing: AbortSignal;
}
