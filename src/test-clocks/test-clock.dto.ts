import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';

const DURATION = /^P(?=[\dT])(?:\d{1,5}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,8}M)?(?:\d{1,9}S)?)?$/;
const MESSAGE =
  '$property must be an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P3D or PT72H';

export class AdvanceTestClockDto {
  @ApiPropertyOptional({ description: 'By how much, as an ISO 8601 duration without months and years', example: 'P3D' })
  @IsOptional()
  @IsString()
  @Matches(DURATION, { message: MESSAGE })
  by?: string;

  @ApiPropertyOptional({
    description: 'Or to which total: the same total again changes nothing, so that a repetition is harmless',
    example: 'P90D',
  })
  @IsOptional()
  @IsString()
  @Matches(DURATION, { message: MESSAGE })
  total?: string;
}

export class TestClockSchema {
  @ApiProperty({ description: 'How much older the organization has become in all', example: 'P3D' }) total!: string;
  @ApiProperty({ type: 'integer', description: 'The same in seconds' }) totalSeconds!: number;
}

class BecameDueSchema {
  @ApiProperty({ type: 'integer' }) statusChecks!: number;
  @ApiProperty({ type: 'integer' }) notifications!: number;
  @ApiProperty({ type: 'integer' }) inboundWebhooks!: number;
  @ApiProperty({ type: 'integer' }) refunds!: number;
  @ApiProperty({ type: 'integer' }) statements!: number;
}

export class AdvancedTestClockSchema extends TestClockSchema {
  @ApiProperty({ description: 'By how much it was advanced', example: 'P3D' }) by!: string;
  @ApiProperty({ type: 'integer', description: 'Moments at which it stopped, for what was due to be done' })
  steps!: number;
  @ApiProperty({ description: 'All that has become due is done. False: it takes longer, and goes on' })
  settled!: boolean;
  @ApiProperty({ description: 'How much has become due on the way' }) becameDue!: BecameDueSchema;
  @ApiProperty({ type: [String], description: 'The simulated providers whose orders have become as much older' })
  providers!: string[];
}
