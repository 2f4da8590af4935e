import { Command, InvalidArgumentError, Option } from 'commander';
import { CommandError, EXIT } from './command-error.mjs';

/** What is done with the service's own code: on its database, for operators, and with the time of its sandbox. See src/app/cli.ts. */
export const COMMANDS_OF_THE_SERVICE = [
  'organizations',
  'keys',
  'people',
  'sessions',
  'inbox',
  'ledger',
  'payers',
  'drop-in',
  'clock',
  'scenario',
];

const LIST = 'one or several, with commas between';

/** @param {string} text */
const list = (text) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

/** @param {number} min @param {number} max */
const integer = (min, max) => (/** @type {string} */ text) => {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max)
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  return value;
};

/** A command against a server, with what all of them take. @param {Command} command */
function remote(command) {
  return command
    .option('--server <url>', 'the service; else RECAUDO_URL, else http://localhost:3000')
    .option(
      '--key <key>',
      'an API key. Better in RECAUDO_API_KEY: other users of the machine see arguments. On the machine of npm start none is needed',
    )
    .option('--json', 'for programs: one JSON object a line');
}

/** @param {Command} command */
function withSandbox(command) {
  return remote(command).option(
    '--sandbox <url>',
    'the simulated providers; else RECAUDO_SANDBOX_URL, else http://localhost:4000',
  );
}

/** @param {string} examples */
const examples = (examples) => `\nExamples:\n${examples.trim().replaceAll(/^ */gm, '  ')}\n`;

/** Each command loads what it needs when it runs: it begins at once. */
export function program() {
  const all = new Command('recaudo')
    .description(
      'Recaudo at the terminal: see what happens, make it happen, forward it to the server that you are writing.',
    )
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(more with --help)')
    .addHelpText(
      'after',
      `
With the service's own code, on the database of DATABASE_URL or with the time of the sandbox (each with --help):
  ${COMMANDS_OF_THE_SERVICE.join(', ')}

How a command ended: 0 done, 1 it could not be done, 2 wrong usage, 3 nothing answers.
Where to: RECAUDO_URL and RECAUDO_API_KEY. Beside npm start neither is needed.
${examples(`
        recaudo listen --forward-to http://localhost:8080/webhooks
        recaudo trigger payin.approved
        recaudo payins create --amount 50.000 --rail PSE`)}`,
    );

  remote(all.command('listen'))
    .description('forwards events to your server as signed messages, each at least once')
    .option('--forward-to <url>', 'your server, for example http://localhost:8080/webhooks')
    .option('--events <types>', `only these: ${LIST}`, list)
    .addOption(
      new Option('--from <where>', 'last: where it ended, or now the first time; now; beginning')
        .choices(['last', 'now', 'beginning'])
        .default('last'),
    )
    .option('--retry-for <seconds>', 'how long your server may be down', integer(0, 86_400), 300)
    .option('--print-secret', 'prints the secret with which messages are signed, and ends')
    .addHelpText(
      'after',
      `
Messages are those of webhooks (Standard Webhooks), signed with a secret of this machine: verify them with it, as your server will verify real
ones with the secret of its webhook endpoint. A break of the network, a restart of the service or of this command loses none. The same message
may come twice: its webhook-id is then the same. Whatever your server answers is shown and not sent again; while nothing answers it is tried again.
${examples(`
        recaudo listen --forward-to http://localhost:8080/webhooks
        recaudo listen --forward-to http://localhost:8080/webhooks --events payin.approved,payin.reversed
        export WEBHOOK_SECRET=$(recaudo listen --print-secret)`)}`,
    )
    .action(async (options) => (await import('./listen.mjs')).listen(options));

  withSandbox(all.command('trigger'))
    .description('plays the story in the sandbox that causes an event, and waits for it')
    .argument('[event]', 'its type, for example payin.approved')
    .option('--list', 'all events, and what happens for each')
    .option('--provider <name>', 'at this one')
    .option('--callback-url <url>', 'where its notifications go')
    .addHelpText(
      'after',
      examples(`
        recaudo trigger --list
        recaudo trigger payin.reversed`),
    )
    .action(async (event, options) => (await import('./trigger.mjs')).trigger(event, options));

  const payins = all.command('payins').description('payins: create, get, list, explain');
  remote(payins.command('create'))
    .description('creates a payin, for a test customer unless --data says for whom')
    .option('--amount <pesos>', 'for example 50000 or 50.000', '50.000')
    .option('--rail <rail>', 'PSE, BRE_B, NEQUI, EFECTY, CARD, TRANSFIYA or ANY', 'PSE')
    .option('--reference <reference>', 'yours; made up where it is not given. The same again is the same payin')
    .option('--provider <name>', 'at this one')
    .option('--description <text>')
    .option('--callback-url <url>', 'where its notifications go')
    .option('--redirect-url <url>', 'where the payer goes afterwards')
    .option('--expires-in-minutes <minutes>', 'how long it waits for its payer', integer(1, 525_600))
    .option('--data <json>', 'more fields of POST /payins, over the others: JSON, @file, or - for standard input')
    .addHelpText(
      'after',
      examples(`
        recaudo payins create --amount 120.000 --rail BRE_B --reference INV-1
        recaudo payins create --data '{ "metadata": { "order": "77" }, "pse": { "bank": "1007", "personType": "NATURAL" } }'`),
    )
    .action(async (options) => (await import('./payins.mjs')).createPayin(options));
  remote(payins.command('get'))
    .description('shows a payin')
    .argument('<payin>', 'its id or its reference')
    .action(async (name, options) => (await import('./payins.mjs')).getPayin(name, options));
  remote(payins.command('list'))
    .description('lists payins, newest first')
    .option('--status <statuses>', `only these: ${LIST}`, list)
    .option('--rail <rail>', 'only this one')
    .option('--limit <number>', 'how many', integer(1, 100), 20)
    .action(async (options) => (await import('./payins.mjs')).listPayins(options));
  remote(payins.command('explain'))
    .description('says in sentences what happened to a payin, and what it waits for')
    .argument('<payin>', 'its id or its reference')
    .addOption(
      new Option('--lang <language>').choices(['en', 'es']).default(/^es/.test(process.env.LANG ?? '') ? 'es' : 'en'),
    )
    .action(async (name, options) => (await import('./payins.mjs')).explainPayin(name, options));

  withSandbox(all.command('pay'))
    .description('pays a payin in the sandbox, and shows what became of it')
    .argument('<payin>', 'its id or its reference')
    .option('--amount <pesos>', 'less or more than was asked, for example 30.000; late and again is possible, too')
    .addOption(
      new Option('--webhook <how>', 'what becomes of the webhook of the provider')
        .choices(['send', 'none', 'twice', 'late'])
        .default('send'),
    )
    .addHelpText(
      'after',
      examples(`
        recaudo pay INV-1
        recaudo pay INV-1 --amount 30.000
        recaudo pay INV-1 --webhook none`),
    )
    .action(async (name, options) => (await import('./payins.mjs')).pay(name, options));

  remote(all.command('logs'))
    .description('shows what happens: events, messages to your servers, webhooks of providers')
    .option('--no-follow', 'shows the last ones, and ends')
    .option('--last <number>', 'how many of those that were before', integer(0, 100), 10)
    .option('--only <kinds>', 'event, message, webhook: one or several, with commas between', kinds)
    .option('--events <types>', `of events only these: ${LIST}`, list)
    .addHelpText(
      'after',
      examples(`
        recaudo logs
        recaudo logs --only message,webhook
        recaudo logs --json --last 0 | jq .type`),
    )
    .action(async (options) => (await import('./logs.mjs')).logs(options));
  return all;
}

/** @param {string} text */
function kinds(text) {
  const all = ['event', 'message', 'webhook'];
  const given = list(text);
  if (given.length === 0 || !given.every((one) => all.includes(one)))
    throw new InvalidArgumentError(`Choose of ${all.join(', ')}.`);
  return given;
}

/** @param {readonly string[]} args @returns {Promise<number>} how it ended */
export async function run(args) {
  const all = program();
  for (const command of commandsOf(all)) command.exitOverride();
  try {
    if (args.length === 0) all.help();
    await all.parseAsync([...args], { from: 'user' });
    return EXIT.DONE;
  } catch (error) {
    const { code, exitCode } = /** @type {any} */ (error);
    // Help, or what commander has said already.
    if (typeof code === 'string' && code.startsWith('commander.')) return exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
    if (error instanceof CommandError) {
      process.stderr.write(`${error.message}\n`);
      return error.status;
    }
    process.stderr.write(`Unexpected: ${/** @type {any} */ (error)?.message ?? error}\n`);
    return EXIT.FAILED;
  }
}

/** @param {Command} command @returns {Command[]} */
function commandsOf(command) {
  return [command, ...command.commands.flatMap(commandsOf)];
}
