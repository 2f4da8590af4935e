import { isPlainEmail } from '@recaudo/payment-provider';
import { buildMessage, IS_EMAIL, isEmail, ValidateBy } from 'class-validator';

/** What `IsEmail` takes, at a tenth of its cost for the plain ones. */
export function IsEmailAddress(): PropertyDecorator {
  return ValidateBy({
    name: IS_EMAIL,
    validator: {
      validate: (value: unknown) => isPlainEmail(value) || isEmail(value),
      defaultMessage: buildMessage((eachPrefix) => `${eachPrefix}$property must be an email`),
    },
  });
}
