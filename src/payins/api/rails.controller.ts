import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HOME_CURRENCY, RAILS } from '@recaudo/payment-provider';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { AMOUNT_MAX_IN_CENTS } from './create-payin.dto.js';
import { PayinRules } from '../use-cases/payin-rules.js';
import { RailListSchema } from './rails.schema.js';

/** One peso. */
const AMOUNT_MIN_IN_CENTS = 100;

@ApiTags('rails')
@ApiBearerAuth()
@Controller('rails')
export class RailsController {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly rules: PayinRules,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the available rails, with limits, default expiry and providers' })
  @ApiOkResponse({ type: RailListSchema })
  list(): RailListSchema {
    const open = RAILS.map((rail) => ({ rail, providers: this.registry.forRail(rail) }));
    return {
      data: open
        .filter(({ providers }) => providers.length > 0)
        .map(({ rail, providers }) => {
          const { defaultMinutes, minMinutes, maxMinutes, payerMayEditAmount } = this.rules.of(rail);
          return {
            rail,
            currency: HOME_CURRENCY,
            providers: providers.map(({ name }) => name),
            amountMinInCents: Math.min(
              ...providers.map(({ amountLimits }) => Number(amountLimits[rail]?.minInCents ?? AMOUNT_MIN_IN_CENTS)),
            ),
            amountMaxInCents: Math.max(
              ...providers.map(({ amountLimits }) => Number(amountLimits[rail]?.maxInCents ?? AMOUNT_MAX_IN_CENTS)),
            ),
            expiresInMinutes: { default: defaultMinutes, min: minMinutes, max: maxMinutes },
            payerMayEditAmount,
            documents: providers.map(({ name, documents: { types, requiredOn } }) => ({
              provider: name,
              required: requiredOn.includes(rail),
              types: [...types],
            })),
          };
        }),
    };
  }
}
