import { Inject, Injectable } from '@nestjs/common';
import type { Rail } from '@recaudo/payment-provider';
import type { RailPolicy } from '../../config/rail-policies.js';
import { ServiceSettings } from '../../config/service.settings.js';

/** How each rail behaves over time, with what the settings override. */
@Injectable()
export class RailPolicies {
  constructor(@Inject(ServiceSettings) private readonly settings: ServiceSettings) {}

  of(rail: Rail): RailPolicy {
    return this.settings.railPolicy(rail);
  }
}
