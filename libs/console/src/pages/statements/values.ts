import type { Schemas } from '../../api/client.js';
import type { Tone } from '../../components/status-badge.js';

export type Statement = Schemas['StatementSchema'];
export type StatementStatus = Statement['status'];
export type Line = Schemas['StatementLineSchema'];
export type Outcome = Line['outcome'];
export type Preview = Schemas['StatementPreviewSchema'];
export type Mapping = Schemas['StatementMappingOverride'];
export type ColumnName = Preview['columns'][number]['column'];

export const TONE_OF_STATUS = {
  RECEIVING: 'waiting',
  MATCHING: 'waiting',
  DONE: 'good',
  FAILED: 'bad',
  REJECTED: 'bad',
  ABANDONED: 'over',
} as const satisfies Record<StatementStatus, Tone>;
export const STATUSES = Object.keys(TONE_OF_STATUS) as readonly StatementStatus[];

export const TONE_OF_OUTCOME = {
  MATCHED: 'good',
  DIFFERENT: 'attention',
  MISSING_HERE: 'bad',
  MISSING_THERE: 'bad',
  NOT_OURS: 'over',
} as const satisfies Record<Outcome, Tone>;
export const OUTCOMES = Object.keys(TONE_OF_OUTCOME) as readonly Outcome[];

export function isUnderWay({ status }: Pick<Statement, 'status'>): boolean {
  return status === 'RECEIVING' || status === 'MATCHING';
}
