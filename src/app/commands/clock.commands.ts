import { Command } from 'commander';
import { type Environment, readEnvironment } from '../../../config/load-settings.js';
import { CommandError } from '../command.js';
import { localKeys } from '../development/local-keys.js';
import type { PlaysTarget } from '../development/plays.js';

/** What the other commands need not load. */
const plays = () => import('../development/plays.js');

type Target = (environment: Environment) => Promise<PlaysTarget>;

/** Of RECAUDO_URL and RECAUDO_API_KEY, or the service that `npm start` runs in this folder. */
async function target(environment: Environment): Promise<PlaysTarget> {
  const keys = await localKeys(environment);
  return {
    serviceUrl: (environment['RECAUDO_URL'] || `http://localhost:${environment['PORT'] || '3000'}`).replace(/\/+$/, ''),
    sandboxUrl: environment['RECAUDO_SANDBOX_URL'] || `http://localhost:${environment['SANDBOX_PORT'] || '4000'}`,
    apiKey: environment['RECAUDO_API_KEY'] || keys.BOOTSTRAP_API_KEY,
    notificationSecret: keys.BOOTSTRAP_NOTIFICATION_SECRET,
  };
}

/** Time and scenarios in the sandbox, at a running service. */
export function clockCommands(of: Target = target): Command[] {
  const here = () => of(readEnvironment());
  const clock = new Command('clock').description('the test clock of an organization, in the sandbox');
  clock
    .command('advance')
    .description('lets time pass, and waits until what has become due is done')
    .argument('<by>', 'how much, for example P3D, PT72H or PT90S')
    .action(async (by: string) => {
      const { advance, sentenceOf } = await plays();
      print(sentenceOf(await advance(await here(), { by })));
    });
  clock
    .command('to')
    .description('lets time pass until so much has passed in all; the same again changes nothing')
    .argument('<total>', 'for example P90D')
    .action(async (total: string) => {
      const { advance, sentenceOf } = await plays();
      print(sentenceOf(await advance(await here(), { total })));
    });
  clock
    .command('show')
    .description('says how much time has passed in all')
    .action(async () => print((await (await plays()).readClock(await here())).total));

  const scenario = new Command('scenario').description('the scenarios of the demonstration, one by one');
  scenario
    .command('list')
    .description('lists them')
    .action(async () => {
      for (const { name, title } of (await plays()).playsOf(await here()).all) print(`${name.padEnd(24)}${title}`);
    });
  scenario
    .command('play')
    .description('plays one, and says how it went')
    .argument('<name>')
    .action(async (name: string) => {
      const { lines, wrong } = await (await plays()).play(await here(), name);
      for (const line of lines) print(line);
      if (wrong.length > 0) throw new CommandError(`It ended wrong: ${wrong.join('; ')}`);
      print('It ended as it should.');
    });
  return [clock, scenario];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
