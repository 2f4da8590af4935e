import { HOME_CURRENCY, isWholeUnits, unitInCents } from '@recaudo/payment-provider';
import { ValidateBy, type ValidationArguments } from 'class-validator';

/** A whole number of units of the currency that the request names. */
export function IsWholeUnits(): PropertyDecorator {
  return ValidateBy({
    name: 'isWholeUnits',
    validator: {
      validate: (value: unknown, about?: ValidationArguments) =>
        typeof value === 'number' && Number.isSafeInteger(value) && isWholeUnits(BigInt(value), currencyIn(about)),
      defaultMessage: (about?: ValidationArguments) =>
        `${about?.property} must be a multiple of ${unitInCents(currencyIn(about))}: payments have no cents`,
    },
  });
}

function currencyIn(about?: ValidationArguments): string {
  const { currency } = (about?.object ?? {}) as { currency?: unknown };
  return typeof currency === 'string' ? currency : HOME_CURRENCY;
}
