import { Injectable } from '@nestjs/common';
import type { Answer } from '../http/answer.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import { DISCREPANCY_EVENTS, DISCREPANCY_RESOLVED } from '../payins/domain/history.js';
import { discrepancyInMessage } from '../payins/presenters/discrepancy.presenter.js';
import type { PresentedPayin } from '../payins/presenters/payin.presenter.js';
import { refundInMessage } from '../payins/presenters/refund.presenter.js';
import { DiscrepancyStore, type FoundDiscrepancy } from '../reconciliation/discrepancy.store.js';
import type { FoundRefund } from '../refunds/refund.queries.js';
import { RefundStore } from '../refunds/refund.store.js';
import type { EventRow } from './event.queries.js';
import type { EventSchema } from './list-events.dto.js';

/** What events are about, as it is now. */
interface Subjects {
  payins: ReadonlyMap<string, PresentedPayin>;
  discrepancies: readonly FoundDiscrepancy[];
  refunds: ReadonlyMap<string, FoundRefund>;
}

/** Shows events as notifications do. */
@Injectable()
export class ReadEvents {
  constructor(
    private readonly payins: ReadPayins,
    private readonly discrepancies: DiscrepancyStore,
    private readonly refunds: RefundStore,
  ) {}

  async present(organizationId: string, rows: readonly EventRow[], now: Date): Promise<Answer<EventSchema>[]> {
    const subjects = await this.read(organizationId, rows);
    return rows.map((row) => ({
      id: eventId(row),
      type: row.type,
      timestamp: row.at.toISOString(),
      data: row.isOfPayin ? ofPayin(row, subjects, now) : withoutPayin(row, subjects, now),
    }));
  }

  private async read(organizationId: string, rows: readonly EventRow[]): Promise<Subjects> {
    const payinIds = distinct(rows.filter((row) => row.isOfPayin).map((row) => row.subjectId));
    const ids = distinct(rows.filter((row) => !row.isOfPayin).map((row) => row.subjectId));
    const disputed = distinct(rows.filter((row) => row.isOfPayin && isOfDiscrepancy(row)).map((row) => row.subjectId));
    const refundIds = distinct(rows.flatMap(({ refundId }) => refundId ?? []));
    const [payins, discrepancies, refunds] = await Promise.all([
      this.payins.many(organizationId, payinIds),
      this.discrepancies.many(organizationId, { ids, payinIds: disputed }),
      this.refunds.many(organizationId, refundIds),
    ]);
    return {
      payins: new Map(payins.map((payin) => [payin.id, payin])),
      discrepancies,
      refunds: new Map(refunds.map((refund) => [refund.id, refund])),
    };
  }
}

/** Of the history's line, or of what happened to a discrepancy without a payin: the same for ever. */
function eventId({ subjectId, sequence }: EventRow): string {
  return `evt_${subjectId}_${sequence}`;
}

function ofPayin(row: EventRow, { payins, discrepancies, refunds }: Subjects, now: Date): Record<string, unknown> {
  const payin = payins.get(row.subjectId);
  const discrepancy = isOfDiscrepancy(row) ? discrepancyOf(row, discrepancies) : undefined;
  const refund = row.refundId === null ? undefined : refunds.get(row.refundId);
  return {
    ...payin,
    inlineCustomer: null,
    sequence: row.sequence,
    ...(discrepancy && { discrepancy: discrepancyInMessage(discrepancy, now) }),
    ...(refund && { refund: refundInMessage(refund, refund.payinId, refund.currency) }),
  };
}

function withoutPayin({ subjectId }: EventRow, { discrepancies }: Subjects, now: Date): Record<string, unknown> {
  const discrepancy = discrepancies.find(({ id }) => id === subjectId);
  return { sequence: 0, ...(discrepancy && { discrepancy: discrepancyInMessage(discrepancy, now) }) };
}

function isOfDiscrepancy({ type }: EventRow): boolean {
  return (DISCREPANCY_EVENTS as readonly string[]).includes(type);
}

/** The history's line says of which kind it is, and both are of one moment. */
function discrepancyOf(row: EventRow, discrepancies: readonly FoundDiscrepancy[]): FoundDiscrepancy | undefined {
  const momentOf = ({ openedAt, resolvedAt }: FoundDiscrepancy) =>
    (row.type === DISCREPANCY_RESOLVED ? resolvedAt : openedAt)?.getTime();
  return discrepancies.findLast(
    (one) => one.payinId === row.subjectId && one.kind === row.kind && momentOf(one) === row.at.getTime(),
  );
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
