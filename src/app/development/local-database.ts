import { databaseProblems, type Environment, SettingsError } from '../../../config/load-settings.js';
import { CommandError, END_SIGNALS } from '../command.js';

const END_DEADLINE_MS = 9_500;

/**
 * Runs something on DATABASE_URL, or on the local server: as a guest of a running `npm start`, else started for as long as it takes. In
 * production a missing DATABASE_URL is a mistake and not a wish for a second database.
 */
export async function withDatabaseUrl(
  environment: Environment,
  use: (databaseUrl: string) => Promise<void>,
): Promise<void> {
  const given = environment['DATABASE_URL'];
  const problems = databaseProblems(environment);
  if (problems.length > 0) throw new SettingsError(problems);
  if (given) return use(given);
  if (environment['NODE_ENV'] === 'production') throw new CommandError('DATABASE_URL is not set.');
  const { LocalServer } = await import('./local-server.js');
  const local = new LocalServer();
  const running = local.urlIfRunning();
  if (running) return use(running);
  // A server that is starting has not yet written its process id, so it can be ended only after it has started.
  for (const signal of END_SIGNALS) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), END_DEADLINE_MS).unref();
      void local.stop().finally(() => process.exit(1));
    });
  }
  try {
    await use(await local.start());
  } finally {
    await local.stop();
  }
}
