import { Injectable, Logger } from '@nestjs/common';
import {
  type AnyPaymentProvider,
  type Currency,
  type ListedOrder,
  ProviderError,
  supports,
} from '@recaudo/payment-provider';
import { organizationCodeOf } from '../../organizations/provider-reference.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { LineBuffer } from '../store/line-buffer.js';
import { LINES_MAX, type StatementLine } from '../store/statement-line.js';
import type { ClaimedStatement } from '../store/claimed-statement.js';
import { StatementStore } from '../store/statement.store.js';

/** Hours apart in the end: a provider that is down all night is asked again in the morning. */
const RETRY_SECONDS = [30, 120, 600, 1_800, 3_600, 3_600, 3_600, 3_600] as const;

/** Stores a provider's own list as a statement. A list that breaks off is fetched again from its beginning. */
@Injectable()
export class FetchList {
  private readonly logger = new Logger(FetchList.name);

  constructor(
    private readonly store: StatementStore,
    private readonly registry: ProviderRegistry,
  ) {}

  /** @returns false where it stopped before the list's end because the process is to stop @throws StatementLost */
  async execute(statement: ClaimedStatement, stopping: AbortSignal): Promise<boolean> {
    const provider = this.registry.get(statement.provider);
    if (!provider || !supports(provider, 'orderList')) {
      await this.store.end(statement, 'REJECTED', 'the provider is not enabled here, or does not list its orders');
      return true;
    }
    // The lines of an earlier attempt.
    while (await this.store.sweep(statement, 'all'));
    try {
      if (!(await this.storeOrders(statement, provider, stopping))) return false;
      await this.store.received(statement, null);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      await this.cannotList(statement, error);
    }
    return true;
  }

  private async storeOrders(
    statement: ClaimedStatement,
    provider: AnyPaymentProvider & Required<Pick<AnyPaymentProvider, 'listOrders'>>,
    stopping: AbortSignal,
  ): Promise<boolean> {
    const { organizationId, from, to } = statement;
    const { code, isAlone } = await this.store.organization(organizationId);
    const buffer = new LineBuffer(this.store, statement);
    let line = 0;
    for await (const order of buffer.during(provider.listOrders({ from, to }))) {
      if (stopping.aborted) return false;
      // The list is of the whole installation. An order without an organization's code is shown only where there is just one organization.
      if (organizationCodeOf(order.providerReference) !== code && !isAlone) continue;
      line += 1;
      if (line > LINES_MAX)
        throw new ProviderError('unreadable_reply', 'unknown', `a list of more than ${LINES_MAX} orders`);
      await buffer.add(toLine(line, order, provider.currencies[0]));
    }
    await buffer.end();
    return true;
  }

  private async cannotList(statement: ClaimedStatement, error: ProviderError): Promise<void> {
    const { id: statementId, provider, attempts } = statement;
    // A request that the provider rejects as invalid would be rejected again.
    const delaySeconds = error.kind === 'rejected_request' ? undefined : RETRY_SECONDS[attempts];
    this.logger.warn(
      { statementId, provider, reason: error.kind, delaySeconds },
      'a provider could not list its orders',
    );
    if (delaySeconds === undefined) {
      await this.store.end(statement, 'REJECTED', `the provider could not list its orders: ${error.message}`);
    } else {
      await this.store.retryLater(statement, Math.max(delaySeconds, (error.detail.retryAfterMs ?? 0) / 1000));
    }
  }
}

function toLine(line: number, { providerReference, report }: ListedOrder, currency: Currency): StatementLine {
  const { payments = [] } = report;
  const isOfMoney = report.status === 'APPROVED' || report.status === 'REVERSED';
  const reported =
    payments.length > 0 ? payments.reduce((sum, { amountInCents }) => sum + amountInCents, 0n) : report.amountInCents;
  return {
    line,
    reference: providerReference.slice(0, 255),
    externalId: report.externalId ?? null,
    amountInCents: isOfMoney && !report.amountMayBeEchoed ? (reported ?? null) : null,
    currency: report.currency ?? currency,
    status: report.status,
    rawStatus: report.rawStatus.slice(0, 255),
    paidAt: report.paidAt ?? payments[0]?.paidAt ?? null,
    feeInCents: report.feeInCents ?? null,
  };
}
