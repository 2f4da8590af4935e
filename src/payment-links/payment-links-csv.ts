import type { CsvRecord } from '../http/csv.js';
import type { ShownPaymentLink } from './payment-links.service.js';

export const PAYMENT_LINK_COLUMNS = [
  'id',
  'reference',
  'url',
  'status',
  'title',
  'description',
  'currency',
  'amountInCents',
  'minInCents',
  'maxInCents',
  'uses',
  'used',
  'rails',
  'expiresAt',
  'createdBy',
  'createdAt',
  'updatedAt',
] as const;

export function paymentLinkRecord({
  rails,
  metadata: _metadata,
  ...link
}: ShownPaymentLink): CsvRecord<(typeof PAYMENT_LINK_COLUMNS)[number]> {
  return { ...link, rails: rails?.join(' ') };
}
