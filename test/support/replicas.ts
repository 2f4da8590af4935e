import { type Sandbox, SandboxClient, startSandbox } from '@recaudo/sandbox';
import { ApiClient } from './api-client.js';
import { freePort } from './free-port.js';
import { type MerchantSink, startMerchantSink } from './merchant-sink.js';
import { API_KEY, NOTIFICATION_SECRET, providerAddresses } from './test-app.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { timePasses } from './time.js';
import { type Program, WorkFolder } from './work-folder.js';

/** A process of the service that can be killed and started again at its address. */
export interface Replica {
  api: ApiClient;
  /** kill -9 */
  pullPlug(): Promise<void>;
  /** @param more over its environment */
  start(more?: Record<string, string>): Promise<void>;
  /** Waits until it has ended by itself. @returns the signal that ended it */
  ends(): Promise<NodeJS.Signals | null>;
  /** Waits until its log matches. */
  says(pattern: RegExp): Promise<void>;
}

/** Services in processes of their own on one database; providers and merchant live in the test and survive them. */
export interface Replicas {
  all: readonly Replica[];
  /** Of the processes: theirs, and removed with them. */
  folder: string;
  sandbox: SandboxClient;
  merchant: MerchantSink;
  database: TestDatabase;
  /** Runs the command line beside them. @returns what it wrote */
  command(...args: string[]): Promise<string>;
  /** See `timePasses`. */
  timePasses(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Webhooks go to the first of them. */
export async function startReplicas(count: number, settings: Record<string, string> = {}): Promise<Replicas> {
  const database = await createTestDatabase();
  const folder = await WorkFolder.create();
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const providers: Sandbox = await startSandbox({ port: 0, serviceUrl: `http://localhost:${ports[0]}` });
  const merchant = await startMerchantSink(NOTIFICATION_SECRET);
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    PUBLIC_URL: `http://localhost:${ports[0]}`,
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: API_KEY,
    BOOTSTRAP_NOTIFICATION_SECRET: NOTIFICATION_SECRET,
    PROVIDERS: 'tumipay',
    ...providerAddresses(providers),
    EXPIRY_SWEEP_SECONDS: '0.1',
    POLL_TICK_SECONDS: '0.1',
    RECONCILIATION_HOUR: 'off',
    // Tests ask for much at once on machines of any speed; what is too much has a test of its own.
    REQUESTS_AT_ONCE_MAX: '1000',
    ...settings,
  };
  const all = ports.map((port) => replica(folder, { ...environment, PORT: String(port) }));
  await Promise.all(all.map((one) => one.start()));
  return {
    all,
    folder: folder.path,
    sandbox: new SandboxClient(providers.url),
    merchant,
    database,
    command: async (...args) => {
      const program = folder.run('cli', args, { ...environment, PORT: String(ports[0]) });
      if ((await program.ended) !== 0) throw new Error(program.stderr());
      return program.stdout();
    },
    timePasses: (seconds) => timePasses(database, seconds),
    close: async () => {
      await folder.remove();
      await providers.close();
      await merchant.close();
      await database.drop();
    },
  };
}

function replica(folder: WorkFolder, environment: Record<string, string>): Replica {
  let program: Program | undefined;
  return {
    api: new ApiClient(`http://localhost:${environment['PORT']}`, API_KEY),
    pullPlug: async () => void (await program?.end('SIGKILL')),
    says: (pattern) => program?.says(pattern) ?? Promise.reject(new Error('it does not run')),
    ends: async () => {
      await program?.ended;
      return program?.process.signalCode ?? null;
    },
    start: async (more = {}) => {
      program = folder.run('main', [], { ...environment, ...more });
      await program.says(/Recaudo is ready/);
    },
  };
}
