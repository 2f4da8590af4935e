import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PublicTokens } from '../secrets/public-tokens.js';
import { CheckoutReader } from './checkout-reader.js';
import type { CheckoutView } from './checkout-view.js';
import { VisitorLimits } from './visitor-limits.js';

/** Leads from a link to its payin, within the limits of whoever has the link. */
@Injectable()
export class PayinOfToken {
  constructor(
    private readonly tokens: PublicTokens,
    private readonly limits: VisitorLimits,
    private readonly reader: CheckoutReader,
  ) {}

  /** @throws Problem RATE_LIMITED, NOT_FOUND */
  async read(request: FastifyRequest, token: string): Promise<CheckoutView> {
    this.limits.visit(request, token);
    const key = this.tokens.open('payin', token);
    const view = key && (await this.reader.read(key));
    return view ?? this.limits.refuseUnknown(request);
  }
}
