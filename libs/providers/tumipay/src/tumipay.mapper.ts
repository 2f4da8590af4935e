import { parsePhoneNumberFromString } from 'libphonenumber-js';
import {
  type AmountUnit,
  type Customer,
  type FetchedOrder,
  type FieldViolation,
  fromProviderAmount,
  type IdType,
  type Instructions,
  type OpenedOrder,
  parseObject,
  type PayinOrder,
  ProviderError,
  type ProviderReport,
  type Rail,
  readWholeAmount,
  type ReportedStatus,
  toProviderAmount,
  type WebhookNews,
} from '@recaudo/payment-provider';

/** Pure translation between TumiPay's hosted API and our words. Facts: seeds 001 and 002; see MAPPING.md. */

export const TUMIPAY_SIGNATURE_HEADER = 'x-trx-signature';

/** `payment_method` by rail, seed 001. */
export const PAYMENT_METHODS = {
  PSE: 'PSE',
  EFECTY: 'EFECTY',
  CARD: 'CARD',
  BRE_B: 'BREB',
  ANY: 'ALL_METHODS',
} as const satisfies Partial<Record<Rail, string>>;

export const TUMIPAY_RAILS = Object.keys(PAYMENT_METHODS) as (keyof typeof PAYMENT_METHODS)[];

/** `legal_doc_type` by our document type, seed 001; the others are not documented for payins. */
const DOCUMENT_TYPES: Readonly<Partial<Record<IdType, string>>> = { CC: 'CC', CE: 'CE', PA: 'PPN' };

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

/** HTTP statuses with which a server says that it did not act on the request. A 409 may mean that the order is already there. */
const REFUSALS: Readonly<Record<number, 'authentication' | 'rate_limited' | 'rejected_request'>> = {
  400: 'rejected_request',
  401: 'authentication',
  403: 'authentication',
  404: 'rejected_request',
  405: 'rejected_request',
  413: 'rejected_request',
  415: 'rejected_request',
  422: 'rejected_request',
  429: 'rate_limited',
};

export interface TumiPayReply {
  status: number;
  headers: Readonly<Record<string, string>>;
  bodyText: string;
}

/** TumiPay's own rules about an order, by our field names. Every method needs the whole customer (seed 001). */
export function checkOrder(order: PayinOrder): FieldViolation[] {
  const customer: Customer = order.customer ?? {};
  const violations: FieldViolation[] = [];
  for (const field of ['name', 'idType', 'idNumber', 'phone', 'email'] as const) {
    if (!customer[field])
      violations.push({ field: `inlineCustomer.${field}`, message: 'TumiPay needs it for every rail' });
  }
  if (customer.idType && !DOCUMENT_TYPES[customer.idType]) {
    violations.push({
      field: 'inlineCustomer.idType',
      message: `TumiPay takes ${Object.keys(DOCUMENT_TYPES).join(', ')} for payins`,
    });
  }
  if (customer.phone && !parsePhoneNumberFromString(customer.phone)) {
    violations.push({
      field: 'inlineCustomer.phone',
      message: 'TumiPay needs a phone number with its country code, e.g. +573121234567',
    });
  }
  return violations;
}

/** The body of `POST /v1/payin`, field for field as in seed 001. `expiration_time` is always sent: its default differs by method. */
export function toCreateBody(order: PayinOrder, unit: AmountUnit): Record<string, unknown> {
  const { name, idType, idNumber, phone, email } = order.customer ?? {};
  const method = PAYMENT_METHODS[order.rail as keyof typeof PAYMENT_METHODS];
  const parsedPhone = phone ? parsePhoneNumberFromString(phone) : undefined;
  if (!method || !idType || !parsedPhone)
    throw new ProviderError('rejected_request', 'not_executed', 'TumiPay: the order was not checked');
  return {
    reference: order.providerReference,
    amount: Number(toProviderAmount(order.amountInCents, unit)),
    currency: order.currency,
    country: 'CO',
    payment_method: method,
    description: order.description ?? `Pago ${order.providerReference}`,
    customer_data: {
      legal_doc: idNumber,
      legal_doc_type: DOCUMENT_TYPES[idType],
      phone_code: parsedPhone.countryCallingCode,
      phone_number: parsedPhone.nationalNumber,
      email,
      full_name: name,
    },
    expiration_time: order.expiresInMinutes,
    ipn_url: order.webhookUrl,
    redirect_url: order.redirectUrl,
  };
}

/** Reads the reply to a create call. The echo in `data.transaction` is ignored: seed 002 shows one of another order. */
export function readCreateReply(reply: TumiPayReply): OpenedOrder {
  const data = readEnvelope(reply);
  const externalId = readText(data['ticket']);
  const url = readHttpUrl(data['payment_url']);
  const key = readText(data['account_number']);
  const instructions: Instructions | undefined = key
    ? { type: 'breb_key', key, ...(url ? { url } : {}) }
    : url
      ? { type: 'redirect', url }
      : undefined;
  if (!instructions) throw unreadable('the order was taken, but the answer has neither payment_url nor account_number');
  return { instructions, ...(externalId ? { externalId } : {}) };
}

/** Reads the reply to a query for an order of ours. @throws ProviderError unless it is a definite answer about that very order. */
export function readTransactionReply(reply: TumiPayReply, providerReference: string, unit: AmountUnit): FetchedOrder {
  if (saysNoSuchTransaction(reply)) return { found: false };
  const data = readEnvelope(reply);
  const rawStatus = readStatus(data['status']);
  if (!rawStatus) throw unreadable('the transaction has no status');
  if (data['reference'] !== providerReference) {
    throw new ProviderError('contradictory_reply', 'unknown', 'TumiPay: the answer is about another reference');
  }
  return {
    found: true,
    report: readReport({ rawStatus, ticket: data['ticket'], amount: data['amount'], currency: data['currency'] }, unit),
  };
}

/** Reads the body of a webhook (its fields: `top_*`). */
export function readWebhook(rawBody: Buffer, unit: AmountUnit): WebhookNews {
  const body = parseObject(rawBody) ?? {};
  const rawStatus = readStatus(body['top_status']);
  const providerReference = readText(body['top_reference']);
  if (!rawStatus || !providerReference) throw unreadable('the webhook lacks top_status or top_reference');
  const report = readReport(
    { rawStatus, ticket: body['top_ticket'], amount: body['top_amount'], currency: body['top_currency'] },
    unit,
  );
  // No event id is sent. These fields tell events of one transaction apart.
  const eventKey = [report.externalId ?? '', providerReference, rawStatus, report.amountInCents ?? ''].join('|');
  return { eventKey, providerReference, report };
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
  return {
    status,
    rawStatus,
    ...(externalId ? { externalId } : {}),
    ...(wholeAmount === undefined ? {} : { amountInCents: fromProviderAmount(wholeAmount, unit) }),
    ...(typeof currency === 'string' ? { currency: readCurrency(currency) } : {}),
    ...(status === 'REJECTED' ? { reasonCode: rawStatus } : {}),
  };
}

/** `data` of a reply that is certainly a success: 2xx, `code` "01", `status` "SUCCESS". The message's text is never compared. */
function readEnvelope(reply: TumiPayReply): Record<string, unknown> {
  const envelope = parseObject(Buffer.from(reply.bodyText));
  const code = envelope && readText(envelope['code']);
  if (reply.status >= 200 && reply.status < 300) {
    if (!envelope || code === undefined) throw unreadable('the answer is not TumiPay’s JSON');
    const saysSuccess = envelope['status'] === 'SUCCESS';
    if ((code === '01') !== saysSuccess)
      throw new ProviderError('contradictory_reply', 'unknown', 'TumiPay: code and status disagree');
    if (!saysSuccess) throw refusal('rejected_request', envelope);
    const data = envelope['data'];
    if (typeof data !== 'object' || data === null || Array.isArray(data)) throw unreadable('the answer has no data');
    return data as Record<string, unknown>;
  }
  const refused = REFUSALS[reply.status];
  // A refusal without TumiPay's own envelope may come from something in between, whose word on the order is worth nothing.
  if (refused && (envelope !== undefined || refused !== 'rejected_request')) throw refusal(refused, envelope, reply);
  throw new ProviderError('unavailable', 'unknown', `TumiPay: HTTP ${reply.status}`, {
    retryAfterMs: readRetryAfterMs(reply),
  });
}

/**
 * Not documented: a 404, or a 200 whose code says no. Definite only in JSON that speaks of the transaction: the 404 of a web framework or
 * a gateway means that the base URL is wrong, and the order may well exist.
 */
function saysNoSuchTransaction({ status, bodyText }: TumiPayReply): boolean {
  const envelope = parseObject(Buffer.from(bodyText));
  if (!envelope || envelope['code'] === '01' || 'statusCode' in envelope) return false;
  const texts = [envelope['error'], envelope['message']].filter((text) => typeof text === 'string');
  const words = texts.join(' ');
  if (/\broute|\bruta|\bpath\b|\bendpoint|\burl\b|\/v1\//i.test(words)) return false;
  if (status === 404)
    return readText(envelope['code']) !== undefined || texts.some((text) => !/^(?:not found)?$/i.test(text));
  return status === 200 && /not[ _]?found|no (?:se )?(?:existe|encontr)/i.test(words);
}

function refusal(
  kind: 'authentication' | 'rate_limited' | 'rejected_request',
  envelope: Record<string, unknown> | undefined,
  reply?: TumiPayReply,
): ProviderError {
  const providerCode = readCode(envelope?.['error']) ?? readCode(envelope?.['code']);
  const retryAfterMs = reply && readRetryAfterMs(reply);
  return new ProviderError(
    kind,
    'not_executed',
    `TumiPay refused the request${providerCode ? ` (${providerCode})` : ''}`,
    {
      ...(providerCode ? { providerCode } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

function unreadable(message: string): ProviderError {
  return new ProviderError('unreadable_reply', 'unknown', `TumiPay: ${message}`);
}

function readRetryAfterMs({ headers }: TumiPayReply): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}

/** Texts that go into rows and URLs: no empty, no endless and no unprintable ones. */
function readText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,254})$/.test(value) ? value : undefined;
}

/** A transaction's status as they write it, in any script: what we do not know is kept for a person to read. */
function readStatus(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\p{C}\p{Z}](?:[^\p{C}]{0,254})$/u.test(value) ? value : undefined;
}

/** A code, not a sentence: a message could repeat the payer's data. */
function readCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : undefined;
}

/** A currency that is none differs from every real one, and is safe to write down. */
function readCurrency(value: string): string {
  return /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : 'XXX';
}

function readHttpUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return undefined;
  return ['http:', 'https:'].includes(new URL(value).protocol) ? value : undefined;
}
