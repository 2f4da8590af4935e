import type { ReportedStatus } from '@recaudo/payment-provider';

/** Lines of one statement, uploaded or listed. */
export const LINES_MAX = 1_000_000;

/** A line, as it was read. */
export interface StatementLine {
  /** Its number in the file or the list. */
  line: number;
  reference: string | null;
  externalId: string | null;
  amountInCents: bigint | null;
  currency: string;
  status: ReportedStatus;
  rawStatus: string | null;
  paidAt: Date | null;
  feeInCents: bigint | null;
}
