import { Inject, Injectable } from '@nestjs/common';
import { callProvider, OutboundHttp, type OutboundReply } from '@recaudo/outbound-http';
import { REQUEST_SIGNER, type RequestSigner } from '@recaudo/payment-provider';
import { TeemoPaySettings } from './teemopay.settings.js';

/** A create call may take long behind a bank; a query should not. */
const CREATE_TIMEOUT_MS = 15_000;
const QUERY_TIMEOUT_MS = 10_000;
const MAX_REPLY_BYTES = 256 * 1024;
/** A page of 500 orders, each with its payments. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

interface Bounds {
  timeoutMs: number;
  maxReplyBytes: number;
}

/** Talks HTTP to TeemoPay and knows nothing of statuses: it returns replies, or says that there was none. Every call is a signed POST. */
@Injectable()
export class TeemoPayClient {
  constructor(
    @Inject(OutboundHttp) private readonly http: OutboundHttp,
    @Inject(REQUEST_SIGNER) private readonly signer: RequestSigner,
    @Inject(TeemoPaySettings) private readonly settings: TeemoPaySettings,
  ) {}

  createPayin(body: Record<string, unknown>): Promise<OutboundReply> {
    const bounds = { timeoutMs: CREATE_TIMEOUT_MS, maxReplyBytes: MAX_REPLY_BYTES };
    return this.post('/api/pay/payment/create/v1', body, bounds);
  }

  /** There is no query by `tradeNo`. */
  fetchPayin(merchantOrderNo: string): Promise<OutboundReply> {
    const bounds = { timeoutMs: QUERY_TIMEOUT_MS, maxReplyBytes: MAX_REPLY_BYTES };
    return this.post('/api/pay/payment/query/v1', { merchantOrderNo }, bounds);
  }

  listOrders(body: Record<string, unknown>): Promise<OutboundReply> {
    const bounds = { timeoutMs: QUERY_TIMEOUT_MS, maxReplyBytes: MAX_LIST_BYTES };
    return this.post('/api/pay/transaction/queryList', body, bounds);
  }

  private post(path: string, body: Record<string, unknown>, bounds: Bounds): Promise<OutboundReply> {
    const signed = this.signer.sign({ method: 'POST', path, body });
    return callProvider(this.http, 'TeemoPay', {
      to: 'teemopay',
      method: 'POST',
      url: `${this.settings.TEEMOPAY_BASE_URL.replace(/\/+$/, '')}${path}`,
      headers: { ...signed.headers, 'Content-Type': 'application/json', Accept: 'application/json' },
      body: signed.body,
      ...bounds,
    });
  }
}
