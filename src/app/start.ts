import { readEnvironment } from '../../config/load-settings.js';
import { SignInLinks } from '../people/sign-in-links.js';
import { endOnSignal, runCommand } from './command.js';
import { startDevelopment } from './development/development.js';
import { sampleLink } from './development/sample-link.js';
import { welcome } from './development/welcome.js';

/** `npm start`: everything, on a machine that has nothing. */
const END_DEADLINE_MS = 9_500;

runCommand(async () => {
  let ended = false;
  const starting = startDevelopment(readEnvironment(), (step) => write(`  ${seconds()} ${step}\n`));
  endOnSignal(async () => {
    ended = true;
    write('\nEnding: what is under way is finished …\n');
    const development = await starting.catch(() => undefined);
    await development?.end();
    write('Good-bye. The data stay under .data/ for the next start.\n');
  }, END_DEADLINE_MS);
  const development = await starting;
  if (ended) return;
  const { service, sandbox, apiKey, notificationSecret } = development;
  const signInLink = await service.app.get(SignInLinks).make(apiKey);
  const url = `http://localhost:${service.settings.PORT}`;
  const paymentLink = await sampleLink(url, apiKey);
  const given = {
    paymentLink,
    url,
    sandboxUrl: sandbox?.url,
    apiKey,
    notificationSecret,
    signInLink,
    readyIn: seconds().trim(),
  };
  if (!ended) write(welcome(given));
});

function write(text: string): void {
  process.stdout.write(text);
}

/** Since this process began, its build included. */
function seconds(): string {
  return `${(performance.now() / 1000).toFixed(1).padStart(5)} s`;
}
