import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { OutboundError, toOutboundError } from './outbound-error.js';
import { isPrivateLiteral, PrivateAddressError, publicLookup } from './private-addresses.js';

export interface OutboundRequest {
  /** Who is called, for the log: a provider's name, `notification`. Never a URL, which may hold references. */
  to: string;
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  /** Sent as it is. */
  body?: string;
  /** Bound on the whole exchange, from the first packet to the last byte of the reply. */
  timeoutMs: number;
  maxReplyBytes: number;
}

export interface OutboundReply {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  bodyText: string;
}

export const OUTBOUND_HTTP_OPTIONS = Symbol('OutboundHttpOptions');
export interface OutboundHttpOptions {
  /** Private addresses may be reached: development and tests only. */
  allowPrivate: boolean;
}

/**
 * Every call that leaves Recaudo: one deadline over the whole exchange, a cap on the reply, kept-alive connections, no redirects, no
 * proxy from the environment, no re-sending. Any HTTP status is a reply; only the lack of one is an error.
 */
@Injectable()
export class OutboundHttp implements OnApplicationShutdown {
  private readonly logger = new Logger(OutboundHttp.name);
  private readonly httpAgent: HttpAgent;
  private readonly httpsAgent: HttpsAgent;

  constructor(
    @Inject(HttpService) private readonly http: HttpService,
    @Inject(OUTBOUND_HTTP_OPTIONS) private readonly options: OutboundHttpOptions,
  ) {
    const agentOptions = { keepAlive: true, maxSockets: 64, ...(options.allowPrivate ? {} : { lookup: publicLookup }) };
    this.httpAgent = new HttpAgent(agentOptions);
    this.httpsAgent = new HttpsAgent(agentOptions);
  }

  /** @throws OutboundError when no whole reply was read. */
  async send(request: OutboundRequest): Promise<OutboundReply> {
    const startedAt = performance.now();
    try {
      const reply = await this.exchange(request);
      this.log(request, startedAt, String(reply.status));
      return reply;
    } catch (error) {
      const outboundError = error instanceof OutboundError ? error : toOutboundError(error);
      this.log(request, startedAt, outboundError.message);
      throw outboundError;
    }
  }

  onApplicationShutdown(): void {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
  }

  private async exchange(request: OutboundRequest): Promise<OutboundReply> {
    if (!this.options.allowPrivate && isPrivateLiteral(new URL(request.url))) throw new PrivateAddressError();
    const reply = await firstValueFrom(
      this.http.request<string>({
        method: request.method,
        url: request.url,
        headers: request.headers,
        data: request.body,
        signal: AbortSignal.timeout(request.timeoutMs),
        maxContentLength: request.maxReplyBytes,
        maxRedirects: 0,
        proxy: false,
        httpAgent: this.httpAgent,
        httpsAgent: this.httpsAgent,
        responseType: 'text',
        // The body is read by whoever asked: axios would parse some of it, by its own rules.
        transformRequest: [(data: unknown) => data],
        transformResponse: [(data: unknown) => data],
        validateStatus: () => true,
      }),
    );
    const headers = Object.fromEntries(
      Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    return { status: reply.status, headers, bodyText: reply.data ?? '' };
  }

  private log({ to, method }: OutboundRequest, startedAt: number, outcome: string): void {
    this.logger.log({ to, method, outcome, durationMs: Math.round(performance.now() - startedAt) }, 'outbound call');
  }
}
