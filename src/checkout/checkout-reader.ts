import { Injectable } from '@nestjs/common';
import { amountStatus } from '../payins/domain/amounts.js';
import { isOpen } from '../payins/domain/status.js';
import { PayinStore } from '../payins/store/payin.store.js';
import { PayinRules } from '../payins/use-cases/payin-rules.js';
import type { CheckoutView } from './checkout-view.js';

/** Reads what the pages show. */
@Injectable()
export class CheckoutReader {
  constructor(
    private readonly store: PayinStore,
    private readonly rules: PayinRules,
  ) {}

  async read({ organizationId, id }: { organizationId: string; id: string }): Promise<CheckoutView | undefined> {
    const snapshot = await this.store.read(organizationId, id);
    if (!snapshot) return undefined;
    const { payin, version, now } = snapshot;
    const { amountInCents, amountReceivedInCents, unconfirmedPaidSince, request, status } = payin;
    return {
      organizationId,
      payinId: id,
      reference: payin.reference,
      version,
      now,
      status,
      amountStatus: amountStatus(amountInCents, amountReceivedInCents, unconfirmedPaidSince !== null),
      amountInCents,
      amountReceivedInCents,
      currency: request.currency,
      description: request.description ?? null,
      redirectUrl: request.redirectUrl ?? null,
      expiresAt: payin.expiresAt,
      resultAt: payin.resultAt,
      payerChooses: false,
      mayChoose: false,
      rail: payin.rail,
      instructions: payin.instructions,
      orderExpiresAt: null,
      isOpening: isOpen(status) && payin.instructions === null,
      lastTry: null,
      payerMayEditAmount: this.rules.of(payin.rail).payerMayEditAmount,
    };
  }
}
