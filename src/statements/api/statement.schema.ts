import { ApiProperty } from '@nestjs/swagger';
import { REPORTED_STATUSES } from '@recaudo/payment-provider';
import { PageInfo } from '../../http/page.js';
import { DISCREPANCY_KINDS } from '../../payins/domain/discrepancy.js';
import { STATEMENT_COVERS, STATEMENT_SOURCES, STATEMENT_STATUSES } from '../store/statement.entity.js';
import { STATEMENT_PHASES } from './statement.presenter.js';
import { LINE_OUTCOMES } from '../store/statement-line.entity.js';

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' }, nullable: true } as const;

class StatementProgressSchema {
  @ApiProperty({
    enum: STATEMENT_PHASES,
    description:
      'In this order. FINDING: orders of a provider’s own list. FINDING_MISSING: what the file lacks. SETTLING: earlier differences that are none any more',
  })
  phase!: string;
  @ApiProperty({ description: 'Lines stored while it is RECEIVING, and compared from then on' }) linesDone!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'Of so many; null while they arrive' }) linesOf!:
    number | null;
}

export class StatementSchema {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() provider!: string;
  @ApiProperty({ enum: STATEMENT_SOURCES }) source!: string;
  @ApiProperty({ enum: STATEMENT_STATUSES }) status!: string;
  @ApiProperty({ format: 'date-time' }) from!: string;
  @ApiProperty({ format: 'date-time', description: 'not included' }) to!: string;
  @ApiProperty({ enum: STATEMENT_COVERS, nullable: true }) covers!: string | null;
  @ApiProperty() lines!: number;
  @ApiProperty({ description: 'lines that have been compared so far' }) compared!: number;
  @ApiProperty({ type: StatementProgressSchema, nullable: true, description: 'while it is RECEIVING or MATCHING' })
  progress!: StatementProgressSchema | null;
  @ApiProperty({ ...COUNTS, description: 'lines by outcome, once it is DONE' }) outcomes!: object | null;
  @ApiProperty({ ...COUNTS, description: 'lines by kind of discrepancy, once it is DONE' }) differences!: object | null;
  @ApiProperty() badLines!: number;
  @ApiProperty({ type: String, nullable: true, description: 'why it is FAILED, REJECTED or ABANDONED' }) reason!:
    string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) doneAt!: string | null;
}

class BadLineSchema {
  @ApiProperty() line!: number;
  @ApiProperty() message!: string;
}

export class StatementDetailSchema extends StatementSchema {
  @ApiProperty({ type: [BadLineSchema], description: 'the first 1000' }) firstBadLines!: BadLineSchema[];
}

export class StatementPageSchema {
  @ApiProperty({ type: [StatementSchema] }) data!: StatementSchema[];
  @ApiProperty() pageInfo!: PageInfo;
}

export class StatementLineSchema {
  @ApiProperty({ type: Number, nullable: true, description: 'its number in the file; null for what the file lacks' })
  line!: number | null;
  @ApiProperty({ enum: LINE_OUTCOMES }) outcome!: string;
  @ApiProperty({ enum: DISCREPANCY_KINDS, isArray: true }) differences!: string[];
  @ApiProperty({ type: String, nullable: true }) reference!: string | null;
  @ApiProperty({ type: String, nullable: true }) externalId!: string | null;
  @ApiProperty({ type: Number, nullable: true }) amountInCents!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'booked here, or requested where nothing is booked' })
  expectedInCents!: number | null;
  @ApiProperty() currency!: string;
  @ApiProperty({ enum: REPORTED_STATUSES }) status!: string;
  @ApiProperty({ type: String, nullable: true, description: 'as the file has it' }) rawStatus!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) paidAt!: string | null;
  @ApiProperty({ type: Number, nullable: true }) feeInCents!: number | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true }) payinId!: string | null;
  @ApiProperty({ type: String, nullable: true }) payinReference!: string | null;
}

export class StatementLinePageSchema {
  @ApiProperty({ type: [StatementLineSchema] }) data!: StatementLineSchema[];
  @ApiProperty() pageInfo!: PageInfo;
}
