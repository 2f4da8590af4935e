import { randomBytes } from 'node:crypto';
import { pesosText } from '../kit/pesos.js';
import type { JsonObject } from '../kit/control-input.js';
import type { Setup, SignatureKind, WebhookContent, WebhookPayload } from '../kit/order-rules.js';
import { colombianTime } from '../kit/texts.js';
import { signingString, signText } from './signature.js';
import type { TeemoPay, TeemoPayOrder } from './types.js';
import { paymentInfoOf } from './wire.js';

/** The documented callback, signed in its body. A body by hand that is an object is signed too, text goes as it is. */
export function callbackContent(
  order: TeemoPayOrder,
  payload: WebhookPayload<TeemoPay>,
  setup: Setup<TeemoPay>,
): WebhookContent {
  const replaced = payload.body;
  if (typeof replaced === 'string') return { headers: headersOf(newNonce(), setup), body: replaced };
  return signed({ ...(replaced ?? fieldsOf(order, payload, setup)) }, payload.signature, setup);
}

/** The same callback with a nonce, a timestamp and a signature of now. */
export function resignedContent(content: WebhookContent, setup: Setup<TeemoPay>): WebhookContent {
  const { sign: _old, ...fields }: Record<string, unknown> = JSON.parse(content.body);
  return signed(fields, 'valid', setup);
}

function fieldsOf(
  order: TeemoPayOrder,
  { status, amountInCents, payment }: WebhookPayload<TeemoPay>,
  setup: Setup<TeemoPay>,
): JsonObject {
  const { paymentType, errorMessage, spareOrderNo } = order.details;
  return {
    merchantOrderNo: order.reference,
    tradeNo: order.id,
    paymentOrderNo: payment?.paymentId ?? spareOrderNo,
    status: Number(status),
    paymentAmount: pesosText(amountInCents),
    serviceAmount: pesosText(payment?.feeInCents ?? 0n),
    paymentInfo: paymentInfoOf(order, setup),
    paymentType,
    completeTime: colombianTime(payment?.paidAt ?? order.updatedAt),
    errorMessage,
    ...(setup.switches.callbackExtraField ? { channelOrderNo: `CH-${order.id}` } : {}),
  };
}

function signed(fields: JsonObject, kind: SignatureKind, setup: Setup<TeemoPay>): WebhookContent {
  const nonce = newNonce();
  const { platformPrivateKey } = setup.credentials;
  const string = signingString(fields, nonce);
  const signatures: Readonly<Record<SignatureKind, () => { sign?: string }>> = {
    valid: () => ({ sign: signText(string, platformPrivateKey) }),
    wrong: () => ({ sign: signText(`${string}0`, platformPrivateKey) }),
    missing: () => ({}),
    malformed: () => ({ sign: 'not-a-signature' }),
  };
  // A body by hand may bring a signature of its own.
  return {
    headers: headersOf(nonce, setup),
    body: JSON.stringify({ ...fields, ...(fields['sign'] === undefined ? signatures[kind]() : {}) }),
  };
}

function headersOf(nonce: string, { credentials }: Setup<TeemoPay>): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    timestamp: String(Date.now()),
    nonce,
    country: 'CO',
    appCode: credentials.appCode,
  };
}

function newNonce(): string {
  return randomBytes(16).toString('hex');
}
