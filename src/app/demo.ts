import { DEMO_SETTINGS, runDemo } from '@recaudo/demo';
import { readEnvironment } from '../../config/load-settings.js';
import { CommandError, endOnSignal, runCommand } from './command.js';
import { startDevelopment } from './development/development.js';
import { localKeys } from './development/local-keys.js';

/** `npm run demo`: the scenarios, against the running service of this folder, or one that it starts and ends. */
const END_DEADLINE_MS = 9_500;
/** A slow service is running, too; where no service runs, the connection is refused at once. */
const ANSWER_MAX_MS = 60_000;

runCommand(async () => {
  const environment = readEnvironment();
  const port = environment['PORT'] || '3000';
  const apiUrl = environment['PUBLIC_URL'] || `http://localhost:${port}`;
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const running = await isRunning(apiUrl);
  let end = () => Promise.resolve();
  if (!running) {
    print('No service is running; starting one.');
    const starting = startDevelopment({ LOG_LEVEL: 'warn', ...DEMO_SETTINGS, ...environment });
    end = async () => (await starting).end();
    endOnSignal(end, END_DEADLINE_MS);
    await starting;
  }
  try {
    const keys = await localKeys(environment);
    print(
      `Every rail of every provider at ${apiUrl}. The last payin runs out after a minute: the end takes that long.`,
    );
    const problems = await runDemo({
      apiUrl,
      apiKey: keys.BOOTSTRAP_API_KEY,
      notificationSecret: keys.BOOTSTRAP_NOTIFICATION_SECRET,
      sandboxUrl: `http://localhost:${environment['SANDBOX_PORT'] || '4000'}`,
      print,
    });
    if (problems.length > 0)
      throw new CommandError(
        `\n${problems.length} ended wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      );
    print('\nAll ended as they should.');
  } finally {
    await end();
  }
  process.exit(0);
});

async function isRunning(apiUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${apiUrl}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MAX_MS) })).ok;
  } catch {
    return false;
  }
}
