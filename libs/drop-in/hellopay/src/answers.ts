import { STATUS_CODES } from 'node:http';
import type { ContractAnswer, Refused, ServedPayin, ShownPayin } from '@recaudo/drop-in-contract';
import { type AmountUnit, HOME_CURRENCY, unitInCents } from '@recaudo/payment-provider';
import { bankOf } from './banks.js';
import { type HelloPayAsked, type HelloPayRail, idTypeOnWire, personOnWire } from './request.js';

export type HelloPayStatus = 'PENDING' | 'PROCESSING' | 'CONFIRMED' | 'DECLINED' | 'CANCELED';

/** Short money is CONFIRMED with what came. An expired payin is DECLINED, as the Nequi guide says. No status says that money was reversed. */
const STATUSES: Readonly<Record<ShownPayin['status'], HelloPayStatus>> = {
  CREATED: 'PENDING',
  PENDING: 'PROCESSING',
  UNDERPAID: 'CONFIRMED',
  APPROVED: 'CONFIRMED',
  REVERSED: 'CONFIRMED',
  REJECTED: 'DECLINED',
  EXPIRED: 'DECLINED',
  FAILED: 'DECLINED',
  CANCELED: 'CANCELED',
};

export function statusOf({ payin }: ServedPayin): HelloPayStatus {
  return STATUSES[payin.status];
}

/** A new payin is PENDING, as in seed 003, until it is asked about; the same request again is answered alike. */
export function createAnswer(served: ServedPayin, unit: AmountUnit): ContractAnswer {
  const status = statusOf(served);
  return { status: 201, body: payinOnWire(served, unit, status === 'PROCESSING' ? 'PENDING' : status) };
}

/** The newest schema, which has every member of seed 003. */
export function payinOnWire(served: ServedPayin, unit: AmountUnit, status = statusOf(served)): object {
  const { payin, reference } = served;
  const confirmedInCents = confirmed(payin);
  return {
    id: payin.id,
    amount: onWire(payin.amountInCents, unit),
    amountInCents: payin.amountInCents,
    confirmedAmount: confirmedInCents === null ? null : onWire(confirmedInCents, unit),
    confirmedAmountInCents: confirmedInCents,
    currency: HOME_CURRENCY,
    status,
    // The one value that is documented.
    settlementStatus: status === 'CONFIRMED' ? 'PENDING_SETTLEMENT' : null,
    rail: payin.rail,
    reference,
    paymentLinkId: null,
    inlineCustomer: customerOnWire(served),
    errorCode: errorCodeOf(payin),
    createdAt: payin.createdAt,
    updatedAt: payin.updatedAt,
    resultAt: payin.resultAt,
    chargebackAt: payin.chargebackAt,
    organizationId: payin.organizationId,
    sourceData: sourceDataOf(served),
    callbackUrl: payin.redirectUrl,
  };
}

/** The envelope and the twelve members of the public webhooks page: of amounts it has only the one that was asked for. */
export function webhookOnWire(served: ServedPayin, unit: AmountUnit): object {
  const { payin, reference } = served;
  const status = statusOf(served);
  return {
    event: `payin.${status.toLowerCase()}`,
    resource: 'payin',
    data: {
      id: payin.id,
      reference,
      amount: onWire(payin.amountInCents, unit),
      currency: HOME_CURRENCY,
      status,
      rail: payin.rail,
      sourceData: sourceDataOf(served),
      errorCode: errorCodeOf(payin),
      createdAt: payin.createdAt,
      updatedAt: payin.updatedAt,
      resultAt: payin.resultAt,
      organizationId: payin.organizationId,
    },
  };
}

/** What came; null while nothing has, or nobody can say how much. */
function confirmed({ amountReceivedInCents }: ShownPayin): number | null {
  return amountReceivedInCents > 0 ? amountReceivedInCents : null;
}

/** `amount` and `confirmedAmount`: the documents show both units. The fields `…InCents` leave no doubt. */
function onWire(cents: number, unit: AmountUnit): number {
  return unit === 'cents' ? cents : cents / Number(unitInCents(HOME_CURRENCY));
}

/** "Non-null when a transaction fails"; there is no catalogue. */
function errorCodeOf({ status, errorCode }: ShownPayin): string | null {
  return STATUSES[status] === 'DECLINED' ? (errorCode ?? status) : errorCode;
}

/** In the order of the guides' answers. Null where there is none, and once it is forgotten. */
function customerOnWire({ customer }: ServedPayin): object | null {
  if (!customer) return null;
  const { name = null, email = null, phone = null, idType, idNumber = null } = customer;
  return { name, email, phone, idType: idTypeOnWire(idType), idNumber };
}

function sourceDataOf(served: ServedPayin): object {
  return SOURCES[served.payin.rail as HelloPayRail](served);
}

const SOURCES: Readonly<Record<HelloPayRail, (served: ServedPayin) => object>> = {
  BRE_B: ({ payin: { instructions, checkoutUrl }, asked }) => {
    const { keyType = 'SINGLE_USE' } = asked as HelloPayAsked;
    const { key = null, qr = null } = instructions?.type === 'breb_key' ? instructions : {};
    return { keyType, ...(keyType === 'QR_CODE' && { qrString: qr }), keyString: key, checkoutUrl };
  },
  PSE: ({ payin: { instructions, checkoutUrl }, pse }) => ({
    pseUrl: instructions && (instructions.type === 'redirect' ? instructions.url : checkoutUrl),
    bank: pse && bankOf(pse.bank),
    personType: pse && personOnWire(pse.personType),
  }),
  NEQUI: ({ customer }) => ({ phone: customer?.phone ?? null }),
};

/** HelloPay documents no error body: this is the default of the framework that its operations' names point to. */
export function errorAnswer(status: number, message: string | readonly string[]): ContractAnswer {
  return { status, body: { statusCode: status, message, error: STATUS_CODES[status] ?? 'Error' } };
}

const FIELDS: Readonly<Record<string, string>> = {
  redirectUrl: 'callbackUrl',
  callbackUrl: 'the webhook URL of the credentials',
};

/** Documented are 400, 401 and 404. */
export function refusalAnswer({ code, status, detail, errors }: Refused): ContractAnswer {
  switch (code) {
    case 'UNAUTHENTICATED':
      return errorAnswer(401, 'Unauthorized');
    case 'VALIDATION_FAILED':
    case 'PROVIDER_RULE':
    case 'MALFORMED_JSON':
      return errorAnswer(400, errors.length > 0 ? errors.map(sentence) : [detail]);
    case 'RAIL_NOT_AVAILABLE':
      return errorAnswer(400, ['rail is not available']);
    case 'REFERENCE_CONFLICT':
      return errorAnswer(
        409,
        ['reference already exists with other values', ...errors.filter(isOfRequest).map(sentence)].join('; '),
      );
    case 'NOT_FOUND':
      return errorAnswer(404, 'Not Found');
    default:
      return errorAnswer(status, detail);
  }
}

/** What we keep of a contract beside the request is nothing that its client sent. */
function isOfRequest({ field }: Refused['errors'][number]): boolean {
  return !/^served(?:\.|$)/.test(field);
}

/** A rule begins with its field, as the documents' framework says it. */
function sentence({ field, message }: Refused['errors'][number]): string {
  const theirs = FIELDS[field] ?? field;
  const name = field.split('.').at(-1)!;
  return `${theirs} ${message.startsWith(`${name} `) ? message.slice(name.length + 1) : message}`;
}
