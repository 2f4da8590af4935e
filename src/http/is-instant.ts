import { registerDecorator } from 'class-validator';

const DATE_OR_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

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

function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !DATE_OR_TIME.test(value)) return false;
  const year = new Date(value).getUTCFullYear();
  // JavaScript takes February 30 for March 1.
  const day = new Date(value.slice(0, 10));
  return (
    year >= 1 && year <= 9999 && !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === value.slice(0, 10)
  );
}
