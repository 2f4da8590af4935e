import { batchQuery, jsonObject, query, selected } from '../../database/query.js';
import type { Stored } from '../../database/stored-json.js';
import { PAYIN_KEY_COLUMNS, type PayinKey } from './payin-key.js';
import type { Attempt } from '../domain/known-payin.js';
import type { PayinRecord, ReceiptRecord } from './payin-record.js';

type Amounts = 'amountInCents' | 'amountReceivedInCents' | 'amountRefundedInCents';
export type ShownAttempt = Pick<
  Attempt,
  'id' | 'provider' | 'providerReference' | 'externalId' | 'state' | 'startedAt' | 'rail' | 'choice' | 'expiresAt'
>;
export type ShownReceipt = Omit<ReceiptRecord, 'id' | 'attemptId'>;

/** What the driver gives: amounts are texts, and so are the times of receipts. */
export interface ShownPayinRow
  extends Omit<PayinRecord, Amounts | 'organizationId' | 'fingerprint'>, Stored<Pick<PayinRecord, Amounts>> {
  receipts: Stored<ShownReceipt>[];
  attempts: Stored<ShownAttempt>[];
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
  amountRefundedInCents: 'p.amount_refunded_in_cents::text',
  provider: 'p.provider',
  errorCode: 'p.error_code',
  instructions: 'p.instructions',
  expiresAt: 'p.expires_at',
  resultAt: 'p.result_at',
  chargebackAt: 'p.chargeback_at',
  unconfirmedPaidSince: 'p.unconfirmed_paid_since',
  paymentLinkId: 'p.payment_link_id',
  createdAt: 'p.created_at',
  updatedAt: 'p.updated_at',
} as const satisfies Record<keyof Omit<ShownPayinRow, 'receipts' | 'attempts'>, string>;

/** Those of a receipt `r`. */
export const SHOWN_RECEIPT = {
  paymentId: 'r.payment_id',
  amountInCents: 'r.amount_in_cents::text',
  feeInCents: 'r.fee_in_cents::text',
  paidAt: 'r.paid_at',
  source: 'r.source',
  createdAt: 'r.created_at',
} as const satisfies Record<keyof ShownReceipt, string>;

/** Those of an attempt `a`. */
export const SHOWN_ATTEMPT = {
  id: 'a.id',
  provider: 'a.provider',
  providerReference: 'a.provider_reference',
  externalId: 'a.external_id',
  state: 'a.state',
  startedAt: 'a.started_at',
  rail: 'a.rail',
  choice: 'a.choice',
  expiresAt: 'a.expires_at',
} as const satisfies Record<keyof ShownAttempt, string>;

/** SQL: the attempts of a payin `p` as a JSON list, each with those fields. */
export function attemptsOfPayin(attempt: string): string {
  return `(
    select coalesce(jsonb_agg(${attempt} order by a.started_at, a.id), '[]')
    from attempts a where a.organization_id = p.organization_id and a.payin_id = p.id)`;
}

/** SQL: the receipts of a payin `p` as a JSON list, each with those fields. */
export function receiptsOfPayin(receipt: string): string {
  return `(
    select coalesce(jsonb_agg(${receipt} order by r.created_at, r.id), '[]')
    from receipts r where r.organization_id = p.organization_id and r.payin_id = p.id)`;
}

const SHOWN = selected<ShownPayinRow>({
  ...SHOWN_PAYIN,
  receipts: receiptsOfPayin(jsonObject<ShownReceipt>(SHOWN_RECEIPT)),
  attempts: attemptsOfPayin(jsonObject<ShownAttempt>(SHOWN_ATTEMPT)),
});

/** Payins as they are shown, each with its receipts and attempts. */
export const READ_SHOWN_PAYINS = batchQuery<{ payin: PayinKey }, ShownPayinRow>(
  'read shown payins',
  `
    select key.row, ${SHOWN}
    from jsonb_to_recordset($payin::jsonb) as key (${PAYIN_KEY_COLUMNS})
    join payins p on p.organization_id = key."organizationId" and p.id = key.id`,
);

/** Those of a list, in no order. */
export const READ_LISTED_PAYINS = query<{ organizationId: string; ids: readonly string[] }, ShownPayinRow>(
  'read listed payins',
  `select ${SHOWN} from payins p where p.organization_id = $organizationId and p.id = any($ids::uuid[])`,
);
