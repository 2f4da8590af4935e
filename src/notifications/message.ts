import { createHmac, type KeyObject } from 'node:crypto';
import type { Asked, ServedEvent, ShownPayin } from '@recaudo/drop-in-contract';
import type { Customer } from '@recaudo/payment-provider';

/** The `webhook-id` of a notification. */
export function messageId(notificationId: string): string {
  return `msg_${notificationId}`;
}

/** The headers of one attempt. It is signed with each key, so that a merchant can verify with the old one while the new one is rolled out. */
export function messageHeaders(
  id: string,
  body: string,
  keys: readonly KeyObject[],
  at: Date,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = `${id}.${timestamp}.${body}`;
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'Recaudo-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`).join(' '),
  };
}

/** The body with the payer's data, for an endpoint that asks for it. It is the same for every attempt. */
export function withPersonalData(body: string, inlineCustomer: unknown): string {
  const message = JSON.parse(body) as { data: Record<string, unknown> };
  return JSON.stringify({ ...message, data: { ...message.data, inlineCustomer } });
}

/** The payin that a message is about, for lines about it; undefined where it is about none. */
export function payinOf(body: string): { payinId: string; reference: string } | undefined {
  const { data = {} } = JSON.parse(body) as { data?: { id?: string; reference?: string } };
  return data.id === undefined || data.reference === undefined
    ? undefined
    : { payinId: data.id, reference: data.reference };
}

/** An event as a drop-in contract takes it: a message, and what only the contract knows. */
export function servedEventOf(
  body: string,
  { asked, inlineCustomer: customer, pse }: { asked: Asked; inlineCustomer: Customer | null; pse: ServedEvent['pse'] },
): ServedEvent {
  const { type, data: payin } = JSON.parse(body) as {
    type: string;
    data: ShownPayin & { reference: string; receipt?: { paymentId: string }; reversal?: { amountInCents: number } };
  };
  const { reference = payin.reference } = asked as { reference?: string };
  const receipt = payin.receipts.find(({ paymentId }) => paymentId === payin.receipt?.paymentId) ?? null;
  const reversedInCents = payin.reversal?.amountInCents ?? null;
  return { type, reference, payin, customer, pse, asked, receipt, reversedInCents };
}

const SHOWN_BYTES = 256;

/** The beginning of an answer, for the merchant to see what their server said. Nothing in it can act on a reader. */
export function firstBytes(text: string): string | null {
  const printable = text.slice(0, SHOWN_BYTES).replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  const bytes = Buffer.from(printable).subarray(0, SHOWN_BYTES).toString();
  // A character that was cut in two.
  return bytes.replace(/\ufffd+$/, '').trim() || null;
}
