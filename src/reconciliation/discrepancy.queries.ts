import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { idBefore } from '../http/page.js';
import { fromStored, type Stored } from '../database/stored-json.js';
import type { ShownDiscrepancy } from '../payins/presenters/discrepancy.presenter.js';
import type { CorrectionRequest, Discrepancy, DiscrepancyKind } from '../payins/domain/discrepancy.js';
import type { ListDiscrepanciesQuery } from './list-discrepancies.dto.js';

/** Totals are of the newest that match, up to here: a desk has far fewer open ones. */
export const TOTALS_MAX = 100_000;

type Amounts = 'expectedInCents' | 'actualInCents' | 'moneyAtRiskInCents';
interface DiscrepancyRow extends Omit<Discrepancy, 'id' | Amounts | 'correction'>, Record<Amounts, string | null> {
  id: string;
  payinId: string | null;
  reference: string;
  currency: string;
  correction: Stored<CorrectionRequest> | null;
}

export type FoundDiscrepancy = Discrepancy & ShownDiscrepancy & { id: string; payinId: string | null };

export interface Total {
  kind: DiscrepancyKind;
  count: number;
  moneyAtRiskInCents: string;
}

const COLUMNS = `
  id, payin_id as "payinId", reference, provider, kind, status, expected_in_cents::text as "expectedInCents",
  actual_in_cents::text as "actualInCents", money_at_risk_in_cents::text as "moneyAtRiskInCents", currency, detail, source, evidence,
  opened_at as "openedAt", resolved_at as "resolvedAt", resolution, resolved_by as "resolvedBy", approved_by as "approvedBy", note, correction`;

/** The SQL of each filter but `status`; a statement has those that are asked for, so that each can use its index. */
const FILTERS = {
  kind: (value: string) => `kind = ${value}`,
  payinId: (value: string) => `payin_id = ${value}::uuid`,
  reference: (value: string) => `reference = ${value}`,
  provider: (value: string) => `provider = ${value}`,
  openedFrom: (value: string) => `opened_at >= ${value}::timestamptz`,
  openedTo: (value: string) => `opened_at < ${value}::timestamptz`,
  minMoneyAtRiskInCents: (value: string) => `money_at_risk_in_cents >= ${value}::bigint`,
} satisfies Partial<Record<keyof ListDiscrepanciesQuery, (value: string) => string>>;
type Filter = keyof typeof FILTERS;

/** Reads for the desk, always inside one organization. */
@Injectable()
export class DiscrepancyQueries {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Newest first, up to one more than asked for. */
  async list(organizationId: string, query: ListDiscrepanciesQuery): Promise<FoundDiscrepancy[]> {
    const { name, where, values } = whereOf(organizationId, query);
    const before = idBefore(query.cursor);
    const rows = await this.database.query<DiscrepancyRow>(
      {
        name: `discrepancies by ${name}${before ? ' from' : ''}`,
        text: `select ${COLUMNS} from discrepancies where ${where}
               ${before ? `and id < $${values.length + 2}::uuid` : ''}
               order by id desc limit $${values.length + 1}::int`,
      },
      [...values, query.limit + 1, ...(before ? [before] : [])],
    );
    return rows.map(toDiscrepancy);
  }

  /** The money at risk of all that matches, by kind. */
  async totals(organizationId: string, query: ListDiscrepanciesQuery): Promise<Total[]> {
    const { name, where, values } = whereOf(organizationId, query);
    return this.database.query<Total>(
      {
        name: `totals of discrepancies by ${name}`,
        text: `select kind, count(*)::int as count, coalesce(sum(money_at_risk_in_cents), 0)::text as "moneyAtRiskInCents"
               from (select kind, money_at_risk_in_cents from discrepancies where ${where} order by id desc limit ${TOTALS_MAX}) as newest
               group by kind order by kind`,
      },
      values,
    );
  }

  async one(organizationId: string, id: string): Promise<FoundDiscrepancy | undefined> {
    const [row] = await this.database.query<DiscrepancyRow>(
      { name: 'one discrepancy', text: `select ${COLUMNS} from discrepancies where organization_id = $1 and id = $2` },
      [organizationId, id],
    );
    return row && toDiscrepancy(row);
  }
}

function whereOf(
  organizationId: string,
  query: ListDiscrepanciesQuery,
): { name: string; where: string; values: unknown[] } {
  const given = (Object.keys(FILTERS) as Filter[]).filter((filter) => query[filter] !== undefined);
  // In so many words, or a plan that is kept could not use the index of the open ones.
  const status = query.status ? [`status = '${query.status}'`] : [];
  const conditions = given.map((filter, index) => FILTERS[filter](`$${index + 2}`));
  return {
    name: [...status, ...given].join(),
    where: ['organization_id = $1', ...status, ...conditions].join(' and '),
    values: [organizationId, ...given.map((filter) => query[filter])],
  };
}

function toDiscrepancy(row: DiscrepancyRow): FoundDiscrepancy {
  return {
    ...row,
    expectedInCents: amountOf(row.expectedInCents),
    actualInCents: amountOf(row.actualInCents),
    moneyAtRiskInCents: amountOf(row.moneyAtRiskInCents),
    correction: row.correction && fromStored<CorrectionRequest>(row.correction),
  };
}

function amountOf(cents: string | null): bigint | null {
  return cents === null ? null : BigInt(cents);
}
