import { type OutboundReply, readRetryAfterMs, type RefusalKind, refusalOf } from '@recaudo/outbound-http';
import { parseObject, ProviderError, readCode, readText } from '@recaudo/payment-provider';

/** Pure reading of what every reply of TumiPay has in common. Facts: seeds 000 to 002; see MAPPING.md. */

/** `data`, an object or a list, of a reply that is certainly a success: 2xx, `code` "01", `status` "SUCCESS". The message's text is never compared. */
export function readData(reply: OutboundReply): object {
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
  const refused = saysSuccess ? undefined : refusalOf(reply);
  // A refusal without TumiPay's own envelope may come from something in between, whose word on the order is worth nothing.
  if (refused && (envelope !== undefined || refused !== 'rejected_request')) throw refusal(refused, envelope, reply);
  throw new ProviderError('unavailable', 'unknown', `TumiPay: HTTP ${reply.status}`, {
    retryAfterMs: readRetryAfterMs(reply),
  });
}

/** `data` of a reply that is certainly a success and speaks of one thing. */
export function readDataObject(reply: OutboundReply): Record<string, unknown> {
  const data = readData(reply);
  if (Array.isArray(data)) throw unreadable('the answer has a list where one thing was asked for');
  return { ...data };
}

/**
 * Not documented: a 404, or a 200 whose code says no. Definite only in JSON that speaks of the transaction: the 404 of a web framework or
 * a gateway means that the base URL is wrong, and the order may well exist.
 */
export function saysNoSuchTransaction({ status, bodyText }: OutboundReply): boolean {
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
  kind: RefusalKind,
  envelope: Record<string, unknown> | undefined,
  reply?: OutboundReply,
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
