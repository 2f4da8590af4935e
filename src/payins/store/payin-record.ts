import type { Instructions, Rail } from '@recaudo/payment-provider';
import type { KnownPayin, Receipt } from '../domain/known-payin.js';
import type { PayinStatus } from '../domain/status.js';
import type { PayinRequest } from './payin-request.js';

/** A payin's row, as the store reads it and the API shows it. Amounts in cents. */
export interface PayinRecord {
  organizationId: string;
  id: string;
  reference: string;
  fingerprint: string;
  request: PayinRequest;
  amountInCents: bigint;
  currency: string;
  rail: Rail;
  status: PayinStatus;
  amountReceivedInCents: bigint;
  provider: string | null;
  errorCode: string | null;
  instructions: Instructions | null;
  expiresAt: Date;
  resultAt: Date | null;
  chargebackAt: Date | null;
  /** See KnownPayin. */
  unconfirmedPaidSince: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface ReceiptRecord extends Receipt {
  id: string;
  createdAt: Date;
}

/** One consistent reading of a payin and everything around it. */
export interface PayinSnapshot {
  payin: PayinRecord;
  receipts: ReceiptRecord[];
  known: KnownPayin;
  sequence: number;
  version: number;
  fencingToken: number;
  /** When it is looked at next. */
  dueAt: Date | null;
  /** The database's time of the reading. */
  now: Date;
}
