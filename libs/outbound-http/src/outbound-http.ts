import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { presentShare } from '@recaudo/fair-share';
import { firstValueFrom } from 'rxjs';
import { isServerFailure } from './breaker.js';
import { Connection } from './connection.js';
import { dnsResolver } from './dns-resolver.js';
import { Destination, type DestinationHealth, type DestinationLimits } from './destination.js';
import { loggablePath } from './loggable-path.js';
import { isPrivateLiteral, whyNeverCalled } from './merchant-url.js';
import { OutboundError, toOutboundError } from './outbound-error.js';
import { PrivateAddressError, publicLookup, type Resolve } from './private-addresses.js';

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
  headers?: Record<string, string>;
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

export interface OutboundReply {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  bodyText: string;
}

export interface OutboundLimits extends DestinationLimits {
  /** Bound on the time until there is a connection: name, TCP and TLS. */
  connectTimeoutMs: number;
  /** A kept connection that is not used for so long is closed. */
  idleTimeoutMs: number;
  /** For the body of a reply of which only the status counts. */
  bodyTimeoutMs: number;
}

// Why these: docs/decisions/0005-outbound-http.md.
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * To one server. More than a provider's calls in flight, and no fewer than all deliveries together, which may all go to one server of many
 * merchants: one that waits for a connection would end as if there were none to be had.
 */
const CONNECTIONS_MAX = 256;
const IDLE_TIMEOUT_MS = 60_000;
/** Kept unused, to all servers together: one that ends beyond is closed. An Agent's own bound on all makes calls wait for those of others. */
const IDLE_MAX = 256;
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
  /** `2xx` and the like, or why there was no reply. */
  outcome: string;
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
  private readonly agents: Agents;
  private readonly merchantAgents: Agents;

  constructor(
    private readonly http: HttpService,
    @Inject(OUTBOUND_HTTP_OPTIONS) private readonly options: OutboundHttpOptions,
  ) {
    const { allowPrivate, resolve, limits } = options;
    const idleTimeoutMs = limits?.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
    this.agents = newAgents(idleTimeoutMs, allowPrivate ? undefined : publicLookup(resolve));
    this.merchantAgents = newAgents(idleTimeoutMs, allowPrivate ? undefined : publicLookup(resolve ?? dnsResolver()));
  }

  /** @throws OutboundError when no whole reply was read. */
  async send(request: OutboundRequest): Promise<OutboundReply> {
    const startedAt = performance.now();
    const ending = new AbortController();
    const patience = new AbortController();
    const timers = [
      setTimeout(() => ending.abort(), request.timeoutMs),
      setTimeout(() => patience.abort(), request.timeoutMs * WAIT_SHARE),
    ];
    try {
      this.refuseUrl(request);
      const call = (): Promise<OutboundReply> => this.exchange(request, ending);
      const reply = await (request.merchantUrl
        ? call()
        : this.destination(request).run(presentShare(), call, patience.signal));
      this.log(request, startedAt, reply);
      return reply;
    } catch (error) {
      const outboundError = error instanceof OutboundError ? error : toOutboundError(error, true);
      this.log(request, startedAt, outboundError);
      throw outboundError;
    } finally {
      for (const timer of timers) clearTimeout(timer);
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
    for (const { httpAgent, httpsAgent } of [this.agents, this.merchantAgents]) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
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

  private async exchange(request: OutboundRequest, ending: AbortController): Promise<OutboundReply> {
    const connection = new Connection(this.options.limits?.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, ending);
    try {
      const reply = await firstValueFrom(
        this.http.request<string | Readable>({
          method: request.method,
          url: request.url,
          headers: request.headers,
          data: request.body,
          signal: ending.signal,
          transport: connection,
          // With a limit, axios puts a generator before the stream, which cannot be ended while it waits.
          maxContentLength: request.statusIsEnough ? -1 : request.maxReplyBytes,
          maxRedirects: 0,
          proxy: false,
          ...(request.merchantUrl ? this.merchantAgents : this.agents),
          responseType: request.statusIsEnough ? 'stream' : 'text',
          // The body is read by whoever asked: axios would parse some of it, by its own rules.
          transformRequest: [(data: unknown) => data],
          transformResponse: [(data: unknown) => data],
          validateStatus: () => true,
        }),
      );
      const headers = Object.fromEntries(
        Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      );
      const { data } = reply;
      const bodyTimeoutMs = this.options.limits?.bodyTimeoutMs ?? BODY_TIMEOUT_MS;
      const bodyText =
        data instanceof Readable ? await beginningOf(data, request.maxReplyBytes, bodyTimeoutMs) : (data ?? '');
      return { status: reply.status, headers, bodyText };
    } catch (error) {
      throw toOutboundError(error, connection.mayHaveLeft);
    } finally {
      connection.stopWaiting();
    }
  }

  /** @throws OutboundError for what is never called; that says nothing about the destination. */
  private refuseUrl({ url: text, merchantUrl }: OutboundRequest): void {
    const url = URL.parse(text);
    // axios would read others too: `data:` answers itself.
    if (!url || !['http:', 'https:'].includes(url.protocol)) throw toOutboundError({ code: 'ERR_INVALID_URL' }, false);
    if (!this.options.allowPrivate && isPrivateLiteral(url)) throw toOutboundError(new PrivateAddressError(), false);
    const why = merchantUrl && this.whyNeverCalled(text);
    if (why) throw new OutboundError('forbidden_address', `forbidden address (must ${why})`, false);
  }

  /** One line a call. Nothing of headers, query and bodies is ever in it. */
  private log(request: OutboundRequest, startedAt: number, outcome: OutboundReply | OutboundError): void {
    const { to, method, url, merchantUrl } = request;
    const durationMs = Math.round(performance.now() - startedAt);
    const outcomeName = outcome instanceof OutboundError ? outcome.kind : `${String(outcome.status)[0]}xx`;
    for (const listener of this.listeners) listener({ to, outcome: outcomeName, durationMs });
    const line = {
      to,
      method,
      ...(!merchantUrl && { path: loggablePath(url) }),
      ...(outcome instanceof OutboundError
        ? { error: outcome.kind, reason: outcome.message }
        : { status: outcome.status, replyBytes: Buffer.byteLength(outcome.bodyText) }),
      durationMs,
    };
    const well = !(outcome instanceof OutboundError) && !isServerFailure(outcome);
    this.logger[well ? 'debug' : 'warn'](line, 'outbound call');
  }
}

interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

function newAgents(idleTimeoutMs: number, lookup: LookupFunction | undefined): Agents {
  const options = {
    keepAlive: true,
    maxSockets: CONNECTIONS_MAX,
    timeout: idleTimeoutMs,
    ...(lookup && { lookup }),
  };
  return { httpAgent: keepingFew(new HttpAgent(options)), httpsAgent: keepingFew(new HttpsAgent(options)) };
}

function keepingFew<Agent extends HttpAgent>(agent: Agent): Agent {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => Object.values(agent.freeSockets).flat().length < IDLE_MAX && keep(socket);
  return agent;
}

/** What comes of a body in its time and before anything goes wrong. */
async function beginningOf(body: Readable, bytes: number, timeoutMs: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => body.destroy(), timeoutMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      // Leaving the loop destroys the stream, and with it the connection.
      if (length >= bytes) break;
    }
  } catch {
    // It broke off, was no gzip, or took too long. The status was there before.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).subarray(0, bytes).toString('utf8');
}
