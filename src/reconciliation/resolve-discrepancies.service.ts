import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import { actorId, type Principal } from '../auth/principal.js';
import type { AuditEntry } from '../audit/audit-entry.js';
import { isUuid } from '../http/page.js';
import { Problem, type ProblemCode } from '../http/problem.js';
import { ApplyUpdates } from '../payins/use-cases/apply-updates.service.js';
import type { Actor } from '../payins/domain/actor.js';
import type { Decision } from '../payins/domain/decision.js';
import type { PayinRecord } from '../payins/store/payin-record.js';
import type { Correction } from '../payins/domain/corrections.js';
import { type OperatorAction, decideAction, type Reason, type Refusal } from '../payins/domain/operator-action.js';
import type { Destination } from '../refunds/destination.js';
import { REFUND_REFUSALS } from '../refunds/refund-problems.js';
import { Refunds } from '../refunds/refunds.service.js';
import { discrepancyEntry, DiscrepancyStore, type FoundDiscrepancy } from './discrepancy.store.js';

const REFUSALS: Readonly<Record<Refusal, readonly [ProblemCode, string]>> = {
  ...REFUND_REFUSALS,
  SETTLED_OTHERWISE: ['DISCREPANCY_SETTLED', 'See its resolution and note; nothing was changed.'],
  APPROVAL_PENDING: ['APPROVAL_PENDING', 'A correction waits for a second person: approve or reject it first.'],
  NOTHING_PROPOSED: ['NOTHING_PROPOSED', 'It may have been approved or rejected already.'],
  SAME_PERSON: ['SECOND_PERSON_NEEDED', 'Somebody else must approve it, also with none of your keys; or reject it.'],
  NO_PERSON: [
    'SECOND_PERSON_NEEDED',
    'This API key acts for nobody: a person approves it, or a key that acts for one.',
  ],
  MONEY_MOVED: [
    'CORRECTION_FORBIDDEN',
    'Money has moved on the payin since it was proposed: check again, reject it, and propose what is still right.',
  ],
  NOT_ALLOWED: [
    'CORRECTION_FORBIDDEN',
    "The payin's status, its receipts or the payment's number do not allow it; nothing was changed.",
  ],
};

/** How a person settles a discrepancy. */
export type Resolution =
  { reason: Reason; note: string } | { correction: Correction; note: string } | { to: Destination; note: string };

/**
 * What people do about discrepancies. On a payin each action is an update like any other: it is decided on with all that is known, and
 * written with its history, notifications and ledger entries in one commit. Without a payin, only the discrepancy changes.
 */
@Injectable()
export class ResolveDiscrepancies {
  constructor(
    private readonly store: DiscrepancyStore,
    private readonly applyUpdates: ApplyUpdates,
    private readonly refunds: Refunds,
    private readonly settings: ServiceSettings,
  ) {}

  /** @throws Problem NOT_FOUND */
  async find({ organizationId }: Principal, id: string): Promise<FoundDiscrepancy> {
    const found = isUuid(id) && (await this.store.one(organizationId, id));
    if (!found) throw new Problem('NOT_FOUND', 'Your organization has no discrepancy with this id.');
    return found;
  }

  /**
   * The same again changes nothing. A correction that moves much money stays open until somebody else approves it.
   * @throws Problem NOT_FOUND, DISCREPANCY_SETTLED, CORRECTION_FORBIDDEN, APPROVAL_PENDING, SCOPE_MISSING
   */
  async resolve(caller: Principal, id: string, resolution: Resolution): Promise<FoundDiscrepancy> {
    const found = await this.find(caller, id);
    const { note } = resolution;
    const isRefundedOutside = 'reason' in resolution && resolution.reason === 'REFUNDED_OUTSIDE';
    if ('to' in resolution || isRefundedOutside) this.refuseUnlessMayRefund(caller);
    if ('to' in resolution) {
      const { payinId } = found;
      if (!payinId) throw new Problem('CORRECTION_FORBIDDEN', 'It belongs to no payin that could be refunded.');
      const refusal = await this.refunds.requestOfDiscrepancy(caller, { id, payinId }, note, resolution.to);
      if (refusal) throw refused(refusal);
      return this.find(caller, id);
    }
    const { CORRECTION_APPROVAL_ABOVE_IN_CENTS, REFUND_APPROVAL_ABOVE_IN_CENTS } = this.settings;
    const approvalAboveInCents = BigInt(
      isRefundedOutside
        ? Math.min(CORRECTION_APPROVAL_ABOVE_IN_CENTS, REFUND_APPROVAL_ABOVE_IN_CENTS)
        : CORRECTION_APPROVAL_ABOVE_IN_CENTS,
    );
    const correction = correctionIn(resolution, found);
    if (correction) {
      if (!found.payinId) throw new Problem('CORRECTION_FORBIDDEN', 'It belongs to no payin that could be corrected.');
      return this.action(caller, found, { kind: 'correct', correction, note, approvalAboveInCents });
    }
    const { reason } = resolution as Extract<Resolution, { reason: Reason }>;
    return this.action(caller, found, { kind: 'resolve', reason, note, approvalAboveInCents });
  }

  /** By another person than has proposed it. @throws Problem NOT_FOUND, SECOND_PERSON_NEEDED, NOTHING_PROPOSED, CORRECTION_FORBIDDEN */
  async approve(caller: Principal, id: string): Promise<FoundDiscrepancy> {
    return this.action(caller, await this.find(caller, id), { kind: 'approve' });
  }

  /** @throws Problem NOT_FOUND, NOTHING_PROPOSED */
  async reject(caller: Principal, id: string, note: string): Promise<FoundDiscrepancy> {
    return this.action(caller, await this.find(caller, id), { kind: 'reject', note });
  }

  private refuseUnlessMayRefund({ scopes }: Principal): void {
    if (!scopes.has('refunds:write'))
      throw new Problem('SCOPE_MISSING', 'Money goes back: this needs the scope refunds:write, too.');
  }

  private async action(
    caller: Principal,
    found: FoundDiscrepancy,
    action: ActionWithoutActor,
  ): Promise<FoundDiscrepancy> {
    const { id, payinId } = found;
    const { organizationId } = caller;
    const refusal = payinId
      ? (
          await this.applyUpdates.execute(
            organizationId,
            payinId,
            [{ ...action, ...actor(caller), source: 'operator', discrepancyId: id }],
            {
              audit: (decision, before) => entryOf(caller, found, action, decision, before),
            },
          )
        )?.refusal
      : await this.resolveWithoutPayin(caller, found, action);
    if (refusal) throw refused(refusal);
    return this.find(caller, id);
  }

  /** Decided by the same rules, and written if it has not changed since it was read. */
  private async resolveWithoutPayin(
    caller: Principal,
    found: FoundDiscrepancy,
    action: ActionWithoutActor,
  ): Promise<Refusal | null> {
    let current = found;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const nothing = {
        status: 'PENDING',
        amountInCents: 0n,
        receipts: [],
        reversals: [],
        refunds: [],
        isUnconfirmed: false,
      } as const;
      const outcome = decideAction(
        { ...action, ...actor(caller) },
        current,
        { ...nothing, discrepancies: [current] },
        caller.at,
      );
      if (outcome.kind === 'nothing') return null;
      if (outcome.kind === 'refuse') return outcome.refusal;
      if (outcome.kind === 'correct' || outcome.kind === 'refunded') throw new Error('a correction without a payin');
      const isWritten =
        outcome.kind === 'settle'
          ? await this.store.resolve(caller, current, outcome.settlement)
          : await this.store.propose(caller, current, outcome.kind === 'propose' ? outcome.request : null);
      if (isWritten) return null;
      current = await this.find(caller, found.id);
    }
    throw new Error(`a discrepancy could not be written in ${ROUNDS_MAX} rounds`);
  }
}

/** More than ever meet on one discrepancy. */
const ROUNDS_MAX = 50;

/** `ACCEPTED` for an unconfirmed amount means that exactly the requested amount has arrived. */
function correctionIn(resolution: Resolution, { kind, payinId }: FoundDiscrepancy): Correction | undefined {
  if ('correction' in resolution) return resolution.correction;
  return 'reason' in resolution && resolution.reason === 'ACCEPTED' && kind === 'AMOUNT_UNCONFIRMED' && payinId
    ? { type: 'ACCEPT_AS_PAID' }
    : undefined;
}

/** A correction that waits for a second person is only proposed. */
function entryOf(
  caller: Principal,
  found: FoundDiscrepancy,
  { kind }: ActionWithoutActor,
  { history, status }: Decision,
  before: PayinRecord,
): AuditEntry {
  const isProposed = history.some(({ type }) => type === 'correction.proposed');
  const act = kind === 'approve' ? 'approved' : kind === 'reject' ? 'rejected' : isProposed ? 'proposed' : 'resolved';
  const resolution = history.find(({ discrepancy }) => discrepancy?.id === found.id)?.discrepancy?.resolution ?? null;
  return discrepancyEntry(caller, act, found, { resolution, payinStatusBefore: before.status, payinStatus: status });
}

type WithoutActor<Action> = Action extends OperatorAction ? Omit<Action, keyof Actor> : never;
type ActionWithoutActor = WithoutActor<OperatorAction>;

function actor(caller: Principal): Actor {
  return { by: actorId(caller), personId: caller.personId };
}

function refused(refusal: Refusal): Problem {
  return new Problem(...REFUSALS[refusal]);
}
