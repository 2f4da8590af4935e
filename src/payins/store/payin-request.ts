import { hash } from 'node:crypto';
import type { Customer, PayinOrder, Rail } from '@recaudo/payment-provider';
import { inStoredOrder } from '../../database/stored-json.js';
import type { PayerData } from '../domain/update.js';

/** A merchant's request in its canonical form: requests that mean the same are equal. Stored with the payin. */
export interface PayinRequest extends Pick<PayinOrder, 'currency' | 'rail' | 'pse' | 'breb' | 'description'> {
  amountInCents: number;
  reference: string;
  inlineCustomer?: Customer;
  expiresInMinutes?: number;
  callbackUrl?: string;
  redirectUrl?: string;
  provider?: string;
  metadata?: Record<string, string>;
  /** The payer chooses the rail at our checkout: among these, or among all. */
  checkout?: { rails?: Rail[] };
  /** The drop-in contract by which it was created. */
  served?: ServedBy;
  /** What the payer has entered there, by the paths of the fields: the merchant's own request had others, or none. */
  enteredByPayer?: string[];
  /** Since when what it said of the payer is not known any more. */
  forgottenAt?: string;
  /** The same, where people have written something about the payin since. */
  firstForgottenAt?: string;
}

/** A drop-in contract as a payin remembers it: what it is notified of, whatever becomes of the contract since. */
export interface ServedBy {
  contract: string;
  /** Of its credentials. */
  keyId: string;
  /** Lines of the history of which its webhook is sent. */
  notifies: string[];
  notifiesEachPayment: boolean;
  /** `callbackUrl` is that of the credentials: no part of the request. */
  webhookIsOfCredentials?: true;
  /** What only the contract knows of the request. */
  asked: Record<string, unknown>;
}

/** A document number as its letters and digits alone. */
export function onlyPrinted(idNumber: string): string {
  return idNumber.replaceAll(/[.\s\p{Pd}\u2212]/gu, '');
}

/** SHA-256 of a canonical request. */
export function fingerprint(request: PayinRequest): string {
  return hash('sha256', stableJson(comparable(request)));
}

/**
 * A request as it is compared: document numbers by their letters and digits alone. The fingerprints of old payins have that form, and a NIT
 * with and without its hyphen is the same.
 */
function comparable({ inlineCustomer, served, callbackUrl, ...request }: PayinRequest): object {
  const { idNumber, ...customer } = inlineCustomer ?? {};
  return {
    ...request,
    ...(!served?.webhookIsOfCredentials && { callbackUrl }),
    // By whichever credentials it comes: they may have been replaced.
    ...(served && { served: { contract: served.contract, asked: served.asked } }),
    ...(inlineCustomer
      ? { inlineCustomer: { ...customer, ...(idNumber ? { idNumber: onlyPrinted(idNumber) } : {}) } }
      : {}),
  };
}

/** The top-level fields in which two requests differ, nested ones by their path. */
export function differingFields(
  { forgottenAt: _since, firstForgottenAt: _first, enteredByPayer = [], ...one }: PayinRequest,
  other: PayinRequest,
): string[] {
  const differing = differences(
    comparable(one) as Record<string, unknown>,
    comparable(other) as Record<string, unknown>,
  );
  const ofMerchant = differing.filter((path) => !enteredByPayer.some((entered) => isWithin(path, entered)));
  return ofMerchant.length > 0 ? ofMerchant : differing;
}

/** A request with what its payer has entered since. */
export function withPayerData(request: PayinRequest, { customer = {}, pse }: PayerData): PayinRequest {
  const entered = [...Object.keys(customer).map((name) => `inlineCustomer.${name}`), ...(pse ? ['pse'] : [])];
  if (entered.length === 0) return request;
  return {
    ...request,
    inlineCustomer: inStoredOrder({ ...request.inlineCustomer, ...customer }),
    ...(pse && { pse }),
    enteredByPayer: [...new Set([...(request.enteredByPayer ?? []), ...entered])],
  };
}

/** One is the other, or a part of it. */
function isWithin(path: string, entered: string): boolean {
  return `${path}.`.startsWith(`${entered}.`) || `${entered}.`.startsWith(`${path}.`);
}

/** The fields in which two objects differ. */
export function differences(one: Record<string, unknown>, other: Record<string, unknown>, prefix = ''): string[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted();
  return keys.flatMap((key) => {
    const [left, right] = [one[key], other[key]];
    if (stableJson(left) === stableJson(right)) return [];
    return isObject(left) && isObject(right) ? differences(left, right, `${prefix}${key}.`) : [`${prefix}${key}`];
  });
}

function stableJson(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  let json = '';
  for (const key of Object.keys(value).toSorted()) {
    const item = value[key];
    if (item !== undefined) json += `${json && ','}${JSON.stringify(key)}:${stableJson(item)}`;
  }
  return `{${json}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
