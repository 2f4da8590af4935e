import { MikroORM } from '@mikro-orm/postgresql';
import { readEnvironment } from '../../config/load-settings.js';
import { ormOptions } from '../database/orm-options.js';
import { runCommand } from './command.js';
import { withDatabaseUrl } from './development/local-database.js';
import { ENTITIES } from './entities.js';

/** `npm run migration:create`: writes what the entities ask for and the migrations do not give yet, from the committed snapshot. */
runCommand(() =>
  withDatabaseUrl(readEnvironment(), async (databaseUrl) => {
    const options = ormOptions(databaseUrl, ENTITIES);
    const orm = await MikroORM.init({
      ...options,
      migrations: { ...options.migrations, path: 'src/database/migrations' },
    });
    try {
      const { fileName } = await orm.migrator.create();
      process.stdout.write(
        fileName
          ? `Wrote into src/database/migrations: ${fileName}\nWhether it may run beside the service: npm test -- test/integration/migration-rules\n`
          : 'The migrations give all that the entities ask for.\n',
      );
    } finally {
      await orm.close(true);
    }
  }),
);
