import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { Command } from 'commander';
import { validate as isUuid } from 'uuid';
import { type Environment, loadSecretsKeys, readEnvironment } from '../../config/load-settings.js';
import { ServiceSettings } from '../../config/service.settings.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import { ormOptions } from '../database/orm-options.js';
import { pendingMigrations } from '../database/schema.js';
import { ApiKeys } from '../auth/api-keys.js';
import { DropInCredentials } from '../drop-in/drop-in-credentials.js';
import { ContractSecrets } from '../organizations/api-keys/contract-secrets.js';
import { ManageApiKeys } from '../organizations/api-keys/manage-api-keys.service.js';
import { Organizations } from '../organizations/organizations.service.js';
import { OperatePeople } from '../people/operate-people.js';
import { SecretBox } from '../secrets/secret-box.js';
import { StoredSecrets } from '../secrets/stored-secrets.js';
import { CommandError, runCommand } from './command.js';
import { dropInCommands } from './commands/drop-in.commands.js';
import { clockCommands } from './commands/clock.commands.js';
import { inboxCommands } from './commands/inbox.commands.js';
import { keysCommands } from './commands/keys.commands.js';
import { ledgerCommands } from './commands/ledger.commands.js';
import { peopleCommands } from './commands/people.commands.js';
import { payersCommands } from './commands/payers.commands.js';
import { withDatabaseUrl } from './development/local-database.js';
import { withSecretsKey } from './development/local-keys.js';
import { ENTITIES } from './entities.js';

/** `npm run cli -- …`: what operators do that no API key may. */
const program = new Command('cli')
  .description('Operates Recaudo')
  .configureOutput({ writeOut: (text) => process.stdout.write(text) });

const organizations = program.command('organizations').description('merchant platforms');
organizations
  .command('create')
  .description('creates an organization with an API key and a notification secret, and shows both once')
  .requiredOption('--name <name>', 'its name, up to 120 characters', (name: string) => {
    if (name.trim().length === 0 || name.length > 120) throw new CommandError('--name must have 1 to 120 characters.');
    return name.trim();
  })
  .action(({ name }: { name: string }) =>
    withOrganizations(async (service) => {
      const created = await service.create(name);
      print({
        organizationId: created.organizationId,
        name,
        apiKeyId: created.apiKeyId,
        apiKey: created.apiKey,
        notificationSecret: created.notificationSecret,
      });
      process.stdout.write('The key and the secret are shown this once: keep them now.\n');
    }),
  );
organizations
  .command('list')
  .description('lists the organizations')
  .action(() =>
    withOrganizations(async (service) => {
      for (const { id, name, createdAt } of await service.list())
        process.stdout.write(`${id}  ${createdAt.toISOString()}  ${name}\n`);
    }),
  );

organizations
  .command('rotate-secret')
  .description(
    'creates a new notification secret of an organization and shows it once; the one before signs along for a day',
  )
  .requiredOption('--organization <id>', 'its id', toOrganizationId)
  .action(({ organization }: { organization: string }) =>
    withOrganizations(async (service) => {
      const notificationSecret = await service.rotateNotificationSecret(organization);
      if (!notificationSecret) throw new CommandError(`There is no organization ${organization}.`);
      print({ organizationId: organization, notificationSecret });
    }),
  );

program.addCommand(keysCommands(withKeys, toOrganizationId));
program.addCommand(dropInCommands(withDropIns, toOrganizationId));
program.addCommand(inboxCommands(withDatabase));
program.addCommand(ledgerCommands(withDatabase));
for (const command of peopleCommands(withPeople, toOrganizationId)) program.addCommand(command);
program.addCommand(payersCommands(withDatabase));
for (const command of clockCommands()) program.addCommand(command);

runCommand(async () => {
  await program.parseAsync();
});

function toOrganizationId(id: string): string {
  if (!isUuid(id))
    throw new CommandError('--organization must be the id of an organization; organizations list shows them.');
  return id;
}

function withOrganizations(use: (organizations: Organizations) => Promise<void>): Promise<void> {
  return withDatabase(async (orm, environment) => {
    const box = new SecretBox(loadSecretsKeys(await withSecretsKey(environment)));
    // A secret that is stored under another key than the service's could not be read by it.
    const database = new Database(orm);
    await new StoredSecrets(database, box).onModuleInit();
    await use(new Organizations(orm, box, new AuditLog(database), settingsOf(environment)));
  });
}

function withKeys(use: (keys: ManageApiKeys) => Promise<void>): Promise<void> {
  return withDatabase(async (orm, environment) => {
    const database = new Database(orm);
    await use(new ManageApiKeys(orm, database, new ApiKeys(database), new AuditLog(database), settingsOf(environment)));
  });
}

function withDropIns(use: (credentials: DropInCredentials, publicUrl: string) => Promise<void>): Promise<void> {
  return withDatabase(async (orm, environment) => {
    const database = new Database(orm);
    const box = new SecretBox(loadSecretsKeys(await withSecretsKey(environment)));
    await new StoredSecrets(database, box).onModuleInit();
    const settings = settingsOf(environment);
    const keys = new ManageApiKeys(orm, database, new ApiKeys(database), new AuditLog(database), settings);
    await use(new DropInCredentials(keys, new ContractSecrets(box)), settings.publicUrl);
  });
}

function withPeople(use: (people: OperatePeople, publicUrl: string) => Promise<void>): Promise<void> {
  return withDatabase((orm, environment) => use(new OperatePeople(orm), settingsOf(environment).publicUrl));
}

/** What the making of keys and invitations asks of them. */
function settingsOf({ NODE_ENV, PUBLIC_URL, PORT }: Environment): ServiceSettings {
  return Object.assign(
    new ServiceSettings(),
    NODE_ENV && { NODE_ENV },
    PUBLIC_URL && { PUBLIC_URL },
    PORT && { PORT: Number(PORT) },
  );
}

async function withDatabase(use: (orm: MikroORM, environment: Environment) => Promise<void>): Promise<void> {
  const environment = readEnvironment();
  await withDatabaseUrl(environment, async (databaseUrl) => {
    const pending = await pendingMigrations(databaseUrl);
    if (pending.length > 0) throw new CommandError('The database is behind. Run: npm run migrate');
    const orm = await MikroORM.init(ormOptions(databaseUrl, ENTITIES));
    try {
      await use(orm, environment);
    } finally {
      await orm.close(true);
    }
  });
}

function print(lines: Record<string, string>): void {
  for (const [name, value] of Object.entries(lines)) process.stdout.write(`${name.padEnd(20)}${value}\n`);
}
