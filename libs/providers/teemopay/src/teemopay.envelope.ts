import { type OutboundReply, readRetryAfterMs, refusalOf, unavailable } from '@recaudo/outbound-http';
import {
  parseObject,
  ProviderError,
  type ProviderErrorKind,
  type ProviderOutcome,
  isFields,
  type Fields,
} from '@recaudo/payment-provider';
import { unreadable } from './teemopay.fields.js';

interface Verdict {
  kind: ProviderErrorKind;
  outcome: ProviderOutcome;
}

const REFUSED: Verdict = { kind: 'rejected_request', outcome: 'not_executed' };
const UNAUTHORISED: Verdict = { kind: 'authentication', outcome: 'not_executed' };
const UNAVAILABLE: Verdict = { kind: 'unavailable', outcome: 'unknown' };

/**
 * `code` of an envelope that is not 200: everything that TeemoPay documents for Colombia, and what the same platform documents for its
 * sister brand where TeemoPay is silent (401, 413, 415, 431, 433, 448, 492). A code that is not here may have left an order behind.
 */
export const ERROR_CODES: Readonly<Record<string, Verdict>> = {
  401: UNAUTHORISED,
  412: UNAVAILABLE,
  413: REFUSED,
  414: REFUSED,
  415: REFUSED,
  416: UNAUTHORISED,
  417: UNAUTHORISED,
  418: UNAUTHORISED,
  423: REFUSED,
  424: REFUSED,
  425: REFUSED,
  // The order that is already there may be this very one.
  426: { kind: 'rejected_request', outcome: 'unknown' },
  427: REFUSED,
  431: REFUSED,
  432: REFUSED,
  433: REFUSED,
  // "Merchant order not exist" answers a query; to a create call it says nothing.
  434: UNAVAILABLE,
  438: REFUSED,
  440: REFUSED,
  445: REFUSED,
  448: { kind: 'timeout', outcome: 'unknown' },
  455: REFUSED,
  460: REFUSED,
  462: REFUSED,
  466: REFUSED,
  473: REFUSED,
  475: REFUSED,
  476: REFUSED,
  492: REFUSED,
  500: UNAVAILABLE,
  600: REFUSED,
  601: REFUSED,
  602: REFUSED,
  603: REFUSED,
  604: REFUSED,
  605: REFUSED,
  606: REFUSED,
};

/** `data` of a reply that is certainly a success: 2xx and `code` 200, which means that the request was processed and nothing else. */
export function readData(reply: OutboundReply): Fields {
  const body = parseObject(Buffer.from(reply.bodyText));
  const code = codeOf(body);
  if (reply.status >= 200 && reply.status < 300) {
    if (!body) throw unreadable('the answer is not TeemoPay’s JSON');
    // The English page of the query shows an answer without its envelope.
    if (body['code'] === undefined && body['success'] === true) return body;
    if (code === undefined) throw unreadable('the answer has no code');
    if (code !== '200') throw refusal(code, reply);
    if (!isFields(body['data'])) throw unreadable('the answer has no data');
    return body['data'];
  }
  if (code === '200')
    throw new ProviderError('contradictory_reply', 'unknown', `TeemoPay: code 200 with HTTP ${reply.status}`);
  // Documented errors come in an envelope, with whatever HTTP status; but an outage or a redirect leaves everything open.
  const isRefusal = reply.status >= 400 && reply.status < 500 && reply.status !== 429;
  if (isRefusal && code !== undefined && Object.hasOwn(ERROR_CODES, code)) throw refusal(code, reply);
  throw httpError(reply, body !== undefined);
}

/** "Merchant order not exist" (434), or the `400 Order not found` of older pages: definite, in the words of an envelope. */
export function saysNoSuchOrder({ status, bodyText }: OutboundReply): boolean {
  const body = parseObject(Buffer.from(bodyText));
  const code = codeOf(body);
  const isAnswer = (status >= 200 && status < 300) || (status >= 400 && status < 500);
  if (!isAnswer || !body || isFields(body['data'])) return false;
  return code === '434' || (code === '400' && body['success'] === false && body['msg'] === 'Order not found');
}

/** The code of what is certainly TeemoPay's envelope: without their `msg`, an error may be of something in between. */
function codeOf(body: Fields = {}): string | undefined {
  const { code, msg } = body;
  const text = typeof code === 'number' ? String(code) : code;
  if (typeof text !== 'string' || !/^\d{3}$/.test(text)) return undefined;
  return text === '200' || typeof msg === 'string' ? text : undefined;
}

function refusal(code: string, reply: OutboundReply): ProviderError {
  const { kind, outcome } = (Object.hasOwn(ERROR_CODES, code) && ERROR_CODES[code]) || UNAVAILABLE;
  // Their `msg` may repeat the payer's data.
  return new ProviderError(kind, outcome, `TeemoPay did not accept the request (${code})`, {
    providerCode: code,
    retryAfterMs: readRetryAfterMs(reply),
  });
}

function httpError(reply: OutboundReply, isJson: boolean): ProviderError {
  const refused = refusalOf(reply);
  const message = `TeemoPay: HTTP ${reply.status}`;
  return refused && (isJson || refused !== 'rejected_request')
    ? new ProviderError(refused, 'not_executed', message, { retryAfterMs: readRetryAfterMs(reply) })
    : unavailable(message, reply);
}
