import { ApiProperty } from '@nestjs/swagger';
import { RAILS } from '@recaudo/payment-provider';

/** For the API's description only. */

const CHECKS = { type: 'object', additionalProperties: { type: 'object', additionalProperties: true } } as const;

export class HealthSchema {
  @ApiProperty({ enum: ['ok', 'error', 'shutting_down'] }) status!: string;
  @ApiProperty({ ...CHECKS, description: 'Checks that went well' }) info!: object;
  @ApiProperty({ ...CHECKS, description: 'Checks that did not' }) error!: object;
  @ApiProperty({ ...CHECKS, description: 'All checks' }) details!: object;
}

class CallsHealthSchema {
  @ApiProperty({ description: 'open: too many calls failed in a row, and none is let out for some seconds' })
  breaker!: string;
  @ApiProperty({ description: 'Calls under way' }) inFlight!: number;
  @ApiProperty({ description: 'Calls that wait for a slot' }) waiting!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lastFailureAt!: string | null;
}

class ProviderHealthSchema {
  @ApiProperty() provider!: string;
  @ApiProperty({ description: 'false: it is not in PROVIDERS, and something waits for it all the same' })
  enabled!: boolean;
  @ApiProperty({ enum: RAILS, isArray: true }) rails!: string[];
  @ApiProperty({ type: CallsHealthSchema, nullable: true, description: 'Calls that open orders' })
  orders!: CallsHealthSchema | null;
  @ApiProperty({ type: CallsHealthSchema, nullable: true, description: 'All other calls' })
  questions!: CallsHealthSchema | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Payins whose next check is more than a minute late' })
  overdueChecks!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Attempts of which it is not known whether it took them' })
  attemptsUnknown!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Webhooks that should have been applied a minute ago' })
  webhooksLate!: number | null;
  @ApiProperty({ type: Number, nullable: true }) oldestWebhookSeconds!: number | null;
}

export class ProvidersHealthSchema {
  @ApiProperty({ type: [ProviderHealthSchema] }) data!: ProviderHealthSchema[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the backlog was counted; null: the database could not be asked',
  })
  backlogAt!: string | null;
}
