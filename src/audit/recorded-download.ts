import type { StreamableFile } from '@nestjs/common';
import type { AuditActor, AuditFacts } from './audit-entry.js';
import type { AuditLog } from './audit-log.js';

/** Writes down who downloads a list, and which part of it, before the first line leaves. */
export async function recorded(
  audit: AuditLog,
  by: AuditActor,
  { type, query }: { type: string; query: object },
  download: StreamableFile,
): Promise<StreamableFile> {
  try {
    await audit.record({ by, action: `${type}.downloaded`, subject: { type, id: null }, after: factsOf(query) });
    return download;
  } catch (error) {
    download.getStream().destroy();
    throw error;
  }
}

/** A list's page does not matter: all of it is downloaded. */
function factsOf(query: object): AuditFacts {
  const asked = Object.entries(query).filter(([name, value]) => name !== 'limit' && value !== undefined);
  return Object.fromEntries(
    asked.map(([name, value]: [string, AuditFacts[string] | Date]) => [
      name,
      value instanceof Date ? value.toISOString() : value,
    ]),
  );
}
