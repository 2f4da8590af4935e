import { loadSettings, readEnvironment } from '../../config/load-settings.js';
import { pendingMigrations } from '../database/schema.js';
import { arePositionsOfAnotherCluster } from '../events/continue-positions.js';
import { PROVIDERS } from '../providers.js';
import { CommandError, endOnSignal, runCommand } from './command.js';
import { startService } from './service.js';

/** `npm run start:prod`: the service alone, on DATABASE_URL. */
const END_DEADLINE_MS = 28_000;

runCommand(async () => {
  const environment = readEnvironment();
  const databaseUrl = environment['DATABASE_URL'];
  if (!databaseUrl) {
    throw new CommandError(
      'DATABASE_URL is not set. Point it at a PostgreSQL database, or use npm start, which brings its own.',
    );
  }
  // Before the database is asked for anything.
  loadSettings(environment, PROVIDERS);
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length > 0) {
    throw new CommandError(
      `The database is behind by ${pending.length} migration(s): ${pending.join(', ')}. Run: npm run migrate`,
    );
  }
  if (await arePositionsOfAnotherCluster(databaseUrl)) {
    throw new CommandError(
      'The data come from another database server (a dump that was loaded): new events would stand before old ones. Run: npm run migrate',
    );
  }
  const service = await startService(environment);
  endOnSignal(() => service.close(), END_DEADLINE_MS);
});
