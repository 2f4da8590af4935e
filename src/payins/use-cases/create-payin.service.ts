import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OutboundHttp } from '@recaudo/outbound-http';
import { ServiceSettings } from '../../../config/service.settings.js';
import type { Principal } from '../../auth/principal.js';
import { idAt, newId } from '../../database/id-at.js';
import { Problem, validationFailed } from '../../http/problem.js';
import { outsideTurn } from '../../http/turn.js';
import { NotificationWakeUp } from '../../outbox/notification-wake-up.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { PseBanks } from '../../pse-banks/pse-banks.service.js';
import type { NewAttempt } from '../domain/known-payin.js';
import { STATUSES } from '../domain/status.js';
import type { PayinAfter } from './apply-updates.service.js';
import { OpenAttempt } from './open-attempt.service.js';
import { railsToChoose, toOrder } from './payin-order.js';
import type { LinkUse } from '../store/insert-payins.queries.js';
import type { Written } from '../store/written.queries.js';
import { differingFields, fingerprint, type PayinRequest } from '../store/payin-request.js';
import { PayinFigures } from './payin-figures.js';
import { PayinRouter } from './payin-router.js';
import { toNotifications } from '../presenters/payin-notifications.js';
import { presentPayin, type PresentedPayin } from '../presenters/payin.presenter.js';
import { asStarted, snapshotOfNew } from '../store/payin.row.js';
import { PayinStore } from '../store/payin.store.js';
import { PollPayins } from './poll-payins.worker.js';
import { providerReference } from '../../organizations/provider-reference.js';
import type { PayinRecord, PayinSnapshot } from '../store/payin-record.js';
import { PayinRules } from './payin-rules.js';

/**
 * How long after its start a repeated create waits for the first one, so that both give the same answer: the longest provider call and a
 * moment. A process cannot see whether the process of the first one still lives; after a crash the wait ends with CREATED.
 */
const TWIN_WAIT_MS = 16_000;
/** How long a create waits for instructions that its provider gives only when asked later. */
const INSTRUCTIONS_WAIT_MS = 6_000;
/** How long a create waits for another attempt at a provider that was away. */
const RETRY_WAIT_MS = 4_000;
/** Of an order that is only checked. */
const NO_URLS = { publicUrl: '', checkoutUrl: '' };
const TWIN_READ_MIN_MS = 50;
const TWIN_READ_MAX_MS = 1_000;

export interface CreatedPayin {
  payin: PresentedPayin;
  replayed: boolean;
}

/** Creates a payin from a canonical request: one payin and one order for a reference, however often and wherever it is requested. */
@Injectable()
export class CreatePayin {
  constructor(
    private readonly store: PayinStore,
    private readonly openAttempt: OpenAttempt,
    private readonly router: PayinRouter,
    private readonly registry: ProviderRegistry,
    private readonly rules: PayinRules,
    private readonly polls: PollPayins,
    private readonly settings: ServiceSettings,
    private readonly notifications: NotificationWakeUp,
    private readonly figures: PayinFigures,
    private readonly http: OutboundHttp,
    private readonly pseBanks: PseBanks,
  ) {}

  /** @throws Problem VALIDATION_FAILED, PROVIDER_RULE, RAIL_NOT_AVAILABLE, REFERENCE_CONFLICT; none of them takes the reference. */
  async execute(principal: Principal, request: PayinRequest): Promise<CreatedPayin> {
    const attemptId = newId();
    const reference = providerReference(principal.organizationCode, attemptId);
    const { checkout } = request;
    let provider: string | null = null;
    let minutes: number;
    try {
      this.refuseCallbackUrl(request);
      minutes = this.expiresInMinutes(request);
      if (request.pse) await this.pseBanks.prepare(request.pse.bank);
      if (checkout) this.refuseWhatNobodyOffers(request, minutes);
      else provider = this.provider(request, reference, minutes);
    } catch (error) {
      // What cannot be opened today may have been opened before: the same request has the same answer for ever.
      const existing = await this.store.readByReference(principal.organizationId, request.reference);
      if (existing) return this.replay(existing, request);
      throw error;
    }

    const payin = newPayin(principal, request, provider, minutes);
    const attempt = provider === null ? null : { id: attemptId, provider, providerReference: reference };
    const written = await this.insert(payin, attempt);
    if (!written) {
      const existing = await this.store.readByReference(principal.organizationId, request.reference);
      if (!existing) throw new Problem('UNAVAILABLE', 'The request took too long to be written. Send it again.');
      return this.replay(existing, request);
    }
    if (!attempt) return { payin: this.present({ payin, receipts: [], attempts: [] }), replayed: false };
    const opened = await this.openAttempt.execute(principal.organizationId, payin.id, attempt, {
      snapshot: snapshotOfNew(payin, attempt),
      time: principal.time,
    });
    return { payin: await this.answerOf(payin, opened), replayed: false };
  }

  /**
   * One use of a payment link: a payin whose payer chooses the rail.
   * @param by the link's organization, and the database's time
   * @returns its id; undefined where the link, the reference or the use is not any more as it was read
   * @throws Problem PROVIDER_RULE, RAIL_NOT_AVAILABLE where no rail is open for it: nothing is counted then
   */
  async ofLink(
    by: Pick<Principal, 'organizationId' | 'at'>,
    request: PayinRequest,
    link: LinkUse,
  ): Promise<string | undefined> {
    const minutes = this.expiresInMinutes(request);
    this.refuseWhatNobodyOffers(request, minutes);
    const payin = { ...newPayin(by, request, null, minutes), paymentLinkId: link.paymentLinkId };
    return (await this.insert(payin, null, link)) && payin.id;
  }

  private async insert(payin: PayinRecord, attempt: NewAttempt | null, link?: LinkUse): Promise<Written | undefined> {
    const { createdAt } = payin;
    const created = [{ type: STATUSES.CREATED.event, sequence: 1 }];
    const attempts = attempt ? [asStarted(attempt, createdAt)] : [];
    const shown = () => this.present({ payin, receipts: [], attempts });
    const notifications = () =>
      // A drop-in contract says nothing of what its caller is just being answered.
      payin.request.served
        ? toNotifications(created, shown(), createdAt, null)
        : toNotifications(created, shown(), createdAt);
    const written = await this.store.insert(payin, attempt, notifications, link);
    if (!written) return undefined;
    this.figures.created(payin);
    if (written.hasDueNotifications) this.notifications.wake();
    return written;
  }

  /** Most payins have their instructions when the provider has answered. */
  private async answerOf({ organizationId, id }: PayinRecord, opened: PayinAfter | undefined): Promise<PresentedPayin> {
    if (opened?.payin.status === 'PENDING' && opened.payin.instructions) return this.present(opened);
    const snapshot = await this.store.read(organizationId, id);
    if (!snapshot) throw new Error('the payin that was just created cannot be read');
    return this.whenOpened(snapshot);
  }

  private refuseCallbackUrl({ callbackUrl }: PayinRequest): void {
    const why = callbackUrl && this.http.whyNeverCalled(callbackUrl);
    if (why) {
      throw validationFailed({ field: 'callbackUrl', message: `must ${why}` });
    }
  }

  private expiresInMinutes({ rail, expiresInMinutes }: PayinRequest): number {
    const { defaultMinutes, minMinutes, maxMinutes } = this.rules.of(rail);
    const minutes = expiresInMinutes ?? defaultMinutes;
    if (minutes < minMinutes || minutes > maxMinutes) {
      throw validationFailed({
        field: 'expiresInMinutes',
        message: `must be from ${minMinutes} to ${maxMinutes} on ${rail}`,
      });
    }
    return minutes;
  }

  /** @throws Problem where no rail that its payer may choose is open for its amount */
  private refuseWhatNobodyOffers(request: PayinRequest, minutes: number): void {
    this.refuseProvider(request);
    if (request.rail !== 'ANY')
      throw validationFailed({ field: 'checkout', message: 'goes with the rail ANY: the payer chooses' });
    const orders = railsToChoose(request).map((rail) =>
      toOrder(request, { provider: request.provider ?? '', providerReference: '', rail }, minutes, NO_URLS),
    );
    if (orders.some((order) => this.router.offers(order, request.provider).length > 0)) return;
    const routes = orders.map((order) => this.router.route(order, request.provider));
    const open = routes.find(({ railAvailable }) => railAvailable);
    if (!open)
      throw new Problem('RAIL_NOT_AVAILABLE', 'None of these rails is offered here; GET /rails lists what is.');
    throw new Problem('PROVIDER_RULE', 'See `errors` for what the providers of these rails need.', open.violations);
  }

  private refuseProvider({ provider }: PayinRequest): void {
    if (provider && !this.registry.get(provider))
      throw validationFailed({ field: 'provider', message: `must be one of ${this.registry.names.join(', ')}` });
  }

  private provider(request: PayinRequest, reference: string, minutes: number): string {
    this.refuseProvider(request);
    const draft = toOrder(request, { provider: request.provider ?? '', providerReference: reference }, minutes, {
      ...NO_URLS,
      publicUrl: this.settings.publicUrl,
    });
    const { providers, violations, railAvailable } = this.router.route(draft, request.provider);
    if (!railAvailable) {
      const by = request.provider ? ` by ${request.provider}` : '';
      throw new Problem(
        'RAIL_NOT_AVAILABLE',
        `The rail ${request.rail} is not offered${by} here; GET /rails lists what is.`,
      );
    }
    const first = providers[0];
    if (!first) throw new Problem('PROVIDER_RULE', 'See `errors` for what the provider needs.', violations);
    return first.name;
  }

  private async replay(existing: PayinSnapshot, request: PayinRequest): Promise<CreatedPayin> {
    const { payin } = existing;
    if (payin.fingerprint !== fingerprint(request)) {
      const fields = differingFields(payin.request, request);
      throw new Problem(
        'REFERENCE_CONFLICT',
        `The reference ${payin.reference} belongs to a payin with other values: ${fields.join(', ')}. Nothing was changed.`,
        fields.map((field) => ({ field, message: 'differs from the payin that has this reference' })),
      );
    }
    return { payin: await this.whenOpened(existing), replayed: true };
  }

  private async whenOpened(existing: PayinSnapshot): Promise<PresentedPayin> {
    const deadline = performance.now() + TWIN_WAIT_MS;
    let current = existing;
    // Ever more rarely: a storm of retries must not overload the database while a provider is slow.
    for (let delayMs = TWIN_READ_MIN_MS; isBeingOpened(current) && performance.now() < deadline; delayMs *= 1.5) {
      const waitMs = Math.min(delayMs, TWIN_READ_MAX_MS);
      await outsideTurn(() => wait(waitMs));
      this.polls.wake();
      current = (await this.store.read(existing.payin.organizationId, existing.payin.id)) ?? current;
    }
    return this.present({ ...current, attempts: current.known.attempts });
  }

  private present({ payin, receipts, attempts }: PayinAfter): PresentedPayin {
    return presentPayin(payin.organizationId, payin, receipts, this.rules.surroundingsOf(payin), attempts);
  }
}

/**
 * The call is under way, or the instructions of its order are about to come. After a crash, recovery is already due, so this does not wait.
 */
function isBeingOpened({ payin, known, now }: PayinSnapshot): boolean {
  const attempt = known.attempts.at(-1);
  if (!attempt || known.payerChooses) return false;
  const sinceMs = now.getTime() - attempt.startedAt.getTime();
  // A webhook may report the order before the call has answered.
  if (payin.status === 'CREATED' && (attempt.state === 'opening' || attempt.state === 'open'))
    return sinceMs < TWIN_WAIT_MS;
  // Its provider was away: the next attempt may come soon.
  if (payin.status === 'CREATED' && attempt.state === 'not_executed')
    return now.getTime() - payin.createdAt.getTime() < RETRY_WAIT_MS;
  return (
    payin.status === 'PENDING' && !payin.instructions && attempt.state === 'open' && sinceMs < INSTRUCTIONS_WAIT_MS
  );
}

function newPayin(
  { organizationId, at }: Pick<Principal, 'organizationId' | 'at'>,
  request: PayinRequest,
  provider: string | null,
  minutes: number,
): PayinRecord {
  return {
    organizationId,
    id: idAt(at),
    reference: request.reference,
    fingerprint: fingerprint(request),
    request,
    amountInCents: BigInt(request.amountInCents),
    currency: request.currency,
    rail: request.rail,
    status: 'CREATED',
    amountReceivedInCents: 0n,
    amountRefundedInCents: null,
    provider,
    errorCode: null,
    instructions: null,
    expiresAt: new Date(at.getTime() + minutes * 60_000),
    resultAt: null,
    chargebackAt: null,
    unconfirmedPaidSince: null,
    paymentLinkId: null,
    createdAt: at,
    updatedAt: at,
  };
}
