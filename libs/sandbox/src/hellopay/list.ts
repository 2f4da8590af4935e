import { isJsonObject } from '../kit/control-input.js';
import { InvalidInput } from './request.js';

const PAGE_SIZE_DEFAULT = 10;
const PAGE_SIZE_MAX = 100;

interface Keyed {
  readonly id: string;
  readonly createdAt: number;
}

interface PageInfo {
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
}

/** The query as it came: any parameter may be left out, or repeated and so be an array. */
export interface PageRequest {
  readonly cursor?: unknown;
  readonly pageSize?: unknown;
}

/**
 * One page of `GET /payins`. A cursor is the documented sample's: base64 of `{"createdAt","id"}`. It names the page's neighbour
 * and, for the page before it, its direction, which the sample does not show.
 */
export function pageOf<Item extends Keyed>(
  ordered: readonly Item[],
  request: PageRequest,
): { data: readonly Item[]; pageInfo: PageInfo } {
  const size = pageSizeOf(request.pageSize);
  const cursor = cursorOf(request.cursor);
  const at = cursor === undefined ? -1 : ordered.findIndex(({ id }) => id === cursor.id);
  if (cursor !== undefined && at < 0) throw new InvalidInput(['cursor is invalid']);
  const from = cursor?.before === true ? Math.max(at - size, 0) : at + 1;
  const end = cursor?.before === true ? at : from + size;
  const data = ordered.slice(from, end);
  const [first, last] = [data[0], data.at(-1)];
  const hasNext = end < ordered.length;
  const hasPrevious = from > 0;
  return {
    data,
    pageInfo: {
      hasNext,
      hasPrevious,
      nextCursor: hasNext && last !== undefined ? cursorText(last) : null,
      previousCursor: hasPrevious && first !== undefined ? cursorText(first, true) : null,
    },
  };
}

function pageSizeOf(value: unknown): number {
  if (value === undefined) return PAGE_SIZE_DEFAULT;
  const size = typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (size >= 1 && size <= PAGE_SIZE_MAX) return size;
  throw new InvalidInput([`pageSize must be an integer from 1 to ${PAGE_SIZE_MAX}`]);
}

function cursorText({ createdAt, id }: Keyed, before = false): string {
  const key = { createdAt: new Date(createdAt).toISOString(), id, ...(before ? { before } : {}) };
  return Buffer.from(JSON.stringify(key)).toString('base64');
}

function cursorOf(value: unknown): { id: string; before: boolean } | undefined {
  if (value === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(typeof value === 'string' ? value : '', 'base64').toString('utf8'));
    if (isJsonObject(key) && typeof key['id'] === 'string') return { id: key['id'], before: key['before'] === true };
  } catch {
    // Not JSON is refused below, like any other invalid cursor.
  }
  throw new InvalidInput(['cursor is invalid']);
}
