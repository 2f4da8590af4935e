import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type Options } from '@mikro-orm/postgresql';
import { ENTITIES } from '../src/database/entities.js';
import { OnlineMigrationGenerator } from '../src/database/online-migration-generator.js';
import { readEnvironment } from './load-settings.js';

const compiled = fileURLToPath(new URL('../src/database/migrations', import.meta.url));
const sources = 'src/database/migrations';

/** Options of the ORM for one database: the service, the command line and the tests all start from here. */
export function mikroOrmOptions(databaseUrl: string): Options {
  return defineConfig({
    clientUrl: databaseUrl,
    entities: ENTITIES,
    extensions: [Migrator],
    migrations: {
      path: compiled,
      pathTs: sources,
      generator: OnlineMigrationGenerator,
      snapshot: true,
      snapshotName: 'schema',
      emit: 'ts',
      silent: true,
    },
    pool: { min: 0, max: 20 },
    forceUtcTimezone: true,
    driverOptions: {
      application_name: 'recaudo',
      connectionTimeoutMillis: 5_000,
      statement_timeout: 15_000,
      // When the network dies silently, the server's own limit never reaches us.
      query_timeout: 20_000,
      idle_in_transaction_session_timeout: 30_000,
      keepAlive: true,
    },
    // Rows outlive the request that read them nowhere: every use forks its own EntityManager.
    allowGlobalContext: false,
  });
}

/** For the MikroORM command line (`npm run migration:create`). */
export default mikroOrmOptions(readEnvironment()['DATABASE_URL'] ?? 'postgres://localhost/recaudo');
