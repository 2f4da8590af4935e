import type { OutboundReply } from '@recaudo/outbound-http';
import {
  type FetchedOrder,
  type Instructions,
  type ListedOrder,
  type OpenedOrder,
  parseObject,
  type Payment,
  type PayinOrder,
  ProviderError,
  type ProviderReport,
  type ReportedStatus,
  type WebhookEvent,
  isFields,
  type Fields,
} from '@recaudo/payment-provider';
import { readData, saysNoSuchOrder } from './teemopay.envelope.js';
import { readId, readPesos, readStatus, readTime, unreadable } from './teemopay.fields.js';
import { readInstructions } from './teemopay.instructions.js';
import { PAYMENT_TYPES, type TeemoPayRail } from './teemopay.order.js';

/** Pure translation of what TeemoPay says into our words. Facts: seed 004 and the pages that MAPPING.md names. */

/** An order's status, and a payment's. The list's `5`, refunded in part, is for a person: how much of it is not reported. */
export const STATUSES: Readonly<Record<string, ReportedStatus>> = {
  '1': 'PENDING',
  '2': 'APPROVED',
  '3': 'REJECTED',
  '4': 'REVERSED',
};
const PAID = '2';
const REFUNDED = '4';

/** A create call's own statuses: 1 is "created" and 0 is "processing". Neither is ever a payment, and 2 is not documented. */
const CREATED = ['0', '1', '2'];
const NOT_CREATED = '3';

/** `errorMsg` of a channel that refused, word for word; anything else is `CHANNEL_REFUSED`. */
export const CHANNEL_MESSAGES: Readonly<Record<string, { kind: 'rejected_request' | 'unavailable'; code: string }>> = {
  'Transaction amount exceeds limit, kindly retry within allowed range.': {
    kind: 'rejected_request',
    code: 'AMOUNT_LIMIT',
  },
  'Parameter validation error, kindly verify and retry.': { kind: 'rejected_request', code: 'PARAMETER_ERROR' },
  'Abnormal user account , kindly contact user to verify account and retry.': {
    kind: 'rejected_request',
    code: 'ABNORMAL_ACCOUNT',
  },
  'Channel request error, technicians will fix ASAP.': { kind: 'unavailable', code: 'CHANNEL_ERROR' },
  'Unstable network, kindly retry later.': { kind: 'unavailable', code: 'NETWORK_UNSTABLE' },
};
const OTHER_MESSAGE = { kind: 'rejected_request', code: 'CHANNEL_REFUSED' } as const;

/** Reads the reply to a create call for this order. @throws ProviderError unless the order was taken and the payer can be shown how to pay */
export function readCreateReply(reply: OutboundReply, order: PayinOrder): OpenedOrder {
  const data = readData(reply);
  const { tradeNo, amount, errorMsg } = data;
  expectOurs(data, order.providerReference);
  const status = readStatus(data['status']);
  if (status === NOT_CREATED) {
    const { kind, code } = readChannelMessage(errorMsg);
    throw new ProviderError(kind, 'not_executed', `TeemoPay’s channel did not take the order (${code})`, {
      providerCode: code,
    });
  }
  if (!status || !CREATED.includes(status)) throw unreadable('the answer’s status is not a create call’s');
  const echoed = readPesos(amount);
  if (echoed !== undefined && echoed !== order.amountInCents)
    throw new ProviderError('contradictory_reply', 'unknown', 'TeemoPay: the order was taken with another amount');
  const instructions = readInstructions(data, order.rail);
  if (!instructions) throw unreadable('the order was taken, but the answer does not say how to pay');
  const externalId = readId(tradeNo);
  return { instructions, ...(externalId ? { externalId } : {}) };
}

/** Reads the reply to a query for an order of ours. @throws ProviderError unless it is a definite answer about that very order. */
export function readQueryReply(reply: OutboundReply, providerReference: string): FetchedOrder {
  if (saysNoSuchOrder(reply)) return { found: false };
  const data = readData(reply);
  expectOurs(data, providerReference);
  const rawStatus = readStatus(data['status']);
  if (!rawStatus) throw unreadable('the order has no status');
  const statements = readRows(data['statementList']).map((row) => ({
    row,
    status: readStatus(row['paymentStatementStatus']),
  }));
  const arrived = statements.filter(({ status }) => status === PAID || (status === REFUNDED && rawStatus === REFUNDED));
  // A payment that was refunded within an order that was not: whether the rest still pays it is for a person to say.
  const partlyRefunded = rawStatus !== REFUNDED && statements.some(({ status }) => status === REFUNDED);
  const instructions = rawStatus === '1' ? readQueriedInstructions(data) : undefined;
  return {
    found: true,
    report: {
      ...readReport({
        rawStatus: partlyRefunded ? `${rawStatus}, a payment ${REFUNDED}` : rawStatus,
        tradeNo: data['tradeNo'],
        message: data['errorMessage'],
        // Here `amount` is what arrived; `transactionAmount` is what was requested.
        received: data['amount'],
        fee: data['serviceAmount'],
        payments: arrived.map(({ row }) => readStatement(row)),
      }),
      ...(instructions ? { instructions } : {}),
    },
  };
}

/** Reads a page of the list: its orders, and the cursor of the next page where there is one. @throws ProviderError */
export function readListReply(reply: OutboundReply): { orders: ListedOrder[]; next?: string } {
  const data = readData(reply);
  const rows = readRows(data['records']);
  const records = rows.filter(({ type }) => type === undefined || type === 'PAYIN');
  const { pageIndex } = data;
  const next = typeof pageIndex === 'string' && /^[\x21-\x7e]{1,1024}$/.test(pageIndex) ? pageIndex : undefined;
  // The end of the list is not documented: a page without records, or one without a cursor.
  return { orders: records.map((record) => readRecord(record)), ...(next && rows.length > 0 ? { next } : {}) };
}

/** Reads the body of a callback. It speaks of one payment: there may be more on the order. */
export function readWebhook(rawBody: Buffer): WebhookEvent {
  const body = parseObject(rawBody) ?? {};
  const rawStatus = readStatus(body['status']);
  const providerReference = referenceOf(rawBody);
  if (!rawStatus || !providerReference) throw unreadable('the callback lacks status or merchantOrderNo');
  const { tradeNo, paymentOrderNo, paymentAmount, serviceAmount, completeTime, errorMessage } = body;
  const isOfMoney = rawStatus === PAID || rawStatus === REFUNDED;
  const payments = isOfMoney ? [readPayment(paymentOrderNo, paymentAmount, serviceAmount, completeTime)] : [];
  return {
    eventKey: [readId(tradeNo) ?? '', readId(paymentOrderNo) ?? '', rawStatus].join('|'),
    providerReference,
    report: readReport({ rawStatus, tradeNo, message: errorMessage, payments }),
  };
}

/** The order that a callback is about, whatever else it says. */
export function referenceOf(rawBody: Buffer): string | undefined {
  return readId(parseObject(rawBody)?.['merchantOrderNo']);
}

function readRecord(record: Fields): ListedOrder {
  const { merchantOrderNo, createTime, tradeNo, failReason, transactionAmount, serviceAmount, completeTime } = record;
  const rawStatus = readStatus(record['status']);
  const providerReference = readId(merchantOrderNo);
  if (!rawStatus || !providerReference) throw unreadable('a listed order lacks status or merchantOrderNo');
  // Unlike a query's, these payments have no status of their own.
  const rows = rawStatus === '1' || rawStatus === '3' ? [] : readRows(record['paymentList']);
  const createdAt = readTime(createTime);
  return {
    providerReference,
    ...(createdAt ? { createdAt } : {}),
    report: readReport({
      rawStatus,
      tradeNo,
      message: failReason,
      // The other way round than in a query: here `amount` is what was requested.
      received: transactionAmount,
      fee: serviceAmount,
      completedAt: completeTime,
      payments: rows.map((row) => readStatement(row)),
    }),
  };
}

function readReport(said: {
  rawStatus: string;
  tradeNo: unknown;
  message: unknown;
  payments: readonly Payment[];
  received?: unknown;
  fee?: unknown;
  completedAt?: unknown;
}): ProviderReport {
  const { rawStatus, payments } = said;
  const status = Object.hasOwn(STATUSES, rawStatus) ? STATUSES[rawStatus]! : 'UNRECOGNISED';
  const externalId = readId(said.tradeNo);
  const isOfMoney = status === 'APPROVED' || status === 'REVERSED';
  return {
    status,
    rawStatus,
    ...(externalId ? { externalId } : {}),
    ...(payments.length > 0 ? { payments } : isOfMoney ? readSum(said.received, said.fee, said.completedAt) : {}),
    ...(status === 'REJECTED' ? { reasonCode: readChannelMessage(said.message).code } : {}),
  };
}

/** What arrived on an order whose payments are not reported one by one. */
function readSum(received: unknown, fee: unknown, completedAt: unknown): Partial<ProviderReport> {
  const [amountInCents, feeInCents, paidAt] = [readPesos(received), readPesos(fee), readTime(completedAt)];
  return {
    ...(amountInCents === undefined ? {} : { amountInCents }),
    ...(feeInCents === undefined ? {} : { feeInCents }),
    ...(paidAt ? { paidAt } : {}),
  };
}

function readStatement(row: Fields): Payment {
  const { paymentSingleOrderNo, paymentStatementAmount, serviceAmount, completeTime } = row;
  return readPayment(paymentSingleOrderNo, paymentStatementAmount, serviceAmount, completeTime);
}

/** @throws ProviderError for money of which number or amount cannot be read: leaving it out would make the rest a wrong sum */
function readPayment(number: unknown, amount: unknown, fee: unknown, completedAt: unknown): Payment {
  const [paymentId, amountInCents] = [readId(number), readPesos(amount)];
  if (!paymentId || !amountInCents) throw unreadable('a payment lacks its number or its amount');
  const [feeInCents, paidAt] = [readPesos(fee), readTime(completedAt)];
  return {
    paymentId,
    amountInCents,
    ...(feeInCents === undefined ? {} : { feeInCents }),
    ...(paidAt ? { paidAt } : {}),
  };
}

function readQueriedInstructions(data: Fields): Instructions | undefined {
  const rails = Object.keys(PAYMENT_TYPES) as TeemoPayRail[];
  const rail = rails.find((candidate) => PAYMENT_TYPES[candidate] === data['paymentType']);
  return rail && readInstructions(data, rail);
}

function readChannelMessage(message: unknown): { kind: 'rejected_request' | 'unavailable'; code: string } {
  const text = typeof message === 'string' ? message.trim() : '';
  return Object.hasOwn(CHANNEL_MESSAGES, text) ? CHANNEL_MESSAGES[text]! : OTHER_MESSAGE;
}

function readRows(value: unknown): readonly Fields[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isFields)) throw unreadable('a list of payments or orders is none');
  return value;
}

function expectOurs({ merchantOrderNo }: Fields, providerReference: string): void {
  if (merchantOrderNo !== providerReference)
    throw new ProviderError('contradictory_reply', 'unknown', 'TeemoPay: the answer is about another order');
}
