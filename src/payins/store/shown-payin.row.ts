import { fromStored } from '../../database/stored-json.js';
import type { PayinRecord } from './payin-record.js';
import type { ShownAttempt, ShownPayinRow, ShownReceipt } from './shown-payin.queries.js';

/** What is shown of a payin. */
export interface ShownPayin extends Omit<PayinRecord, 'organizationId' | 'fingerprint'> {
  receipts: ShownReceipt[];
  attempts: ShownAttempt[];
}

export function toShownPayin(row: ShownPayinRow): ShownPayin {
  return {
    ...row,
    amountInCents: BigInt(row.amountInCents),
    amountReceivedInCents: BigInt(row.amountReceivedInCents),
    amountRefundedInCents: row.amountRefundedInCents === null ? null : BigInt(row.amountRefundedInCents),
    receipts: fromStored<ShownReceipt[]>(row.receipts),
    attempts: fromStored<ShownAttempt[]>(row.attempts),
  };
}
