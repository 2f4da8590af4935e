import { spawnSync } from 'node:child_process';
import type { Migration } from '@mikro-orm/migrations';

export type MigrationClass = new (...args: ConstructorParameters<typeof Migration>) => Migration;

/** Of Squawk's rules those that are not about what a running service would wait for, or that `OnlineMigrator` sees to. */
const NOT_ASKED = [
  'require-lock-timeout',
  'require-statement-timeout',
  'require-concurrent-index-deletion',
  'renaming-column',
  'renaming-table',
  'ban-drop-column',
  'ban-drop-table',
  'ban-drop-not-null',
  'prefer-text-field',
  'prefer-identity',
  'prefer-bigint-over-int',
  'prefer-bigint-over-smallint',
  'prefer-timestamp-tz',
  'prefer-robust-stmts',
];
/** What takes as long as a table is large, while a transaction may hold locks; and what a transaction cannot do. */
const LONG =
  /^(?:update|delete|truncate|vacuum|cluster|lock|refresh|reindex|insert\b.*\bselect|alter table\b.*\bset (?:un)?logged|(?:create|drop)\b.*\bindex concurrently)\b/is;
/** What can be done again, and holds no lock that a writer wants. */
const REPEATABLE = [
  /^create (?:unique )?index concurrently if not exists "\w+" on /i,
  /^drop index concurrently if exists /i,
  /^alter table \S+ validate constraint \S+$/i,
  /^(?:update|delete)\b.*\blimit \d+/is,
  /^insert\b.*\bon conflict\b.*\bdo nothing$/is,
];

/** Why these statements may not run beside the service; empty when they may. */
export function problemsOf(statements: readonly string[], transactional: boolean): string[] {
  const plain = statements.map((sql) => sql.trim().replace(/;$/, ''));
  const own = plain.flatMap((sql) => {
    if (transactional) return LONG.test(sql) ? [`belongs into a migration without transaction: ${sql}`] : [];
    return REPEATABLE.some((shape) => shape.test(sql)) ? [] : [`cannot be done again, or locks: ${sql}`];
  });
  const args = ['--reporter', 'json', '--pg-version', '18.0', ...NOT_ASKED.flatMap((rule) => ['--exclude', rule])];
  if (transactional) args.push('--assume-in-transaction');
  const { stdout, error } = spawnSync('node_modules/.bin/squawk', args, {
    input: `${plain.join(';\n')};\n`,
    encoding: 'utf8',
  });
  if (error) throw error;
  const found = JSON.parse(stdout) as { rule_name: string; message: string }[];
  return [...own, ...found.map(({ rule_name, message }) => `${rule_name}: ${message}`)];
}

/** What a migration does, without a database. */
export async function statementsOf(Class: MigrationClass): Promise<{ statements: string[]; transactional: boolean }> {
  const migration = new Class(undefined as never, undefined as never);
  await migration.up();
  return { statements: migration.getQueries().map(String), transactional: migration.isTransactional() };
}
