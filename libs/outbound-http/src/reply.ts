import type { IncomingHttpHeaders } from 'node:http';

export interface OutboundReply {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  bodyText: string;
}

/** Of these the first counts, as in Node's own client; the values of any other are one list (RFC 9110, 5.3). */
const SINGLE: ReadonlySet<string> = new Set([
  ...['age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer'],
  ...['retry-after', 'server', 'user-agent'],
]);

export function joinHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === 'string' ? value.trim() : joinValues(name, value);
  }
  return joined;
}

function joinValues(name: string, values: readonly string[]): string {
  if (SINGLE.has(name)) return values[0]!.trim();
  return values.map((value) => value.trim()).join(name === 'set-cookie' ? ',' : ', ');
}

/** The first bytes of a body as text. A byte order mark is none of it. */
export function textOf(chunks: readonly Buffer[], maxBytes: number): string {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  const text = bytes.toString('utf8', 0, maxBytes);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
