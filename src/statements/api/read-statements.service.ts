import { type FilterQuery, MikroORM } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { Database } from '../../database/database.js';
import { firstIdAt } from '../../database/id-at.js';
import { idBefore, isUuid, numberAfter, toPage } from '../../http/page.js';
import { Problem } from '../../http/problem.js';
import type { ListStatementLinesQuery, ListStatementsQuery } from './statement.dto.js';
import { FAILED_WAITS_DAYS, type Statement, StatementEntity } from '../store/statement.entity.js';
import { presentLine, presentStatement } from './statement.presenter.js';
import type { LineOutcome } from '../store/statement-line.entity.js';
import { type LineRow, readLines } from '../store/statement-line.queries.js';

const MS_PER_DAY = 86_400_000;

/** STATEMENTS_FAILED of the worklist counts the same. */
function waitingForPeople(now: Date) {
  const since = firstIdAt(new Date(now.getTime() - FAILED_WAITS_DAYS * MS_PER_DAY));
  const sources: FilterQuery<Statement>[] = [{ status: 'FAILED' }, { status: 'REJECTED', source: 'PROVIDER_LIST' }];
  return { $and: [{ id: { $gte: since } }, { $or: sources }] };
}

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

  async list({ organizationId, at }: Principal, { provider, status, waitsFor, cursor, limit }: ListStatementsQuery) {
    const before = idBefore(cursor);
    const where = {
      organization: organizationId,
      ...(before && { id: { $lt: before } }),
      ...(provider && { provider }),
      ...(waitsFor && waitingForPeople(at)),
    };
    const em = this.orm.em.fork();
    const statements = [];
    // An index is in order within one status: of several, the first of each are read.
    for (const one of status ?? (waitsFor ? (['FAILED', 'REJECTED'] as const) : [undefined]))
      statements.push(
        ...(await em.find(StatementEntity, one ? { ...where, status: one } : where, {
          orderBy: { id: 'desc' },
          limit: limit + 1,
          exclude: ['firstBadLines'],
        })),
      );
    statements.sort((one, other) => (one.id < other.id ? 1 : -1));
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
