import { ApiProperty } from '@nestjs/swagger';
import { PageInfo } from '../../http/page.js';
import { EVENT_TYPES, type EventType } from '../../payins/domain/history.js';
import {
  DISABLED_REASONS,
  type DisabledReason,
  ENDPOINT_STATUSES,
  type EndpointStatus,
} from './webhook-endpoint.entity.js';

export class WebhookEndpointSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() url!: string;
  @ApiProperty({ type: String, nullable: true }) description!: string | null;
  @ApiProperty({ enum: EVENT_TYPES, enumName: 'EventType', isArray: true, nullable: true, description: 'null: all' })
  eventTypes!: EventType[] | null;
  @ApiProperty() includePersonalData!: boolean;
  @ApiProperty({ enum: ENDPOINT_STATUSES }) status!: EndpointStatus;
  @ApiProperty({
    enum: DISABLED_REASONS,
    nullable: true,
    description: 'REQUESTED: by PATCH; GONE: it answered 410; FAILING: no delivery for five days',
  })
  disabledReason!: DisabledReason | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) disabledAt!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when every delivery has failed',
  })
  failingSince!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when messages are also signed with the previous secret',
  })
  previousSecretUntil!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) updatedAt!: string;
}

export class WebhookEndpointWithSecretSchema extends WebhookEndpointSchema {
  @ApiProperty({ example: 'whsec_…', description: 'Verifies our signatures. Shown only now' }) secret!: string;
}

export class WebhookEndpointPageSchema {
  @ApiProperty({ type: [WebhookEndpointSchema] }) data!: WebhookEndpointSchema[];
  @ApiProperty({ type: PageInfo }) pageInfo!: PageInfo;
}
