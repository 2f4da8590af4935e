import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database of its own for a test file: a copy of the migrated template. */
export interface TestDatabase {
  url: string;
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createTestDatabase(template: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) throw new Error('TEST_DATABASE_URL is not set: run the tests with npm test');
  const name = `recaudo_${randomBytes(8).toString('hex')}`;
  const from = template === 'migrated' ? 'template recaudo_template' : '';
  await asAdmin(server, (admin) => admin.query(`create database ${name} ${from}`));
  const url = withDatabase(server, name);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  return {
    url,
    query: async <Row extends object>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    drop: async () => {
      await pool.end();
      await asAdmin(server, (admin) => admin.query(`drop database ${name} with (force)`));
    },
  };
}

async function asAdmin(server: string, use: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client(withDatabase(server, 'postgres'));
  await admin.connect();
  try {
    await use(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
