import { isEmail } from 'class-validator';
import { Command } from 'commander';
import { type Role, ROLES } from '../../auth/scopes.js';
import { Problem } from '../../http/problem.js';
import { INVITATION_HOURS, invitationUrl } from '../../people/invitation-token.js';
import type { OperatePeople } from '../../people/operate-people.js';
import { CommandError } from '../command.js';

const LIMIT = 1_000;
const NAME_LENGTH_MAX = 120;

interface Options {
  organization: string;
  email: string;
  name: string;
  role: Role;
}

type WithPeople = (use: (people: OperatePeople, publicUrl: string) => Promise<void>) => Promise<void>;

/** `npm run cli -- people …` and `npm run cli -- sessions …` */
export function peopleCommands(withPeople: WithPeople, organizationId: (text: string) => string): Command[] {
  const people = new Command('people').description('people who sign in');
  people
    .command('create')
    .description(
      `invites a person and shows the address of the invitation, which is good once within ${INVITATION_HOURS} hours`,
    )
    .requiredOption('--organization <id>', 'its id', organizationId)
    .requiredOption('--email <email>', 'with which they sign in', emailAddress)
    .requiredOption('--name <name>', `up to ${NAME_LENGTH_MAX} characters`, personName)
    .option('--role <role>', ROLES.join(', '), role, 'owner')
    .action(({ organization, ...person }: Options) =>
      withPeople(async (service, publicUrl) => {
        const { person: invited, token } = await service.invite(organization, person).catch(asSentence);
        const lines = {
          organizationId: organization,
          personId: invited.id,
          invitationUrl: invitationUrl(publicUrl, token),
        };
        for (const [label, value] of Object.entries(lines)) write(`${label.padEnd(20)}${value}`);
      }),
    );
  people
    .command('list')
    .description(`lists the newest ${LIMIT} with their organizations and roles`)
    .option('--organization <id>', 'of this one alone', organizationId)
    .action(({ organization }: Partial<Options>) =>
      withPeople(async (service) => {
        for (const person of await service.list(organization ?? null, LIMIT)) {
          const { email, name, memberships, hasSecondFactor, isDisabled } = person;
          const marks = [hasSecondFactor ? 'second factor' : '', isDisabled ? 'disabled' : ''].filter(Boolean);
          write([email, name, memberships.join(', '), ...marks].join('  '));
        }
      }),
    );
  people
    .command('reset')
    .description(
      'for whoever has lost password or second factor: ends both, all sessions and API keys, and shows a new invitation of each organization',
    )
    .argument('<email>', 'of the person')
    .action((email: string) =>
      withPeople(async (service, publicUrl) => {
        for (const { token } of known(await service.reset(email), email)) write(invitationUrl(publicUrl, token));
      }),
    );
  for (const [name, isDisabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    people
      .command(name)
      .description(`${name}s a person in all organizations, within 5 seconds`)
      .argument('<email>', 'of the person')
      .action((email: string) =>
        withPeople(async (service) => {
          known(await service.setDisabled(email, isDisabled), email);
          write(`${email}  ${name}d`);
        }),
      );
  }
  const sessions = new Command('sessions').description('sessions of people');
  sessions
    .command('end')
    .description('ends all sessions of a person, within 5 seconds on every replica')
    .argument('<email>', 'of the person')
    .action((email: string) =>
      withPeople(async (service) => write(`${known(await service.endSessions(email), email)} sessions ended`)),
    );
  return [people, sessions];
}

function known<T>(found: T | undefined, email: string): T {
  if (found === undefined) throw new CommandError(`Nobody has the e-mail ${email}; people list shows them.`);
  return found;
}

function asSentence(error: unknown): never {
  throw error instanceof Problem ? new CommandError(error.detail) : error;
}

function emailAddress(text: string): string {
  if (!isEmail(text)) throw new CommandError('--email must be an e-mail address.');
  return text;
}

function personName(text: string): string {
  const name = text.trim();
  if (name.length === 0 || name.length > NAME_LENGTH_MAX)
    throw new CommandError(`--name must have 1 to ${NAME_LENGTH_MAX} characters.`);
  return name;
}

function role(text: string): Role {
  const found = ROLES.find((one) => one === text);
  if (!found) throw new CommandError(`--role must be one of ${ROLES.join(', ')}.`);
  return found;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
