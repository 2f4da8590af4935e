import { Inject, Injectable } from '@nestjs/common';
import { ServiceSettings } from '../../../config/service.settings.js';
import type { Principal } from '../../auth/api-keys.js';
import { isUuid } from '../../http/page.js';
import { Problem } from '../../http/problem.js';
import { ApplyUpdates } from './apply-updates.service.js';
import type { PayinStatus } from '../domain/status.js';
import { CheckPayinStatus } from './check-payin-status.service.js';
import { noSuchPayin } from './no-such-payin.js';
import { PayinStore } from '../store/payin.store.js';

const RETRY_AFTER_SECONDS = '5';

/** What a merchant may ask for about a payin that is there. Each is in its history with the key that asked. */
@Injectable()
export class PayinActions {
  private readonly asking = new Map<string, Promise<boolean>>();

  constructor(
    @Inject(PayinStore) private readonly store: PayinStore,
    @Inject(CheckPayinStatus) private readonly check: CheckPayinStatus,
    @Inject(ApplyUpdates) private readonly applyUpdates: ApplyUpdates,
    @Inject(ServiceSettings) private readonly settings: ServiceSettings,
  ) {}

  /** Asks the provider now. @throws Problem NOT_FOUND, PROVIDER_CANNOT_SAY; the payin stays as it is then. */
  async refresh(caller: Principal, id: string): Promise<void> {
    if (!(await this.ask(caller, id)))
      throw new Problem(
        'PROVIDER_CANNOT_SAY',
        'The payin is as it was; it is asked about again by itself.',
        undefined,
        {
          'retry-after': RETRY_AFTER_SECONDS,
        },
      );
  }

  /**
   * Stops waiting for the payer. Asks the provider first, so that a payin that has just been paid is not canceled; where it cannot say, the
   * payin is canceled all the same: money that still arrives is not lost. Canceling again changes nothing.
   * @throws Problem NOT_FOUND, TRANSITION_FORBIDDEN
   */
  async cancel(caller: Principal, id: string): Promise<void> {
    const status = await this.statusOf(caller, id);
    if (status === 'PENDING') await this.ask(caller, id);
    const { organizationId, apiKeyId } = caller;
    const decision = await this.applyUpdates.execute(organizationId, id, [
      { source: 'request', kind: 'cancel', by: apiKeyId },
    ]);
    if (!decision || decision.status === 'CANCELED') return;
    if (decision.unconfirmedPaidSince)
      throw forbidden('The provider says that it is paid: settle its AMOUNT_UNCONFIRMED first.');
    throw forbidden(`The payin is ${decision.status}: it cannot become CANCELED by request.`);
  }

  /**
   * Takes an underpaid payin as paid, or one whose amount is unconfirmed as paid exactly. What writes off or books more than one person may waits
   * for a second one.
   * @returns whether it is done; else it waits
   * @throws Problem NOT_FOUND, TRANSITION_FORBIDDEN, APPROVAL_PENDING
   */
  async accept(caller: Principal, id: string): Promise<boolean> {
    await this.statusOf(caller, id);
    const approvalAboveInCents = BigInt(this.settings.CORRECTION_APPROVAL_ABOVE_IN_CENTS);
    const { organizationId, apiKeyId: by } = caller;
    const update = { source: 'operator', kind: 'accept', by, approvalAboveInCents } as const;
    const decision = await this.applyUpdates.execute(organizationId, id, [update]);
    if (decision?.refusal === 'APPROVAL_PENDING')
      throw new Problem('APPROVAL_PENDING', 'A correction of this payin waits: approve or reject it first.');
    if (decision?.refusal)
      throw forbidden(
        `The payin is ${decision.status}: it cannot be accepted unless it is UNDERPAID or its amount UNCONFIRMED.`,
      );
    return decision?.status === 'APPROVED';
  }

  /** One question at a time about a payin in this process: whoever asks meanwhile gets the same answer. */
  private ask(caller: Principal, id: string): Promise<boolean> {
    const key = `${caller.organizationId} ${id}`;
    const underWay = this.asking.get(key);
    if (underWay) return underWay;
    const asked = this.askNow(caller, id).finally(() => this.asking.delete(key));
    this.asking.set(key, asked);
    return asked;
  }

  private async askNow({ organizationId, apiKeyId }: Principal, id: string): Promise<boolean> {
    const claim = isUuid(id) && (await this.store.claim(organizationId, id));
    if (!claim) throw noSuchPayin();
    return this.check.execute(claim, { source: 'request', kind: 'refresh', by: apiKeyId });
  }

  private async statusOf({ organizationId }: Principal, id: string): Promise<PayinStatus> {
    const snapshot = isUuid(id) && (await this.store.read(organizationId, id));
    if (!snapshot) throw noSuchPayin();
    return snapshot.payin.status;
  }
}

function forbidden(detail: string): Problem {
  return new Problem('TRANSITION_FORBIDDEN', detail);
}
