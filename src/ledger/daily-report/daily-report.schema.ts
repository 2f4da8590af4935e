import { ApiProperty } from '@nestjs/swagger';
import { ColombianDay } from '../../http/period.js';
import type { ExpectedOfProvider, ReportRow } from './figures.js';

export class DailyReportQuery {
  @ColombianDay('the day of the report')
  date!: string;
}

class DailyReportRowSchema implements ReportRow {
  @ApiProperty() provider!: string;
  @ApiProperty() rail!: string;
  @ApiProperty({ description: 'Payins created' }) asked!: number;
  @ApiProperty({ description: 'Payins that became APPROVED' }) paid!: number;
  @ApiProperty({ description: 'Payins that became UNDERPAID' }) underpaid!: number;
  @ApiProperty({ description: 'Payins of which more arrived than was asked for' }) overpaid!: number;
  @ApiProperty({ description: 'Payins of which money arrived after they had ended unpaid' }) late!: number;
  @ApiProperty({ description: 'Payins that became REVERSED' }) reversed!: number;
  @ApiProperty({ description: 'All that arrived' }) grossInCents!: number;
  @ApiProperty({ description: 'What the provider keeps of it' }) feesInCents!: number;
  @ApiProperty({
    description:
      'By how much more the provider owes after this day: gross less fees, and less what it reversed or paid back by itself',
  })
  netInCents!: number;
  @ApiProperty({ description: 'Refunds paid' }) refundedInCents!: number;
}

class ExpectedOfProviderSchema implements ExpectedOfProvider {
  @ApiProperty() provider!: string;
  @ApiProperty({ description: 'Its account in the ledger at the end of the day' }) balanceInCents!: number;
}

export class DailyReportSchema {
  @ApiProperty({ format: 'date' }) date!: string;
  @ApiProperty({
    description:
      'The figures stay as they are for ever. False until two minutes after the end of the day, or later where a transaction of that time is still open',
  })
  complete!: boolean;
  @ApiProperty({ type: [DailyReportRowSchema] }) rows!: DailyReportRowSchema[];
  @ApiProperty({ type: [ExpectedOfProviderSchema] }) expected!: ExpectedOfProviderSchema[];
}
