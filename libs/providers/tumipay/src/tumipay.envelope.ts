import { parseObject, ProviderError } from '@recaudo/payment-provider';

/** Pure reading of what every reply of TumiPay has in common, and of single values. Facts: seeds 000 to 002; see MAPPING.md. */

export interface TumiPayReply {
  status: number;
  headers: Readonly<Record<string, string>>;
  bodyText: string;
}

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

/** `data`, an object or a list, of a reply that is certainly a success: 2xx, `code` "01", `status` "SUCCESS". The message's text is never compared. */
export function readData(reply: TumiPayReply): object {
  const envelope = parseObject(Buffer.from(reply.bodyText));
  const code = envelope && readText(envelope['code']);
  if (reply.status >= 200 && reply.status < 300) {
    if (!envelope || code === undefined) throw unreadable('the answer is not TumiPay’s JSON');
    const saysSuccess = envelope['status'] === 'SUCCESS';
    if ((code === '01') !== saysSuccess)
      throw new ProviderError('contradictory_reply', 'unknown', 'TumiPay: code and status disagree');
    if (!saysSuccess) throw refusal('rejected_request', envelope);
    const data = envelope['data'];
    if (typeof data !== 'object' || data === null) throw unreadable('the answer has no data');
    return data;
  }
  const saysSuccess = code === '01' && envelope?.['status'] === 'SUCCESS';
  const refused = saysSuccess ? undefined : REFUSALS[reply.status];
  // A refusal without TumiPay's own envelope may come from something in between, whose word on the order is worth nothing.
  if (refused && (envelope !== undefined || refused !== 'rejected_request')) throw refusal(refused, envelope, reply);
  throw new ProviderError('unavailable', 'unknown', `TumiPay: HTTP ${reply.status}`, {
    retryAfterMs: readRetryAfterMs(reply),
  });
}

/** `data` of a reply that is certainly a success and speaks of one thing. */
export function readDataObject(reply: TumiPayReply): Record<string, unknown> {
  const data = readData(reply);
  if (Array.isArray(data)) throw unreadable('the answer has a list where one thing was asked for');
  return { ...data };
}

/**
 * Not documented: a 404, or a 200 whose code says no. Definite only in JSON that speaks of the transaction: the 404 of a web framework or
 * a gateway means that the base URL is wrong, and the order may well exist.
 */
export function saysNoSuchTransaction({ status, bodyText }: TumiPayReply): boolean {
  const envelope = parseObject(Buffer.from(bodyText));
  if (!envelope || envelope['code'] === '01' || 'statusCode' in envelope) return false;
  // Half a success, or a transaction shown beside the refusal.
  if (envelope['status'] === 'SUCCESS' || Object.keys(envelope['data'] ?? {}).length > 0) return false;
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

export function unreadable(message: string): ProviderError {
  return new ProviderError('unreadable_reply', 'unknown', `TumiPay: ${message}`);
}

function readRetryAfterMs({ headers }: TumiPayReply): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}

/** Texts that go into rows and URLs: no empty, no endless and no unprintable ones. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,254})$/.test(value) ? value : undefined;
}

/** A transaction's status as they write it, in any script: what we do not know is kept for a person to read. */
export function readStatus(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\p{C}\p{Z}](?:[^\p{C}]{0,254})$/u.test(value) ? value : undefined;
}

/** A code, not a sentence: a message could repeat the payer's data. */
function readCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? value : undefined;
}

/** A currency that is none differs from every real one, and is safe to write down. */
export function readCurrency(value: string): string {
  return /^[A-Za-z]{3}$/.test(value) ? value.toUpperCase() : 'XXX';
}

export function readHttpUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return undefined;
  return ['http:', 'https:'].includes(new URL(value).protocol) ? value : undefined;
}

/** A sentence for a person to read, in any script. */
export function readSentence(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\p{C}\p{Z}][^\p{C}]{0,499}$/u.test(value) ? value : undefined;
}
