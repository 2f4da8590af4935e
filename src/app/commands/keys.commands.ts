import { Command } from 'commander';
import { ROLES, SCOPES, type Role, type Scope } from '../../auth/scopes.js';
import { isNetwork } from '../../../config/networks.js';
import { readTo } from '../../http/period.js';
import type { ManageApiKeys } from '../../organizations/api-keys/manage-api-keys.service.js';
import { CommandError } from '../command.js';

const LIMIT = 100;

interface Options {
  organization: string;
  name: string;
  role?: Role;
  scopes?: Scope[];
  expires?: Date;
  networks?: string[];
  for?: string;
}

type WithKeys = (use: (keys: ManageApiKeys) => Promise<void>) => Promise<void>;

/** `npm run cli -- keys …` */
export function keysCommands(withKeys: WithKeys, organizationId: (text: string) => string): Command {
  const keys = new Command('keys').description('API keys');
  keys
    .command('create')
    .description('creates one more API key of an organization and shows it once')
    .requiredOption('--organization <id>', 'its id', organizationId)
    .option('--name <name>', 'what it is for', 'command line')
    .option('--role <role>', `${ROLES.join(', ')}; owner unless --scopes is given`, (text) =>
      oneOf(ROLES, text, '--role'),
    )
    .option('--scopes <scopes>', 'instead of a role: payins:read,payins:write', (text) =>
      text.split(',').map((scope) => oneOf(SCOPES, scope.trim(), '--scopes')),
    )
    .option('--expires <time>', '2026-12-31 (the end of that day in Colombia), or a time with its offset', expiry)
    .option('--networks <networks>', 'from where: 203.0.113.0/24,198.51.100.7', networks)
    .option('--for <email>', 'the person of the organization for whom it acts')
    .action(({ organization, name, role, scopes, expires, networks: allowedNetworks, for: email }: Options) =>
      withKeys(async (service) => {
        if (role && scopes) throw new CommandError('Give --role or --scopes, not both.');
        const has = scopes ? { scopes } : { role: role ?? 'owner' };
        const personId = email === undefined ? null : await service.memberOf(organization, email);
        if (personId === undefined) throw new CommandError(`Nobody of the organization has the e-mail ${email}.`);
        const given = { name, ...has, expiresAt: expires, allowedNetworks, personId };
        const created = await service.insert(organization, given);
        if (!created) throw new CommandError(`There is no organization ${organization}.`);
        const lines = { organizationId: organization, apiKeyId: created.row.id, apiKey: created.key };
        for (const [label, value] of Object.entries(lines)) process.stdout.write(`${label.padEnd(20)}${value}\n`);
      }),
    );
  keys
    .command('list')
    .description(`lists the newest ${LIMIT} of an organization, never the keys themselves`)
    .requiredOption('--organization <id>', 'its id', organizationId)
    .action(({ organization }: Options) =>
      withKeys(async (service) => {
        const { data } = await service.list(organization, { limit: LIMIT });
        for (const { id, name, role, scopes, lastUsedAt, expiresAt, revokedAt } of data) {
          const state = revokedAt ? `revoked ${revokedAt}` : expiresAt ? `until ${expiresAt}` : 'live';
          const used = lastUsedAt ? `used ${lastUsedAt}` : 'never used';
          process.stdout.write(`${[id, name, role ?? scopes.join(','), state, used].join('  ')}\n`);
        }
      }),
    );
  keys
    .command('revoke')
    .description('ends a key and every key that it has made, within 5 seconds on every replica')
    .argument('<id>', 'as list shows it')
    .requiredOption('--organization <id>', 'its id', organizationId)
    .action((id: string, { organization }: Options) =>
      withKeys(async (service) => {
        const ended = await service.end(organization, organizationId(id), new Date());
        if (ended.length === 0) throw new CommandError('There is no such key, or it was revoked before.');
        for (const one of ended) process.stdout.write(`${one}  revoked\n`);
      }),
    );
  return keys;
}

function oneOf<T extends string>(known: readonly T[], text: string, option: string): T {
  const found = known.find((one) => one === text);
  if (!found) throw new CommandError(`${option} must be of ${known.join(', ')}.`);
  return found;
}

export function expiry(text: string): Date {
  const time = readTo(text);
  if (!time || time <= new Date())
    throw new CommandError('--expires must be a date (2026-12-31) or a time with its offset, in the future.');
  return time;
}

export function networks(text: string): string[] {
  const all = text.split(',').map((network) => network.trim());
  if (!all.every(isNetwork)) throw new CommandError('--networks must be addresses or networks: 203.0.113.0/24.');
  return all;
}
