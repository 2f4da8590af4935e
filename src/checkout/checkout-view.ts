import type { Currency, Instructions, Rail } from '@recaudo/payment-provider';
import type { AmountStatus } from '../payins/domain/amounts.js';
import type { PayinStatus } from '../payins/domain/status.js';

/** What a payin's page shows of it. Nothing of its payer. */
export interface CheckoutView {
  organizationId: string;
  payinId: string;
  reference: string;
  version: number;
  now: Date;
  status: PayinStatus;
  amountStatus: AmountStatus;
  amountInCents: bigint;
  amountReceivedInCents: bigint;
  currency: Currency;
  description: string | null;
  redirectUrl: string | null;
  expiresAt: Date;
  /** When it got its present status; null while it waits. */
  resultAt: Date | null;
  payerChooses: boolean;
  mayChoose: boolean;
  rail: Rail;
  instructions: Instructions | null;
  orderExpiresAt: Date | null;
  isOpening: boolean;
  lastTry: { rail: Rail; status: 'REJECTED' | 'EXPIRED' | 'CANCELED' | 'FAILED' } | null;
  payerMayEditAmount: boolean;
}
