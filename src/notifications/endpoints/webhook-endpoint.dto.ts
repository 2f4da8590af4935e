import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsHttpUrl } from '../../http/is-http-url.js';
import { EVENT_TYPES, type EventType } from '../../payins/domain/history.js';
import { ENDPOINT_STATUSES, type EndpointStatus } from './webhook-endpoint.entity.js';

export class CreateWebhookEndpointDto {
  @ApiProperty({
    example: 'https://example.com/webhooks',
    description: 'In production HTTPS, to a server on the public internet',
  })
  @IsHttpUrl()
  url!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255 })
  @IsOptional()
  @MaxLength(255)
  @IsString()
  description?: string | null;

  @ApiPropertyOptional({
    enum: EVENT_TYPES,
    enumName: 'EventType',
    isArray: true,
    nullable: true,
    description: 'The events that it receives; without it all, also those that are added later',
  })
  @IsOptional()
  @ArrayUnique()
  @IsIn(EVENT_TYPES, { each: true })
  @ArrayMinSize(1)
  @IsArray()
  eventTypes?: EventType[] | null;

  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    description: 'Whether `inlineCustomer` is sent along; at first it is not',
  })
  @IsOptional()
  @IsBoolean()
  includePersonalData?: boolean | null;
}

/** Absent is as it was. */
export class UpdateWebhookEndpointDto extends PartialType(CreateWebhookEndpointDto) {
  @ApiPropertyOptional({
    enum: ENDPOINT_STATUSES,
    description:
      'While it is DISABLED messages are kept, and are sent on request afterwards: POST /notifications/resend',
  })
  @IsOptional()
  @IsIn(ENDPOINT_STATUSES)
  status?: EndpointStatus;
}
