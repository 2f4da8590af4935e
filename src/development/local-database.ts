import { EmbeddedPostgres } from '@recaudo/embedded-postgres';
import type { Environment } from '../../config/load-settings.js';
import { CommandError } from '../command.js';

/** The PostgreSQL server under `.data/`, for machines without one. */
export function localDatabase(): EmbeddedPostgres {
  return new EmbeddedPostgres({ directory: '.data/postgres', database: 'recaudo' });
}

/**
 * Runs something on DATABASE_URL, or on the local server: as a guest of a running `npm start`, else started for as long as it takes. In
 * production a missing DATABASE_URL is a mistake and not a wish for a second database.
 */
export async function withDatabaseUrl(environment: Environment, use: (databaseUrl: string) => Promise<void>): Promise<void> {
  const given = environment['DATABASE_URL'];
  if (given) return use(given);
  if (environment['NODE_ENV'] === 'production') throw new CommandError('DATABASE_URL is not set.');
  const local = localDatabase();
  const running = local.urlIfRunning();
  if (running) return use(running);
  try {
    await use(await local.start());
  } finally {
    await local.stop();
  }
}
