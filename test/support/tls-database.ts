import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import pg from 'pg';
import { DATABASE_CERTIFICATES } from './database-certificates.js';
import { until } from './until.js';

/** A PostgreSQL server with a certificate of its own authority for `localhost`, whose database `recaudo` nobody reaches in the clear. */
export interface TlsDatabase {
  /** At `localhost`, with the password, without parameters. */
  url: string;
  /** The folder with every certificate and key of `DATABASE_CERTIFICATES`, by its name. */
  certificates: string;
  /** As the server's owner, beside the database `recaudo`. */
  query<Row extends object>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}

const SERVER_FILES = { 'tls.crt': 'server', 'tls.key': 'serverKey', 'tls-clients.crt': 'authority' } as const;
const CLIENTS = `
host    postgres recaudo   127.0.0.1/32 scram-sha-256
hostssl all      recaudo   127.0.0.1/32 scram-sha-256
hostssl all      certified 127.0.0.1/32 cert
`;

export async function startTlsDatabase(): Promise<TlsDatabase> {
  const directory = await mkdtemp(join('.data', 'tls-postgres-'));
  const server = new EmbeddedPostgres({ directory, database: 'recaudo', settings: { fsync: 'off' } });
  const url = new URL(await server.start());
  const own = new URL(url);
  own.pathname = '/postgres';
  const owner = new pg.Client({ connectionString: own.href });
  await owner.connect();
  const cluster = join(directory, 'cluster');
  const { uid, gid } = await stat(cluster);
  for (const [name, certificate] of Object.entries(SERVER_FILES)) {
    await writeFile(join(cluster, name), DATABASE_CERTIFICATES[certificate], { mode: 0o600 });
    await chown(join(cluster, name), uid, gid);
  }
  await writeFile(join(cluster, 'pg_hba.conf'), CLIENTS);
  await owner.query(`create role certified login superuser`);
  for (const [name, value] of Object.entries({
    ssl_cert_file: 'tls.crt',
    ssl_key_file: 'tls.key',
    ssl_ca_file: 'tls-clients.crt',
    ssl: 'on',
  }))
    await owner.query(`alter system set ${name} = '${value}'`);
  await owner.query('select pg_reload_conf()');
  await until(
    'the server to speak TLS',
    async () => (await owner.query<{ ssl: string }>('show ssl')).rows[0]?.ssl === 'on',
  );
  const certificates = await mkdtemp(join('.data', 'certificates-'));
  for (const [name, text] of Object.entries(DATABASE_CERTIFICATES)) await writeFile(join(certificates, name), text);
  url.hostname = 'localhost';
  return {
    url: url.href,
    certificates,
    query: async <Row extends object>(text: string) => (await owner.query<Row>(text)).rows,
    close: async () => {
      await owner.end();
      await server.stop();
      for (const folder of [directory, certificates]) await rm(folder, { recursive: true, force: true });
    },
  };
}
