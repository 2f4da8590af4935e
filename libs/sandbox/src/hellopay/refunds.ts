import { randomUUID } from 'node:crypto';
import { isJsonObject } from '../kit/control-input.js';
import type { ProviderAnswer } from '../kit/faults.js';
import { type Order, settledInCents } from '../kit/order.js';
import { CURRENCY } from '../kit/pesos.js';
import type { ApiContext } from '../kit/simulation.js';
import type { Refund } from './payin.js';
import type { HelloPay } from './types.js';
import { errorBody } from './wire.js';

/**
 * Refunds, which HelloPay does not document: an invention of this sandbox, for the way of the service that asks a provider to pay back by itself
 * (`HELLOPAY_SANDBOX_REFUNDS`). The switch `refunds` says what becomes of them. A reference is one refund for ever.
 */
const STATUSES = { paid: 'COMPLETED', pending: 'PROCESSING', declined: 'DECLINED' } as const;

export function requestRefund(id: string, body: unknown, context: ApiContext<HelloPay>): ProviderAnswer {
  const { orderBook } = context;
  const order = orderBook.find(id);
  if (order?.id !== id) return refused(404, 'Payin not found');
  const { reference, amountInCents } = isJsonObject(body) ? body : {};
  if (typeof reference !== 'string' || !/^[A-Za-z0-9]{1,32}$/.test(reference))
    return refused(400, 'reference is wrong');
  if (!Number.isSafeInteger(amountInCents) || Number(amountInCents) < 1) return refused(400, 'amountInCents is wrong');
  const refunds = order.details.refunds ?? [];
  const known = refunds.find((one) => one.reference === reference);
  if (known) return known.amountInCents === amountInCents ? answer(200, known) : refused(409, 'another refund has it');
  const taken = refunds.filter(({ status }) => status !== 'DECLINED').map((one) => BigInt(one.amountInCents));
  const left = taken.reduce((sum, one) => sum - one, order.reversedAt === null ? (settledInCents(order) ?? 0n) : 0n);
  if (BigInt(Number(amountInCents)) > left) return refused(422, 'more than is left');
  const refund: Refund = {
    id: randomUUID(),
    reference,
    amountInCents: Number(amountInCents),
    ...outcomeBy(context),
  };
  orderBook.keep(order, { refunds: [...refunds, refund] });
  return answer(201, refund);
}

export function refundOf(id: string, reference: string, context: ApiContext<HelloPay>): ProviderAnswer {
  const order = context.orderBook.find(id);
  const known = order?.id === id ? order.details.refunds?.find((one) => one.reference === reference) : undefined;
  if (!order || !known) return refused(404, 'Refund not found');
  return answer(200, known.status === 'PROCESSING' ? settled(order, known, context) : known);
}

/** One that was pending is as the switch says now. */
function settled(order: Order<HelloPay>, refund: Refund, context: ApiContext<HelloPay>): Refund {
  const now = { ...refund, ...outcomeBy(context) };
  context.orderBook.keep(order, {
    refunds: order.details.refunds!.map((one) => (one.id === refund.id ? now : one)),
  });
  return now;
}

function outcomeBy({ setup }: ApiContext<HelloPay>): Pick<Refund, 'status' | 'reason'> {
  const status = STATUSES[setup().switches.refunds];
  return { status, reason: status === 'DECLINED' ? 'ACCOUNT_CLOSED' : null };
}

function answer(status: number, refund: Refund): ProviderAnswer {
  return { status, body: { ...refund, currency: CURRENCY } };
}

function refused(status: number, message: string): ProviderAnswer {
  return { status, body: errorBody(status, 'Refused', message) };
}
