import { Inject, Injectable } from '@nestjs/common';
import { callProvider, type CallTerms, OutboundHttp, type OutboundReply } from '@recaudo/outbound-http';
import { REQUEST_SIGNER, type RequestSigner } from '@recaudo/payment-provider';
import { TeemoPaySettings } from './teemopay.settings.js';

/** A create call may take long behind a bank; a query should not. */
const CREATE: CallTerms = { purpose: 'order', timeoutMs: 15_000, maxReplyBytes: 256 * 1024 };
const QUERY: CallTerms = { purpose: 'question', timeoutMs: 10_000, maxReplyBytes: 256 * 1024 };
/** A page of 500 orders, each with its payments. */
const LIST: CallTerms = { ...QUERY, maxReplyBytes: 4 * 1024 * 1024 };

/** Talks HTTP to TeemoPay and knows nothing of statuses: it returns replies, or says that there was none. Every call is a signed POST. */
@Injectable()
export class TeemoPayClient {
  constructor(
    private readonly http: OutboundHttp,
    @Inject(REQUEST_SIGNER) private readonly signer: RequestSigner,
    private readonly settings: TeemoPaySettings,
  ) {}

  createPayin(body: Record<string, unknown>): Promise<OutboundReply> {
    return this.post('/api/pay/payment/create/v1', CREATE, body);
  }

  /** There is no query by `tradeNo`. */
  fetchPayin(merchantOrderNo: string): Promise<OutboundReply> {
    return this.post('/api/pay/payment/query/v1', QUERY, { merchantOrderNo });
  }

  listOrders(body: Record<string, unknown>): Promise<OutboundReply> {
    return this.post('/api/pay/transaction/queryList', LIST, body);
  }

  private post(path: string, terms: CallTerms, body: Record<string, unknown>): Promise<OutboundReply> {
    const signed = this.signer.sign({ method: 'POST', path, body });
    return callProvider(this.http, 'TeemoPay', {
      to: 'teemopay',
      method: 'POST',
      url: `${this.settings.TEEMOPAY_BASE_URL.replace(/\/+$/, '')}${path}`,
      headers: { ...signed.headers, 'Content-Type': 'application/json', Accept: 'application/json' },
      body: signed.body,
      ...terms,
    });
  }
}
