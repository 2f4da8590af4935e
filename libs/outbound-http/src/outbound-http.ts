import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { presentShare } from '@recaudo/fair-share';
import type { AxiosInstance } from 'axios';
import { adapterOf, requestOf } from './axios-adapter.js';
import { isServerFailure } from './breaker.js';
import { ConnectionPool } from './connection-pool.js';
import { dnsResolver } from './dns-resolver.js';
import { Destination, type DestinationHealth, type DestinationLimits } from './destination.js';
import { Exchange } from './exchange.js';
import { loggablePath } from './loggable-path.js';
import { isPrivateLiteral, whyNeverCalled } from './merchant-url.js';
import { OutboundError, toOutboundError } from './outbound-error.js';
import { PrivateAddressError, publicLookup, type Resolve } from './private-addresses.js';
import type { OutboundReply } from './reply.js';

export type { OutboundReply } from './reply.js';

/** `order`: opens one. `question`: all else. */
export const CALL_PURPOSES = ['order', 'question'] as const;
export type CallPurpose = (typeof CALL_PURPOSES)[number];

export interface OutboundRequest {
  /**
   * Who is called: a provider's name. Calls to the same name and for the same purpose share a limit, of which everybody for whom calls are
   * made (`onBehalfOf`) has a share, and what is known of the server; the log says it.
   */
  to: string;
  /** Default `question`. Questions that fail, or are many, are no reason to hold an order back, nor the other way round. */
  purpose?: CallPurpose;
  method: 'GET' | 'POST';
  url: string;
  /**
   * The URL is a merchant's: it is called only if `whyNeverCalled` has nothing against it. `to` then stands for many servers, so there is no
   * breaker and no limit, and the caller bounds its own calls. Its path may hold the merchant's secret and is not logged.
   */
  merchantUrl?: boolean;
  headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  body?: string;
  /** Bound on the whole call, from the wait for a slot, which may take half of it, to the last byte of the reply. */
  timeoutMs: number;
  maxReplyBytes: number;
  /**
   * Only the status of a reply counts: once it is there the call has succeeded, whatever becomes of the body. What has come of it within a
   * second, up to `maxReplyBytes`, is shown. Without this a body that is too long, breaks off or does not end is an error.
   */
  statusIsEnough?: boolean;
}

export interface OutboundLimits extends DestinationLimits {
  /** Bound on the time until there is a connection: a free one of those to its server, or a new one with name, TCP and TLS. */
  connectTimeoutMs: number;
  /** A kept connection that is not used for so long is closed. */
  idleTimeoutMs: number;
  /** For the body of a reply of which only the status counts. */
  bodyTimeoutMs: number;
}

// Why these: docs/decisions/0005-outbound-http.md.
const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
const LIMITS: Readonly<Record<CallPurpose, DestinationLimits>> = {
  order: { failuresToOpen: 5, openMs: 10_000, inFlightMax: 128, queuedMax: 512 },
  question: { failuresToOpen: 5, openMs: 10_000, inFlightMax: 64, queuedMax: 128 },
};
/** A body that does not count must not hold a slot. */
const BODY_TIMEOUT_MS = 1_000;
/** A call that begins has at least the rest for its reply: cut short, it would end as one that may have been carried out. */
const WAIT_SHARE = 0.5;

/** A call that is over. */
export interface OutboundCall {
  to: string;
  purpose: CallPurpose;
  /** `2xx` and the like, or why there was no reply. */
  outcome: string;
  /** Of the reply; null where there was none. */
  status: number | null;
  durationMs: number;
}

export type ServerHealth = Readonly<Record<CallPurpose, DestinationHealth>>;

export const OUTBOUND_HTTP_OPTIONS = Symbol('OutboundHttpOptions');
export interface OutboundHttpOptions {
  /** Private addresses may be reached, and merchants' URLs over plain HTTP: development and tests only. */
  allowPrivate: boolean;
  /** Default: the machine's resolver. */
  resolve?: Resolve;
  /** Other than the defaults, for either purpose. */
  limits?: Partial<OutboundLimits>;
}

/**
 * Every call that leaves Recaudo: deadlines for the connection and for the whole call, a cap on the reply, kept-alive connections, no
 * redirects, no proxy from the environment, no re-sending; for each destination and purpose circuit breakers and a limit of calls in
 * flight, with a share for everybody for whom calls are made. Any HTTP status is a reply; only the lack of one is an error.
 */
@Injectable()
export class OutboundHttp implements OnApplicationShutdown {
  private readonly logger = new Logger(OutboundHttp.name);
  private readonly listeners: ((call: OutboundCall) => void)[] = [];
  private readonly destinations = new Map<string, Readonly<Record<CallPurpose, Destination>>>();
  private readonly axios: AxiosInstance;
  private readonly connections: ConnectionPool;
  private readonly merchantConnections: ConnectionPool;

  constructor(
    http: HttpService,
    @Inject(OUTBOUND_HTTP_OPTIONS) private readonly options: OutboundHttpOptions,
  ) {
    this.axios = withoutDefaults(http.axiosRef);
    const { allowPrivate, resolve, limits } = options;
    const idleTimeoutMs = limits?.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
    const poolOf = (names?: Resolve): ConnectionPool =>
      new ConnectionPool({ idleTimeoutMs, ...(!allowPrivate && { lookup: publicLookup(names) }) });
    this.connections = poolOf(resolve);
    this.merchantConnections = poolOf(resolve ?? dnsResolver());
  }

  /** @throws OutboundError when no whole reply was read. */
  async send(request: OutboundRequest): Promise<OutboundReply> {
    const startedAt = performance.now();
    try {
      const url = this.urlOf(request);
      const call = (): Promise<OutboundReply> => this.exchange(request, url, startedAt);
      const reply = await (request.merchantUrl
        ? call()
        : this.destination(request).run(presentShare(), call, request.timeoutMs * WAIT_SHARE));
      this.log(request, startedAt, reply);
      return reply;
    } catch (error) {
      const outboundError = toOutboundError(error, true);
      this.log(request, startedAt, outboundError);
      throw outboundError;
    }
  }

  /** Why a merchant's URL would never be called, to be read after "must", so that it can be refused before anything is owed to it. */
  whyNeverCalled(merchantUrl: string): string | undefined {
    return whyNeverCalled(merchantUrl, this.options.allowPrivate);
  }

  /** How calls to this destination went lately, in this process; of the breakers, the worst that anybody's calls have. */
  health(to: string): ServerHealth {
    const { order, question } = this.destinationsOf(to);
    return { order: order.health(), question: question.health() };
  }

  /** Whether calls that are made for the same as this one are held back because too many have failed. */
  isHeldBack(to: string, purpose: CallPurpose): boolean {
    return this.destinationsOf(to)[purpose].health(presentShare()).breaker === 'open';
  }

  /** Calls the listener for every call from now on. */
  onCall(listener: (call: OutboundCall) => void): void {
    this.listeners.push(listener);
  }

  onApplicationShutdown(): void {
    this.connections.closeAll();
    this.merchantConnections.closeAll();
  }

  private destination({ to, purpose = 'question' }: OutboundRequest): Destination {
    return this.destinationsOf(to)[purpose];
  }

  private destinationsOf(to: string): Readonly<Record<CallPurpose, Destination>> {
    const known = this.destinations.get(to);
    if (known) return known;
    const destinations = { order: this.newDestination(to, 'order'), question: this.newDestination(to, 'question') };
    this.destinations.set(to, destinations);
    return destinations;
  }

  private newDestination(to: string, purpose: CallPurpose): Destination {
    return new Destination({ ...LIMITS[purpose], ...this.options.limits }, (breaker, share) =>
      this.logger.warn({ to, purpose, breaker, share }, 'a circuit breaker changed'),
    );
  }

  private async exchange(request: OutboundRequest, url: URL, startedAt: number): Promise<OutboundReply> {
    const { limits } = this.options;
    const pool = request.merchantUrl ? this.merchantConnections : this.connections;
    const exchange = new Exchange(pool, url.origin, {
      endsAt: startedAt + request.timeoutMs,
      connectTimeoutMs: limits?.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      bodyTimeoutMs: limits?.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
      maxReplyBytes: request.maxReplyBytes,
      statusIsEnough: request.statusIsEnough ?? false,
    });
    const { method, headers = {}, body } = request;
    try {
      // Notifications are the many calls, and axios adds nothing to them.
      if (request.merchantUrl) return await exchange.send(requestOf(method, url, Object.entries(headers), body));
      const adapter = adapterOf(exchange, url);
      const { data } = await this.axios.request<OutboundReply>({
        method,
        url: request.url,
        headers,
        data: body,
        adapter,
      });
      return data;
    } catch (error) {
      throw toOutboundError(error, exchange.mayHaveLeft);
    }
  }

  /** @throws OutboundError for what is never called; that says nothing about the destination. */
  private urlOf({ url: text, merchantUrl }: OutboundRequest): URL {
    const { allowPrivate } = this.options;
    const url = URL.parse(text);
    if (!url || !['http:', 'https:'].includes(url.protocol)) throw toOutboundError({ code: 'ERR_INVALID_URL' }, false);
    if (!allowPrivate && isPrivateLiteral(url)) throw toOutboundError(new PrivateAddressError(), false);
    const why = merchantUrl && whyNeverCalled(url, allowPrivate);
    if (why) throw new OutboundError('forbidden_address', `forbidden address (must ${why})`, false);
    return url;
  }

  /** One line a call. Nothing of headers, query and bodies is ever in it. */
  private log(request: OutboundRequest, startedAt: number, outcome: OutboundReply | OutboundError): void {
    const { to, purpose = 'question', method, url, merchantUrl } = request;
    const durationMs = Math.round(performance.now() - startedAt);
    const status = outcome instanceof OutboundError ? null : outcome.status;
    const outcomeName = outcome instanceof OutboundError ? outcome.kind : `${String(status)[0]}xx`;
    for (const listener of this.listeners) listener({ to, purpose, outcome: outcomeName, status, durationMs });
    const well = !(outcome instanceof OutboundError) && !isServerFailure(outcome);
    if (well && !Logger.isLevelEnabled('debug')) return;
    const line = {
      to,
      method,
      ...(!merchantUrl && { path: loggablePath(url) }),
      ...(outcome instanceof OutboundError
        ? { error: outcome.kind, reason: outcome.message }
        : { status: outcome.status, replyBytes: Buffer.byteLength(outcome.bodyText) }),
      durationMs,
    };
    this.logger[well ? 'debug' : 'warn'](line, 'outbound call');
  }
}

/** axios merges its defaults into each call: all of them are for what the adapter does without. */
function withoutDefaults(axios: AxiosInstance): AxiosInstance {
  const lean = axios.create();
  for (const name of Object.keys(lean.defaults)) delete (lean.defaults as Record<string, unknown>)[name];
  return lean;
}
