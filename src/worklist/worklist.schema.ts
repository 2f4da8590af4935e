import { ApiProperty } from '@nestjs/swagger';
import { FAILED_WAITS_DAYS } from '../statements/store/statement.entity.js';
import { KINDS_OF_TASKS, type KindOfTask, TASKS_MAX } from './worklist.queries.js';

export class TaskSchema {
  @ApiProperty({
    enum: KINDS_OF_TASKS,
    description: `What to approve is what this caller may approve. STATEMENTS_FAILED: of the last ${FAILED_WAITS_DAYS} days`,
  })
  kind!: KindOfTask;
  @ApiProperty({ description: `At most ${TASKS_MAX}` }) count!: number;
  @ApiProperty({ description: `There are more than ${TASKS_MAX}` }) hasMore!: boolean;
  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Cents of those that are counted: money at risk, or what is to be approved or paid; null: it is not about money',
  })
  amountInCents!: number | null;
  @ApiProperty({ description: 'Whether the scopes of the caller let them do it, and not only see it' })
  mayAct!: boolean;
  @ApiProperty({
    example: '/discrepancies?status=OPEN&sort=MONEY_AT_RISK',
    description: 'The list that has just these',
  })
  list!: string;
}

export class WorklistSchema {
  @ApiProperty({ type: [TaskSchema], description: 'The kinds that the scopes of the caller let them see' })
  data!: TaskSchema[];
}
