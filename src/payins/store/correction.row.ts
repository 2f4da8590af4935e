import type { ManualMove } from '../domain/corrections.js';
import type { CorrectionRequest } from '../domain/discrepancy.js';

/** A correction that was asked for, as the database keeps it: amounts and times are texts. */
export interface CorrectionRow extends Omit<CorrectionRequest, 'correction' | 'amountInCents' | 'movedInCents' | 'at'> {
  correction:
    | { type: 'BOOK_RECEIPT'; amountInCents: string; paymentId: string }
    | { type: 'MARK_REVERSED'; amountInCents: string }
    | { type: 'ACCEPT_AS_PAID' }
    | { type: 'WRITE_OFF' };
  amountInCents: string;
  /** Absent from one that was asked for before it was kept. */
  movedInCents?: string | null;
  at: string;
}

export function toCorrectionRequest(row: CorrectionRow): CorrectionRequest {
  return {
    ...row,
    correction: toCorrection(row.correction),
    amountInCents: BigInt(row.amountInCents),
    movedInCents: row.movedInCents == null ? null : BigInt(row.movedInCents),
    at: new Date(row.at),
  };
}

function toCorrection(row: CorrectionRow['correction']): ManualMove {
  return 'amountInCents' in row ? { ...row, amountInCents: BigInt(row.amountInCents) } : row;
}
