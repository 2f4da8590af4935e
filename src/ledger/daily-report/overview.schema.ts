import { ApiProperty } from '@nestjs/swagger';
import { ColombianDay } from '../../http/period.js';
import { validationFailed } from '../../http/problem.js';

export const OVERVIEW_DAYS_MAX = 31;
const MS_PER_DAY = 86_400_000;

export class OverviewQuery {
  @ColombianDay('the first day')
  from!: string;

  @ColombianDay(`the last day: at most ${OVERVIEW_DAYS_MAX} in all`)
  to!: string;
}

/** @throws Problem VALIDATION_FAILED */
export function daysOf(from: string, to: string): string[] {
  const first = Date.parse(from);
  const count = (Date.parse(to) - first) / MS_PER_DAY + 1;
  if (count < 1) throw validationFailed({ field: 'to', message: 'to must not be before from' });
  if (count > OVERVIEW_DAYS_MAX)
    throw validationFailed({ field: 'to', message: `from and to must be at most ${OVERVIEW_DAYS_MAX} days` });
  return Array.from({ length: count }, (_, day) => new Date(first + day * MS_PER_DAY).toISOString().slice(0, 10));
}

const Count = (description: string): PropertyDecorator => ApiProperty({ type: Number, nullable: true, description });

export class OverviewRowSchema {
  @ApiProperty() provider!: string;
  @ApiProperty() rail!: string;
  @ApiProperty({ description: 'Payins created' }) asked!: number;
  @ApiProperty({ description: 'Payins that became APPROVED' }) paid!: number;
  @Count('Payins that became REJECTED; null: the day was kept before this was counted') rejected!: number | null;
  @Count('Payins that became EXPIRED') expired!: number | null;
  @Count('Payins that became CANCELED') canceled!: number | null;
  @Count('Payins that became FAILED') failed!: number | null;
  @Count('The sum of paid, rejected, expired, canceled and failed. The success rate is paid of ended')
  ended!: number | null;
  @ApiProperty({ description: 'All that arrived' }) grossInCents!: number;
  @ApiProperty({ description: 'What the provider keeps of it' }) feesInCents!: number;
  @ApiProperty({ description: 'By how much more the provider owes after this day' }) netInCents!: number;
  @Count('Half of the payins that became APPROVED did so within as many seconds of their creation; to within 4 %')
  paidWithinSecondsP50!: number | null;
  @Count('The same of nine in ten') paidWithinSecondsP90!: number | null;
}

export class OverviewDaySchema {
  @ApiProperty({ format: 'date' }) date!: string;
  @ApiProperty({ description: 'The figures stay as they are for ever' }) complete!: boolean;
  @ApiProperty({ type: [OverviewRowSchema] }) rows!: OverviewRowSchema[];
  @Count('Of all rows of the day: half of what became APPROVED did so within as many seconds')
  paidWithinSecondsP50!: number | null;
  @Count('The same of nine in ten') paidWithinSecondsP90!: number | null;
}

export class OverviewSchema {
  @ApiProperty({ format: 'date' }) from!: string;
  @ApiProperty({ format: 'date' }) to!: string;
  @ApiProperty({ type: [OverviewDaySchema], description: 'Every day from the first to the last' })
  days!: OverviewDaySchema[];
  @Count('Of all days: half of what became APPROVED did so within as many seconds')
  paidWithinSecondsP50!: number | null;
  @Count('The same of nine in ten') paidWithinSecondsP90!: number | null;
}
