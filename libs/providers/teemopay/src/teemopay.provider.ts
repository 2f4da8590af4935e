import { Inject, Injectable } from '@nestjs/common';
import {
  type AmountLimitsByRail,
  type FetchedOrder,
  type FieldViolation,
  type ListedOrder,
  type OpenedOrder,
  type OrderQuery,
  type PayinOrder,
  type PaymentProvider,
  ProviderError,
  type PseBank,
  takenDocuments,
  WEBHOOK_VERIFIER,
  type WebhookReceiver,
  type WebhookVerifier,
} from '@recaudo/payment-provider';
import { TAKEN_PSE_BANKS } from './teemopay.banks.js';
import { TeemoPayClient } from './teemopay.client.js';
import { TEEMOPAY_CURRENCIES } from './teemopay.fields.js';
import { readCreateReply, readListReply, readQueryReply, readWebhook, referenceOf } from './teemopay.mapper.js';
import { checkOrder, CUSTOMER_RULES, type TeemoPayRail, toCreateBody, toListBody } from './teemopay.order.js';
import { TeemoPaySettings } from './teemopay.settings.js';

/** 100,000 orders: more is no day of one merchant, but a list without end. */
const LIST_PAGES_MAX = 200;

/** TeemoPay, "direct" payins: we collect the payer's data, they give a link, a key or a push. */
@Injectable()
export class TeemoPayProvider implements PaymentProvider<'webhooks' | 'pseBanks' | 'orderList'> {
  readonly name = 'teemopay';
  readonly capabilities = ['webhooks', 'pseBanks', 'orderList'] as const;
  /** A query has what was requested and what arrived in two fields. */
  readonly answersEchoRequestedAmount = 'never';
  readonly paymentsPerOrder = 'several';
  readonly sendsPseBank = true;
  readonly rails: readonly TeemoPayRail[];
  readonly currencies = TEEMOPAY_CURRENCIES;
  readonly amountLimits: AmountLimitsByRail;
  readonly documents = takenDocuments(CUSTOMER_RULES);
  readonly ordersExpireWhenAsked = true;
  readonly reversalCheckDays: number;
  readonly webhooks: WebhookReceiver;

  constructor(
    private readonly client: TeemoPayClient,
    settings: TeemoPaySettings,
    @Inject(WEBHOOK_VERIFIER) verifier: WebhookVerifier,
  ) {
    this.rails = settings.TEEMOPAY_RAILS;
    this.amountLimits = settings.TEEMOPAY_AMOUNT_LIMITS ?? {};
    this.reversalCheckDays = settings.TEEMOPAY_REVERSAL_CHECK_DAYS;
    this.webhooks = {
      trust: 'authoritative',
      // "SUCCESS" and nothing else, or the callback is sent again.
      acknowledgement: { status: 200, contentType: 'text/plain', body: 'SUCCESS' },
      verifier,
      read: readWebhook,
      referenceOf,
    };
  }

  check(order: PayinOrder): FieldViolation[] {
    return checkOrder(order);
  }

  async createPayin(order: PayinOrder): Promise<OpenedOrder> {
    return readCreateReply(await this.client.createPayin(toCreateBody(order, new Date())), order);
  }

  async fetchPayin({ providerReference }: OrderQuery): Promise<FetchedOrder> {
    return readQueryReply(await this.client.fetchPayin(providerReference), providerReference);
  }

  /** From our data: TeemoPay has no call for it. */
  listPseBanks(): Promise<PseBank[]> {
    return Promise.resolve([...TAKEN_PSE_BANKS]);
  }

  async *listOrders(period: { from: Date; to: Date }): AsyncGenerator<ListedOrder> {
    const now = new Date();
    let cursor: string | undefined;
    for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
      const { orders, next } = readListReply(await this.client.listOrders(toListBody(period, cursor, now)));
      yield* orders;
      if (next === undefined) return;
      // Whether the list goes on behind it is not reported.
      if (next === cursor)
        throw new ProviderError('contradictory_reply', 'unknown', 'TeemoPay: the list goes round in a circle');
      cursor = next;
    }
    throw new ProviderError('unreadable_reply', 'unknown', `TeemoPay: a list of more than ${LIST_PAGES_MAX} pages`);
  }
}
