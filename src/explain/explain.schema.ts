import { ApiProperty } from '@nestjs/swagger';
import { CHECK_REASONS } from '../payins/domain/check-schedule.js';
import { DISCREPANCY_KINDS } from '../payins/domain/discrepancy.js';
import { PAYIN_STATUSES } from '../payins/domain/status.js';
import { WAITING_FOR } from './explain.js';

class OpenDiscrepancySchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: DISCREPANCY_KINDS }) kind!: string;
  @ApiProperty({ format: 'date-time' }) openedAt!: string;
}

export class ExplanationSchema {
  @ApiProperty({ format: 'uuid' }) payinId!: string;
  @ApiProperty({ enum: PAYIN_STATUSES }) status!: string;
  @ApiProperty({ type: [String], example: ['El cobro está abierto en examplepay y no está pagado.'] }) es!: string[];
  @ApiProperty({ type: [String], example: ['The payin is open at examplepay, and not paid.'] }) en!: string[];
  @ApiProperty({ enum: WAITING_FOR, description: 'PERSON: nothing happens automatically; see openDiscrepancies' })
  waitingFor!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) nextCheckAt!: string | null;
  @ApiProperty({ enum: CHECK_REASONS, nullable: true }) nextCheckReason!: string | null;
  @ApiProperty({ type: [OpenDiscrepancySchema] }) openDiscrepancies!: OpenDiscrepancySchema[];
}
