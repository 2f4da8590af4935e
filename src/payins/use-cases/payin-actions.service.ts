import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../../config/service.settings.js';
import { actorId, type Principal } from '../../auth/principal.js';
import type { AuditEntry } from '../../audit/audit-entry.js';
import { isUuid } from '../../http/page.js';
import { Problem } from '../../http/problem.js';
import { ApplyUpdates } from './apply-updates.service.js';
import type { Decision } from '../domain/decision.js';
import type { PayinRecord } from '../store/payin-record.js';
import { isOpen, type PayinStatus } from '../domain/status.js';
import { CheckPayinStatus } from './check-payin-status.service.js';
import { noSuchPayin } from './no-such-payin.js';
import { PayinStore } from '../store/payin.store.js';

const RETRY_AFTER_SECONDS = '5';

/** What a merchant may do to an existing payin. Each action is in its history with the API key. */
@Injectable()
export class PayinActions {
  private readonly checking = new Map<string, Promise<boolean>>();

  constructor(
    private readonly store: PayinStore,
    private readonly check: CheckPayinStatus,
    private readonly applyUpdates: ApplyUpdates,
    private readonly settings: ServiceSettings,
  ) {}

  /** Checks the status at the provider now. @throws Problem NOT_FOUND, PROVIDER_CANNOT_SAY; the payin is unchanged then. */
  async refresh(caller: Principal, id: string): Promise<void> {
    if (!(await this.ask(caller, id)))
      throw new Problem(
        'PROVIDER_CANNOT_SAY',
        'The payin is unchanged, and its status is checked again automatically.',
        undefined,
        {
          'retry-after': RETRY_AFTER_SECONDS,
        },
      );
  }

  /**
   * Stops waiting for the payer. It asks the provider first, so that a payin that was just paid is not canceled. If the provider does not answer,
   * the payin is canceled all the same: money that still arrives is not lost. Canceling again changes nothing.
   * @throws Problem NOT_FOUND, TRANSITION_FORBIDDEN
   */
  async cancel(caller: Principal, id: string): Promise<void> {
    const status = await this.statusOf(caller, id);
    if (isOpen(status) && status !== 'CREATED') await this.ask(caller, id);
    const update = { source: 'request', kind: 'cancel', by: actorId(caller) } as const;
    const decision = await this.applyUpdates.execute(caller.organizationId, id, [update], {
      audit: (decided, before) => entryOf(caller, 'payin.canceled', decided, before),
    });
    if (!decision || decision.status === 'CANCELED') return;
    if (decision.unconfirmedPaidSince)
      throw forbidden('The provider says that it is paid: resolve its discrepancy AMOUNT_UNCONFIRMED first.');
    throw forbidden(`The payin is ${decision.status}: it cannot be canceled.`);
  }

  /**
   * Accepts an underpaid payin as paid, or an unconfirmed amount as paid in full. A large amount that this writes off or books waits for a second
   * person.
   * @returns whether it is done; false while it waits
   * @throws Problem NOT_FOUND, TRANSITION_FORBIDDEN, APPROVAL_PENDING
   */
  async accept(caller: Principal, id: string): Promise<boolean> {
    await this.statusOf(caller, id);
    const approvalAboveInCents = BigInt(this.settings.CORRECTION_APPROVAL_ABOVE_IN_CENTS);
    const update = {
      source: 'operator',
      kind: 'accept',
      by: actorId(caller),
      personId: caller.personId,
      approvalAboveInCents,
    } as const;
    const decision = await this.applyUpdates.execute(caller.organizationId, id, [update], {
      audit: (decided, before) =>
        entryOf(caller, isProposed(decided) ? 'payin.acceptance_proposed' : 'payin.accepted', decided, before),
    });
    if (decision?.refusal === 'APPROVAL_PENDING')
      throw new Problem(
        'APPROVAL_PENDING',
        'A correction of this payin waits for approval: approve or reject it first.',
      );
    if (decision?.refusal === 'REFUND_LIVE')
      throw forbidden('What has arrived is being refunded: cancel the refund of its discrepancy first.');
    if (decision?.refusal)
      throw forbidden(
        `The payin is ${decision.status}: it cannot be accepted unless it is UNDERPAID or its amount UNCONFIRMED.`,
      );
    return decision?.status === 'APPROVED';
  }

  /** One status check at a time of a payin in this process. Requests that come meanwhile share its answer. */
  private ask(caller: Principal, id: string): Promise<boolean> {
    const key = `${caller.organizationId} ${id}`;
    const underWay = this.checking.get(key);
    if (underWay) return underWay;
    const asked = this.askNow(caller, id).finally(() => this.checking.delete(key));
    this.checking.set(key, asked);
    return asked;
  }

  private async askNow(caller: Principal, id: string): Promise<boolean> {
    const claim = isUuid(id) && (await this.store.claim(caller.organizationId, id));
    if (!claim) throw noSuchPayin();
    return this.check.execute(claim, { source: 'request', kind: 'refresh', by: actorId(caller) });
  }

  private async statusOf({ organizationId }: Principal, id: string): Promise<PayinStatus> {
    const snapshot = isUuid(id) && (await this.store.read(organizationId, id));
    if (!snapshot) throw noSuchPayin();
    return snapshot.payin.status;
  }
}

function entryOf(by: Principal, action: `payin.${string}`, decision: Decision, before: PayinRecord): AuditEntry {
  const subject = { type: 'payin', id: before.id };
  return { by, action, subject, before: { status: before.status }, after: { status: decision.status } };
}

function isProposed({ history }: Decision): boolean {
  return history.some(({ type }) => type === 'correction.proposed');
}

function forbidden(detail: string): Problem {
  return new Problem('TRANSITION_FORBIDDEN', detail);
}
