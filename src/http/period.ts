import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { hasFourDigitYear } from '@recaudo/payment-provider';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional, ValidateBy } from 'class-validator';

/**
 * The one way in which requests say from when to when. A date without a time is a day in Colombia, whole: `from` begins with it and `to` ends
 * with it, so that the same date twice is that day. A time says its offset, and as `to` is not included.
 */

/** Colombia's, all year: it has had no summer time since 1993. */
export const COLOMBIAN_OFFSET = '-05:00';

const DAY = /^\d{4}-\d\d-\d\d$/;
/** Offsets are those that PostgreSQL takes: JavaScript goes up to 23:59, and the database refuses from 16:00 on. */
const TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/;
const MS_PER_DAY = 86_400_000;
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

interface Said {
  required?: boolean;
  description?: string;
}

/** The beginning of a period, included, as a `Date`. */
export const PeriodFrom = (said: Said = {}): PropertyDecorator =>
  instant(said, readFrom, 'included; a date is the beginning of that day in Colombia');

/** The end of a period, not included, as a `Date`. */
export const PeriodTo = (said: Said = {}): PropertyDecorator =>
  instant(said, readTo, 'not included; a date is the end of that day in Colombia, which is included');

/** A whole day in Colombia, by its date; as it is written. */
export const ColombianDay = (description: string): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      type: String,
      format: 'date',
      description: `${description}; a day in Colombia`,
      example: '2026-11-29',
    }),
    IsColombianDay(),
  );

/** @returns undefined for what is neither a date nor a time with its offset */
export function readFrom(text: string): Date | undefined {
  return DAY.test(text) ? beginningOf(text) : timeOf(text);
}

/** @returns undefined for what is neither a date nor a time with its offset */
export function readTo(text: string): Date | undefined {
  if (!DAY.test(text)) return timeOf(text);
  const beginning = beginningOf(text);
  return beginning && new Date(Math.min(beginning.getTime() + MS_PER_DAY, LAST_MS));
}

function IsColombianDay(): PropertyDecorator {
  const isKnown = (value: unknown): boolean =>
    typeof value === 'string' && DAY.test(value) && readFrom(value) !== undefined;
  return ValidateBy(
    { name: 'isColombianDay', validator: { validate: isKnown } },
    { message: '$property must be a date, as 2026-11-29' },
  );
}

/** Of the years 1 to 9999. JavaScript takes February 30 for March 1, and has a year 0. */
export function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return hasFourDigitYear(day) && day.toISOString().slice(0, 10) === text;
}

function beginningOf(day: string): Date | undefined {
  return isDay(day) ? inRange(new Date(`${day}T00:00:00${COLOMBIAN_OFFSET}`)) : undefined;
}

function timeOf(text: string): Date | undefined {
  const day = TIME.exec(text)?.[1];
  return day !== undefined && isDay(day) ? inRange(new Date(text)) : undefined;
}

function inRange(time: Date): Date | undefined {
  return hasFourDigitYear(time) ? time : undefined;
}

function instant(
  { required = false, description = 'ISO 8601' }: Said,
  read: (text: string) => Date | undefined,
  meaning: string,
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, required, description: `${description}; ${meaning}`, example: '2026-11-29' }),
    ...(required ? [] : [IsOptional()]),
    // What cannot be read stays as it came, and is refused by name.
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (read(value) ?? value) : value)),
    IsDate({
      message: '$property must be a date (2026-11-29) or a time with its offset (2026-11-29T10:00:00-05:00)',
    }),
  );
}
