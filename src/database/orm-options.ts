import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, type EntitySchema, type Options } from '@mikro-orm/postgresql';
import { databaseConnection } from '../../config/database-url.js';
import { OnlineMigrationGenerator } from './online-migration-generator.js';
import { shareConnections } from './share-connections.js';

const compiled = fileURLToPath(new URL('./migrations', import.meta.url));
const sources = 'src/database/migrations';

/**
 * Options of the ORM for one database: the service, the command line and the tests all start from here.
 * @param entities the tables that the ORM reads and compares; to apply migrations it needs none
 * @throws SettingsError that says what in the URL cannot be obeyed
 */
export function ormOptions(databaseUrl: string, entities: readonly EntitySchema[]): Options {
  const { database, ...connection } = databaseConnection(databaseUrl);
  return defineConfig({
    // Not as a URL: the ORM reads five parts of one, and drops its parameters.
    dbName: database,
    entities: [...entities],
    discovery: { warnWhenNoEntities: entities.length > 0 },
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
    // Migrations write them; what one of them says may change with the cluster: see `continuePositions`.
    schemaGenerator: { ignoreRoutines: true },
    pool: { min: 0, max: 20 },
    forceUtcTimezone: true,
    driverOptions: {
      ...connection,
      statement_timeout: 15_000,
      // When the network dies silently, the server's own limit never reaches us.
      query_timeout: 20_000,
      idle_in_transaction_session_timeout: 30_000,
      // Everybody has a share of the connections.
      onPoolCreated: shareConnections,
    },
    // Rows outlive the request that read them nowhere: every use forks its own EntityManager.
    allowGlobalContext: false,
  });
}
