import { isLosslessNumber } from 'lossless-json';
import { pesosText } from '../kit/pesos.js';
import type { JsonObject } from '../kit/control-input.js';
import { settledInCents } from '../kit/order.js';
import { colombianTime } from '../kit/texts.js';
import { invalid, refusal } from './errors.js';
import { fromColombianTime } from './order.js';
import { optional } from './request.js';
import type { TeemoPaySwitches } from './switches.js';
import type { TeemoPayOrder } from './types.js';
import { feesOf } from './wire.js';

const DAY_MS = 86_400_000;
const BEGIN_MAX_DAYS = 90;
const RANGE_MAX_DAYS = 31;
const PAGE_DEFAULT = 500;
const PAGE_MAX = 1_000;
/** Part refund, 5, is documented for the list alone; no order here has it. */
const LISTED_STATUSES = ['1', '2', '3', '4', '5'];

/** What a valid list request asks for. Times are epoch milliseconds, both ends included. */
export interface ListRequest {
  readonly type: 'PAYIN' | 'PAYOUT';
  readonly status: string | null;
  readonly begin: number;
  readonly end: number;
  readonly pageSize: number;
  /** Position of the first record of the page. */
  readonly from: number;
}

/** Reads a list request with its documented limits; throws `Refusal`. The inputs' zone is not documented: UTC-5, as all others. */
export function parseListRequest(body: JsonObject, now: number): ListRequest {
  const { type } = body;
  if (type !== 'PAYIN' && type !== 'PAYOUT') throw refusal('600');
  const [begin, end] = [timeOf(body, 'beginTime'), timeOf(body, 'endTime')];
  if (begin < now - BEGIN_MAX_DAYS * DAY_MS) throw refusal('601');
  if (begin > now) throw refusal('603');
  if (begin > end) throw refusal('604');
  if (end - begin > RANGE_MAX_DAYS * DAY_MS) throw refusal('602');
  return { type, begin, end, status: statusOf(body), pageSize: pageSizeOf(body), from: positionIn(body) };
}

/** One page of the list, oldest order first. */
export function listPage(
  oldestFirst: readonly TeemoPayOrder[],
  { type, status, begin, end, pageSize, from }: ListRequest,
  { listEnd }: Pick<TeemoPaySwitches, 'listEnd'>,
): object {
  const all = oldestFirst.filter(
    (order) =>
      type === 'PAYIN' &&
      order.createdAt >= begin &&
      order.createdAt <= end &&
      (status === null || order.status === status),
  );
  const records = all.slice(from, from + pageSize).map(recordOf);
  const next = from + records.length;
  const cursors = { empty_page: cursorOf(next), null: null, same: cursorOf(from) };
  return { records, pageIndex: next < all.length ? cursorOf(next) : cursors[listEnd] };
}

/** `amount` is what was asked and `transactionAmount` what arrived: the opposite of the query. */
function recordOf(order: TeemoPayOrder): object {
  const { createdAt, closedAt, payments, details } = order;
  const settleStatus = payments.length === 0 ? null : 0;
  return {
    type: 'PAYIN',
    merchantOrderNo: order.reference,
    tradeNo: order.id,
    amount: pesosText(order.requestedInCents),
    transactionAmount: pesosText(settledInCents(order) ?? 0n),
    serviceAmount: pesosText(feesOf(order)),
    status: Number(order.status),
    settleStatus,
    failReason: details.errorMessage,
    createTime: colombianTime(createdAt),
    completeTime: closedAt === null ? null : colombianTime(closedAt),
    settleTime: null,
    paymentList: payments.map(({ paymentId, amountInCents, paidAt }) => ({
      paymentSingleOrderNo: paymentId,
      paymentStatementAmount: pesosText(amountInCents),
      settleStatus,
      settleTime: null,
      completeTime: colombianTime(paidAt),
    })),
  };
}

function timeOf(body: JsonObject, field: string): number {
  const value = body[field];
  const epochMs = typeof value === 'string' ? fromColombianTime(value) : null;
  if (epochMs === null) throw invalid(field);
  return epochMs;
}

/** An integer by the table, a text in the example. */
function statusOf({ status }: JsonObject): string | null {
  if (status === undefined || status === null || status === '') return null;
  const text = isLosslessNumber(status) ? status.value : status;
  if (typeof text !== 'string' || !LISTED_STATUSES.includes(text)) throw refusal('605');
  return text;
}

function pageSizeOf({ pageSize }: JsonObject): number {
  if (pageSize === undefined || pageSize === null) return PAGE_DEFAULT;
  const size = isLosslessNumber(pageSize) ? Number(pageSize.value) : Number.NaN;
  if (!Number.isInteger(size) || size < 1 || size > PAGE_MAX) throw invalid('pageSize');
  return size;
}

function cursorOf(position: number): string {
  return Buffer.from(`position:${position}`).toString('base64');
}

function positionIn(body: JsonObject): number {
  const cursor = optional(body, 'pageIndex', 64);
  if (cursor === null) return 0;
  const position = /^position:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  if (position === undefined) throw refusal('606');
  return Number(position);
}
