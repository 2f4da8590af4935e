import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsInstant } from '../http/is-instant.js';

export class BalancesQuery {
  @ApiPropertyOptional({ description: 'ISO 8601, included' })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ description: 'ISO 8601, not included' })
  @IsOptional()
  @IsInstant()
  to?: string;
}

class BalanceSchema {
  @ApiProperty({ example: 'merchant', description: '`merchant`, `write-offs`, `provider:<name>` or `fees:<name>`' })
  account!: string;
  @ApiProperty({ enum: ['COP'] }) currency!: string;
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
  @ApiProperty({ type: String, nullable: true }) from!: string | null;
  @ApiProperty({ type: String, nullable: true }) to!: string | null;
  @ApiProperty({ type: [BalanceSchema] }) accounts!: BalanceSchema[];
  @ApiProperty({
    type: LastCheckSchema,
    nullable: true,
    description: 'The nightly check; null before the first, and during one',
  })
  lastCheck!: LastCheckSchema | null;
}

class JournalEntrySchema {
  @ApiProperty({ description: 'Of the line in the history that caused it' }) sequence!: number;
  @ApiProperty({ example: 'receipt.added', description: 'What that line is' }) type!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ example: 'provider:acme' }) debit!: string;
  @ApiProperty({ example: 'merchant' }) credit!: string;
  @ApiProperty() amountInCents!: number;
  @ApiProperty({ enum: ['COP'] }) currency!: string;
}

export class JournalSchema {
  @ApiProperty({ type: [JournalEntrySchema] }) data!: JournalEntrySchema[];
}
