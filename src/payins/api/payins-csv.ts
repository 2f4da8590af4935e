import type { CsvRecord } from '../../http/csv.js';
import type { PresentedPayin } from '../presenters/payin.presenter.js';

export const PAYIN_COLUMNS = [
  'id',
  'reference',
  'status',
  'rail',
  'provider',
  'amountInCents',
  'amountReceivedInCents',
  'amountRefundedInCents',
  'amountStatus',
  'currency',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'resultAt',
  'chargebackAt',
  'errorCode',
  'providerReference',
  'externalId',
  'customerName',
  'customerIdType',
  'customerIdNumber',
  'customerPhone',
  'customerEmail',
  'description',
] as const;

/** A payin as a line, with its last attempt. */
export function payinRecord(payin: PresentedPayin): CsvRecord<(typeof PAYIN_COLUMNS)[number]> {
  const { inlineCustomer: customer } = payin;
  const attempt = payin.attempts.at(-1);
  return {
    ...payin,
    providerReference: attempt?.providerReference,
    externalId: attempt?.externalId,
    customerName: customer?.name,
    customerIdType: customer?.idType,
    customerIdNumber: customer?.idNumber,
    customerPhone: customer?.phone,
    customerEmail: customer?.email,
  };
}
