import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CURRENCIES, RAILS, unitInCents } from '@recaudo/payment-provider';
import { Needs } from '../../auth/needs.js';
import { ProviderRegistry } from '../../provider-registry/provider-registry.js';
import { AMOUNT_MAX_IN_CENTS } from './create-payin.dto.js';
import { PayinRules } from '../use-cases/payin-rules.js';
import { RailListSchema } from './rails.schema.js';

@ApiTags('rails')
@ApiBearerAuth()
@Controller('rails')
export class RailsController {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly rules: PayinRules,
  ) {}

  @Get()
  @Needs('payins:read')
  @ApiOperation({
    operationId: 'listRails',
    description:
      'What this service can collect over now. The limits and the documents depend on its providers and its settings: read them here instead of writing them down.',
    summary: 'List the available rails, with limits, default expiry and providers',
  })
  @ApiOkResponse({ type: RailListSchema })
  list(): RailListSchema {
    const open = RAILS.flatMap((rail) =>
      CURRENCIES.map((currency) => ({
        rail,
        currency,
        providers: this.registry.forRail(rail).filter(({ currencies }) => currencies.includes(currency)),
      })),
    );
    return {
      data: open
        .filter(({ providers }) => providers.length > 0)
        .map(({ rail, currency, providers }) => {
          const { defaultMinutes, minMinutes, maxMinutes, payerMayEditAmount } = this.rules.of(rail);
          return {
            rail,
            currency,
            providers: providers.map(({ name }) => name),
            amountMinInCents: Math.min(
              ...providers.map(({ amountLimits }) => Number(amountLimits[rail]?.minInCents ?? unitInCents(currency))),
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
