import { batchQuery, jsonObject, selected } from '../../database/query.js';
import type { Stored } from '../../database/stored-json.js';
import { PAYIN_KEY_COLUMNS, type PayinKey } from './payin-key.js';
import type { PayinRecord, ReceiptRecord } from './payin-record.js';

type Amounts = 'amountInCents' | 'amountReceivedInCents';
export type ShownReceipt = Omit<ReceiptRecord, 'id' | 'attemptId'>;

/** What the driver gives: amounts are texts, and so are the times of receipts. */
export interface ShownPayinRow
  extends Omit<PayinRecord, Amounts | 'organizationId' | 'fingerprint'>, Stored<Pick<PayinRecord, Amounts>> {
  receipts: Stored<ShownReceipt>[];
}

/** The columns of a payin `p` that are shown. */
export const SHOWN_PAYIN = {
  id: 'p.id',
  reference: 'p.reference',
  request: 'p.request',
  amountInCents: 'p.amount_in_cents::text',
  currency: 'p.currency',
  rail: 'p.rail',
  status: 'p.status',
  amountReceivedInCents: 'p.amount_received_in_cents::text',
  provider: 'p.provider',
  errorCode: 'p.error_code',
  instructions: 'p.instructions',
  expiresAt: 'p.expires_at',
  resultAt: 'p.result_at',
  chargebackAt: 'p.chargeback_at',
  unconfirmedPaidSince: 'p.unconfirmed_paid_since',
  createdAt: 'p.created_at',
  updatedAt: 'p.updated_at',
} as const satisfies Record<keyof Omit<ShownPayinRow, 'receipts'>, string>;

/** Those of a receipt `r`. */
export const SHOWN_RECEIPT = {
  paymentId: 'r.payment_id',
  amountInCents: 'r.amount_in_cents::text',
  feeInCents: 'r.fee_in_cents::text',
  paidAt: 'r.paid_at',
  source: 'r.source',
  createdAt: 'r.created_at',
} as const satisfies Record<keyof ShownReceipt, string>;

/** SQL: the receipts of a payin `p` as a JSON list, each with those fields. */
export function receiptsOfPayin(receipt: string): string {
  return `(
    select coalesce(jsonb_agg(${receipt} order by r.created_at, r.id), '[]')
    from receipts r where r.organization_id = p.organization_id and r.payin_id = p.id)`;
}

/** Payins as they are shown, each with its receipts. */
export const READ_SHOWN_PAYINS = batchQuery<{ payin: PayinKey }, ShownPayinRow>(
  'read shown payins',
  `
    select key.row, ${selected<ShownPayinRow>({
      ...SHOWN_PAYIN,
      receipts: receiptsOfPayin(jsonObject<ShownReceipt>(SHOWN_RECEIPT)),
    })}
    from jsonb_to_recordset($payin::jsonb) as key (${PAYIN_KEY_COLUMNS})
    join payins p on p.organization_id = key."organizationId" and p.id = key.id`,
);
