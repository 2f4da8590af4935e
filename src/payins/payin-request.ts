import { createHash } from 'node:crypto';
import {
  type BREB_KEY_TYPES,
  canonicalNit,
  type Currency,
  type Customer,
  type PERSON_TYPES,
  type Rail,
} from '@recaudo/payment-provider';
import type { CreatePayinDto } from './create-payin.dto.js';
import { toIdType } from './id-types.js';

/** What a merchant asked for, in its canonical form: what means the same reads the same. Kept with the payin. */
export interface PayinRequest {
  amountInCents: number;
  currency: Currency;
  rail: Rail;
  reference: string;
  inlineCustomer?: Customer;
  pse?: { bank: string; personType: (typeof PERSON_TYPES)[number] };
  breb?: { keyType: (typeof BREB_KEY_TYPES)[number] };
  description?: string;
  expiresInMinutes?: number;
  callbackUrl?: string;
  redirectUrl?: string;
  provider?: string;
  metadata?: Record<string, string>;
}

/** Unicode in one form, no blanks around and no double ones. */
function text(value: string | null | undefined): string | undefined {
  return value?.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** The canonical form of a validated request. Empty objects and nulls mean the same as nothing. */
export function canonicalRequest(dto: CreatePayinDto): PayinRequest {
  const customer = dto.inlineCustomer ? canonicalCustomer(dto.inlineCustomer) : undefined;
  const metadata = Object.fromEntries(
    Object.entries(dto.metadata ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  const request: PayinRequest = {
    amountInCents: dto.amountInCents,
    currency: dto.currency,
    rail: dto.rail,
    reference: dto.reference,
    inlineCustomer: customer && Object.keys(customer).length > 0 ? customer : undefined,
    pse: dto.pse ? { bank: dto.pse.bank, personType: dto.pse.personType } : undefined,
    breb: dto.breb ? { keyType: dto.breb.keyType } : undefined,
    description: text(dto.description),
    expiresInMinutes: dto.expiresInMinutes,
    callbackUrl: dto.callbackUrl,
    redirectUrl: dto.redirectUrl,
    provider: dto.provider,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
  };
  return withoutNothing(request);
}

function canonicalCustomer(customer: NonNullable<CreatePayinDto['inlineCustomer']>): Customer {
  const { name, phone, email } = customer;
  const idType = customer.idType ? toIdType(customer.idType) : undefined;
  const idNumber = customer.idNumber ?? undefined;
  return withoutNothing({
    name: text(name),
    idType,
    // Documents are printed with dots, blanks and dashes that are not part of the number; a NIT's check digit is told by one.
    idNumber: idType === 'NIT' && idNumber ? canonicalNit(idNumber) : idNumber && onlyPrinted(idNumber),
    phone,
    email: email?.trim(),
  });
}

function onlyPrinted(idNumber: string): string {
  return idNumber.replaceAll(/[.\s\p{Pd}\u2212]/gu, '');
}

/** SHA-256 of what a canonical request means. */
export function fingerprint(request: PayinRequest): string {
  return createHash('sha256')
    .update(stableJson(comparable(request)))
    .digest('hex');
}

/**
 * A request as two of them are compared: documents by their characters alone. The fingerprints of old payins are of that form, and the same
 * NIT with and without its hyphen is the same request.
 */
function comparable({ inlineCustomer, ...request }: PayinRequest): object {
  const { idNumber, ...customer } = inlineCustomer ?? {};
  return {
    ...request,
    ...(inlineCustomer
      ? { inlineCustomer: { ...customer, ...(idNumber ? { idNumber: onlyPrinted(idNumber) } : {}) } }
      : {}),
  };
}

/** The top-level fields in which two requests differ, nested ones by their path. */
export function differingFields(one: PayinRequest, other: PayinRequest): string[] {
  return differences(comparable(one) as Record<string, unknown>, comparable(other) as Record<string, unknown>, '');
}

function differences(one: Record<string, unknown>, other: Record<string, unknown>, prefix: string): string[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted();
  return keys.flatMap((key) => {
    const [left, right] = [one[key], other[key]];
    if (stableJson(left) === stableJson(right)) return [];
    return isObject(left) && isObject(right) ? differences(left, right, `${prefix}${key}.`) : [`${prefix}${key}`];
  });
}

function stableJson(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stableJson(item)}`).join(',')}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function withoutNothing<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null)) as T;
}
