import { Inject, Injectable } from '@nestjs/common';
import { callProvider, type CallTerms, OutboundHttp, type OutboundReply } from '@recaudo/outbound-http';
import { REQUEST_SIGNER, type RequestSigner } from '@recaudo/payment-provider';
import { TumiPaySettings } from './tumipay.settings.js';

/** A create call may take long behind a bank; a query should not. */
const CREATE: CallTerms = { purpose: 'order', timeoutMs: 15_000, maxReplyBytes: 256 * 1024 };
const QUERY: CallTerms = { purpose: 'question', timeoutMs: 10_000, maxReplyBytes: 256 * 1024 };

/** Talks HTTP to TumiPay and knows nothing of statuses: it returns replies, or says that there was none. */
@Injectable()
export class TumiPayClient {
  constructor(
    private readonly http: OutboundHttp,
    @Inject(REQUEST_SIGNER) private readonly signer: RequestSigner,
    private readonly settings: TumiPaySettings,
  ) {}

  /** `POST /v1/payin` (seed 001). */
  createPayin(body: Record<string, unknown>): Promise<OutboundReply> {
    return this.call('POST', '/v1/payin', CREATE, body);
  }

  /** `GET /v1/transaction/{ticket or reference}`, without a body: some of TumiPay's samples send one, which proxies may refuse. */
  fetchTransaction(ticketOrReference: string): Promise<OutboundReply> {
    return this.call('GET', `/v1/transaction/${encodeURIComponent(ticketOrReference)}`, QUERY);
  }

  /** `GET /v1/pse/banks` (seed 000). */
  fetchBanks(): Promise<OutboundReply> {
    return this.call('GET', '/v1/pse/banks', QUERY);
  }

  private call(
    method: 'GET' | 'POST',
    path: string,
    terms: CallTerms,
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
      ...terms,
    });
  }
}
