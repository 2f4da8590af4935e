import type { Currency, Rail } from '@recaudo/payment-provider';
import type { PaymentLinkStatus } from './payment-link.entity.js';

/** What a merchant asks for. Two that mean the same are equal. */
export interface PaymentLinkRequest {
  reference: string;
  title: string;
  description: string | null;
  currency: Currency;
  amountInCents: bigint | null;
  minInCents: bigint | null;
  maxInCents: bigint | null;
  uses: number | null;
  rails: Rail[] | null;
  expiresAt: Date | null;
  redirectUrl: string | null;
  callbackUrl: string | null;
  metadata: Record<string, string>;
}

export interface PaymentLink extends PaymentLinkRequest {
  id: string;
  used: number;
  lastNumber: number;
  status: PaymentLinkStatus;
  createdBy: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Why a link makes no payin. */
export type Closed = 'DISABLED' | 'OVER' | 'USED_UP';

/** @returns undefined while it makes payins. The statement that makes one asks the same of the row: insert-payins.queries.ts. */
export function whyClosed(link: PaymentLink, now: Date): Closed | undefined {
  if (link.uses !== null && link.used >= link.uses) return 'USED_UP';
  if (link.status === 'DISABLED') return 'DISABLED';
  return link.expiresAt !== null && link.expiresAt <= now ? 'OVER' : undefined;
}

/** With `-<n>` behind it, a payin's reference: 64 characters, nine of them digits. */
export const REFERENCE_MAX = 54;
export const USES_MAX = 999_999_999;

export function referenceOf({ reference }: Pick<PaymentLink, 'reference'>, number: number): string {
  return `${reference}-${number}`;
}
