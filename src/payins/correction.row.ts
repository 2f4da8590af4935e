import type { Correction } from './domain/corrections.js';
import type { CorrectionRequest } from './domain/discrepancy.js';

/** A correction that was asked for, as the database keeps it: amounts and times are texts. */
export interface CorrectionRow extends Omit<CorrectionRequest, 'correction' | 'amountInCents' | 'at'> {
  correction:
    | { type: 'BOOK_RECEIPT'; amountInCents: string; paymentId: string }
    | { type: 'MARK_REVERSED'; amountInCents: string }
    | { type: 'ACCEPT_AS_PAID' };
  amountInCents: string;
  at: string;
}

export function toCorrectionRequest({ correction, amountInCents, at, ...row }: CorrectionRow): CorrectionRequest {
  return { ...row, correction: toCorrection(correction), amountInCents: BigInt(amountInCents), at: new Date(at) };
}

function toCorrection(row: CorrectionRow['correction']): Correction {
  return row.type === 'ACCEPT_AS_PAID' ? row : { ...row, amountInCents: BigInt(row.amountInCents) };
}
