import { Injectable, Logger } from '@nestjs/common';
import {
  type AnyPaymentProvider,
  type PaymentProvider,
  ProviderError,
  type RefundOrder,
  type RefundReport,
  supports,
} from '@recaudo/payment-provider';
import { outsideTurn } from '../http/turn.js';
import { aboutPayin } from '../logging/pino-logger.js';
import { withJitter } from '../payins/domain/check-schedule.js';
import { ApplyUpdates } from '../payins/use-cases/apply-updates.service.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import type { AskedRefundRow, ClaimedRefund } from './refund.queries.js';
import { RefundStore } from './refund.store.js';

const FIRST_DELAY_SECONDS = 5;
const DELAY_MAX_SECONDS = 3_600;
/** For so long after the approval the provider is asked for it, and only while the money was not reversed; after that only how it stands. */
const ASKED_FOR_MS = 24 * 3_600_000;
/** No call to ask for it is under way any more. */
const SETTLES_MS = 300_000;
/** After this long a claim may have passed on, or the time to ask be over: the call is left to the next claim. */
const CALL_BEGINS_WITHIN_MS = 10_000;
/** The provider has none, and none can come any more. */
const NOT_TAKEN = 'NOT_TAKEN';
const REASON_LENGTH_MAX = 255;

type Refunding = AnyPaymentProvider & PaymentProvider<'refunds'>;

/**
 * Has a provider pay a refund back. That it was asked is committed before the first call, and every call names the refund by the same reference, so
 * it is paid once however often it is asked for. Nothing but the provider's definite answer ends it.
 */
@Injectable()
export class AskProvider {
  private readonly logger = new Logger(AskProvider.name);

  constructor(
    private readonly store: RefundStore,
    private readonly registry: ProviderRegistry,
    private readonly applyUpdates: ApplyUpdates,
  ) {}

  async execute(claim: ClaimedRefund): Promise<void> {
    const begunAt = performance.now();
    const { organizationId, id, payinId } = claim;
    const asked = await this.store.asked(organizationId, id);
    if (!asked) return;
    let answer: RefundReport;
    let retryAfterMs = 0;
    try {
      answer = await this.ask(claim, asked, begunAt);
    } catch (error) {
      retryAfterMs = this.unanswered(claim, asked, error);
      answer = { status: 'PENDING' };
    }
    if (answer.status === 'PENDING') return this.store.postpone(claim, delaySeconds(claim, retryAfterMs));
    await this.applyUpdates.execute(organizationId, payinId, [
      { source: 'poll', kind: 'refund_answered', refundId: id, answer },
    ]);
  }

  private async ask(claim: ClaimedRefund, asked: AskedRefundRow, begunAt: number): Promise<RefundReport> {
    const provider = this.registry.get(asked.provider);
    if (!provider || !supports(provider, 'refunds'))
      throw new ProviderError('unavailable', 'unknown', 'the provider is not enabled here, or pays no refunds');
    const { reference } = asked;
    return aboutPayin(
      () => ({ payinId: claim.payinId, reference }),
      () => outsideTurn(() => reportOf(provider, orderOf(claim, asked), claim, asked, begunAt)),
    );
  }

  /** @returns how long the provider wants to be left alone */
  private unanswered({ id, payinId }: ClaimedRefund, { provider, reference }: AskedRefundRow, error: unknown): number {
    if (!(error instanceof ProviderError)) throw error;
    this.logger.warn(
      { payinId, reference, refundId: id, provider, reason: error.kind },
      'the provider did not answer about a refund; it is asked again',
    );
    return error.detail.retryAfterMs ?? 0;
  }
}

async function reportOf(
  provider: Refunding,
  order: RefundOrder,
  { asks, claimedAt }: ClaimedRefund,
  { askedAt, overrefundedAt }: AskedRefundRow,
  begunAt: number,
): Promise<RefundReport> {
  const askedUntil = Math.min(askedAt.getTime() + ASKED_FOR_MS, overrefundedAt?.getTime() ?? Number.POSITIVE_INFINITY);
  const afterwardsMs = claimedAt.getTime() - askedUntil;
  const isFirst = asks === 1;
  if (!isFirst || afterwardsMs >= 0) {
    const fetched = await provider.fetchRefund(order);
    if (fetched.found) return fetched.report;
    if (afterwardsMs >= 0)
      return afterwardsMs >= SETTLES_MS ? { status: 'REFUSED', reason: NOT_TAKEN } : { status: 'PENDING' };
  }
  if (performance.now() - begunAt > CALL_BEGINS_WITHIN_MS) return { status: 'PENDING' };
  try {
    return await provider.refundPayin(order);
  } catch (error) {
    // Only of the first call it is known that no other can have been taken.
    const isRefused = error instanceof ProviderError && error.outcome === 'not_executed' && isFirst;
    if (!isRefused || error.kind !== 'rejected_request') throw error;
    const reason = (error.detail.providerCode ?? error.kind.toUpperCase()).slice(0, REASON_LENGTH_MAX);
    return { status: 'REFUSED', reason };
  }
}

function orderOf({ id }: ClaimedRefund, asked: AskedRefundRow): RefundOrder {
  const { providerReference, externalId, amountInCents, currency } = asked;
  return {
    refundReference: id.replaceAll('-', ''),
    providerReference,
    ...(externalId === null ? {} : { externalId }),
    amountInCents: BigInt(amountInCents),
    currency,
  };
}

function delaySeconds({ asks }: ClaimedRefund, retryAfterMs: number): number {
  const delay = Math.min(FIRST_DELAY_SECONDS * 2 ** Math.min(asks - 1, 20), DELAY_MAX_SECONDS);
  return Math.max(withJitter(delay, Math.random()), retryAfterMs / 1000);
}
