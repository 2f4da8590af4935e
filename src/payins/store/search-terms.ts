import { hash } from 'node:crypto';
import { HOME_CURRENCY, unitInCents } from '@recaudo/payment-provider';
import { onlyPrinted, type PayinRequest } from './payin-request.js';

/**
 * What a payin is found by: short texts of one kind each, compared byte by byte. A name is there once for each of its words, without accents and
 * capitals.
 */
type Kind = 'amount' | 'document' | 'email' | 'name' | 'phone' | 'reference';
const PREFIX: Readonly<Record<Kind, string>> = {
  amount: 'a:',
  document: 'd:',
  email: 'e:',
  name: 'n:',
  phone: 'p:',
  reference: 'r:',
};

/** Of a column. What is longer is there by its hash. */
export const TERM_MAX = 80;
/** More words than any name has: each costs a row. */
const NAME_WORDS_MAX = 10;

export function term(kind: Kind, value: string): string {
  const whole = `${PREFIX[kind]}${value}`;
  // A character may be four bytes, and be counted as two.
  return whole.length <= TERM_MAX ? whole : `${PREFIX[kind]}#${hash('sha256', value)}`;
}

/** All terms of a payin, each once. */
export function termsOf({ reference, amountInCents, inlineCustomer }: PayinRequest): string[] {
  const { name, idType, idNumber, phone, email } = inlineCustomer ?? {};
  const terms = [term('reference', reference.toLowerCase()), term('amount', String(amountInCents))];
  if (idNumber) {
    terms.push(term('document', plainDocument(idNumber)));
    // A NIT is known with and without its check digit.
    const base = idType === 'NIT' ? idNumber.split('-')[0]! : idNumber;
    if (base !== idNumber) terms.push(term('document', plainDocument(base)));
  }
  if (phone) terms.push(term('phone', phone.replaceAll(/\D/g, '')));
  if (email) terms.push(term('email', plainEmail(email)));
  if (name) terms.push(...nameWords(name).map((word) => term('name', word)));
  return [...new Set(terms)];
}

/** What a payin is found by because of its payer. */
export function payerTermsOf(request: PayinRequest): string[] {
  const kept = termsOf({ ...request, inlineCustomer: undefined });
  return termsOf(request).filter((one) => !kept.includes(one));
}

/** By which a payer's payins are found, however the document is written. */
export function documentTerms(idNumbers: readonly string[]): string[] {
  return [...new Set(idNumbers.map((idNumber) => term('document', plainDocument(idNumber))))];
}

/** Letters without accents and capitals. `ñ` is an `n`, and `ß` an `ss`. */
export function nameWords(name: string): string[] {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase().toLowerCase();
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, NAME_WORDS_MAX);
}

function plainDocument(idNumber: string): string {
  return onlyPrinted(idNumber).toUpperCase();
}

function plainEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** What a text that a customer gave may mean. A payin that one of them fits is found. */
export interface Meanings {
  /** All terms of one of these. */
  terms: readonly (readonly string[])[];
  /** The beginning of a term. */
  beginning: string | null;
  /** The reference that we sent to the provider. */
  providerReference: string | null;
  /** The provider's own number, just as it is written. */
  externalId: string | null;
  /** The payin's own id. */
  id: string | null;
}

/** The country whose phone numbers are written without its number, and how they look. */
const LOCAL_PHONE = /^(?:3\d{9}|60\d{8})$/;
const LOCAL_COUNTRY = '57';

export function meaningsOf(written: string): Meanings {
  const text = written.normalize('NFC').trim();
  const terms: string[][] = [];
  const words = nameWords(text);
  if (words.length > 0 && /\p{L}/u.test(text)) terms.push(words.map((word) => term('name', word)));
  const document = plainDocument(text);
  if (/^[A-Z0-9]{1,50}$/.test(document)) terms.push([term('document', document)]);
  if (/^\+?[\d\s().-]+$/.test(text)) {
    const phone = text.replaceAll(/\D/g, '');
    if (phone.length >= 7 && phone.length <= 15) terms.push([term('phone', phone)]);
    if (LOCAL_PHONE.test(phone)) terms.push([term('phone', `${LOCAL_COUNTRY}${phone}`)]);
  }
  if (text.includes('@')) terms.push([term('email', plainEmail(text))]);
  const cents = centsOf(text);
  if (cents !== null) terms.push([term('amount', cents)]);
  return {
    terms,
    beginning: /^[A-Za-z0-9._-]{1,64}$/.test(text) ? `${PREFIX.reference}${text.toLowerCase()}` : null,
    providerReference: /^[0-9a-z]{32}$/i.test(text) ? text.toLowerCase() : null,
    externalId: text.length <= 255 ? text : null,
    id: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null,
  };
}

/** Pesos as people write them: `50000`, `50.000`, `$ 50,000`, `50.000,00`. */
const PESOS =
  /^(?:COP ?)?\$? ?(\d{1,12}|\d{1,3}(?:\.\d{3}){1,4}|\d{1,3}(?:,\d{3}){1,4})([.,]\d{2})?(?: ?(?:COP|pesos))?$/i;

/** @returns cents; null for what is no amount */
function centsOf(text: string): string | null {
  const [, whole, decimals] = PESOS.exec(text.replaceAll(/\s+/g, ' ')) ?? [];
  if (whole === undefined) return null;
  const cents = BigInt(whole.replaceAll(/\D/g, '')) * unitInCents(HOME_CURRENCY) + BigInt(decimals?.slice(1) ?? 0);
  return cents > 0n ? cents.toString() : null;
}

/** Whether a payin with these terms is meant, as far as terms say it. */
export function fits(meanings: Pick<Meanings, 'terms' | 'beginning'>, terms: readonly string[]): boolean {
  const { beginning } = meanings;
  return (
    meanings.terms.some((all) => all.every((one) => terms.includes(one))) ||
    (beginning !== null && terms.some((one) => one.startsWith(beginning)))
  );
}
