import { type DropInContract, IssueOptionError } from '@recaudo/drop-in-contract';
import { Command } from 'commander';
import type { DropInCredentials } from '../../drop-in/drop-in-credentials.js';
import { DROP_IN_CONTRACTS } from '../../drop-in-contracts.js';
import { CommandError } from '../command.js';
import { expiry, networks } from './keys.commands.js';

interface Options {
  contract: DropInContract;
  organization: string;
  direct?: boolean;
  webhookUrl?: string;
  publicKey?: string;
  amountUnit?: string;
  expires?: Date;
  networks?: string[];
}

type WithCredentials = (use: (credentials: DropInCredentials, publicUrl: string) => Promise<void>) => Promise<void>;

/** `npm run cli -- drop-in …` */
export function dropInCommands(withCredentials: WithCredentials, organizationId: (text: string) => string): Command {
  const dropIn = new Command('drop-in').description("providers' contracts that are served to merchants (DROP_IN)");
  dropIn
    .command('create')
    .description(
      'creates credentials and prints them once, as one JSON object; keys list shows them, keys revoke ends them',
    )
    .requiredOption('--contract <name>', DROP_IN_CONTRACTS.map(({ name }) => name).join(', '), contractOf)
    .requiredOption('--organization <id>', 'its id', organizationId)
    .option('--direct', 'of a contract with answers of both kinds: those without a hosted page')
    .option('--webhook-url <url>', 'of a contract whose webhooks go to one address: that address', webhookUrlOf)
    .option(
      '--public-key <key>',
      'of a contract that signs with keys: the merchant’s, Base64 of DER; without it a pair is made',
    )
    .option('--amount-unit <unit>', 'of a contract whose documents show amounts in both: pesos or cents')
    .option('--expires <time>', '2026-12-31 (the end of that day in Colombia), or a time with its offset', expiry)
    .option('--networks <networks>', 'from where: 203.0.113.0/24,198.51.100.7', networks)
    .action(({ contract, organization, direct = false, expires, networks: allowedNetworks, ...rest }: Options) =>
      withCredentials(async (credentials, publicUrl) => {
        const created = await credentials
          .issue(organization, contract, { direct, ...rest }, { expiresAt: expires, allowedNetworks })
          .catch((error: unknown) => {
            throw error instanceof IssueOptionError ? new CommandError(error.message) : error;
          });
        if (!created) throw new CommandError(`There is no organization ${organization}.`);
        const shown = { baseUrl: `${publicUrl}/drop-in/${contract.name}`, ...created.printed };
        process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
      }),
    );
  return dropIn;
}

function contractOf(name: string): DropInContract {
  const contract = DROP_IN_CONTRACTS.find((known) => known.name === name);
  if (contract) return contract;
  throw new CommandError(`--contract must be one of ${DROP_IN_CONTRACTS.map((known) => known.name).join(', ')}.`);
}

function webhookUrlOf(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw new CommandError('--webhook-url must be an http or https URL.');
  return text;
}
