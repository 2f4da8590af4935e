import type { ServedPayin, ServedPayins } from '@recaudo/drop-in-contract';
import { InvalidInput } from './request.js';

const PAGE_SIZE_DEFAULT = 10;
const PAGE_SIZE_MAX = 100;
/** The organization's other payins stand between those of the contract: a page reads on behind them, so often at most. */
const READS_MAX = 10;
const READ_SIZE = 100;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Page {
  data: readonly ServedPayin[];
  pageInfo: { hasNext: boolean; hasPrevious: boolean; nextCursor: string | null; previousCursor: string | null };
}

/** One page of `GET /payins`, newest first. @throws InvalidInput */
export async function pageOf(query: Readonly<Record<string, unknown>>, payins: ServedPayins): Promise<Page> {
  const size = pageSizeOf(query['pageSize']);
  const at = placeOf(query['cursor']);
  if (at?.isBefore) {
    const { found, rest } = await read(payins, at.id, size, 'oldest first');
    const data = found.toReversed();
    return { data, pageInfo: pageInfo(data.length > 0 ? data.at(-1)!.payin.id : null, rest) };
  }
  const { found: data, rest } = await read(payins, at?.id, size, 'newest first');
  // A cursor is the last payin of the page before.
  return { data, pageInfo: pageInfo(rest, at && data.length > 0 ? data[0]!.payin.id : null) };
}

/** @returns `rest`: the payin behind which there are more; null at the end */
async function read(
  payins: ServedPayins,
  behind: string | undefined,
  size: number,
  order: 'newest first' | 'oldest first',
): Promise<{ found: ServedPayin[]; rest: string | null }> {
  const found: ServedPayin[] = [];
  let cursor = behind;
  for (let reads = 0; reads < READS_MAX; reads += 1) {
    const limit = reads === 0 ? size + 1 : READ_SIZE;
    const { data, next } = await payins.list({ ...(cursor !== undefined && { cursor }), limit, order });
    found.push(...data);
    if (found.length > size) return { found: found.slice(0, size), rest: found[size - 1]!.payin.id };
    if (next === null) return { found, rest: null };
    cursor = next;
  }
  return { found, rest: cursor ?? null };
}

function pageInfo(next: string | null, previous: string | null): Page['pageInfo'] {
  return {
    hasNext: next !== null,
    hasPrevious: previous !== null,
    nextCursor: next === null ? null : cursorText({ id: next, isBefore: false }),
    previousCursor: previous === null ? null : cursorText({ id: previous, isBefore: true }),
  };
}

function pageSizeOf(value: unknown): number {
  if (value === undefined) return PAGE_SIZE_DEFAULT;
  const size = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (size >= 1 && size <= PAGE_SIZE_MAX) return size;
  throw new InvalidInput([`pageSize must be an integer number from 1 to ${PAGE_SIZE_MAX}`]);
}

/** A payin of the list, and on which side of it the page stands. */
interface Place {
  id: string;
  isBefore: boolean;
}

/** As the documents' example: Base64 of `{"createdAt","id"}`. The page before has a member more, of which the documents show none. */
function cursorText({ id, isBefore }: Place): string {
  // An id carries the moment at which its payin was made.
  const createdAt = new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString();
  return Buffer.from(JSON.stringify({ createdAt, id, ...(isBefore && { before: true }) })).toString('base64');
}

function placeOf(cursor: unknown): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(typeof cursor === 'string' ? cursor : '', 'base64').toString('utf8'));
    const { id, before } = place as { id?: unknown; before?: unknown };
    if (typeof id === 'string' && UUID.test(id)) return { id, isBefore: before === true };
  } catch {
    // Refused below, like any other text that is no cursor.
  }
  throw new InvalidInput(['cursor is invalid']);
}
