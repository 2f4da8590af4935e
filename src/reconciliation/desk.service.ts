import { Inject, Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import type { Principal } from '../auth/api-keys.js';
import { isUuid } from '../http/page.js';
import { Problem, type ProblemCode } from '../http/problem.js';
import { ApplyNews } from '../payins/apply-news.service.js';
import type { Correction } from '../payins/domain/corrections.js';
import type { DeskAct, Reason, Refusal } from '../payins/domain/desk.js';
import { DiscrepancyQueries, type FoundDiscrepancy } from './discrepancy.queries.js';
import { DiscrepancyStore } from './discrepancy.store.js';

const REFUSALS: Readonly<Record<Refusal, readonly [ProblemCode, string]>> = {
  SETTLED_OTHERWISE: ['DISCREPANCY_SETTLED', 'Look at its resolution and note; nothing was changed.'],
  APPROVAL_PENDING: ['APPROVAL_PENDING', 'Approve or reject the correction first.'],
  NOTHING_PROPOSED: ['NOTHING_PROPOSED', 'It may have been approved or rejected already.'],
  SAME_PERSON: ['SECOND_PERSON_NEEDED', 'Use the API key of somebody else, or reject the correction.'],
  MONEY_MOVED: [
    'CORRECTION_FORBIDDEN',
    'Money has moved on the payin since it was proposed: look again, reject it, and propose what is still right.',
  ],
  NOT_ALLOWED: [
    'CORRECTION_FORBIDDEN',
    "The payin's status, its receipts or the payment's number do not allow it; nothing was changed.",
  ],
};

/** How a discrepancy is settled. */
export type Resolution = { reason: Reason; note: string } | { correction: Correction; note: string };

/**
 * What people do about discrepancies. On a payin each act is news like any other, so that it is decided on with all that is known, and written
 * with its history, its message and its books in one commit; without a payin there is only the discrepancy to settle.
 */
@Injectable()
export class Desk {
  constructor(
    @Inject(DiscrepancyQueries) private readonly queries: DiscrepancyQueries,
    @Inject(DiscrepancyStore) private readonly store: DiscrepancyStore,
    @Inject(ApplyNews) private readonly applyNews: ApplyNews,
    @Inject(ServiceSettings) private readonly settings: ServiceSettings,
  ) {}

  /** @throws Problem NOT_FOUND */
  async find({ organizationId }: Principal, id: string): Promise<FoundDiscrepancy> {
    const found = isUuid(id) && (await this.queries.one(organizationId, id));
    if (!found) throw new Problem('NOT_FOUND', 'Your organization has no discrepancy with this id.');
    return found;
  }

  /**
   * The same again changes nothing. A correction that moves much money stays open until somebody else approves it.
   * @throws Problem NOT_FOUND, DISCREPANCY_SETTLED, CORRECTION_FORBIDDEN, APPROVAL_PENDING
   */
  async resolve(caller: Principal, id: string, resolution: Resolution): Promise<FoundDiscrepancy> {
    const found = await this.find(caller, id);
    const { note } = resolution;
    if ('correction' in resolution) {
      if (!found.payinId) throw new Problem('CORRECTION_FORBIDDEN', 'It belongs to no payin that could be corrected.');
      const approvalAboveInCents = BigInt(this.settings.CORRECTION_APPROVAL_ABOVE_IN_CENTS);
      const { correction } = resolution;
      return this.act(caller, found, { kind: 'correct', correction, note, approvalAboveInCents });
    }
    const { reason } = resolution;
    if (found.payinId) return this.act(caller, found, { kind: 'resolve', reason, note });
    await this.store.resolve(caller, found, reason, note);
    const settled = await this.find(caller, id);
    if (settled.resolution === reason && settled.note === note) return settled;
    throw refused('SETTLED_OTHERWISE');
  }

  /** By another key than it was proposed with. @throws Problem NOT_FOUND, SECOND_PERSON_NEEDED, NOTHING_PROPOSED, CORRECTION_FORBIDDEN */
  async approve(caller: Principal, id: string): Promise<FoundDiscrepancy> {
    return this.act(caller, await this.find(caller, id), { kind: 'approve' });
  }

  /** @throws Problem NOT_FOUND, NOTHING_PROPOSED */
  async reject(caller: Principal, id: string, note: string): Promise<FoundDiscrepancy> {
    return this.act(caller, await this.find(caller, id), { kind: 'reject', note });
  }

  private async act(
    caller: Principal,
    { id, payinId }: FoundDiscrepancy,
    act: ActWithoutKey,
  ): Promise<FoundDiscrepancy> {
    if (!payinId) throw refused('NOTHING_PROPOSED');
    const { organizationId, apiKeyId } = caller;
    const news = { ...act, source: 'operator' as const, discrepancyId: id, by: apiKeyId };
    const decision = await this.applyNews.execute(organizationId, payinId, [news]);
    if (decision?.refusal) throw refused(decision.refusal);
    return this.find(caller, id);
  }
}

type WithoutKey<Act> = Act extends DeskAct ? Omit<Act, 'by'> : never;
type ActWithoutKey = WithoutKey<DeskAct>;

function refused(refusal: Refusal): Problem {
  return new Problem(...REFUSALS[refusal]);
}
