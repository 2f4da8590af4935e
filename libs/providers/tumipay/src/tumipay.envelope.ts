import { type OutboundReply, readRetryAfterMs, type RefusalKind, refusalOf, unavailable } from '@recaudo/outbound-http';
import { type Fields, parseObject, ProviderError, readCode, readText } from '@recaudo/payment-provider';

/** Pure reading of what every reply of TumiPay has in common. Facts: seeds 000 to 002; see MAPPING.md. */

/** What the envelope's `status` may say of a request that was not taken. None is documented. */
const REFUSED = /^(?:error|fail(?:ed|ure)?|reject(?:ed)?|declined|denied|invalid|rechazad[oa]|fallid[oa]|negad[oa])$/i;

/**
 * How a refusal may say that there is an order all the same: ours is there already, is being made, or something broke on the way. A
 * refusal that is taken for certain by mistake opens a second order at another provider.
 */
const MAY_EXIST = new RegExp(
  [
    /already|duplic|unique|\bexists\b|\bexisting\b|\btaken\b|\bya\b|repetid|(?<!\bno )\bexiste(?:nte)?\b/,
    /pending|pendiente|in process|in progress|processing|processed|(?:en|in) (?:proceso|curso|tr[aá]mite)|procesa(?:nd|d)/,
    /\binternal|\bintern[oa]\b|time ?out|timed out|tiempo|unavailable|no disponible|tempora|unexpected|inesperad/,
    /\bagain\b|retry|\blater\b|intent[ea]|m[aá]s tarde|consult/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);

/** Codes that are HTTP's own for an answer that leaves it open. */
const OPEN_CODE = /^(?:408|409|5\d\d)$/;

/** `data`, an object or a list, of a reply that is certainly a success: 2xx, `code` "01", `status` "SUCCESS". The message's text is never compared. */
export function readData(reply: OutboundReply): object {
  const envelope = parseObject(Buffer.from(reply.bodyText));
  const code = envelope && readText(envelope['code']);
  const isOk = reply.status >= 200 && reply.status < 300;
  if (isOk && (!envelope || code === undefined)) throw unreadable('the answer is not TumiPay’s JSON');
  const saysSuccess = envelope?.['status'] === 'SUCCESS';
  if (isOk && (code === '01') !== saysSuccess)
    throw new ProviderError('contradictory_reply', 'unknown', 'TumiPay: code and status disagree');
  if (!isOk || !saysSuccess) throw refusal(reply, envelope);
  const data = envelope['data'];
  if (typeof data !== 'object' || data === null) throw unreadable('the answer has no data');
  return data;
}

/** `data` of a reply that is certainly a success and speaks of one thing. */
export function readDataObject(reply: OutboundReply): Record<string, unknown> {
  const data = readData(reply);
  if (Array.isArray(data)) throw unreadable('the answer has a list where one thing was asked for');
  return { ...data };
}

/**
 * Not documented: a 404, or a 200 whose code says no. Definite only in JSON that says so of the transaction: any other 404, of a web framework
 * or a platform, means that the base URL is wrong, and the order may well exist.
 */
export function saysNoSuchTransaction({ status, bodyText }: OutboundReply): boolean {
  const envelope = status === 404 || status === 200 ? parseObject(Buffer.from(bodyText)) : undefined;
  // Half a success, or a transaction shown beside the refusal.
  if (!envelope || envelope['code'] === '01' || envelope['status'] === 'SUCCESS' || hasData(envelope)) return false;
  if (MAY_EXIST.test(wordsOf(bodyText))) return false;
  const texts = [envelope['error'], envelope['message'], envelope['code']].flat();
  const said = texts.map((text) => (typeof text === 'string' ? wordsOf(text) : '')).join('.');
  // In one breath: "the merchant does not exist, reference: …" is about the merchant.
  if (OTHER_THING.test(said)) return false;
  // A 404 in TumiPay's own envelope that names nothing speaks of what was asked for.
  const isOwn = readText(envelope['code']) !== undefined && REFUSED.test(readText(envelope['status']) ?? '');
  if (status === 404 && isOwn && BARE.test(wordsOf(readText(envelope['message']) ?? ''))) return true;
  return said.split(/[.;:,]/).some((part) => TRANSACTION.test(part) && NOT_FOUND.test(part));
}

const TRANSACTION = /transac|\btrx\b|referenc|\bticket/i;
const NOT_FOUND =
  /not (?:be )?found|\bno (?:such|\w+ found)\b|does(?: not|n't) exist|\bno (?:(?:se|fue|ha sido) )?(?:existe|encontr|encuentra registr)/i;
const BARE = /^\s*(?:resource |recurso )?(?:not found|no (?:se |fue )?encontrad[oa]|no existe)[\s.]*$/i;
const OTHER_THING = /\broute|\bruta|\bpath\b|\bendpoint|\burl\b|\/v1\/|servic|\btenant|applica|aplica|upstream/i;

/** A text as words: `REFERENCE_EXISTS` and `referenceExists` are two each, and what JSON escapes is spelt out. */
function wordsOf(text: string): string {
  return text
    .replaceAll(/\\u([\da-f]{4})/gi, (_escape, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/\\.|[_-]+/g, ' ');
}

function hasData({ data }: Fields): boolean {
  return typeof data === 'object' && data !== null ? Object.keys(data).length > 0 : Boolean(data);
}

function refusal(reply: OutboundReply, envelope: Fields | undefined): ProviderError {
  const providerCode = readCode(envelope?.['error']) ?? readCode(envelope?.['code']);
  const retryAfterMs = readRetryAfterMs(reply);
  const detail = {
    ...(providerCode ? { providerCode } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  const kind = refusedKind(reply, envelope);
  if (!kind) return unavailable(`TumiPay: HTTP ${reply.status}, no certain refusal`, reply, detail);
  return new ProviderError(
    kind,
    'not_executed',
    `TumiPay refused the request${providerCode ? ` (${providerCode})` : ''}`,
    detail,
  );
}

/** Undefined where the order may have been taken. Who we are and how often we ask is judged before that; all else only by TumiPay's own envelope. */
function refusedKind(reply: OutboundReply, envelope: Fields | undefined): RefusalKind | undefined {
  if (envelope?.['code'] === '01' && envelope['status'] === 'SUCCESS') return undefined;
  const kind = reply.status >= 200 && reply.status < 300 ? 'rejected_request' : refusalOf(reply);
  if (kind !== 'rejected_request') return kind;
  if (!envelope || !REFUSED.test(readText(envelope['status']) ?? '')) return undefined;
  const { code } = envelope;
  const isOpen = (typeof code === 'string' || typeof code === 'number') && OPEN_CODE.test(String(code));
  return isOpen || hasData(envelope) || MAY_EXIST.test(wordsOf(reply.bodyText)) ? undefined : kind;
}

export function unreadable(message: string): ProviderError {
  return new ProviderError('unreadable_reply', 'unknown', `TumiPay: ${message}`);
}
