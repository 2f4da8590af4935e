import {
  canonicalNit,
  type Customer,
  ID_TYPES,
  isPlainEmail,
  PERSON_TYPES,
  type PayinOrder,
  type ViolationCode,
} from '@recaudo/payment-provider';
import { isEmail } from 'class-validator';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { PayerData } from '../domain/update.js';
import { onlyPrinted } from '../store/payin-request.js';

/** What our checkout may ask a payer for, by the names of the API's fields. */
export const PAYER_FIELDS = [
  'inlineCustomer.name',
  'inlineCustomer.idType',
  'inlineCustomer.idNumber',
  'inlineCustomer.phone',
  'inlineCustomer.email',
  'pse.bank',
  'pse.personType',
] as const;
export type PayerField = (typeof PAYER_FIELDS)[number];

/** As they were typed. */
export type PayerValues = Partial<Record<PayerField, string>>;

export interface PayerProblem {
  field: PayerField;
  code: ViolationCode;
}

const NAME_MAX = 120;
const EMAIL_MAX = 254;

/** What was typed, in the canonical form; or why it cannot be read. */
type Reading<T> = { value: T } | { code: ViolationCode };

/**
 * What a payer has typed into the fields that they were asked for, in canonical form; everything else is ignored. Only what cannot be read at all is
 * a problem here: the rest is for the provider's rules to say.
 */
export function readPayerData(
  values: PayerValues,
  fields: readonly PayerField[],
): { payer: PayerData; problems: PayerProblem[] } {
  const problems: PayerProblem[] = [];
  const read = <T>(field: PayerField, as: (text: string) => Reading<T>): T | undefined => {
    if (!fields.includes(field)) return undefined;
    const text = values[field]?.normalize('NFC').trim().replace(/\s+/gu, ' ') ?? '';
    const reading: Reading<T> = text === '' ? { code: 'REQUIRED' } : as(text);
    if ('value' in reading) return reading.value;
    problems.push({ field, code: reading.code });
    return undefined;
  };
  const idType = read('inlineCustomer.idType', oneOf(ID_TYPES, 'ID_TYPE_NOT_TAKEN'));
  const customer: Customer = {
    name: read('inlineCustomer.name', (text) => (text.length > NAME_MAX ? { code: 'TOO_LONG' } : { value: text })),
    email: read('inlineCustomer.email', asEmail),
    phone: read('inlineCustomer.phone', asPhone),
    idType,
    idNumber: read('inlineCustomer.idNumber', (text) => asDocument(idType === 'NIT' ? canonicalNit(text) : text)),
  };
  const bank = read('pse.bank', (text) => (/^\d{1,8}$/.test(text) ? { value: text } : { code: 'BANK_NOT_TAKEN' }));
  const personType = read('pse.personType', oneOf(PERSON_TYPES, 'REQUIRED'));
  return { payer: { ...onlyGiven(customer), ...pseOf(bank, personType) }, problems };
}

function oneOf<T extends string>(words: readonly T[], code: ViolationCode) {
  return (text: string): Reading<T> => {
    const value = words.find((word) => word === text);
    return value === undefined ? { code } : { value };
  };
}

function asEmail(text: string): Reading<string> {
  const isAddress = text.length <= EMAIL_MAX && (isPlainEmail(text) || isEmail(text));
  return isAddress ? { value: text } : { code: 'EMAIL_FORM' };
}

/** With or without its country code: without one it is Colombian. */
function asPhone(text: string): Reading<string> {
  const phone = parsePhoneNumberFromString(text, 'CO');
  return phone?.isPossible() ? { value: phone.number } : { code: 'PHONE_FORM' };
}

function asDocument(text: string): Reading<string> {
  const value = /-\d$/.test(text) ? text : onlyPrinted(text);
  return /^[A-Za-z0-9]{1,50}(?:-\d)?$/.test(value) ? { value } : { code: 'ID_NUMBER_FORM' };
}

function onlyGiven(customer: Customer): Pick<PayerData, 'customer'> {
  const given = Object.entries(customer).filter(([, value]) => value !== undefined);
  return given.length > 0 ? { customer: Object.fromEntries(given) } : {};
}

/** Where a provider does not ask for the kind of person, it is no company. */
function pseOf(
  bank: string | undefined,
  personType: NonNullable<PayinOrder['pse']>['personType'] = 'NATURAL',
): Pick<PayerData, 'pse'> {
  return bank === undefined ? {} : { pse: { bank, personType } };
}
