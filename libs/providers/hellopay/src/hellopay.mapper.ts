import type { OutboundReply } from '@recaudo/outbound-http';
import {
  type AmountUnit,
  type Instructions,
  type OpenedOrder,
  parseObject,
  type PayinOrder,
  type ProviderReport,
  type ReportedStatus,
  type WebhookEvent,
  readFields,
  readCode,
  readCurrency,
  readHttpUrl,
  readStatus,
  readText,
} from '@recaudo/payment-provider';
import {
  type AmountUnits,
  contradictsItself,
  isForAnotherAmount,
  settledInCents,
  hasSettledAmount,
} from './hellopay.amounts.js';
import { type HelloPayRail, isHelloPayRail } from './hellopay.order.js';
import { contradictory, readSuccess, unreadable } from './hellopay.replies.js';
import { readId, readPngDataUrl, readTime } from './hellopay.values.js';

/** What comes in: pure translation of HelloPay's payin into our words. Facts: seed 003 and their guides; see MAPPING.md. */

/** The five documented statuses. Anything else is `UNRECOGNISED`. */
export const STATUSES: Readonly<Record<string, ReportedStatus>> = {
  PENDING: 'PENDING',
  PROCESSING: 'PENDING',
  CONFIRMED: 'APPROVED',
  DECLINED: 'REJECTED',
  CANCELED: 'CANCELED',
};

/** A payin as HelloPay shows it, its first fields read. The documents agree on nothing else that is always there. */
export interface HelloPayPayin {
  id: string;
  /** Null for those of payment links. */
  reference: string | null;
  rawStatus: string;
  fields: Readonly<Record<string, unknown>>;
}

export interface PayinPage {
  payins: HelloPayPayin[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/** Reads the reply to a create call. It is an order of ours only if it says so. */
export function readCreateReply(reply: OutboundReply, order: PayinOrder, units: AmountUnits): OpenedOrder {
  const payin = readPayin(readSuccess(reply));
  if (!payin) throw unreadable('the answer to a create call lacks id, reference or status');
  const { reference, fields } = payin;
  if (reference !== order.providerReference) throw contradictory('the answer is about another reference');
  if (isPresent(fields['rail']) && fields['rail'] !== order.rail)
    throw contradictory('the answer is about another rail');
  if (isPresent(fields['currency']) && fields['currency'] !== order.currency)
    throw contradictory('the payin was opened in another currency');
  // The payer would be asked for it.
  if (contradictsItself(fields) || isForAnotherAmount(fields, order.amountInCents, units.setting))
    throw contradictory('the payin was opened with another amount');
  learnUnit(payin, order.amountInCents, units);
  const instructions = readInstructions(payin, order.rail);
  return { externalId: payin.id, ...(instructions ? { instructions } : {}) };
}

export function readPayinReply(reply: OutboundReply): HelloPayPayin {
  const payin = readPayin(readSuccess(reply));
  if (!payin) throw unreadable('the payin lacks id, reference or status');
  return payin;
}

/** Reads a page of `GET /payins`. @throws ProviderError where any payin of it cannot be read: it could be the one that is looked for. */
export function readListReply(reply: OutboundReply): PayinPage {
  const { data, pageInfo } = readSuccess(reply);
  const { hasNext, nextCursor } = readFields(pageInfo) ?? {};
  if (!Array.isArray(data) || typeof hasNext !== 'boolean') throw unreadable('the list lacks data or pageInfo');
  const payins = data.map((item) => readPayin(readFields(item)));
  if (!payins.every((payin) => payin !== undefined)) throw unreadable('the list has a payin without id or status');
  if (!hasNext) return { payins };
  if (typeof nextCursor !== 'string' || nextCursor === '' || nextCursor.length > 2048)
    throw unreadable('the list goes on without a cursor');
  return { payins, nextCursor };
}

/** What is said of an order of ours. @throws ProviderError unless it is about that very order and makes sense */
export function toOrderReport(
  payin: HelloPayPayin,
  query: { providerReference: string; externalId?: string; amountInCents: bigint },
  units: AmountUnits,
): ProviderReport {
  if (payin.reference !== query.providerReference) throw contradictory('the answer is about another reference');
  if (query.externalId !== undefined && payin.id !== query.externalId)
    throw contradictory('the answer is about another payin');
  if (contradictsItself(payin.fields)) throw contradictory('the answer has two amounts that cannot both be true');
  learnUnit(payin, query.amountInCents, units);
  const report = toReport(payin, units.of(railOf(payin)), query.amountInCents);
  // Nobody is sent to pay an amount that was not requested, or what was reversed.
  const isNothingToPay =
    report.status === 'REVERSED' || isForAnotherAmount(payin.fields, query.amountInCents, units.setting);
  const instructions = isNothingToPay ? undefined : readInstructions(payin, railOf(payin));
  return { ...report, ...(instructions ? { instructions } : {}) };
}

/** What is said of any payin, ours or not. The unit is that of `amount`, where it is known. */
export function toReport(
  payin: HelloPayPayin,
  unit: AmountUnit | undefined,
  requestedInCents?: bigint,
): ProviderReport {
  const { fields } = payin;
  const report = toHint(payin);
  const amountInCents = contradictsItself(fields) ? undefined : settledInCents(fields, unit, requestedInCents);
  const known = {
    ...report,
    ...(amountInCents === undefined ? {} : { amountInCents }),
    ...(amountInCents === undefined || hasSettledAmount(fields) ? {} : { amountMayBeEchoed: true as const }),
  };
  if (report.status === 'PENDING') return known;
  const reversedAt = readChargeback(fields);
  // Paid or reversed: a person must decide.
  if (reversedAt === 'unreadable')
    return { ...known, status: 'UNRECOGNISED', rawStatus: `${report.rawStatus}, chargebackAt unreadable` };
  // Whether the status stays `CONFIRMED` is not documented. With another one nothing says that the amount ever arrived.
  if (reversedAt && report.status !== 'APPROVED') return { ...report, status: 'REVERSED', reversedAt };
  if (report.status !== 'APPROVED') return known;
  const paidAt = readTime(fields['resultAt']);
  return { ...known, ...(paidAt ? { paidAt } : {}), ...(reversedAt ? { status: 'REVERSED', reversedAt } : {}) };
}

/**
 * Reads the body of a webhook. It goes by `event`: their documents once had another `resource` in it. The amount is left out: a webhook has
 * only `amount`, whose unit nothing in it shows, and the query that follows brings a better one.
 */
export function readWebhook(rawBody: Buffer): WebhookEvent {
  const body = parseObject(rawBody);
  const event = readText(body?.['event']);
  if (!event?.startsWith('payin.')) throw unreadable('the webhook is not about a payin');
  const payin = readPayin(readFields(body?.['data']));
  const providerReference = referenceOf(rawBody);
  if (!payin || !providerReference) throw unreadable('the webhook lacks id, reference or status');
  // No event id is sent: "dedupe on data.id + event".
  const eventKey = [event, payin.id, providerReference, payin.rawStatus].join('|');
  return { eventKey, providerReference, report: toHint(payin) };
}

/** The payin that a webhook is about, whatever else it says. */
export function referenceOf(rawBody: Buffer): string | undefined {
  return readText(readFields(parseObject(rawBody)?.['data'])?.['reference']);
}

export function railOf({ fields: { rail } }: HelloPayPayin): HelloPayRail | undefined {
  return isHelloPayRail(rail) ? rail : undefined;
}

export function createdAtOf({ fields }: HelloPayPayin): Date | undefined {
  return readTime(fields['createdAt']);
}

/** Everything but money. */
function toHint({ id, rawStatus, fields }: HelloPayPayin): ProviderReport {
  const status = statusOf(rawStatus);
  const { currency, errorCode } = fields;
  const failed = status === 'REJECTED' || status === 'CANCELED';
  const reasonCode = failed ? (readCode(errorCode) ?? rawStatus) : undefined;
  return {
    status,
    rawStatus,
    externalId: id,
    ...(typeof currency === 'string' ? { currency: readCurrency(currency) } : {}),
    ...(reasonCode ? { reasonCode } : {}),
  };
}

function readPayin(fields: Readonly<Record<string, unknown>> | undefined): HelloPayPayin | undefined {
  const id = readId(fields?.['id']);
  const rawStatus = readStatus(fields?.['status']);
  const reference = fields?.['reference'] ?? null;
  if (!fields || !id || !rawStatus || (reference !== null && typeof reference !== 'string')) return undefined;
  return { id, reference, rawStatus, fields };
}

function statusOf(rawStatus: string): ReportedStatus {
  return Object.hasOwn(STATUSES, rawStatus) ? STATUSES[rawStatus]! : 'UNRECOGNISED';
}

/** Where nothing is paid yet, or what was paid has a field of its own, `amount` can only be what was requested. */
function learnUnit(payin: HelloPayPayin, requestedInCents: bigint, units: AmountUnits): void {
  const rail = railOf(payin);
  const isWhatWasRequested = statusOf(payin.rawStatus) === 'PENDING' || isPresent(payin.fields['confirmedAmount']);
  if (rail && isWhatWasRequested) units.learn(rail, payin.fields, requestedInCents);
}

/**
 * When the money was reversed. Seed 003's example has a `chargebackAt` on a payin that is pending still, at the moment of its creation: one
 * that is not later than the payin itself is no chargeback.
 */
function readChargeback(fields: Readonly<Record<string, unknown>>): Date | 'unreadable' | undefined {
  if (!isPresent(fields['chargebackAt'])) return undefined;
  const chargebackAt = readTime(fields['chargebackAt']);
  if (!chargebackAt) return 'unreadable';
  const createdAt = readTime(fields['createdAt']);
  return createdAt && chargebackAt <= createdAt ? undefined : chargebackAt;
}

/** What the payer must do, by rail; absent on a payin that has ended, and while HelloPay has not filled it in (PSE: "poll the payin"). */
function readInstructions({ rawStatus, fields }: HelloPayPayin, rail: unknown): Instructions | undefined {
  const isOpen = ['PENDING', 'UNRECOGNISED'].includes(statusOf(rawStatus));
  return isOpen && isHelloPayRail(rail) ? INSTRUCTIONS[rail](readFields(fields['sourceData']) ?? {}) : undefined;
}

const INSTRUCTIONS: Readonly<
  Record<HelloPayRail, (sourceData: Readonly<Record<string, unknown>>) => Instructions | undefined>
> = {
  BRE_B: ({ keyString, qrString, checkoutUrl }) => {
    const key = readText(keyString);
    const url = readHttpUrl(checkoutUrl);
    const qr = readPngDataUrl(qrString);
    return key ? { type: 'breb_key', key, ...(url ? { url } : {}), ...(qr ? { qr } : {}) } : undefined;
  },
  PSE: ({ pseUrl }) => {
    const url = readHttpUrl(pseUrl);
    return url ? { type: 'redirect', url } : undefined;
  },
  NEQUI: () => ({ type: 'push' }),
};

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
