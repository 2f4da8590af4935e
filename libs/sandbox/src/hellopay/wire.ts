import { CURRENCY, pesosNumber } from '../kit/pesos.js';
import type { HelloPayRail, HelloPayStatus, InlineCustomer } from './payin.js';
import type { HelloPaySwitches } from './switches.js';

/** The one organization that the sandbox's API key belongs to; the id of the public Bre-B guide. */
export const ORGANIZATION_ID = 'db6a6f4f-444a-4221-ac32-695998236e50';

/** What the answers and webhooks of a payin need. Times are epoch milliseconds. */
export interface PayinFacts {
  readonly id: string;
  readonly reference: string;
  readonly rail: HelloPayRail;
  readonly status: HelloPayStatus;
  readonly requestedInCents: bigint;
  /** What arrived; null until it is confirmed. */
  readonly confirmedInCents: bigint | null;
  readonly customer: InlineCustomer | null;
  readonly errorCode: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly resultAt: number | null;
  readonly chargebackAt: number | null;
  readonly callbackUrl: string | null;
  readonly sourceData: SourceData;
}

export type SourceData =
  | {
      readonly keyType: string;
      readonly qrString?: string;
      readonly keyString: string | null;
      readonly checkoutUrl: string;
    }
  | { readonly pseUrl: string | null; readonly bank: string; readonly personType: string }
  | { readonly phone: string | null };

type AmountSwitches = Pick<HelloPaySwitches, 'profile' | 'amountUnit' | 'amountShows'>;

/** A payin in seed 003's shape (`seed-2025-12`) or in that of the newest schema (`current`). */
export function payinOnWire(payin: PayinFacts, switches: AmountSwitches): object {
  return switches.profile === 'current' ? currentPayin(payin, switches) : seedPayin(payin, switches);
}

function currentPayin(payin: PayinFacts, switches: AmountSwitches): object {
  const { confirmedInCents } = payin;
  return {
    id: payin.id,
    amount: amountOf(payin, switches),
    amountInCents: Number(payin.requestedInCents),
    confirmedAmount: confirmedInCents === null ? null : onWire(confirmedInCents, switches),
    confirmedAmountInCents: confirmedInCents === null ? null : Number(confirmedInCents),
    currency: CURRENCY,
    status: payin.status,
    settlementStatus: payin.status === 'CONFIRMED' ? 'PENDING_SETTLEMENT' : null,
    rail: payin.rail,
    reference: payin.reference,
    paymentLinkId: null,
    ...(payin.customer === null ? {} : { inlineCustomer: payin.customer }),
    errorCode: payin.errorCode,
    createdAt: timeOnWire(payin.createdAt),
    updatedAt: timeOnWire(payin.updatedAt),
    resultAt: timeOrNull(payin.resultAt),
    chargebackAt: timeOrNull(payin.chargebackAt),
    organizationId: ORGANIZATION_ID,
    sourceData: payin.sourceData,
    callbackUrl: payin.callbackUrl,
  };
}

/** The seed's fields in its order. Its example of a customer is a bare name, and its only source is a Bre-B key. */
function seedPayin(payin: PayinFacts, switches: AmountSwitches): object {
  const { sourceData } = payin;
  return {
    id: payin.id,
    amount: amountOf(payin, switches),
    currency: CURRENCY,
    status: payin.status,
    rail: payin.rail,
    reference: payin.reference,
    createdAt: timeOnWire(payin.createdAt),
    updatedAt: timeOnWire(payin.updatedAt),
    organizationId: ORGANIZATION_ID,
    ...(payin.customer === null ? {} : { inlineCustomer: payin.customer.name }),
    errorCode: payin.errorCode,
    resultAt: timeOrNull(payin.resultAt),
    chargebackAt: timeOrNull(payin.chargebackAt),
    sourceData: 'keyString' in sourceData ? { keyString: sourceData.keyString } : sourceData,
    callbackUrl: payin.callbackUrl,
  };
}

/** The envelope and the twelve fields of the public webhooks page: no cents, no customer, no chargeback. */
export function webhookBody(payin: PayinFacts, switches: AmountSwitches): string {
  return JSON.stringify({
    event: `payin.${payin.status.toLowerCase()}`,
    resource: 'payin',
    data: {
      id: payin.id,
      reference: payin.reference,
      amount: amountOf(payin, switches),
      currency: CURRENCY,
      status: payin.status,
      rail: payin.rail,
      sourceData: payin.sourceData,
      errorCode: payin.errorCode,
      createdAt: timeOnWire(payin.createdAt),
      updatedAt: timeOnWire(payin.updatedAt),
      resultAt: timeOrNull(payin.resultAt),
      organizationId: ORGANIZATION_ID,
    },
  });
}

/** HelloPay documents no error body; this is the default of the framework that its operation names point to. */
export function errorBody(statusCode: number, error: string, message: string | readonly string[]): object {
  return { message, error, statusCode };
}

function amountOf(payin: PayinFacts, switches: AmountSwitches): number {
  const settled = switches.amountShows === 'settled' ? payin.confirmedInCents : null;
  return onWire(settled ?? payin.requestedInCents, switches);
}

/** Seed 003 repeats the cents that were sent; most of the newer examples divide them by 100. */
function onWire(cents: bigint, { profile, amountUnit }: AmountSwitches): number {
  const unit = amountUnit === 'documented' ? (profile === 'current' ? 'pesos' : 'cents') : amountUnit;
  return unit === 'cents' ? Number(cents) : pesosNumber(cents);
}

function timeOnWire(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function timeOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : timeOnWire(epochMs);
}
