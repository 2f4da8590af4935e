import type { KnownPayin, Receipt } from '../domain/known-payin.js';
import type { Payin } from './payin.entity.js';

/** What the store alone deals with. */
type Bookkeeping = 'sequence' | 'version' | 'checks' | 'dueAt' | 'fencingToken' | 'paymentLinkUse';
type Column = Exclude<keyof Payin & string, 'organization' | Bookkeeping>;

/** A payin's row as the store reads it. */
export type PayinRecord = { organizationId: string } & { [Name in Column]-?: Exclude<Payin[Name], undefined> };

export interface ReceiptRecord extends Receipt {
  id: string;
  createdAt: Date;
}

/** A payin and everything around it, read at one moment. */
export interface PayinSnapshot {
  payin: PayinRecord;
  receipts: ReceiptRecord[];
  known: KnownPayin;
  sequence: number;
  version: number;
  fencingToken: number;
  /** When its next status check is due. */
  dueAt: Date | null;
  /** The database's time of that moment. */
  now: Date;
}
