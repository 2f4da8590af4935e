import { canonicalNit, type Customer } from '@recaudo/payment-provider';
import { inStoredOrder } from '../../database/stored-json.js';
import { onlyPrinted, type PayinRequest } from '../store/payin-request.js';
import type { CreatePayinDto } from './create-payin.dto.js';
import { toIdType } from './id-types.js';

/** Unicode in one form, no blanks around and no double ones. */
export function plainText(value: string | null | undefined): string | undefined {
  return value?.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** The canonical form of a validated request. Empty objects and nulls mean the same as nothing. */
export function canonicalRequest(dto: CreatePayinDto): PayinRequest {
  const customer = dto.inlineCustomer ? canonicalCustomer(dto.inlineCustomer) : undefined;
  const request: PayinRequest = {
    amountInCents: dto.amountInCents,
    currency: dto.currency,
    rail: dto.rail,
    reference: dto.reference,
    inlineCustomer: customer && Object.keys(customer).length > 0 ? customer : undefined,
    pse: dto.pse ? { bank: dto.pse.bank, personType: dto.pse.personType } : undefined,
    checkout: dto.checkout ? withoutNothing({ rails: dto.checkout.rails }) : undefined,
    breb: dto.breb ? { keyType: dto.breb.keyType } : undefined,
    description: plainText(dto.description),
    expiresInMinutes: dto.expiresInMinutes,
    callbackUrl: dto.callbackUrl,
    redirectUrl: dto.redirectUrl,
    provider: dto.provider,
    metadata: dto.metadata && Object.keys(dto.metadata).length > 0 ? inStoredOrder(dto.metadata) : undefined,
  };
  return withoutNothing(request);
}

function canonicalCustomer(customer: NonNullable<CreatePayinDto['inlineCustomer']>): Customer {
  const { name, phone, email } = customer;
  const idType = customer.idType ? toIdType(customer.idType) : undefined;
  const idNumber = customer.idNumber ?? undefined;
  // In the order in which they are stored, and so shown.
  return withoutNothing({
    name: plainText(name),
    email: email?.trim(),
    phone,
    idType,
    // Documents are printed with dots, blanks and dashes that are not part of the number. A dash marks the check digit of a NIT.
    idNumber: idType === 'NIT' && idNumber ? canonicalNit(idNumber) : idNumber && onlyPrinted(idNumber),
  });
}

function withoutNothing<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null)) as T;
}
