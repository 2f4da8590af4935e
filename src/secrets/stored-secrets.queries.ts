import { type Query, query } from '../database/query.js';

/** A column that holds a sealed secret; `organization` is the column with the organization's id. */
export interface SecretColumn {
  table: string;
  column: string;
  organization: string;
}

export interface StoredSecret {
  organizationId: string;
  id: string;
  stored: string;
}

/** Of secrets that are not sealed with the present key, at most `limit`. */
export function unsealedQuery(
  { table, column, organization }: SecretColumn,
  limit: number,
): Query<{ prefix: string }, StoredSecret> {
  return query(
    `unsealed ${table}.${column}`,
    `
      select ${organization} as "organizationId", id, ${column} as stored from ${table}
      where not starts_with(${column}, $prefix) limit ${limit}`,
  );
}

/** Seals a secret, unless it has changed since it was read. */
export function sealQuery({ table, column, organization }: SecretColumn): Query<StoredSecret & { sealed: string }> {
  return query(
    `seal ${table}.${column}`,
    `update ${table} set ${column} = $sealed where ${organization} = $organizationId and id = $id and ${column} = $stored`,
  );
}
