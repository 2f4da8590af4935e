import { Inject, Injectable } from '@nestjs/common';
import { callProvider, OutboundHttp, type OutboundReply } from '@recaudo/outbound-http';
import { REQUEST_SIGNER, type RequestSigner } from '@recaudo/payment-provider';
import { TumiPaySettings } from './tumipay.settings.js';

/** A create call may take long behind a bank; a query should not. */
const CREATE_TIMEOUT_MS = 15_000;
const QUERY_TIMEOUT_MS = 10_000;
const MAX_REPLY_BYTES = 256 * 1024;

/** Talks HTTP to TumiPay and knows nothing of statuses: it returns replies, or says that there was none. */
@Injectable()
export class TumiPayClient {
  constructor(
    @Inject(OutboundHttp) private readonly http: OutboundHttp,
    @Inject(REQUEST_SIGNER) private readonly signer: RequestSigner,
    @Inject(TumiPaySettings) private readonly settings: TumiPaySettings,
  ) {}

  /** `POST /v1/payin` (seed 001). */
  createPayin(body: Record<string, unknown>): Promise<OutboundReply> {
    return this.call('POST', '/v1/payin', CREATE_TIMEOUT_MS, body);
  }

  /** `GET /v1/transaction/{ticket or reference}`, without a body: some of TumiPay's samples send one, which proxies may refuse. */
  fetchTransaction(ticketOrReference: string): Promise<OutboundReply> {
    return this.call('GET', `/v1/transaction/${encodeURIComponent(ticketOrReference)}`, QUERY_TIMEOUT_MS);
  }

  /** `GET /v1/pse/banks` (seed 000). */
  fetchBanks(): Promise<OutboundReply> {
    return this.call('GET', '/v1/pse/banks', QUERY_TIMEOUT_MS);
  }

  private call(
    method: 'GET' | 'POST',
    path: string,
    timeoutMs: number,
    body?: Record<string, unknown>,
  ): Promise<OutboundReply> {
    const signed = this.signer.sign({ method, path, body });
    return callProvider(this.http, 'TumiPay', {
      to: 'tumipay',
      method,
      url: `${this.settings.TUMIPAY_BASE_URL.replace(/\/+$/, '')}${path}`,
      headers: {
        ...signed.headers,
        'Content-Type': 'application/json',
        Accept: 'application/json',
      },
      body: signed.body,
      timeoutMs,
      maxReplyBytes: MAX_REPLY_BYTES,
    });
  }
}
