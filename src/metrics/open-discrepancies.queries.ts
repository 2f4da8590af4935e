import { query } from '../database/query.js';
import type { DiscrepancyKind } from '../payins/domain/discrepancy.js';

export interface OpenDiscrepancies {
  kind: DiscrepancyKind;
  rows: number;
  moneyAtRiskInCents: number;
}

/** More are not counted: a count must cost the same in trouble. */
export const OPEN_DISCREPANCIES_MAX = 100_000;

/** Read through an index that has the open ones only. */
export const COUNT_OPEN_DISCREPANCIES = query<object, OpenDiscrepancies>(
  'count open discrepancies',
  `select kind, count(*)::int as rows, coalesce(sum(money_at_risk_in_cents), 0)::float as "moneyAtRiskInCents"
   from (select kind, money_at_risk_in_cents from discrepancies where status = 'OPEN' limit ${OPEN_DISCREPANCIES_MAX}) as open
   group by kind`,
);
