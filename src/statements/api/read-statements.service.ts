import { MikroORM } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { idBefore, isUuid, numberAfter, toPage } from '../../http/page.js';
import { Problem } from '../../http/problem.js';
import type { ListStatementLinesQuery, ListStatementsQuery } from './statement.dto.js';
import { type Statement, StatementEntity } from '../store/statement.entity.js';
import { presentLine, presentStatement } from './statement.presenter.js';
import type { LineOutcome } from '../store/statement-line.entity.js';
import { type LineRow, readLines } from '../store/statement-line.queries.js';

/** What the API shows of an organization's statements. */
@Injectable()
export class ReadStatements {
  constructor(
    private readonly orm: MikroORM,
    private readonly database: Database,
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
    return toPage(
      rows.map((row) => ({ ...row, id: String(row.position) })),
      limit,
      presentLine,
    );
  }

  /** The results of lines are shown once all of them are compared. @throws Problem NOT_FOUND or STATEMENT_NOT_DONE */
  async done(organizationId: string, id: string): Promise<Statement> {
    const statement = await this.find(organizationId, id);
    if (statement.status === 'DONE') return statement;
    throw new Problem('STATEMENT_NOT_DONE', `It is ${statement.status}. GET /statements/${id} shows its progress.`);
  }

  /** The next lines after a position. */
  rows(organizationId: string, id: string, after: number, limit: number, outcome?: LineOutcome): Promise<LineRow[]> {
    return this.database.query(readLines(outcome), { organizationId, statementId: id, after, limit });
  }

  private async find(organizationId: string, id: string): Promise<Statement> {
    const statement =
      isUuid(id) && (await this.orm.em.fork().findOne(StatementEntity, { organization: organizationId, id }));
    if (!statement) throw new Problem('NOT_FOUND', 'Your organization has no statement with this id.');
    return statement;
  }
}
