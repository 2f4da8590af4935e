import { createHash } from 'node:crypto';
import type { Setup, SignatureKind, WebhookContent, WebhookPayload } from '../kit/order-rules.js';
import { CURRENCY } from '../kit/pesos.js';
import type { TumiPay, TumiPayOrder } from './types.js';
import { amountOnWire, RESPONSE_MESSAGES } from './wire.js';

/** The documented webhook with its signature header, whose kind may be a wrong one. */
export function webhookContent(
  order: TumiPayOrder,
  payload: WebhookPayload<TumiPay>,
  { credentials: { token }, switches }: Setup<TumiPay>,
): WebhookContent {
  const signatures: Readonly<Record<SignatureKind, string | undefined>> = {
    valid: webhookSignature(token, order.id, order.reference),
    wrong: webhookSignature(`${token}-wrong`, order.id, order.reference),
    missing: undefined,
    malformed: 'not-a-signature',
  };
  const signature = signatures[payload.signature];
  const body = payload.body ?? documentedBody(order, payload, switches);
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Tumipay/1.1',
      ...(signature === undefined ? {} : { 'x-trx-signature': signature }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** Lower-case hex SHA-256 of compact JSON. It covers neither status nor amount. */
export function webhookSignature(token: string, ticket: string, reference: string): string {
  return createHash('sha256').update(JSON.stringify({ token, ticket, reference })).digest('hex');
}

/** The shape of `top_card` for other methods is not documented, an empty object is sent. */
function documentedBody(
  { id, reference, details: { method, customer } }: TumiPayOrder,
  { status, amountInCents }: WebhookPayload<TumiPay>,
  { webhookAmountUnit }: TumiPay['switches'],
): object {
  const bank = method === 'CARD' ? 'BANCO FALABELLA' : 'BANCOLOMBIA';
  return {
    top_status: status,
    top_ticket: id,
    top_reference: reference,
    top_amount: amountOnWire(amountInCents, webhookAmountUnit),
    top_currency: CURRENCY,
    top_payment_method: 'RECAUDO',
    top_bank_name: bank,
    top_response_message: RESPONSE_MESSAGES[status],
    top_user: {
      legal_doc_type: customer.legal_doc_type,
      legal_doc: customer.legal_doc,
      phone_code: customer.phone_code,
      phone_number: customer.phone_number,
      email: customer.email,
      full_name: customer.full_name,
    },
    top_card:
      method === 'CARD'
        ? { bank, bin: '531122', country: 'Colombia', lastFourDigits: '1974', type: 'credit', brand: 'Mastercard' }
        : {},
    top_user_email: customer.email,
    top_user_phone: customer.phone_number,
    top_extra_params1: '',
  };
}
