import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { Problem, validationFailed } from './problem.js';

export const LIMIT_DEFAULT = 20;
export const LIMIT_MAX = 100;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Where the next page begins. */
export function IsCursor(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description: '`pageInfo.nextCursor` of the page before' }),
    IsOptional(),
    Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'cursor must be a nextCursor of this list' }),
    IsString(),
  );
}

/** Query of a list, newest first. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  )
  @Max(LIMIT_MAX)
  @Min(1)
  // The last decorator is checked first, and only the first failure is reported: the type comes before the bounds.
  @IsInt()
  limit: number = LIMIT_DEFAULT;

  @IsCursor()
  cursor?: string;
}

export const ORDERS = ['desc', 'asc'] as const;
export type Order = (typeof ORDERS)[number];

/** Query of a list in the order of creation. */
export class OrderedPageQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ORDERS,
    default: 'desc',
    description: 'By creation: `desc`, newest first; `asc`, oldest first. A cursor goes on in the order of its request',
  })
  @IsOptional()
  @IsIn(ORDERS)
  order?: Order;
}

/** For the ORM: the rows behind the cursor, and their order. */
export function orderOf({ cursor, order = 'desc' }: OrderedPageQuery) {
  const last = idBefore(cursor);
  return { behind: last ? [{ id: order === 'asc' ? { $gt: last } : { $lt: last } }] : [], orderBy: { id: order } };
}

export class PageInfo {
  @ApiProperty()
  hasNext!: boolean;
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export interface Page<T> {
  data: T[];
  pageInfo: PageInfo;
}

/** A cursor is the id of the last row seen: ids carry the instant at which their rows were made, by the database's clock (`idAt`). */
export function idBefore(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!isUuid(id)) throw notOfThisList();
  return id;
}

/** Of the last row seen. */
export function cursorOf(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}

/** As `idBefore`, of a list that goes by numbers from one. */
export function numberAfter(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const number = Buffer.from(cursor, 'base64url').toString('latin1');
  if (!/^\d{1,9}$/.test(number)) throw notOfThisList();
  return Number(number);
}

/** Where a list goes on that is in order of a number and, where that is the same, of ids. */
export interface Ranked {
  rank: bigint;
  id: string;
}

const RANK_BYTES = 8;

/** As `idBefore`, of such a list. */
export function rankedAfter(cursor: string | undefined): Ranked | undefined {
  if (cursor === undefined) return undefined;
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== RANK_BYTES + 16) throw notOfThisList();
  const hex = bytes.toString('hex', RANK_BYTES);
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { rank: bytes.readBigInt64BE(), id };
}

export function rankedCursorOf({ rank, id }: Ranked): string {
  const bytes = Buffer.alloc(RANK_BYTES);
  bytes.writeBigInt64BE(rank);
  return Buffer.concat([bytes, Buffer.from(id.replaceAll('-', ''), 'hex')]).toString('base64url');
}

function notOfThisList(): Problem {
  return validationFailed({ field: 'cursor', message: 'must be a nextCursor of this list' });
}

/** @param next the id behind which the next page begins; null where there is none */
export function pageOf<T>(data: T[], next: string | null): Page<T> {
  return { data, pageInfo: { hasNext: next !== null, nextCursor: next === null ? null : cursorOf(next) } };
}

/**
 * @param rows up to one more than the limit: the extra one means that there is a next page
 * @param cursor of the last row, behind which the next page begins
 */
export function toPage<Row extends { id: string }, T>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => T,
  cursor: (last: Row) => string = ({ id }) => cursorOf(id),
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasNext = rows.length > limit && last !== undefined;
  return { data: shown.map(present), pageInfo: { hasNext, nextCursor: hasNext ? cursor(last) : null } };
}
