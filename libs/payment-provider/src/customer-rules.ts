import { isEmail } from 'class-validator';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { nitCheckDigit, readNit } from './nit.js';
import type { Customer, FieldViolation, IdType, PayinOrder } from './order.js';
import type { Rail } from './rail.js';

export type CustomerField = keyof Customer;

const CUSTOMER_FIELDS = ['name', 'idType', 'idNumber', 'phone', 'email'] as const satisfies readonly CustomerField[];

/** How a provider takes one type of document. */
export interface DocumentRule {
  /** The provider's word for the type. */
  code: string;
  /** How the number is written for this provider; absent: as it is. Called only with a number of the type's general form. */
  write?: (idNumber: string) => string;
  /** The provider's narrower form, tested on the number as it would be sent. */
  pattern?: RegExp;
  /** The narrower form in words, e.g. `6 to 10 digits`. */
  rule?: string;
}

/** `mobile`: +57 3XXXXXXXXX; `colombian`: +57 and 10 digits; `any`: any number with a country code. */
export type PhoneRule = 'mobile' | 'colombian' | 'any';

/** A provider's own rules about the customer, as data. The rules that hold everywhere are added by `checkCustomer`. */
export interface CustomerRules {
  /** Who speaks in the messages, e.g. `TeemoPay`. */
  provider: string;
  /** By rail: the fields that must be there. */
  required: Partial<Record<Rail, readonly CustomerField[]>>;
  /** Where a customer is given at all, all five fields must be. */
  completeWhenGiven?: boolean;
  /** A type that is not named is refused. */
  idTypes: Partial<Record<IdType, DocumentRule>>;
  phone: PhoneRule;
  /** Rails whose rule is another one, e.g. because the phone is the wallet. */
  phoneByRail?: Partial<Record<Rail, PhoneRule>>;
  /** Most characters, counted as UTF-16 does: no system counts more. */
  nameMax?: number;
  emailMax?: number;
}

/**
 * The form of each document, without dots, blanks and hyphens. Only the NIT has a check digit. Nowhere are the lengths law: they are the
 * widest that Colombian providers publish.
 */
const DOCUMENT_FORMS: Readonly<Record<Exclude<IdType, 'NIT'>, { pattern: RegExp; rule: string }>> = {
  CC: { pattern: /^\d{3,10}$/, rule: 'a CC has 3 to 10 digits' },
  CE: { pattern: /^[A-Za-z]?\d{6,10}$/, rule: 'a CE has 6 to 10 digits, with at most one letter before them' },
  TI: { pattern: /^\d{10,11}$/, rule: 'a TI has 10 or 11 digits' },
  PPT: { pattern: /^(?:PPT)?\d{5,15}$/, rule: 'a PPT has 5 to 15 digits' },
  PA: { pattern: /^[A-Za-z0-9]{5,20}$/, rule: 'a passport has 5 to 20 letters or digits' },
};

/** No provider says that it takes other letters in an address. */
const ASCII_ONLY = { allow_utf8_local_part: false };

const PHONE_RULES: Readonly<Record<PhoneRule, { holds: (phone: string) => boolean; rule: string }>> = {
  mobile: {
    holds: (phone) => /^\+573\d{9}$/.test(phone),
    rule: 'a Colombian mobile number, +57 and 10 digits that begin with 3',
  },
  colombian: { holds: (phone) => /^\+57[1-9]\d{9}$/.test(phone), rule: 'a Colombian number, +57 and 10 digits' },
  any: {
    holds: (phone) => parsePhoneNumberFromString(phone)?.isPossible() ?? false,
    rule: 'a phone number with its country code, e.g. +573121234567',
  },
};

/**
 * What a provider cannot take of an order's customer: at most one violation per field, each by our name for the field and with what to
 * mend. No message repeats what the payer entered.
 */
export function checkCustomer(order: PayinOrder, rules: CustomerRules): FieldViolation[] {
  const customer = order.customer ?? {};
  return CUSTOMER_FIELDS.flatMap((field) => {
    const message = customer[field]
      ? WRONG[field](customer, rules, order.rail)
      : missing(field, order, customer, rules);
    return message ? [{ field: `inlineCustomer.${field}`, message }] : [];
  });
}

/** The document as a provider writes it, or undefined where the customer has none that it takes. Call it for a checked order. */
export function writtenDocument(
  { idType, idNumber }: Customer,
  { idTypes }: Pick<CustomerRules, 'idTypes'>,
): { code: string; number: string } | undefined {
  const rule = idType && idTypes[idType];
  return rule && idNumber ? { code: rule.code, number: rule.write?.(idNumber) ?? idNumber } : undefined;
}

/** A phone number without its country code: `3121234567` of `+573121234567`. */
export function nationalNumber(phone: string): string {
  return parsePhoneNumberFromString(phone)?.nationalNumber ?? phone.replace(/^\+57/, '');
}

function missing(
  field: CustomerField,
  { rail }: PayinOrder,
  customer: Customer,
  { provider, required, completeWhenGiven }: CustomerRules,
): string | undefined {
  if (required[rail]?.includes(field)) return `${provider} needs it for the rail ${rail}`;
  const given = CUSTOMER_FIELDS.some((other) => customer[other]);
  if (completeWhenGiven && given) return `${provider} needs all of a customer or none: ${CUSTOMER_FIELDS.join(', ')}`;
  const isHalfDocument =
    (field === 'idType' && customer.idNumber !== undefined) || (field === 'idNumber' && customer.idType !== undefined);
  return isHalfDocument ? 'idType and idNumber go together' : undefined;
}

const WRONG: Readonly<
  Record<CustomerField, (customer: Customer, rules: CustomerRules, rail: Rail) => string | undefined>
> = {
  name: ({ name }, { nameMax, provider }) => tooLong(name, nameMax, provider),
  idType: wrongIdType,
  idNumber: wrongIdNumber,
  phone: ({ phone }, rules, rail) => wrongPhone(phone, rules.phoneByRail?.[rail] ?? rules.phone, rules.provider),
  email: ({ email }, { emailMax, provider }) =>
    isEmail(email, ASCII_ONLY) ? tooLong(email, emailMax, provider) : 'an e-mail address has the form name@example.com',
};

function wrongIdType({ idType }: Customer, { provider, idTypes }: CustomerRules): string | undefined {
  return idType && !idTypes[idType] ? `${provider} takes ${Object.keys(idTypes).join(', ')}` : undefined;
}

function wrongIdNumber({ idType, idNumber = '' }: Customer, { provider, idTypes }: CustomerRules): string | undefined {
  if (!idType) return undefined;
  const general = idType === 'NIT' ? wrongNit(idNumber) : wrongForm(idNumber, DOCUMENT_FORMS[idType]);
  if (general) return general;
  const { pattern, rule, write } = idTypes[idType] ?? {};
  const fits = !pattern || pattern.test(write?.(idNumber) ?? idNumber);
  return fits ? undefined : `${provider} takes a ${idType} of ${rule ?? 'another form'}`;
}

function wrongForm(idNumber: string, { pattern, rule }: { pattern: RegExp; rule: string }): string | undefined {
  return pattern.test(idNumber) ? undefined : rule;
}

function wrongNit(nit: string): string | undefined {
  const read = readNit(nit);
  if (!read) return 'a NIT has 9 digits, or 10 with its check digit; a person’s has 8 without or 11 with it';
  const expected = nitCheckDigit(read.base);
  return read.checkDigit === undefined || read.checkDigit === expected
    ? undefined
    : `the check digit, which is the last digit of a NIT of ${nit.length} digits, is wrong: it should be ${expected}`;
}

function wrongPhone(phone: string | undefined, rule: PhoneRule, provider: string): string | undefined {
  const isPlausible = phone !== undefined && PHONE_RULES.any.holds(phone);
  return isPlausible && PHONE_RULES[rule].holds(phone) ? undefined : `${provider} needs ${PHONE_RULES[rule].rule}`;
}

function tooLong(text: string | undefined, max: number | undefined, provider: string): string | undefined {
  return text !== undefined && max !== undefined && text.length > max
    ? `${provider} takes at most ${max} characters`
    : undefined;
}
