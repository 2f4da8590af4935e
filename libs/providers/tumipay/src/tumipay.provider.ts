import { Inject, Injectable } from '@nestjs/common';
import {
  type AmountLimitsByRail,
  type FetchedOrder,
  type FieldViolation,
  type OpenedOrder,
  type OrderQuery,
  type PayinOrder,
  type PaymentProvider,
  WEBHOOK_VERIFIER,
  type WebhookReceiver,
  type WebhookVerifier,
} from '@recaudo/payment-provider';
import { TumiPayClient } from './tumipay.client.js';
import {
  checkOrder,
  readCreateReply,
  readTransactionReply,
  readWebhook,
  toCreateBody,
  TUMIPAY_RAILS,
} from './tumipay.mapper.js';
import { TumiPaySettings } from './tumipay.settings.js';

/** TumiPay (TopUp) in its hosted mode: the payer is sent to a page of theirs. */
@Injectable()
export class TumiPayProvider implements PaymentProvider<'webhooks'> {
  readonly name = 'tumipay';
  readonly capabilities = ['webhooks'] as const;
  readonly rails = TUMIPAY_RAILS;
  /** A query has one `amount` and no pair of asked and paid; "rely on webhook payloads for the definitive settled value" (seed 002). */
  readonly answersEchoRequestedAmount = true;
  /** No refund or chargeback is documented. */
  readonly reversalWatchDays = 0;
  readonly amountLimits: AmountLimitsByRail;
  readonly webhooks: WebhookReceiver;

  constructor(
    @Inject(TumiPayClient) private readonly client: TumiPayClient,
    @Inject(TumiPaySettings) private readonly settings: TumiPaySettings,
    @Inject(WEBHOOK_VERIFIER) verifier: WebhookVerifier,
  ) {
    this.amountLimits = settings.TUMIPAY_AMOUNT_LIMITS ?? {};
    this.webhooks = {
      trust: 'hint',
      acknowledgement: { status: 200, contentType: 'application/json', body: '{"received":true}' },
      verifier,
      read: (rawBody) => readWebhook(rawBody, this.reportedUnit),
    };
  }

  check(order: PayinOrder): FieldViolation[] {
    return checkOrder(order);
  }

  async createPayin(order: PayinOrder): Promise<OpenedOrder> {
    return readCreateReply(await this.client.createPayin(toCreateBody(order, this.settings.TUMIPAY_AMOUNT_UNIT)));
  }

  /** By ticket where we have one: a reference lost in a create call whose reply never came is asked for by the reference. */
  async fetchPayin({ providerReference, externalId }: OrderQuery): Promise<FetchedOrder> {
    const reply = await this.client.fetchTransaction(externalId ?? providerReference);
    return readTransactionReply(reply, providerReference, this.reportedUnit);
  }

  private get reportedUnit() {
    return this.settings.TUMIPAY_WEBHOOK_AMOUNT_UNIT ?? this.settings.TUMIPAY_AMOUNT_UNIT;
  }
}
