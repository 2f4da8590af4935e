import { MikroORM } from '@mikro-orm/core';
import { Inject, Injectable } from '@nestjs/common';
import type { ReportedStatus } from '@recaudo/payment-provider';
import { Database } from '../../database/database.js';
import { idBefore, isUuid, numberAfter, toPage } from '../../http/page.js';
import { Problem } from '../../http/problem.js';
import type { DiscrepancyKind } from '../../payins/domain/discrepancy.js';
import type { ListStatementLinesQuery, ListStatementsQuery } from './statement.dto.js';
import { type Statement, StatementEntity } from '../store/statement.entity.js';
import { presentLine, presentStatement } from './statement.presenter.js';
import type { LineOutcome } from '../store/statement-line.entity.js';

/** A line as the database has it, amounts in cents as texts. */
export interface LineRow {
  /** Null for what the file lacks. */
  line: number | null;
  position: number;
  outcome: LineOutcome;
  differences: DiscrepancyKind[];
  reference: string | null;
  externalId: string | null;
  amountInCents: string | null;
  expectedInCents: string | null;
  currency: string;
  status: ReportedStatus;
  rawStatus: string | null;
  paidAt: Date | null;
  feeInCents: string | null;
  payinId: string | null;
  payinReference: string | null;
}

/** Reads for the API, always inside one organization. */
@Injectable()
export class ReadStatements {
  constructor(
    @Inject(MikroORM) private readonly orm: MikroORM,
    @Inject(Database) private readonly database: Database,
  ) {}

  async one(organizationId: string, id: string) {
    const statement = await this.find(organizationId, id);
    return { ...presentStatement(statement), firstBadLines: statement.firstBadLines };
  }

  async list(organizationId: string, { provider, status, cursor, limit }: ListStatementsQuery) {
    const before = idBefore(cursor);
    const statements = await this.orm.em.fork().find(
      StatementEntity,
      {
        organization: organizationId,
        ...(before && { id: { $lt: before } }),
        ...(provider && { provider }),
        ...(status && { status }),
      },
      { orderBy: { id: 'desc' }, limit: limit + 1, exclude: ['firstBadLines'] },
    );
    return toPage(statements, limit, (statement) => presentStatement(statement as Statement));
  }

  async lines(organizationId: string, id: string, { outcome, cursor, limit }: ListStatementLinesQuery) {
    await this.done(organizationId, id);
    const rows = await this.rows(organizationId, id, numberAfter(cursor), limit + 1, outcome);
    const page = toPage(
      rows.map((row) => ({ ...row, id: String(row.position) })),
      limit,
      presentLine,
    );
    return page;
  }

  /** What came of the lines is told when it is known of all of them. @throws Problem NOT_FOUND or STATEMENT_NOT_DONE */
  async done(organizationId: string, id: string): Promise<Statement> {
    const statement = await this.find(organizationId, id);
    if (statement.status === 'DONE') return statement;
    throw new Problem('STATEMENT_NOT_DONE', `It is ${statement.status}. GET /statements/${id} shows how far it is.`);
  }

  /** The next lines behind a position. */
  rows(organizationId: string, id: string, after: number, limit: number, outcome?: LineOutcome): Promise<LineRow[]> {
    return this.database.query<LineRow>(
      {
        name: `read statement lines${outcome ? ` ${outcome}` : ''}`,
        text: `
          select case when l.outcome <> 'MISSING_THERE' then l.line end as line, l.line as position, l.outcome, l.differences, l.reference,
                 l.external_id as "externalId", l.amount_in_cents as "amountInCents", l.expected_in_cents as "expectedInCents", l.currency,
                 l.status, l.raw_status as "rawStatus", l.paid_at as "paidAt", l.fee_in_cents as "feeInCents",
                 l.payin_id as "payinId", p.reference as "payinReference"
          from (select * from statement_lines
                where organization_id = $1 and statement_id = $2 and line > $3 ${outcome ? `and outcome = '${outcome}'` : ''}
                order by line limit $4) l
          left join lateral (
            select reference from payins where organization_id = $1 and payins.id = l.payin_id limit 1) p on true
          order by l.line`,
      },
      [organizationId, id, after, limit],
    );
  }

  private async find(organizationId: string, id: string): Promise<Statement> {
    const statement =
      isUuid(id) && (await this.orm.em.fork().findOne(StatementEntity, { organization: organizationId, id }));
    if (!statement) throw new Problem('NOT_FOUND', 'Your organization has no statement with this id.');
    return statement;
  }
}
