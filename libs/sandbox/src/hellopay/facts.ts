import { settledInCents, type Order } from '../kit/order.js';
import type { Setup } from '../kit/order-rules.js';
import { qrDataUrl } from './qr-code.js';
import type { HelloPay } from './types.js';
import type { PayinFacts, SourceData } from './wire.js';

/** What HelloPay's answers and webhooks say about an order now. */
export function factsOf(order: Order<HelloPay>, setup: Setup<HelloPay>): PayinFacts {
  const { method, customer, errorCode } = order.details;
  return {
    id: order.id,
    reference: order.reference,
    rail: method.rail,
    status: order.status,
    requestedInCents: order.requestedInCents,
    confirmedInCents: settledInCents(order),
    customer,
    errorCode,
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    resultAt: order.closedAt,
    chargebackAt: order.reversedAt,
    callbackUrl: order.redirectUrl,
    sourceData: sourceDataOf(order, setup),
  };
}

function sourceDataOf(order: Order<HelloPay>, { switches, pageUrl }: Setup<HelloPay>): SourceData {
  const { method, keyString, customer, token } = order.details;
  if (method.rail === 'NEQUI') return { phone: customer?.phone ?? null };
  if (method.rail === 'PSE') {
    const { pseUrlAfterReads, pseUrlAfterMs } = switches;
    const isThere = order.reads > pseUrlAfterReads && Date.now() >= order.createdAt + pseUrlAfterMs;
    return { pseUrl: isThere ? pageUrl(order) : null, bank: method.bank, personType: method.personType };
  }
  const keyType = 'keyType' in method ? method.keyType : 'SINGLE_USE';
  return {
    keyType,
    ...(keyType === 'QR_CODE' && keyString !== null ? { qrString: qrDataUrl(keyString, order.requestedInCents) } : {}),
    keyString,
    checkoutUrl: `${pageUrl(order)}&token=${token}`,
  };
}
