import { isEmail } from 'class-validator';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { type NitFault, readNit } from './nit.js';
import {
  type Customer,
  type FieldViolation,
  ID_TYPES,
  type IdType,
  type PayinOrder,
  type ViolationCode,
} from './order.js';
import { type Rail, RAILS } from './rail.js';

export type CustomerField = keyof Customer;

/** An order whose customer is there, if only in part. */
type CustomerOrder = PayinOrder & { customer: Customer };

const CUSTOMER_FIELDS = ['name', 'idType', 'idNumber', 'phone', 'email'] as const satisfies readonly CustomerField[];

/** How a provider takes one type of document. */
export interface DocumentRule {
  /** The provider's word for the type. */
  code: string;
  /** Of a NIT: whether its check digit is sent behind its base, as one number. */
  withCheckDigit?: boolean;
  /** The form that the provider documents, tested on the number as it would be sent. Absent where it documents none: then any is taken. */
  pattern?: RegExp;
  /** The same form in words, e.g. `6 to 10 digits`. */
  rule?: string;
}

/** A type of document that a provider takes, and in which form: null where it documents none. */
export interface TakenDocument {
  idType: IdType;
  form: string | null;
}

/** Which documents a provider takes, and the rails on which it needs one. */
export interface TakenDocuments {
  types: readonly TakenDocument[];
  requiredOn: readonly Rail[];
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
  /** On the rails where the phone is the wallet it is `mobile`, whatever a provider's documents leave out. */
  phone: PhoneRule;
  /** Most characters, counted as UTF-16 does: no system counts more. */
  nameMax?: number;
  emailMax?: number;
}

/** Whether the phone is the payer's wallet: the request for the money goes there, and to no other number. */
export const PHONE_IS_WALLET: Readonly<Record<Rail, boolean>> = {
  PSE: false,
  BRE_B: false,
  NEQUI: true,
  EFECTY: false,
  CARD: false,
  TRANSFIYA: true,
  ANY: false,
};

/** What nearly every address looks like; the library, which takes ten times as long, says yes to all of these. */
export function isPlainEmail(email: unknown): boolean {
  return (
    typeof email === 'string' &&
    email.length <= 64 &&
    /^[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:[a-z0-9]+\.)+[a-z]{2,20}$/.test(email)
  );
}

/** No provider says that it takes other letters in an address. */
const ASCII_ONLY = { allow_utf8_local_part: false };

function isColombianMobile(phone: string): boolean {
  return /^\+573\d{9}$/.test(phone);
}

interface CheckedPhone {
  code: ViolationCode;
  holds: (phone: string) => boolean;
  rule: string;
}

const PHONE_RULES: Readonly<Record<PhoneRule, CheckedPhone>> = {
  mobile: {
    code: 'PHONE_NOT_MOBILE',
    holds: isColombianMobile,
    rule: 'a Colombian mobile number, +57 and 10 digits that begin with 3',
  },
  colombian: {
    code: 'PHONE_NOT_COLOMBIAN',
    holds: (phone) => /^\+57[1-9]\d{9}$/.test(phone),
    rule: 'a Colombian number, +57 and 10 digits',
  },
  any: {
    code: 'PHONE_FORM',
    // Most payers have one, and the library takes longer for it than all other rules together.
    holds: (phone) => isColombianMobile(phone) || (parsePhoneNumberFromString(phone)?.isPossible() ?? false),
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
    const wrong = customer[field]
      ? WRONG[field]({ ...order, customer }, rules)
      : missing(field, order, customer, rules);
    return wrong ? [{ field: `inlineCustomer.${field}`, ...wrong }] : [];
  });
}

/** The document as a provider writes it, or undefined where the customer has none that it takes. */
export function writtenDocument(
  order: Pick<PayinOrder, 'customer' | 'pse'>,
  { idTypes }: Pick<CustomerRules, 'idTypes'>,
): { code: string; number: string } | undefined {
  const { idType } = order.customer ?? {};
  const rule = idType && idTypes[idType];
  const written = rule && writtenNumber(order, rule);
  return written && 'number' in written ? { code: rule.code, number: written.number } : undefined;
}

/** What a provider's rules say of documents. */
export function takenDocuments({ idTypes, required }: Pick<CustomerRules, 'idTypes' | 'required'>): TakenDocuments {
  return {
    types: ID_TYPES.flatMap((idType) => (idTypes[idType] ? [{ idType, form: idTypes[idType].rule ?? null }] : [])),
    requiredOn: RAILS.filter((rail) => required[rail]?.includes('idNumber')),
  };
}

/** A phone number in its two parts: `57` and `3121234567` of `+573121234567`; undefined for what is none. */
export function phoneParts(phone: string): { countryCode: string; nationalNumber: string } | undefined {
  if (isColombianMobile(phone)) return { countryCode: phone.slice(1, 3), nationalNumber: phone.slice(3) };
  const { countryCallingCode: countryCode, nationalNumber } = parsePhoneNumberFromString(phone) ?? {};
  return countryCode && nationalNumber ? { countryCode, nationalNumber } : undefined;
}

/** A phone number without its country code. */
export function nationalNumber(phone: string): string {
  return phoneParts(phone)?.nationalNumber ?? phone.replace(/^\+57/, '');
}

function missing(
  field: CustomerField,
  { rail }: PayinOrder,
  customer: Customer,
  { provider, required, completeWhenGiven }: CustomerRules,
): Wrong | undefined {
  const isWallet = field === 'phone' && PHONE_IS_WALLET[rail];
  const lacking = (message: string): Wrong => ({ code: 'REQUIRED', message });
  if (isWallet || required[rail]?.includes(field)) return lacking(`${provider} needs it for the rail ${rail}`);
  const given = CUSTOMER_FIELDS.some((other) => customer[other]);
  if (completeWhenGiven && given)
    return lacking(`${provider} needs all of a customer or none: ${CUSTOMER_FIELDS.join(', ')}`);
  const isHalfDocument =
    (field === 'idType' && customer.idNumber !== undefined) || (field === 'idNumber' && customer.idType !== undefined);
  return isHalfDocument ? lacking('idType and idNumber go together') : undefined;
}

type Wrong = Omit<FieldViolation, 'field'>;

const WRONG: Readonly<Record<CustomerField, (order: CustomerOrder, rules: CustomerRules) => Wrong | undefined>> = {
  name: ({ customer: { name } }, { nameMax, provider }) => tooLong(name, nameMax, provider),
  idType: wrongIdType,
  idNumber: wrongIdNumber,
  phone: ({ customer: { phone }, rail }, rules) =>
    wrongPhone(phone, PHONE_IS_WALLET[rail] ? 'mobile' : rules.phone, rules.provider),
  email: ({ customer: { email } }, { emailMax, provider }) =>
    isPlainEmail(email) || isEmail(email, ASCII_ONLY)
      ? tooLong(email, emailMax, provider)
      : { code: 'EMAIL_FORM', message: 'an e-mail address has the form name@example.com' },
};

function wrongIdType({ customer: { idType } }: CustomerOrder, { provider, idTypes }: CustomerRules): Wrong | undefined {
  return idType && !idTypes[idType]
    ? { code: 'ID_TYPE_NOT_TAKEN', message: `${provider} takes ${Object.keys(idTypes).join(', ')}` }
    : undefined;
}

function wrongIdNumber(order: CustomerOrder, { provider, idTypes }: CustomerRules): Wrong | undefined {
  const { idType } = order.customer;
  if (!idType) return undefined;
  // A NIT that cannot be read is wrong for everybody.
  const rule = idTypes[idType] ?? { code: '' };
  const written = writtenNumber(order, rule);
  if (!written) return undefined;
  if ('fault' in written) return { code: written.code, message: written.fault };
  const fits = !rule.pattern || rule.pattern.test(written.number);
  return fits
    ? undefined
    : { code: 'ID_NUMBER_FORM', message: `${provider} takes a ${idType} of ${rule.rule ?? 'another form'}` };
}

/** The number as it is sent. Only a NIT is written in another form than the merchant's. */
function writtenNumber(
  { customer, pse }: Pick<PayinOrder, 'customer' | 'pse'>,
  { withCheckDigit }: DocumentRule,
): { number: string } | NitFault | undefined {
  const { idType, idNumber } = customer ?? {};
  if (!idNumber) return undefined;
  if (idType !== 'NIT') return { number: idNumber };
  const nit = readNit(idNumber, pse?.personType);
  return 'fault' in nit ? nit : { number: withCheckDigit ? `${nit.base}${nit.checkDigit}` : nit.base };
}

function wrongPhone(phone: string | undefined, rule: PhoneRule, provider: string): Wrong | undefined {
  const isPlausible = phone !== undefined && PHONE_RULES.any.holds(phone);
  const { code, holds, rule: needed } = PHONE_RULES[rule];
  return isPlausible && holds(phone) ? undefined : { code, message: `${provider} needs ${needed}` };
}

function tooLong(text: string | undefined, max: number | undefined, provider: string): Wrong | undefined {
  return text !== undefined && max !== undefined && text.length > max
    ? { code: 'TOO_LONG', message: `${provider} takes at most ${max} characters` }
    : undefined;
}
