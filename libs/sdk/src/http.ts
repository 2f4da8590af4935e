import { RecaudoConnectionError, RecaudoError, RecaudoProblem } from './errors.js';
import { type CallOptions, DEFAULTS, type Limits, type RecaudoOptions } from './options.js';
import { pause } from './pause.js';
import { isWorthRetrying, type Repeatable, waitMs } from './retry.js';
import type { AnswerOf, BodyOf, Filters, Method, OperationAt, ParamsOf, PathOf, QueryOf, Sent } from './types.js';

type Given<Name extends string, Value> = [Value] extends [never]
  ? object
  : object extends Value
    ? { [N in Name]?: Value }
    : { [N in Name]: Value };

/** What a path with a method takes, as the OpenAPI document says. */
export type CallOf<M extends Method, P extends PathOf<M>> = CallOptions &
  Given<'params', ParamsOf<OperationAt<M, P>>> &
  Given<'query', Filters<QueryOf<OperationAt<M, P>>>> &
  Given<'body', Sent<BodyOf<OperationAt<M, P>>>> & { repeatable?: Repeatable };

interface Call extends CallOptions {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  repeatable?: Repeatable;
}

/** Sends calls: their address, their key, their time, and again what can be sent again. */
export class HttpClient {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #fetch: typeof globalThis.fetch;
  readonly #limits: Limits;

  constructor({ apiKey, baseUrl, fetch: given, ...options }: RecaudoOptions) {
    if (!apiKey) throw new TypeError('apiKey is missing');
    if (!/^https?:\/\//.test(baseUrl ?? ''))
      throw new TypeError('baseUrl must be an address that begins with https:// or http://');
    this.#url = baseUrl.replace(/\/+$/, '');
    this.#apiKey = apiKey;
    // A runtime's own asks to be called as a function.
    this.#fetch = given ?? ((input, init) => globalThis.fetch(input, init));
    this.#limits = limitsOf(options, DEFAULTS);
  }

  /**
   * @throws RecaudoProblem, RecaudoConnectionError, or the reason of `signal`
   */
  async send<M extends Method, P extends PathOf<M>>(
    method: M,
    path: P,
    call: CallOf<M, P>,
  ): Promise<AnswerOf<OperationAt<M, P>>>;
  async send(method: Method, path: string, call: Call): Promise<unknown> {
    const {
      params = {},
      query = {},
      body,
      signal,
      repeatable = method === 'get' ? 'always' : 'refused',
      ...options
    } = call;
    const { timeoutMs, attemptTimeoutMs, retries } = limitsOf(options, this.#limits);
    const url = this.#url + fill(path, params) + search(query);
    const init: RequestInit = {
      method: method.toUpperCase(),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.#apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      // Else a POST that is sent elsewhere becomes a GET there.
      redirect: 'manual',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const endsAt = Date.now() + timeoutMs;
    for (let retry = 0; ; retry += 1) {
      signal?.throwIfAborted();
      let failure: RecaudoError;
      try {
        return await this.#attempt(url, init, Math.min(attemptTimeoutMs, endsAt - Date.now()), signal);
      } catch (error) {
        if (!(error instanceof RecaudoError)) throw error;
        failure = error;
      }
      const askedMs = failure instanceof RecaudoProblem ? failure.retryAfterMs : null;
      const isWorthIt =
        failure instanceof RecaudoProblem
          ? isWorthRetrying(failure, repeatable)
          : failure instanceof RecaudoConnectionError && repeatable === 'always';
      const pauseMs = waitMs(retry, Math.random(), askedMs);
      if (retry >= retries || !isWorthIt || Date.now() + pauseMs >= endsAt) throw failure;
      await pause(pauseMs, signal);
    }
  }

  /** @throws RecaudoProblem, RecaudoConnectionError, or the reason of `signal` */
  async #attempt(url: string, init: RequestInit, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown> {
    const aborter = new AbortController();
    const abort = () => aborter.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    const timer = setTimeout(
      () => aborter.abort(new DOMException(`no answer within ${Math.round(timeoutMs)} ms`, 'TimeoutError')),
      timeoutMs,
    );
    try {
      const response = await this.#fetch(url, { ...init, signal: aborter.signal });
      const text = await response.text();
      if (!response.ok) throw new RecaudoProblem(response, parsed(text));
      if (text === '') return undefined;
      const answer = parsed(text);
      if (answer === undefined) throw new RecaudoError(`${response.status}, but not in JSON: is baseUrl right?`);
      return answer;
    } catch (error) {
      if (error instanceof RecaudoError) throw error;
      if (signal?.aborted) throw signal.reason;
      const cause = aborter.signal.aborted ? (aborter.signal.reason as Error) : error;
      throw new RecaudoConnectionError(`no answer: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

function limitsOf({ timeoutMs, attemptTimeoutMs, retries }: CallOptions, otherwise: Limits): Limits {
  return {
    timeoutMs: timeoutMs ?? otherwise.timeoutMs,
    attemptTimeoutMs: attemptTimeoutMs ?? otherwise.attemptTimeoutMs,
    retries: retries ?? otherwise.retries,
  };
}

/** @throws TypeError of an id that would ask for another path */
function fill(path: string, params: Record<string, unknown>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) throw new TypeError(`${path}: ${name} is missing`);
    return encodeURIComponent(value);
  });
}

function search(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat() as (string | number | boolean | null | undefined)[])
      if (one !== undefined && one !== null) search.append(name, String(one));
  return search.size === 0 ? '' : `?${search}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
