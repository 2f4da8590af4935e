import { type OutboundReply, readRetryAfterMs, type RefusalKind, refusalOf, unavailable } from '@recaudo/outbound-http';
import { parseObject, ProviderError, readCode } from '@recaudo/payment-provider';

/** What an HTTP reply means before its fields are read. HelloPay documents 400, 401 and 404 and no error body; NestJS' shape is likely. */

/** How a refusal may say that there is a payin with this reference: `reference` is unique, and what a second one gets is not documented. */
const TAKEN = /already|duplic|unique|(?:\b|_)(?:exists|taken|ya)(?:\b|_)|repetid/i;

/** The object of a reply that is certainly a success: any 2xx. @throws ProviderError */
export function readSuccess(reply: OutboundReply): Readonly<Record<string, unknown>> {
  const body = parseObject(Buffer.from(reply.bodyText));
  if (reply.status >= 200 && reply.status < 300) {
    if (!body) throw unreadable('the answer is not HelloPay’s JSON');
    return body;
  }
  const showsPayin = typeof body?.['id'] === 'string' && typeof body['status'] === 'string';
  const refused = showsPayin ? undefined : refusalOf(reply);
  // A refusal that is not JSON may come from something in between, whose word on the payin is worth nothing.
  if (refused && (body || refused !== 'rejected_request')) throw refusal(refused, body, reply);
  throw unavailable(`HelloPay: HTTP ${reply.status}`, reply);
}

/**
 * "Payin not found". Definite only in JSON that speaks of the payin: the 404 of a web framework or a proxy means that the base URL is
 * wrong, and the payin may well exist.
 */
export function saysNoSuchPayin({ status, bodyText }: OutboundReply): boolean {
  const body = status === 404 ? parseObject(Buffer.from(bodyText)) : undefined;
  return textsIn(body).some(
    (text) =>
      /pay-?in/i.test(text) &&
      /not[ _-]?found|does not exist|no (?:se )?(?:existe|encontr)/i.test(text) &&
      !/\/|\broute|\bpath|\bendpoint|\burl\b/i.test(text),
  );
}

export function unreadable(message: string): ProviderError {
  return new ProviderError('unreadable_reply', 'unknown', `HelloPay: ${message}`);
}

export function contradictory(message: string): ProviderError {
  return new ProviderError('contradictory_reply', 'unknown', `HelloPay: ${message}`);
}

function refusal(
  kind: RefusalKind,
  body: Readonly<Record<string, unknown>> | undefined,
  reply: OutboundReply,
): ProviderError {
  const providerCode = readCode(body?.['errorCode']) ?? readCode(body?.['code']) ?? readCode(body?.['error']);
  const mayExist = kind === 'rejected_request' && textsIn(body).some((text) => TAKEN.test(text));
  const retryAfterMs = readRetryAfterMs(reply);
  return new ProviderError(
    kind,
    mayExist ? 'unknown' : 'not_executed',
    `HelloPay refused the request${mayExist ? ' and may have its reference already' : ''}${providerCode ? ` (${providerCode})` : ''}`,
    {
      ...(providerCode ? { providerCode } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

/** What an error body says: NestJS' `message` is a text or a list of texts. */
function textsIn(body: Readonly<Record<string, unknown>> | undefined): string[] {
  const values = [body?.['message'], body?.['error'], body?.['code'], body?.['errorCode']].flat();
  return values.filter((value) => typeof value === 'string');
}
