import type { OutboundReply } from '@recaudo/outbound-http';
import {
  type AmountUnit,
  type FetchedOrder,
  fromProviderAmount,
  type Instructions,
  type OpenedOrder,
  parseObject,
  type PayinOrder,
  phoneParts,
  ProviderError,
  type ProviderReport,
  type PseBank,
  readWholeAmount,
  type ReportedStatus,
  toProviderAmount,
  type WebhookEvent,
  writtenDocument,
  readCurrency,
  readHttpUrl,
  readSentence,
  readStatus,
  readText,
} from '@recaudo/payment-provider';
import { readData, readDataObject, saysNoSuchTransaction, unreadable } from './tumipay.envelope.js';
import { customerRules, paymentMethods, TUMIPAY_CURRENCIES, type TumiPayTerms } from './tumipay.rules.js';

/** Pure translation between TumiPay's API, hosted and direct, and our words. Facts: seeds 000 to 002; see MAPPING.md. */

export const TUMIPAY_SIGNATURE_HEADER = 'x-trx-signature';

/**
 * Transaction statuses. The webhook pages list the first six; `COMPLETED` and `FAILED` appear only in the schema of the query page.
 * Anything else is `UNRECOGNISED`.
 */
export const STATUSES: Readonly<Record<string, ReportedStatus>> = {
  CREATED: 'PENDING',
  PENDING: 'PENDING',
  APPROVED: 'APPROVED',
  REJECTED: 'REJECTED',
  DECLINED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  COMPLETED: 'APPROVED',
  FAILED: 'REJECTED',
};

/**
 * The body of `POST /v1/payin`, field for field as in seeds 000 and 001. `expiration_time` is always sent: its default differs by method.
 */
export function toCreateBody(order: PayinOrder, unit: AmountUnit, terms: TumiPayTerms): Record<string, unknown> {
  const { customer = {} } = order;
  const method = paymentMethods(terms)[order.rail];
  const document = writtenDocument(order, customerRules(terms));
  const phone = phoneParts(customer.phone ?? '');
  if (!method || !document || !phone)
    throw new ProviderError('rejected_request', 'not_executed', 'TumiPay: the order was not checked');
  return {
    reference: order.providerReference,
    amount: Number(toProviderAmount(order.amountInCents, unit, order.currency)),
    currency: order.currency,
    country: 'CO',
    payment_method: method,
    description: order.description ?? `Pago ${order.providerReference}`,
    customer_data: {
      ...(terms.direct && order.rail === 'PSE' && order.pse
        ? { person_type: order.pse.personType, bank: order.pse.bank }
        : {}),
      legal_doc: document.number,
      legal_doc_type: document.code,
      phone_code: phone.countryCode,
      phone_number: phone.nationalNumber,
      email: customer.email,
      full_name: customer.name,
    },
    expiration_time: order.expiresInMinutes,
    ipn_url: order.webhookUrl,
    redirect_url: order.redirectUrl,
  };
}

/** `data.type` of direct answers, seed 000. Hosted ones have none. */
export const INSTRUCTIONS_BY_TYPE: Readonly<
  Record<string, (data: Record<string, unknown>) => Instructions | undefined>
> = {
  pse_payment: readRedirect,
  payment_reference: readBrebKey,
  transfiya_confirmation: readConfirmation,
};

/**
 * Reads the reply to a create call, hosted or direct, whatever was expected: the merchant's switch is turned in TumiPay's back office. The
 * echo in `data.transaction` is ignored: seed 002 shows one of another order.
 */
export function readCreateReply(reply: OutboundReply): OpenedOrder {
  const data = readDataObject(reply);
  const externalId = readText(data['ticket']);
  const type = readText(data['type']) ?? '';
  const byType = Object.hasOwn(INSTRUCTIONS_BY_TYPE, type) ? INSTRUCTIONS_BY_TYPE[type]?.(data) : undefined;
  const instructions = byType ?? readBrebKey(data) ?? readRedirect(data) ?? readConfirmation(data);
  if (!instructions) throw unreadable('the order was taken, but the answer does not say how it is paid');
  return { instructions, ...(externalId ? { externalId } : {}) };
}

/** The key is in `account_number` (hosted, seed 002) or `key_value` (direct, seed 000). */
function readBrebKey(data: Record<string, unknown>): Instructions | undefined {
  const key = readText(data['account_number']) ?? readText(data['key_value']);
  const url = readHttpUrl(data['payment_url']);
  return key ? { type: 'breb_key', key, ...(url ? { url } : {}) } : undefined;
}

function readRedirect(data: Record<string, unknown>): Instructions | undefined {
  const url = readHttpUrl(data['payment_url']);
  return url ? { type: 'redirect', url } : undefined;
}

function readConfirmation(data: Record<string, unknown>): Instructions | undefined {
  const text = readSentence(data['confirmation']);
  return text ? { type: 'message', text } : undefined;
}

/**
 * Reads the reply of `GET /v1/pse/banks` (seed 000). What has no ACH code or no name is left out, and so is the code 0: in PSE's own list that is
 * the line that asks for a choice.
 * @throws ProviderError also for a list without a bank
 */
export function readBanksReply(reply: OutboundReply): PseBank[] {
  const rows = readData(reply);
  const banks = Array.isArray(rows) ? rows.flatMap((row: unknown) => readBank(row) ?? []) : [];
  if (banks.length === 0) throw unreadable('the answer has no list of banks');
  return banks;
}

function readBank(row: unknown): PseBank | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { code, name, image }: { code?: unknown; name?: unknown; image?: unknown } = row;
  const bankName = readSentence(name);
  const bankImage = readHttpUrl(image);
  if (typeof code !== 'string' || !/^\d{1,8}$/.test(code) || Number(code) === 0 || !bankName) return undefined;
  return { code, name: bankName, ...(bankImage ? { image: bankImage } : {}) };
}

/** Reads the reply to a query for an order of ours. @throws ProviderError unless it is a definite answer about that very order. */
export function readTransactionReply(reply: OutboundReply, providerReference: string, unit: AmountUnit): FetchedOrder {
  if (saysNoSuchTransaction(reply)) return { found: false };
  const data = readDataObject(reply);
  const rawStatus = readStatus(data['status']);
  if (!rawStatus) throw unreadable('the transaction has no status');
  if (data['reference'] !== providerReference) {
    throw new ProviderError('contradictory_reply', 'unknown', 'TumiPay: the answer is about another reference');
  }
  return {
    found: true,
    report: {
      ...readReport({ rawStatus, ticket: data['ticket'], amount: data['amount'], currency: data['currency'] }, unit),
      // The query's one `amount` may be the requested one: seed 002, "rely on webhook payloads for the definitive settled value".
      amountMayBeEchoed: true,
    },
  };
}

/** Reads the body of a webhook (its fields: `top_*`). */
export function readWebhook(rawBody: Buffer, unit: AmountUnit): WebhookEvent {
  const body = parseObject(rawBody) ?? {};
  const rawStatus = readStatus(body['top_status']);
  const providerReference = referenceOf(rawBody);
  if (!rawStatus || !providerReference) throw unreadable('the webhook lacks top_status or top_reference');
  const report = readReport(
    { rawStatus, ticket: body['top_ticket'], amount: body['top_amount'], currency: body['top_currency'] },
    unit,
  );
  // No event id is sent. These fields distinguish the events of one transaction.
  const eventKey = [report.externalId ?? '', providerReference, rawStatus, report.amountInCents ?? ''].join('|');
  return { eventKey, providerReference, report };
}

/** The transaction that a webhook is about, whatever else it says. */
export function referenceOf(rawBody: Buffer): string | undefined {
  return readText(parseObject(rawBody)?.['top_reference']);
}

/** What the webhook's signature covers: not the status and not the amount, which is why TumiPay's webhooks are hints. */
export function signedWebhookObject(
  token: string,
  body: Readonly<Record<string, unknown>>,
): { token: string; ticket: string; reference: string } | undefined {
  const { top_ticket: ticket, top_reference: reference } = body;
  return typeof ticket === 'string' && typeof reference === 'string' ? { token, ticket, reference } : undefined;
}

function readReport(
  { rawStatus, ticket, amount, currency }: { rawStatus: string; ticket: unknown; amount: unknown; currency: unknown },
  unit: AmountUnit,
): ProviderReport {
  const status = Object.hasOwn(STATUSES, rawStatus) ? STATUSES[rawStatus]! : 'UNRECOGNISED';
  const externalId = readText(ticket);
  const wholeAmount = readWholeAmount(amount);
  const named = typeof currency === 'string' ? readCurrency(currency) : undefined;
  return {
    status,
    rawStatus,
    ...(externalId ? { externalId } : {}),
    ...(wholeAmount === undefined
      ? {}
      : { amountInCents: fromProviderAmount(wholeAmount, unit, named ?? TUMIPAY_CURRENCIES[0]) }),
    ...(named === undefined ? {} : { currency: named }),
    ...(status === 'REJECTED' ? { reasonCode: rawStatus } : {}),
  };
}
