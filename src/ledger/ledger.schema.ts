import { ApiProperty } from '@nestjs/swagger';
import { CURRENCIES } from '@recaudo/payment-provider';
import { PeriodFrom, PeriodTo } from '../http/period.js';
import { HISTORY_TYPES, type HistoryType } from '../payins/domain/history.js';

export class BalancesQuery {
  @PeriodFrom()
  from?: Date;

  @PeriodTo()
  to?: Date;
}

class BalanceSchema {
  @ApiProperty({
    example: 'merchant',
    description: '`merchant`, `write-offs`, `payer-refunds`, `own-funds`, `provider:<name>` or `fees:<name>`',
  })
  account!: string;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
  @ApiProperty() debitInCents!: number;
  @ApiProperty() creditInCents!: number;
  @ApiProperty({ description: 'Debits less credits' }) balanceInCents!: number;
}

class LastCheckSchema {
  @ApiProperty({ format: 'date-time' }) finishedAt!: string;
  @ApiProperty() payins!: number;
  @ApiProperty({ description: 'Each is a discrepancy' }) mismatches!: number;
}

export class BalancesSchema {
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) from!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) to!: string | null;
  @ApiProperty({ type: [BalanceSchema] }) accounts!: BalanceSchema[];
  @ApiProperty({
    type: LastCheckSchema,
    nullable: true,
    description: 'The nightly check; null before the first, and during one',
  })
  lastCheck!: LastCheckSchema | null;
}

class LedgerEntrySchema {
  @ApiProperty({ description: 'Of the line in the history that caused it' }) sequence!: number;
  @ApiProperty({ enum: HISTORY_TYPES, description: 'What that line is about' }) type!: HistoryType;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ example: 'provider:examplepay' }) debit!: string;
  @ApiProperty({ example: 'merchant' }) credit!: string;
  @ApiProperty() amountInCents!: number;
  @ApiProperty({ enum: CURRENCIES }) currency!: string;
}

export class LedgerEntriesSchema {
  @ApiProperty({ type: [LedgerEntrySchema] }) data!: LedgerEntrySchema[];
}
