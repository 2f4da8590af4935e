import type { ContractMessage, Secrets, ServedEvent } from '@recaudo/drop-in-contract';
import { RsaBodySigner } from '@recaudo/payment-provider';
import { askedOf, endOf, errorOf, feeOf, paymentInfoOf } from './answers.js';
import { keysOf } from './keys.js';
import { colombianTime, paymentOrderNo, pesos, tradeNo } from './wire.js';

/** The documented callback: of one payment (2), of an order that ended without (3), or of money that was reversed (4). Each attempt is signed anew. */
export function callback(event: ServedEvent, secrets: Secrets, at: Date): ContractMessage {
  const signer = new RsaBodySigner({
    privateKey: keysOf(secrets).platformPrivateKey,
    headers: (stamp) => ({
      'Content-Type': 'application/json',
      ...stamp,
      country: 'CO',
      appCode: secrets['appCode']!,
    }),
    now: () => at.getTime(),
  });
  const { headers, body = '' } = signer.sign({ method: 'POST', path: '', body: fieldsOf(event) });
  return { headers, body };
}

function fieldsOf(event: ServedEvent): Record<string, unknown> {
  const { payin, reference } = event;
  return {
    merchantOrderNo: reference,
    tradeNo: tradeNo(payin.id),
    ...paymentOf(event),
    paymentInfo: paymentInfoOf(event),
    paymentType: askedOf(event).paymentType,
    completeTime: colombianTime(event.receipt?.receivedAt ?? endOf(payin)),
    errorMessage: event.receipt ? null : errorOf(payin),
  };
}

function paymentOf({ type, payin, receipt, reversedInCents }: ServedEvent): Record<string, unknown> {
  const status = receipt ? 2 : type === 'payin.reversed' ? 4 : 3;
  // No amount came of an order that ended without.
  if (status === 4) return reversalOf(payin, reversedInCents ?? payin.amountReceivedInCents);
  const payment = receipt ?? undefined;
  return {
    paymentOrderNo: paymentOrderNo(payin.id, payment?.paymentId ?? ''),
    status,
    paymentAmount: pesos(payment?.amountInCents ?? 0),
    serviceAmount: pesos(payment ? feeOf(payment) : 0),
  };
}

/** What was reversed, under the number of the payment of just that amount; of several or a part of one, under that of the last. */
function reversalOf({ id, receipts }: ServedEvent['payin'], reversedInCents: number): Record<string, unknown> {
  const paid = receipts.filter(({ amountInCents }) => amountInCents > 0);
  const payment = paid.findLast(({ amountInCents }) => amountInCents === reversedInCents);
  return {
    paymentOrderNo: paymentOrderNo(id, (payment ?? paid.at(-1))?.paymentId ?? ''),
    status: 4,
    paymentAmount: pesos(reversedInCents),
    serviceAmount: pesos(payment ? feeOf(payment) : 0),
  };
}
