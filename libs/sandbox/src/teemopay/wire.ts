import { randomBytes, randomInt } from 'node:crypto';
import { pesosText } from '../kit/pesos.js';
import type { ProviderAnswer } from '../kit/faults.js';
import type { Setup } from '../kit/order-rules.js';
import { settledInCents, type Payment } from '../kit/order.js';
import { colombianTime } from '../kit/texts.js';
import type { TeemoPay, TeemoPayOrder, TeemoPayStatus } from './types.js';

/** Only the first is documented. */
const STATEMENT_NAMES: Readonly<Record<'2' | '3' | '4', string>> = {
  '2': '代收成功',
  '3': '代收失败',
  '4': '代收退款',
};

/** 32 hexadecimal digits, a small number, and 17 digits that begin with the time. */
export function newTraceId(): string {
  return `${randomBytes(16).toString('hex')}.${randomInt(1, 1_000)}.${Date.now()}${String(randomInt(10_000)).padStart(4, '0')}`;
}

export function dataAnswer(data: object): ProviderAnswer {
  return { status: 200, body: { code: 200, data, msg: 'success', traceId: newTraceId() } };
}

export function errorAnswer(httpStatus: number, code: number, msg: string): ProviderAnswer {
  return { status: httpStatus, body: { code, data: null, msg, traceId: newTraceId() } };
}

/** Seed 004's answer, in its order of keys. */
export function createAnswer(order: TeemoPayOrder, setup: Setup<TeemoPay>): ProviderAnswer {
  const { amount, paymentType, key } = order.details;
  const data = {
    amount,
    tradeNo: order.id,
    merchantOrderNo: order.reference,
    paymentType,
    additionalInfo: key !== null && setup.switches.brebKeyIn === 'additionalInfo' ? { paymentFactory: key } : {},
    paymentInfo: paymentInfoOf(order, setup),
    status: 1,
  };
  return { status: 200, body: { msg: 'success', traceId: newTraceId(), code: 200, data } };
}

/** A channel failure as the public page has it: code 200 around `status` 3. */
export function createFailedAnswer({ id, reference, details }: TeemoPayOrder): ProviderAnswer {
  const { paymentType, errorMessage } = details;
  return dataAnswer({
    merchantOrderNo: reference,
    amount: null,
    tradeNo: id,
    paymentType,
    paymentInfo: null,
    additionalInfo: null,
    status: 3,
    errorMsg: errorMessage,
  });
}

/** "Payment link or code". */
export function paymentInfoOf(order: TeemoPayOrder, { switches, pageUrl }: Setup<TeemoPay>): string {
  const { key, cashCode } = order.details;
  if (key !== null && switches.brebKeyIn === 'paymentInfo') return key;
  if (cashCode !== null && switches.cashInfo === 'code') return cashCode;
  return pageUrl(order);
}

export function queryAnswer(order: TeemoPayOrder, setup: Setup<TeemoPay>): ProviderAnswer {
  const { queryShape } = setup.switches;
  if (queryShape === 'stale_english') return { status: 200, body: staleAnswer(order) };
  const { paymentType, errorMessage } = order.details;
  const data = {
    merchantOrderNo: order.reference,
    tradeNo: order.id,
    paymentType,
    transactionAmount: pesosText(order.requestedInCents),
    amount: pesosText(settledInCents(order) ?? 0n),
    status: Number(order.status),
    serviceAmount: pesosText(feesOf(order)),
    paymentInfo: order.details.channelFailed ? null : paymentInfoOf(order, setup),
    errorMessage,
  };
  if (queryShape === 'without_statements') return dataAnswer(data);
  return dataAnswer({ ...data, statementList: order.payments.map((payment) => statementOf(order, payment, setup)) });
}

function statementOf(order: TeemoPayOrder, payment: Payment, { switches }: Setup<TeemoPay>): object {
  const status = statementStatusOf(order);
  return {
    paymentSingleOrderNo: payment.paymentId,
    paymentStatementAmount: pesosText(payment.amountInCents),
    paymentStatementStatus: Number(status),
    paymentStatementStatusName: STATEMENT_NAMES[status],
    serviceAmount: pesosText(payment.feeInCents),
    serviceRate: (switches.feeBasisPoints / 10_000).toFixed(4),
    immService: pesosText(BigInt(switches.feeFixedInCents)),
    paymentType: order.details.paymentType,
    completeTime: colombianTime(payment.paidAt),
  };
}

/** Money that arrived is a success whatever became of the order, until it is reversed. */
export function statementStatusOf({ reversedAt, status }: TeemoPayOrder): Exclude<TeemoPayStatus, '1'> {
  return reversedAt === null || status === '1' ? '2' : status;
}

export function feesOf({ payments }: TeemoPayOrder): bigint {
  return payments.reduce((sum, { feeInCents }) => sum + feeInCents, 0n);
}

/** The English page's example: no envelope, and whole numbers and statuses as text. */
function staleAnswer(order: TeemoPayOrder): object {
  return {
    merchantOrderNo: order.reference,
    tradeNo: order.id,
    paymentType: order.details.paymentType,
    amount: undecorated(settledInCents(order) ?? 0n),
    status: order.status,
    statementList: order.payments.map(({ paymentId, amountInCents }) => ({
      paymentSingleOrderNo: paymentId,
      paymentStatementAmount: undecorated(amountInCents),
      paymentStatementStatus: statementStatusOf(order),
      paymentStatementStatusName: 'Payment Success',
      message: 'Payment Successful',
    })),
    success: true,
  };
}

function undecorated(cents: bigint): string {
  return pesosText(cents).replace(/\.00$/, '');
}
