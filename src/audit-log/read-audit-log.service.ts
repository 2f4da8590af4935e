import { MikroORM } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import { AuditEntryEntity, type AuditEntryRow } from '../audit/audit-entry.entity.js';
import { firstIdAt } from '../database/id-at.js';
import type { Answer } from '../http/answer.js';
import { orderOf, type Page, toPage } from '../http/page.js';
import type { AuditEntrySchema, ListAuditEntriesQuery } from './audit-log.dto.js';

@Injectable()
export class ReadAuditLog {
  constructor(private readonly orm: MikroORM) {}

  async list(organizationId: string, query: ListAuditEntriesQuery): Promise<Page<Answer<AuditEntrySchema>>> {
    const { limit, actor, actorType, action, subject, subjectType, from, to } = query;
    const { behind, orderBy } = orderOf(query);
    const ids = [
      ...behind,
      // An id begins with its time, to the millisecond, as these are.
      ...(from ? [{ id: { $gte: firstIdAt(from) } }] : []),
      ...(to ? [{ id: { $lt: firstIdAt(to) } }] : []),
    ];
    const rows = await this.orm.em.fork().find(
      AuditEntryEntity,
      {
        organizationId,
        ...(actorType && { actorType }),
        ...(action && { action }),
        ...(subjectType && { subjectType }),
        ...(subject && { subjectId: subject }),
        ...(actor && { $or: [{ apiKeyId: actor }, { personId: actor }] }),
        $and: ids,
      },
      { orderBy, limit: limit + 1 },
    );
    return toPage(rows, limit, presentEntry);
  }
}

function presentEntry(row: AuditEntryRow): Answer<AuditEntrySchema> {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { type: row.actorType, apiKeyId: row.apiKeyId ?? null, personId: row.personId ?? null },
    action: row.action,
    subject: { type: row.subjectType, id: row.subjectId ?? null },
    address: row.address ?? null,
    requestId: row.requestId ?? null,
    before: row.before ?? null,
    after: row.after ?? null,
  };
}
