import type { ContractAnswer, ServedPayin, ServedPayins, ShownPayin } from '@recaudo/drop-in-contract';
import type { Fields } from '@recaudo/payment-provider';
import { dataAnswer, recordOf, STATUSES } from './answers.js';
import { documented, invalid } from './errors.js';
import { optional } from './request.js';
import { fromColombianTime } from './wire.js';

const DAY_MS = 86_400_000;
const BEGIN_DAYS_MAX = 90;
const RANGE_DAYS_MAX = 31;
const PAGE_DEFAULT = 500;
const PAGE_MAX = 1_000;
/** Rounds for one page: payins that came by other ways are left out, and a page that they leave empty has another behind it. */
const ROUNDS_MAX = 20;
const PAYIN_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

type PayinStatus = ShownPayin['status'];

/** A page of the list, the oldest order first, with the documented limits. The zone of its times is not documented: UTC-5, as of all others. */
export async function list(fields: Fields, payins: ServedPayins): Promise<ContractAnswer> {
  const { type } = fields;
  if (type !== 'PAYIN' && type !== 'PAYOUT') throw documented(600);
  const [from, end] = rangeOf(fields, payins.now);
  const statuses = statusesOf(fields);
  const pageSize = pageSizeOf(fields);
  const pageIndex = pageIndexOf(fields);
  if (type === 'PAYOUT' || statuses?.length === 0) return pageOf([], null);
  // Both ends count.
  const to = new Date(end.getTime() + 1);
  const found: ServedPayin[] = [];
  let cursor: string | null | undefined = pageIndex;
  for (let round = 0; round < ROUNDS_MAX && found.length < pageSize && cursor !== null; round += 1) {
    const page = await payins.list({
      from,
      to,
      limit: pageSize - found.length,
      order: 'oldest first',
      ...(statuses && { statuses }),
      ...(cursor !== undefined && { cursor }),
    });
    found.push(...page.data);
    cursor = page.next;
  }
  // Behind the last record there is one more page, an empty one without a `pageIndex`: both ways to see the end are served.
  return pageOf(found, cursor ?? found.at(-1)?.payin.id ?? null);
}

function pageOf(records: readonly ServedPayin[], pageIndex: string | null): ContractAnswer {
  return dataAnswer({ records: records.map((one) => recordOf(one)), pageIndex });
}

function rangeOf(fields: Fields, now: Date): [Date, Date] {
  const [begin, end] = [timeOf(fields, 'beginTime'), timeOf(fields, 'endTime')];
  if (begin.getTime() < now.getTime() - BEGIN_DAYS_MAX * DAY_MS) throw documented(601);
  if (begin > now) throw documented(603);
  if (begin > end) throw documented(604);
  if (end.getTime() - begin.getTime() > RANGE_DAYS_MAX * DAY_MS) throw documented(602);
  return [begin, end];
}

function timeOf(fields: Fields, name: string): Date {
  const time = fromColombianTime(fields[name]);
  if (!time) throw invalid(name);
  return time;
}

/** The payin behind which the page begins. */
function pageIndexOf(fields: Fields): string | undefined {
  const pageIndex = optional(fields, 'pageIndex', 64);
  if (pageIndex !== undefined && !PAYIN_ID.test(pageIndex)) throw documented(606);
  return pageIndex;
}

/** An integer by the table, a text in the example. Refunded in part, 5, is a status that no payin here has. */
function statusesOf({ status }: Fields): PayinStatus[] | undefined {
  if (status === undefined || status === null || status === '') return undefined;
  const wanted = typeof status === 'string' && /^\d$/.test(status) ? Number(status) : status;
  if (typeof wanted !== 'number' || ![1, 2, 3, 4, 5].includes(wanted)) throw documented(605);
  return (Object.keys(STATUSES) as PayinStatus[]).filter((one) => STATUSES[one] === wanted);
}

function pageSizeOf({ pageSize }: Fields): number {
  if (pageSize === undefined || pageSize === null) return PAGE_DEFAULT;
  if (typeof pageSize !== 'number' || !Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_MAX)
    throw invalid('pageSize');
  return pageSize;
}
