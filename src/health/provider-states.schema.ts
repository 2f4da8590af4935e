import { ApiProperty } from '@nestjs/swagger';
import { RAILS } from '@recaudo/payment-provider';
import { FAILURE_KINDS, FAILURES_KEPT, type FailureKind } from './recent-calls.js';

/** `DOWN`: its calls are held back. `DEGRADED`: its last call failed, or something waits for it for too long. */
export const PROVIDER_HEALTHS = ['UP', 'DEGRADED', 'DOWN'] as const;
export type ProviderHealthWord = (typeof PROVIDER_HEALTHS)[number];

/** `NOT_ROUTED`: the settings of routing leave it out. `BREAKER_OPEN`: too many calls that open orders failed just now. */
export const CLOSED_BECAUSE = ['NOT_ROUTED', 'BREAKER_OPEN'] as const;
export type ClosedBecause = (typeof CLOSED_BECAUSE)[number];

class ProviderRailSchema {
  @ApiProperty({ enum: RAILS }) rail!: string;
  @ApiProperty({ description: 'New payins of the rail may go to it' }) open!: boolean;
  @ApiProperty({
    enum: CLOSED_BECAUSE,
    nullable: true,
    description:
      'NOT_ROUTED: the settings of routing leave it out. BREAKER_OPEN: too many calls that open orders failed just now. null: it is open',
  })
  closedBecause!: ClosedBecause | null;
}

class ProviderCallsSchema {
  @ApiProperty({
    enum: ['closed', 'half_open', 'open'],
    description: 'open: too many calls failed in a row, and none is let out for some seconds',
  })
  breaker!: string;
  @ApiProperty({ description: 'Calls under way' }) inFlight!: number;
  @ApiProperty({ description: 'Calls that wait for a slot' }) waiting!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lastSuccessAt!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) lastFailureAt!: string | null;
}

class ProviderFailureSchema {
  @ApiProperty({ format: 'date-time', description: 'The last time' }) at!: string;
  @ApiProperty({ format: 'date-time', description: 'The first of those times' }) firstAt!: string;
  @ApiProperty({ description: 'So many times one after the other' }) times!: number;
  @ApiProperty({ enum: ['order', 'question'], description: 'order: it would have opened an order. question: all else' })
  purpose!: string;
  @ApiProperty({ enum: FAILURE_KINDS }) kind!: FailureKind;
  @ApiProperty({ type: Number, nullable: true, description: 'HTTP status; null: no answer' }) status!: number | null;
  @ApiProperty({ example: 'No answer came in time.', description: 'In plain words' }) text!: string;
}

class ProviderBacklogSchema {
  @ApiProperty({ type: Number, nullable: true, description: 'Payins whose next check is more than a minute late' })
  overdueChecks!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Attempts of which it is not known whether it took them' })
  attemptsUnknown!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Webhooks that should have been applied a minute ago' })
  webhooksLate!: number | null;
  @ApiProperty({ type: Number, nullable: true }) oldestWebhookSeconds!: number | null;
}

export class ProviderStateSchema {
  @ApiProperty({ example: 'examplepay' }) provider!: string;
  @ApiProperty({ description: 'false: it is not in PROVIDERS, and something waits for it all the same' })
  enabled!: boolean;
  @ApiProperty({
    enum: PROVIDER_HEALTHS,
    description:
      'Of this replica’s calls and of the backlog. DOWN: its calls are held back. DEGRADED: its last call failed, or something waits for it for too long, or it is not enabled',
  })
  health!: ProviderHealthWord;
  @ApiProperty({ type: [ProviderRailSchema] }) rails!: ProviderRailSchema[];
  @ApiProperty({ type: ProviderCallsSchema, nullable: true, description: 'Calls of this replica that open orders' })
  orders!: ProviderCallsSchema | null;
  @ApiProperty({ type: ProviderCallsSchema, nullable: true, description: 'All other calls of this replica' })
  questions!: ProviderCallsSchema | null;
  @ApiProperty({
    type: [ProviderFailureSchema],
    description: `Of this replica, the newest first: the last ${FAILURES_KEPT}, since it started`,
  })
  lastFailures!: ProviderFailureSchema[];
  @ApiProperty({ type: ProviderBacklogSchema, description: 'Of all replicas; counts end at 10,000' })
  backlog!: ProviderBacklogSchema;
}

class ReplicaSchema {
  @ApiProperty({ format: 'uuid', description: 'New with each start' }) id!: string;
  @ApiProperty({ format: 'date-time' }) startedAt!: string;
}

export class ProviderStatesSchema {
  @ApiProperty({ type: [ProviderStateSchema] }) data!: ProviderStateSchema[];
  @ApiProperty({ type: ReplicaSchema, description: 'Which replica says so of its calls; others may have others' })
  replica!: ReplicaSchema;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When the backlog was counted; null: the database could not be asked',
  })
  backlogAt!: string | null;
}
