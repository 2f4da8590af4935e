import { hasFourDigitYear } from '@recaudo/payment-provider';
import { registerDecorator } from 'class-validator';

/** Offsets are those that PostgreSQL takes: JavaScript goes up to 23:59, and the database refuses from 16:00 on. */
const DATE_OR_TIME = /^(?!0000)\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):[0-5]\d))?$/;

/** A date (its beginning in UTC) or a time with its offset, of the years that the database and JSON both can write. */
export function IsInstant(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isInstant',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isInstant,
        defaultMessage: () =>
          `${String(propertyName)} must be a date (2024-05-31) or a time with its offset (2024-05-31T10:00:00Z)`,
      },
    });
}

/** Whether JavaScript, JSON and PostgreSQL all read the same time in it. */
export function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !DATE_OR_TIME.test(value)) return false;
  // JavaScript takes February 30 for March 1.
  const day = new Date(value.slice(0, 10));
  return (
    hasFourDigitYear(new Date(value)) &&
    !Number.isNaN(day.getTime()) &&
    day.toISOString().slice(0, 10) === value.slice(0, 10)
  );
}
