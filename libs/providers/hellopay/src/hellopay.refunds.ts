import type { OutboundReply } from '@recaudo/outbound-http';
import { parseObject, readCode, readText, type RefundOrder, type RefundReport } from '@recaudo/payment-provider';
import { contradictory, readSuccess, unreadable } from './hellopay.replies.js';
import { readId } from './hellopay.values.js';

/** HelloPay documents no refunds: these are the sandbox's (`HELLOPAY_SANDBOX_REFUNDS`). */

/** @throws ProviderError unless it is about that very refund */
export function readRefund(reply: OutboundReply, refund: RefundOrder): RefundReport {
  const { id, reference, amountInCents, currency, status, reason } = readSuccess(reply);
  const known = readId(id);
  if (known === undefined || readText(status) === undefined) throw unreadable('the refund lacks id or status');
  if (reference !== refund.refundReference) throw contradictory('the answer is about another refund');
  if (amountInCents !== Number(refund.amountInCents) || currency !== refund.currency)
    throw contradictory('the refund has another amount');
  if (status === 'COMPLETED') return { status: 'PAID', evidence: `HelloPay refund ${known}` };
  if (status === 'PROCESSING') return { status: 'PENDING' };
  if (status === 'DECLINED') return { status: 'REFUSED', reason: readCode(reason) ?? 'DECLINED' };
  throw unreadable('the refund has a status that is not known');
}

/** Definite only in JSON that speaks of the refund: another 404 may come from anything in between. */
export function saysNoSuchRefund({ status, bodyText }: OutboundReply): boolean {
  const body = status === 404 ? parseObject(Buffer.from(bodyText)) : undefined;
  return body?.['message'] === 'Refund not found';
}
