import axios, { type AxiosAdapter, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import { ACCEPTED_CODINGS } from './content-coding.js';
import type { Exchange } from './exchange.js';
import type { OutboundReply } from './reply.js';

/** Sent where the caller gives none. */
const DEFAULT_HEADERS: Readonly<Record<string, string>> = {
  accept: 'application/json, text/plain, */*',
  'accept-encoding': ACCEPTED_CODINGS,
  'user-agent': `axios/${axios.VERSION}`,
};
const NO_HEADERS = new AxiosHeaders();

/** Has axios send its request by the exchange. The reply is the response's `data`: axios would copy the headers twice, and parse the text. */
export function adapterOf(exchange: Exchange, url: URL): AxiosAdapter {
  return async (config) => {
    const { method, headers, data: body } = config as InternalAxiosRequestConfig<string | undefined>;
    const data: OutboundReply = await exchange.send(requestOf(method!.toUpperCase(), url, headers, body));
    return { data, status: data.status, statusText: '', headers: NO_HEADERS, config };
  };
}

/** As axios' own adapter would send it. */
export function requestOf(
  method: string,
  url: URL,
  headers: Iterable<readonly [name: string, value: unknown]>,
  body: string | undefined,
): Dispatcher.DispatchOptions {
  return { method, path: url.pathname + url.search, headers: headersOf(headers, url), body: body ?? null };
}

/** Names and values in turns. */
function headersOf(given: Iterable<readonly [name: string, value: unknown]>, url: URL): string[] {
  const authorization = authorizationOf(url);
  const headers: string[] = [];
  const names = new Set<string>();
  for (const [name, value] of given) {
    const lowerCase = name.toLowerCase();
    if (authorization && lowerCase === 'authorization') continue;
    names.add(lowerCase);
    headers.push(name, String(value));
  }
  for (const name in DEFAULT_HEADERS) if (!names.has(name)) headers.push(name, DEFAULT_HEADERS[name]!);
  if (authorization) headers.push('authorization', authorization);
  return headers;
}

/** A user name or password in the URL goes before a header. */
function authorizationOf({ username, password }: URL): string | undefined {
  if (!username && !password) return undefined;
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
