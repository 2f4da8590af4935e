import { Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../config/service.settings.js';
import type { AuditEntry } from '../audit/audit-entry.js';
import { AuditLog } from '../audit/audit-log.js';
import { actorId, type Principal } from '../auth/principal.js';
import { idAt } from '../database/id-at.js';
import { isUuid } from '../http/page.js';
import { Problem } from '../http/problem.js';
import { ReadPayins } from '../payins/api/read-payins.service.js';
import type { Actor } from '../payins/domain/actor.js';
import { REFUND_EVENTS } from '../payins/domain/history.js';
import type { Refusal } from '../payins/domain/operator-action.js';
import type { RefundReason, WrittenRefund } from '../payins/domain/refunds.js';
import type { RefundUpdate } from '../payins/domain/update.js';
import { presentRefund, type PresentedRefund } from '../payins/presenters/refund.presenter.js';
import { ApplyUpdates } from '../payins/use-cases/apply-updates.service.js';
import { ProviderRegistry } from '../provider-registry/provider-registry.js';
import { OWNER, SecretBox } from '../secrets/secret-box.js';
import { AskProviders } from './ask-providers.worker.js';
import { type Destination, isSameDestination, masked } from './destination.js';
import { REFUND_REFUSALS } from './refund-problems.js';
import type { ListRefundsQuery } from './refund.dto.js';
import { askedBefore, type FoundRefund, type RefundFilters } from './refund.queries.js';
import { RefundStore } from './refund.store.js';

export interface RequestedByCaller {
  amountInCents: bigint;
  reason: RefundReason;
  note: string | null;
  reference: string | null;
  to: Destination;
}

export type ShownRefund = PresentedRefund & { to: Destination | null };

type WithoutActor<Update> = Update extends RefundUpdate ? Omit<Update, 'source' | keyof Actor> : never;

/**
 * Money that goes back to payers. What is done to a refund is an update of its payin like any other: it is decided on with all that is known, and
 * written with its history, notifications and ledger entries in one commit.
 */
@Injectable()
export class Refunds {
  constructor(
    private readonly store: RefundStore,
    private readonly payins: ReadPayins,
    private readonly applyUpdates: ApplyUpdates,
    private readonly box: SecretBox,
    private readonly audit: AuditLog,
    private readonly settings: ServiceSettings,
    private readonly registry: ProviderRegistry,
    private readonly askProviders: AskProviders,
  ) {}

  /**
   * The same request with the same reference again gives the same refund. Without a reference each request is a refund of its own, as far as
   * money is left.
   * @throws Problem NOT_FOUND, REFUND_TOO_LARGE, REFERENCE_CONFLICT
   */
  async request(
    caller: Principal,
    payinId: string,
    { to, ...wanted }: RequestedByCaller,
  ): Promise<{ refund: ShownRefund; replayed: boolean }> {
    const { organizationId } = caller;
    await this.payins.one(organizationId, payinId);
    const id = idAt(caller.at);
    const destination = this.seal(organizationId, id, to);
    const refusal = await this.apply(caller, payinId, {
      kind: 'request_refund',
      refund: { id, ...wanted, destination },
    });
    if (refusal === 'REFUND_REFERENCE_TAKEN') {
      const known = await this.store.byReference(organizationId, payinId, wanted.reference!);
      const isSame =
        known?.amountInCents === wanted.amountInCents &&
        known.reason === wanted.reason &&
        known.note === wanted.note &&
        this.goesTo(organizationId, known, to);
      if (isSame) return { refund: this.show(organizationId, known), replayed: true };
    }
    if (refusal) throw refused(refusal);
    return { refund: await this.shown(caller, id), replayed: false };
  }

  /**
   * Of what was paid too much, twice, late or too little. The discrepancy ends when the refund is paid.
   * @returns why not; null where it is requested, also where it was before
   */
  async requestOfDiscrepancy(
    caller: Principal,
    { payinId, id: discrepancyId }: { payinId: string; id: string },
    note: string,
    to: Destination,
  ): Promise<Refusal | null> {
    const { organizationId } = caller;
    const id = idAt(caller.at);
    const refund = { id, note, destination: this.seal(organizationId, id, to) };
    const refusal = await this.apply(caller, payinId, { kind: 'refund_discrepancy', discrepancyId, refund });
    if (refusal !== 'REFUND_LIVE') return refusal;
    const known = (await this.store.ofPayin(organizationId, payinId)).find(
      (one) => one.discrepancyId === discrepancyId && one.status !== 'CANCELED',
    );
    return known?.note === note && this.goesTo(organizationId, known, to) ? null : refusal;
  }

  /**
   * A provider that pays refunds by itself is asked to, in the background. Again changes nothing.
   * @throws Problem NOT_FOUND, SECOND_PERSON_NEEDED, REFUND_FORBIDDEN, REFUND_TOO_LARGE
   */
  async approve(caller: Principal, id: string): Promise<ShownRefund> {
    const approvalAboveInCents = BigInt(this.settings.REFUND_APPROVAL_ABOVE_IN_CENTS);
    const refunding = this.registry.namesWith('refunds');
    const approved = await this.act(caller, id, (refundId) => ({
      kind: 'approve_refund',
      refundId,
      approvalAboveInCents,
      refunding,
    }));
    if (approved.providerStatus === 'ASKED') this.askProviders.wake();
    return approved;
  }

  /** Again with the same evidence changes nothing. @throws Problem NOT_FOUND, REFUND_FORBIDDEN */
  pay(caller: Principal, id: string, evidence: string): Promise<ShownRefund> {
    return this.act(caller, id, (refundId) => ({ kind: 'pay_refund', refundId, evidence }));
  }

  /** Again changes nothing. @throws Problem NOT_FOUND, REFUND_FORBIDDEN */
  cancel(caller: Principal, id: string): Promise<ShownRefund> {
    return this.act(caller, id, (refundId) => ({ kind: 'cancel_refund', refundId }));
  }

  /** Where the money goes is shown to those who may pay it, which the audit log keeps; to others only its end. @throws Problem NOT_FOUND */
  async one(caller: Principal, id: string): Promise<ShownRefund> {
    const { organizationId, scopes } = caller;
    const found = await this.find(organizationId, id);
    if (!scopes.has('refunds:write') || !found.destination) return this.show(organizationId, found);
    await this.audit.record({ by: caller, action: 'refund.destination_read', subject: { type: 'refund', id } });
    return { ...this.show(organizationId, found), to: this.open(organizationId, found) };
  }

  /** Newest first, up to one more than the page's limit. */
  async list(caller: Principal, query: ListRefundsQuery): Promise<ShownRefund[]> {
    const { organizationId } = caller;
    const filters = this.filtersFor(caller, query);
    const found = filters ? await this.store.list(organizationId, filters, query) : [];
    return found.map((refund) => this.show(organizationId, refund));
  }

  /** @throws Problem NOT_FOUND */
  async ofPayin({ organizationId }: Principal, payinId: string): Promise<ShownRefund[]> {
    await this.payins.one(organizationId, payinId);
    return (await this.store.ofPayin(organizationId, payinId)).map((found) => this.show(organizationId, found));
  }

  /** @returns undefined where nothing is asked for: nothing waits for whoever may approve nothing */
  private filtersFor(
    caller: Principal,
    { cursor: _cursor, limit: _limit, waitsFor, ...filters }: ListRefundsQuery,
  ): RefundFilters | undefined {
    if (waitsFor === 'PEOPLE') return { ...filters, askedBefore: askedBefore(caller.at) };
    if (waitsFor === undefined) return filters;
    if (!caller.scopes.has('discrepancies:approve')) return undefined;
    const approvalAboveInCents = this.settings.REFUND_APPROVAL_ABOVE_IN_CENTS;
    return { ...filters, me: actorId(caller), mePersonId: caller.personId ?? '', approvalAboveInCents };
  }

  private async act(
    caller: Principal,
    id: string,
    action: (refundId: string) => WithoutActor<RefundUpdate>,
  ): Promise<ShownRefund> {
    const found = await this.find(caller.organizationId, id);
    const refusal = await this.apply(caller, found.payinId, action(found.id));
    if (refusal) throw refused(refusal);
    return this.shown(caller, id);
  }

  private async apply(caller: Principal, payinId: string, action: WithoutActor<RefundUpdate>): Promise<Refusal | null> {
    const { organizationId, personId } = caller;
    const update: RefundUpdate = { ...action, source: 'operator', by: actorId(caller), personId };
    const applied = await this.applyUpdates.execute(organizationId, payinId, [update], {
      audit: ({ refunds }) => entryOf(caller, payinId, refunds.at(-1)!),
    });
    return applied?.refusal ?? null;
  }

  private async find(organizationId: string, id: string): Promise<FoundRefund> {
    const found = isUuid(id) && (await this.store.one(organizationId, id));
    if (!found) throw new Problem('NOT_FOUND', 'Your organization has no refund with this id.');
    return found;
  }

  private async shown({ organizationId }: Principal, id: string): Promise<ShownRefund> {
    return this.show(organizationId, await this.find(organizationId, id));
  }

  private show(organizationId: string, found: FoundRefund): ShownRefund {
    const to = this.open(organizationId, found);
    return { ...presentRefund(found, found.payinId, found.currency), to: to && masked(to) };
  }

  private seal(organizationId: string, id: string, to: Destination): string {
    return this.box.seal(JSON.stringify(to), OWNER.refund(organizationId, id));
  }

  private open(organizationId: string, { id, destination }: FoundRefund): Destination | null {
    if (destination === null) return null;
    return JSON.parse(this.box.open(destination, OWNER.refund(organizationId, id))) as Destination;
  }

  private goesTo(organizationId: string, found: FoundRefund, to: Destination): boolean {
    const known = this.open(organizationId, found);
    return known !== null && isSameDestination(known, to);
  }
}

function entryOf(caller: Principal, payinId: string, refund: WrittenRefund): AuditEntry {
  const { id, status, amountInCents, reason, discrepancyId } = refund;
  return {
    by: caller,
    action: REFUND_EVENTS[status],
    subject: { type: 'refund', id },
    after: { payinId, status, amountInCents: Number(amountInCents), reason, discrepancyId },
  };
}

function refused(refusal: Refusal): Problem {
  const [code, detail] = Object.hasOwn(REFUND_REFUSALS, refusal)
    ? REFUND_REFUSALS[refusal as keyof typeof REFUND_REFUSALS]
    : REFUND_REFUSALS.REFUND_STATUS;
  return new Problem(code, detail);
}
