import { ApiProperty, ApiPropertyOptional, getSchemaPath, ApiExtraModels, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { OneOrSeveral } from '../http/one-or-several.js';
import { PageQuery } from '../http/page.js';
import { EVENT_TYPES, type EventType } from '../payins/domain/history.js';
import { EVENT_DATA } from './message.schema.js';

/** Below the time after which proxies cut a silent connection. */
export const WAIT_SECONDS_MAX = 30;
/** `after`: behind all that has happened. */
export const NOW = 'now';

export class ListEventsQuery extends PickType(PageQuery, ['limit'] as const) {
  @ApiPropertyOptional({
    description:
      '`pageInfo.nextCursor` of the answer before: events behind it. Without it, from the oldest event on; `now`: only events that are still to come',
  })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, {
    message: 'after must be a nextCursor of this list; leave it out to begin with the oldest event, or send now',
  })
  @IsString()
  after?: string;

  @OneOrSeveral('types', EVENT_TYPES)
  types?: EventType[];

  @ApiPropertyOptional({
    minimum: 0,
    maximum: WAIT_SECONDS_MAX,
    default: 0,
    description: 'Seconds for which the answer waits for an event where there is none yet',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  )
  @Max(WAIT_SECONDS_MAX)
  @Min(0)
  @IsInt()
  wait?: number;
}

@ApiExtraModels(...EVENT_DATA)
export class EventSchema {
  @ApiProperty({ example: 'evt_0199a000-0000-7000-8000-000000000000_7', description: 'The same whenever it is read' })
  id!: string;
  @ApiProperty({ enum: EVENT_TYPES }) type!: EventType;
  @ApiProperty({ format: 'date-time', description: 'When it happened' }) timestamp!: string;
  @ApiProperty({
    description:
      'As in a notification: the payin, with `sequence`, the event’s place in its history, and the `discrepancy` or the `refund` that it is about. All of it as it is now, with `inlineCustomer` null. Without a payin: `sequence` 0 and the `discrepancy`',
    anyOf: EVENT_DATA.map((schema) => ({ $ref: getSchemaPath(schema) })),
  })
  data!: Record<string, unknown>;
}

class EventPageInfo {
  @ApiProperty({ description: 'There are more already' }) hasNext!: boolean;
  @ApiProperty({ description: 'The next `after`. It is given at the end, too' }) nextCursor!: string;
}

export class EventPageSchema {
  @ApiProperty({ type: [EventSchema], description: 'In the order of their commits' }) data!: EventSchema[];
  @ApiProperty({ format: 'uuid', description: 'Whose events they are' }) organizationId!: string;
  @ApiProperty({ type: EventPageInfo }) pageInfo!: EventPageInfo;
}
