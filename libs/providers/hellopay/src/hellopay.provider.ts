import { Inject, Injectable } from '@nestjs/common';
import {
  type AmountLimitsByRail,
  type FetchedOrder,
  type FetchedRefund,
  type FieldViolation,
  type ListedOrder,
  type OpenedOrder,
  type OrderQuery,
  type PayinOrder,
  type PaymentProvider,
  ProviderError,
  type PseBank,
  type RefundOrder,
  type RefundReport,
  takenDocuments,
  type TakenDocuments,
  WEBHOOK_VERIFIER,
  type WebhookReceiver,
  type WebhookVerifier,
  readText,
} from '@recaudo/payment-provider';
import { AmountUnits, HELLOPAY_CURRENCIES } from './hellopay.amounts.js';
import { TAKEN_PSE_BANKS } from './hellopay.banks.js';
import { HelloPayClient } from './hellopay.client.js';
import {
  createdAtOf,
  railOf,
  readCreateReply,
  readListReply,
  readPayinReply,
  readWebhook,
  referenceOf,
  toOrderReport,
  toReport,
} from './hellopay.mapper.js';
import { readRefund, saysNoSuchRefund } from './hellopay.refunds.js';
import { checkOrder, customerRules, HELLOPAY_RAILS, toCreateBody } from './hellopay.order.js';
import { contradictory, saysNoSuchPayin } from './hellopay.replies.js';
import { searchPayins } from './hellopay.search.js';
import { HelloPaySettings } from './hellopay.settings.js';

/** The last page may take as long as a query: together they stay below half a minute, the time that one status check has. */
const SEARCH_FOR_ONE_MS = 15_000;

const CAPABILITIES = ['webhooks', 'pseBanks', 'orderList'] as const;
type HelloPayCapability = (typeof CAPABILITIES)[number] | 'refunds';

@Injectable()
export class HelloPayProvider implements PaymentProvider<HelloPayCapability> {
  readonly name = 'hellopay';
  readonly capabilities: readonly HelloPayCapability[];
  readonly rails = HELLOPAY_RAILS;
  readonly currencies = HELLOPAY_CURRENCIES;
  /** Where an answer has no confirmed amount nothing else will ever report one: a webhook has only the same `amount`. */
  readonly answersEchoRequestedAmount = 'sometimes';
  readonly paymentsPerOrder = 'one';
  /** Seed 003 has no field for it, neither in the request nor in the answer. */
  readonly ordersExpireWhenAsked = false;
  readonly sendsPseBank = true;
  readonly reversalCheckDays: number;
  readonly amountLimits: AmountLimitsByRail;
  readonly documents: TakenDocuments;
  readonly webhooks: WebhookReceiver;
  private readonly units: AmountUnits;

  constructor(
    private readonly client: HelloPayClient,
    private readonly settings: HelloPaySettings,
    @Inject(WEBHOOK_VERIFIER) verifier: WebhookVerifier,
  ) {
    this.capabilities = settings.HELLOPAY_SANDBOX_REFUNDS ? [...CAPABILITIES, 'refunds'] : CAPABILITIES;
    this.units = new AmountUnits(settings.HELLOPAY_AMOUNT_UNIT);
    this.reversalCheckDays = settings.HELLOPAY_REVERSAL_CHECK_DAYS;
    this.documents = takenDocuments(customerRules(this.orderOptions));
    this.amountLimits = settings.HELLOPAY_AMOUNT_LIMITS ?? {};
    this.webhooks = {
      trust: 'hint',
      acknowledgement: { status: 200, contentType: 'application/json', body: '{"received":true}' },
      verifier,
      read: readWebhook,
      referenceOf,
    };
  }

  check(order: PayinOrder): FieldViolation[] {
    return checkOrder(order, this.orderOptions);
  }

  async createPayin(order: PayinOrder): Promise<OpenedOrder> {
    return readCreateReply(await this.client.createPayin(toCreateBody(order, this.orderOptions)), order, this.units);
  }

  /** By id where we have one. By reference HelloPay cannot be asked: a payin whose create reply was lost is looked for in the list. */
  async fetchPayin(query: OrderQuery): Promise<FetchedOrder> {
    if (query.externalId === undefined) return this.search(query);
    const reply = await this.client.fetchPayin(query.externalId);
    if (saysNoSuchPayin(reply)) return { found: false };
    return { found: true, report: toOrderReport(readPayinReply(reply), query, this.units) };
  }

  /** From our data: HelloPay has no call for it. */
  listPseBanks(): Promise<PseBank[]> {
    return Promise.resolve([...TAKEN_PSE_BANKS]);
  }

  async *listOrders({ from, to }: { from: Date; to: Date }): AsyncGenerator<ListedOrder> {
    for await (const payins of this.payinsSince(from)) {
      for (const payin of payins) {
        const createdAt = createdAtOf(payin);
        // Payins of payment links have no reference, and one that no reference of ours can be is not ours.
        const providerReference = readText(payin.reference);
        if (!providerReference || (createdAt && (createdAt < from || createdAt > to))) continue;
        const report = toReport(payin, this.units.of(railOf(payin)));
        yield { providerReference, ...(createdAt ? { createdAt } : {}), report };
      }
    }
  }

  async refundPayin(refund: RefundOrder): Promise<RefundReport> {
    const { refundReference, amountInCents } = refund;
    const body = { reference: refundReference, amountInCents: Number(amountInCents) };
    return readRefund(await this.client.refundPayin(idOf(refund), body), refund);
  }

  async fetchRefund(refund: RefundOrder): Promise<FetchedRefund> {
    const reply = await this.client.fetchRefund(idOf(refund), refund.refundReference);
    if (saysNoSuchRefund(reply)) return { found: false };
    return { found: true, report: readRefund(reply, refund) };
  }

  private async search(query: OrderQuery): Promise<FetchedOrder> {
    for await (const payins of this.payinsSince(query.startedAt, SEARCH_FOR_ONE_MS)) {
      const [ours, ...others] = payins.filter(({ reference }) => reference === query.providerReference);
      if (!ours) continue;
      // `reference` is unique. Where it is not, one of them may be paid and the other not: a person must say which is ours.
      if (others.some(({ id }) => id !== ours.id)) throw contradictory('several payins have our reference');
      return { found: true, report: toOrderReport(ours, query, this.units) };
    }
    return { found: false };
  }

  private payinsSince(from: Date, giveUpAfterMs?: number) {
    const fetchPage = async (cursor?: string) => readListReply(await this.client.listPayins(cursor));
    return searchPayins(fetchPage, { from, pagesMax: this.settings.HELLOPAY_SEARCH_PAGES_MAX, giveUpAfterMs });
  }

  private get orderOptions() {
    return { nitCheckDigit: this.settings.HELLOPAY_NIT_CHECK_DIGIT };
  }
}

/** A payin that was paid has one, except where its id was never learnt. */
function idOf({ externalId }: RefundOrder): string {
  if (externalId !== undefined) return externalId;
  throw new ProviderError('rejected_request', 'not_executed', 'HelloPay: the id of the payin is not known');
}
