import { mkdir } from 'node:fs/promises';
import { OrderFileError, type Plays, type Sandbox, startSandbox } from '@recaudo/sandbox';
import { type Environment, loadSettings } from '../../../config/load-settings.js';
import { ServiceSettings } from '../../../config/service.settings.js';
import { migrate } from '../../database/schema.js';
import { within } from '../../database/within.js';
import { continuePositions } from '../../events/continue-positions.js';
import { PROVIDERS } from '../../providers.js';
import { CommandError } from '../command.js';
import { type Service, startService } from '../service.js';
import { localKeys } from './local-keys.js';
import { LocalServer } from './local-server.js';
import { playsOf } from './plays.js';

const SERVICE_END_MS = 4_000;

/** Everything that runs on a developer's machine. */
export interface Development {
  service: Service;
  sandbox: Sandbox | undefined;
  apiKey: string;
  notificationSecret: string;
  /** Ends the service, then the sandbox, then the database server; within 9 s. */
  end(): Promise<void>;
}

/**
 * Database (the one of DATABASE_URL, or an own server under `.data/`), migrations, simulated providers (unless every provider has another address)
 * and the service. When a step fails, what was started is ended again.
 * @param say called with each step when it is done
 */
export async function startDevelopment(
  environment: Environment,
  say: (step: string) => void = () => undefined,
): Promise<Development> {
  if (environment['NODE_ENV'] === 'production') {
    throw new CommandError(
      'npm start is for development. In production run: npm run build, npm run migrate, npm run start:prod',
    );
  }
  // Settings are checked before anything starts. The address of an own database server is not known yet.
  const settings = loadSettings(
    { ...environment, DATABASE_URL: environment['DATABASE_URL'] || 'postgres://localhost/recaudo' },
    PROVIDERS,
  );
  const { PORT, SANDBOX_PORT, publicUrl } = settings.get(ServiceSettings) as ServiceSettings;
  const endings: (() => Promise<void>)[] = [];
  const end = () => endAll(endings.splice(0).toReversed());
  try {
    const databaseUrl = environment['DATABASE_URL'] || (await startLocalDatabase(endings));
    say('PostgreSQL answers');
    await migrate(databaseUrl, { say: (sentence) => process.stderr.write(`${sentence}\n`) });
    await continuePositions(databaseUrl);
    say('migrations are applied');
    const keys = await localKeys(environment);
    const plays = playsOf({
      serviceUrl: `http://localhost:${PORT}`,
      sandboxUrl: `http://localhost:${SANDBOX_PORT}`,
      apiKey: keys.BOOTSTRAP_API_KEY,
      notificationSecret: keys.BOOTSTRAP_NOTIFICATION_SECRET,
    });
    const sandbox = needsSandbox(environment)
      ? await startLocalSandbox(SANDBOX_PORT, publicUrl, plays, endings)
      : undefined;
    if (sandbox) say('the simulated providers answer');
    const service = await startService({ ...environment, ...keys, DATABASE_URL: databaseUrl }, keys.BOOTSTRAP_API_KEY);
    endings.push(async () => void (await within(SERVICE_END_MS, service.close())));
    return {
      service,
      sandbox,
      apiKey: keys.BOOTSTRAP_API_KEY,
      notificationSecret: keys.BOOTSTRAP_NOTIFICATION_SECRET,
      end,
    };
  } catch (error) {
    // The error to report is why it did not start, not why it did not end.
    await end().catch(() => undefined);
    throw error;
  }
}

async function startLocalDatabase(endings: (() => Promise<void>)[]): Promise<string> {
  const database = new LocalServer();
  endings.push(() => database.stop());
  const url = await database.start();
  return url;
}

async function startLocalSandbox(
  port: number,
  serviceUrl: string,
  plays: Plays,
  endings: (() => Promise<void>)[],
): Promise<Sandbox> {
  await mkdir('.data', { recursive: true });
  const starting = startSandbox({ port, serviceUrl, plays, ordersPath: '.data/sandbox.jsonl' });
  const sandbox = await starting.catch((error: unknown) => {
    throw error instanceof OrderFileError ? new CommandError(error.message) : error;
  });
  endings.push(() => sandbox.close());
  return sandbox;
}

/** A provider without an address of its own uses the sandbox. */
function needsSandbox(environment: Environment): boolean {
  const addresses = PROVIDERS.flatMap((provider) => Object.keys(provider.sandboxEnvironment(''))).filter((name) =>
    name.endsWith('_BASE_URL'),
  );
  return addresses.some((name) => !environment[name]);
}

/** One after another, even when one fails. */
async function endAll(endings: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const ending of endings) await ending().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
