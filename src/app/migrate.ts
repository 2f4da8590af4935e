import { readEnvironment } from '../../config/load-settings.js';
import { migrate } from '../database/schema.js';
import { continuePositions } from '../events/continue-positions.js';
import { runCommand } from './command.js';
import { withDatabaseUrl } from './development/local-database.js';

/** `npm run migrate`: applies what is pending. May be run again, and while the service runs. */
runCommand(() =>
  withDatabaseUrl(readEnvironment(), async (databaseUrl) => {
    const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
    const applied = await migrate(databaseUrl, { say });
    if (await continuePositions(databaseUrl))
      say('The data come from another database server: new events go on behind those that they bring along.');
    process.stdout.write(applied.length > 0 ? `Applied: ${applied.join(', ')}\n` : 'The schema is up to date.\n');
  }),
);
