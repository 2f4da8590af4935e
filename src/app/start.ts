import { readEnvironment } from '../../config/load-settings.js';
import { SignInLinks } from '../people/sign-in-links.js';
import { endOnSignal, runCommand } from './command.js';
import { type Development, startDevelopment } from './development/development.js';

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
  const link = await development.service.app.get(SignInLinks).make(development.apiKey);
  if (!ended) write(welcome(development, link));
});

function write(text: string): void {
  process.stdout.write(text);
}

/** Since this process began, its build included. */
function seconds(): string {
  return `${(performance.now() / 1000).toFixed(1).padStart(5)} s`;
}

function welcome(
  { service: { settings }, sandbox, apiKey, notificationSecret }: Development,
  link: string | undefined,
): string {
  const url = `http://localhost:${settings.PORT}`;
  // Another one at each start, so that pasting again asks for another payin.
  const reference = `first-${Date.now().toString(36)}`;
  const key = `-H 'Authorization: Bearer ${apiKey}'`;
  const readPayin = `curl -sSw '\\n' '${url}/payins?reference=${reference}' ${key}`;
  return `
Recaudo is running: ready in ${seconds().trim()}.

  API         ${url}            reference ${url}/docs   OpenAPI ${url}/openapi.json
  health      ${url}/health/ready
  sandbox     ${sandbox ? `${sandbox.url}   the simulated providers, their payer pages and their controls` : 'not needed: all providers are pointed elsewhere'}
  API key     ${apiKey}
  console     ${link}   signs in once, within a quarter of an hour
  notifications are signed with ${notificationSecret}

Create a payin, pay it, read it (paste into another terminal):

  curl -sSw '\\n' -X POST ${url}/payins ${key} -H 'Content-Type: application/json' -d '{
    "amountInCents": 5000000, "currency": "COP", "rail": "BRE_B", "reference": "${reference}",
    "inlineCustomer": { "name": "John Doe", "idType": "CC", "idNumber": "1234567890", "phone": "+573121234567", "email": "johndoe@example.com" } }'

  ${sandbox ? `# or open instructions.url of the answer in a browser and pay there\n  ${readPayin} | curl -sSw '\\n' -X POST ${sandbox.url}/control/pay -d @-` : '# pay: open instructions.url of the answer in a browser'}

  sleep 2; ${readPayin}

Ctrl-C ends all of it; the data stay under .data/ for the next start.

`;
}
