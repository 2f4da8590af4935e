import { Inject, Injectable } from '@nestjs/common';
import {
  type AmountLimitsByRail,
  type FetchedOrder,
  type FieldViolation,
  type OpenedOrder,
  type OrderQuery,
  type PayinOrder,
  type PaymentProvider,
  type PseBank,
  type Rail,
  RAILS,
  takenDocuments,
  type TakenDocuments,
  WEBHOOK_VERIFIER,
  type WebhookReceiver,
  type WebhookVerifier,
} from '@recaudo/payment-provider';
import { TumiPayClient } from './tumipay.client.js';
import {
  readBanksReply,
  readCreateReply,
  readTransactionReply,
  readWebhook,
  referenceOf,
  toCreateBody,
} from './tumipay.mapper.js';
import { checkOrder, customerRules, paymentMethods, TUMIPAY_CURRENCIES, type TumiPayTerms } from './tumipay.rules.js';
import { TumiPaySettings } from './tumipay.settings.js';

/** TumiPay (TopUp): the payer is sent to a page of theirs, or, in its direct mode, straight to the bank. */
@Injectable()
export class TumiPayProvider implements PaymentProvider<'webhooks' | 'pseBanks'> {
  readonly name = 'tumipay';
  readonly capabilities = ['webhooks', 'pseBanks'] as const;
  readonly rails: readonly Rail[];
  readonly currencies = TUMIPAY_CURRENCIES;
  /** A query has one `amount` and no pair of requested and paid; "rely on webhook payloads for the definitive settled value" (seed 002). */
  readonly answersEchoRequestedAmount = 'always';
  readonly paymentsPerOrder = 'one';
  /** No refund or chargeback is documented. */
  readonly ordersExpireWhenAsked = true;
  readonly reversalCheckDays = 0;
  readonly sendsPseBank: boolean;
  readonly amountLimits: AmountLimitsByRail;
  readonly documents: TakenDocuments;
  readonly webhooks: WebhookReceiver;
  private readonly terms: TumiPayTerms;

  constructor(
    private readonly client: TumiPayClient,
    private readonly settings: TumiPaySettings,
    @Inject(WEBHOOK_VERIFIER) verifier: WebhookVerifier,
  ) {
    this.terms = { direct: settings.TUMIPAY_DIRECT, acceptsNit: settings.TUMIPAY_ACCEPTS_NIT };
    this.sendsPseBank = this.terms.direct;
    const methods = paymentMethods(this.terms);
    this.rails = RAILS.filter((rail) => methods[rail] !== undefined);
    this.documents = takenDocuments(customerRules(this.terms));
    this.amountLimits = settings.TUMIPAY_AMOUNT_LIMITS ?? {};
    this.webhooks = {
      trust: 'hint',
      acknowledgement: { status: 200, contentType: 'application/json', body: '{"received":true}' },
      verifier,
      read: (rawBody) => readWebhook(rawBody, this.reportedUnit),
      referenceOf,
    };
  }

  check(order: PayinOrder): FieldViolation[] {
    return checkOrder(order, this.terms);
  }

  async createPayin(order: PayinOrder): Promise<OpenedOrder> {
    const body = toCreateBody(order, this.settings.TUMIPAY_AMOUNT_UNIT, this.terms);
    return readCreateReply(await this.client.createPayin(body));
  }

  /** By ticket where we have one: a reference lost in a create call whose reply never came is asked for by the reference. */
  async fetchPayin({ providerReference, externalId }: OrderQuery): Promise<FetchedOrder> {
    const reply = await this.client.fetchTransaction(externalId ?? providerReference);
    return readTransactionReply(reply, providerReference, this.reportedUnit);
  }

  async listPseBanks(): Promise<PseBank[]> {
    return readBanksReply(await this.client.fetchBanks());
  }

  private get reportedUnit() {
    return this.settings.TUMIPAY_WEBHOOK_AMOUNT_UNIT ?? this.settings.TUMIPAY_AMOUNT_UNIT;
  }
}
