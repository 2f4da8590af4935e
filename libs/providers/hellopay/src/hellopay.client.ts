import { Inject, Injectable } from '@nestjs/common';
import { callProvider, type CallTerms, OutboundHttp, type OutboundReply } from '@recaudo/outbound-http';
import { REQUEST_SIGNER, type RequestSigner } from '@recaudo/payment-provider';
import { HelloPaySettings } from './hellopay.settings.js';

/** A create call may take long behind a bank; a query should not. */
const CREATE: CallTerms = { purpose: 'order', timeoutMs: 15_000, maxReplyBytes: 256 * 1024 };
const QUERY: CallTerms = { purpose: 'question', timeoutMs: 10_000, maxReplyBytes: 256 * 1024 };
/** Of `pageSize` at most 100. Each payin may have a picture in it. */
const PAGE_SIZE = 100;
const LIST: CallTerms = { ...QUERY, maxReplyBytes: 4 * 1024 * 1024 };

const REFUND: CallTerms = { ...QUERY, purpose: 'order' };

/** Talks HTTP to HelloPay and knows nothing of statuses: it returns replies, or says that there was none. */
@Injectable()
export class HelloPayClient {
  constructor(
    private readonly http: OutboundHttp,
    @Inject(REQUEST_SIGNER) private readonly signer: RequestSigner,
    private readonly settings: HelloPaySettings,
  ) {}

  /** `POST /payins` (seed 003). */
  createPayin(body: Record<string, unknown>): Promise<OutboundReply> {
    return this.call('POST', '/payins', CREATE, body);
  }

  fetchPayin(id: string): Promise<OutboundReply> {
    return this.call('GET', `/payins/${encodeURIComponent(id)}`, QUERY);
  }

  listPayins(cursor?: string): Promise<OutboundReply> {
    const query = new URLSearchParams({ pageSize: String(PAGE_SIZE), ...(cursor ? { cursor } : {}) });
    return this.call('GET', `/payins?${query.toString()}`, LIST);
  }

  /** Not documented: the sandbox alone has it, as the next one. */
  refundPayin(id: string, body: Record<string, unknown>): Promise<OutboundReply> {
    return this.call('POST', `/payins/${encodeURIComponent(id)}/refunds`, REFUND, body);
  }

  fetchRefund(id: string, reference: string): Promise<OutboundReply> {
    return this.call('GET', `/payins/${encodeURIComponent(id)}/refunds/${encodeURIComponent(reference)}`, QUERY);
  }

  private call(
    method: 'GET' | 'POST',
    path: string,
    terms: CallTerms,
    body?: Record<string, unknown>,
  ): Promise<OutboundReply> {
    const signed = this.signer.sign({ method, path, body });
    return callProvider(this.http, 'HelloPay', {
      to: 'hellopay',
      method,
      url: `${this.settings.HELLOPAY_BASE_URL.replace(/\/+$/, '')}${path}`,
      headers: {
        ...signed.headers,
        ...(signed.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        Accept: 'application/json',
      },
      body: signed.body,
      ...terms,
    });
  }
}
