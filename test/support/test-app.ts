import { type Sandbox, SandboxClient, startSandbox } from '@recaudo/sandbox';
import { PROVIDERS } from '../../src/providers.js';
import { startService, type Service } from '../../src/app/service.js';
import { ApiClient } from './api-client.js';
import { freePort } from './free-port.js';
import { type MerchantSink, startMerchantSink } from './merchant-sink.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const API_KEY = 'rk_test_stand_0123456789abcdefghij';
export const NOTIFICATION_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

/** The whole thing in one process: service, simulated providers, a merchant's endpoint, a database of its own. */
export interface TestApp {
  api: ApiClient;
  sandbox: SandboxClient;
  sandboxUrl: string;
  merchant: MerchantSink;
  database: TestDatabase;
  service: Service;
  environment: Record<string, string>;
  url: string;
  close(): Promise<void>;
}

/** @param settings over the defaults of tests; quick cadences, silent log */
export async function startTestApp(settings: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase();
  const port = Number(settings['PORT'] ?? (await freePort()));
  const sandbox: Sandbox = await startSandbox({
    port: 0,
    serviceUrl: `http://localhost:${port}`,
    // A page that comes late has tests of its own.
    hellopay: { pseUrlAfterReads: 0 },
  });
  const merchant = await startMerchantSink(NOTIFICATION_SECRET);
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: String(port),
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: API_KEY,
    BOOTSTRAP_NOTIFICATION_SECRET: NOTIFICATION_SECRET,
    PROVIDERS: 'tumipay',
    ...providerAddresses(sandbox),
    EXPIRY_SWEEP_SECONDS: '0.1',
    POLL_TICK_SECONDS: '0.1',
    RECONCILIATION_HOUR: 'off',
    // Tests ask for much at once on machines of any speed; what is too much has a test of its own.
    REQUESTS_AT_ONCE_MAX: '1000',
    ...settings,
  };
  const closeAll = async (...parts: { close(): Promise<void> }[]) => {
    // The service need not wait for the answers of those that have gone.
    for (const part of [sandbox, merchant, ...parts]) await part.close();
    await database.drop();
  };
  const service = await startService(environment).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const url = `http://127.0.0.1:${port}`;
  const testApp: TestApp = {
    api: new ApiClient(url, API_KEY),
    sandbox: new SandboxClient(sandbox.url),
    sandboxUrl: sandbox.url,
    merchant,
    database,
    service,
    environment,
    url,
    // It may be another one than at the beginning.
    close: () => closeAll(testApp.service),
  };
  return testApp;
}

/** Where the service finds every simulated provider. */
export function providerAddresses({ url }: Sandbox): Record<string, string> {
  const settings = PROVIDERS.flatMap((provider) => Object.entries(provider.sandboxEnvironment(url)));
  return Object.fromEntries(settings.filter(([name]) => name.endsWith('_BASE_URL')));
}
