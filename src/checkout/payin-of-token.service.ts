import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PublicTokens } from '../secrets/public-tokens.js';
import { Checkout, type CheckoutView } from '../payins/use-cases/checkout.service.js';
import { VisitorLimits } from './visitor-limits.js';

/** Leads from a link to its payin, within the limits of whoever has the link. */
@Injectable()
export class PayinOfToken {
  constructor(
    private readonly tokens: PublicTokens,
    private readonly limits: VisitorLimits,
    private readonly checkout: Checkout,
  ) {}

  /** @throws Problem RATE_LIMITED, NOT_FOUND */
  async read(request: FastifyRequest, token: string): Promise<CheckoutView> {
    this.limits.visit(request, token);
    const key = this.tokens.open('payin', token);
    const view = key && (await this.checkout.read(key));
    return view ?? this.limits.refuseUnknown(request);
  }

  /** As it is now. */
  again({ organizationId, payinId }: CheckoutView): Promise<CheckoutView | undefined> {
    return this.checkout.read({ organizationId, id: payinId });
  }
}
