import type { MikroORM } from '@mikro-orm/core';
import { canonicalNit, ID_TYPES, type IdType } from '@recaudo/payment-provider';
import { Command } from 'commander';
import { commandLine } from '../../audit/audit-entry.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../http/page.js';
import { onlyPrinted } from '../../payins/store/payin-request.js';
import { PersonalDataStore } from '../../personal-data/personal-data.store.js';
import { CommandError } from '../command.js';

type WithDatabase = (use: (orm: MikroORM) => Promise<void>) => Promise<void>;

interface Options {
  idType: IdType;
  idNumber: string;
  organization?: string;
}

/** `npm run cli -- payers …` */
export function payersCommands(withDatabase: WithDatabase): Command {
  const payers = new Command('payers').description('those who pay');
  payers
    .command('forget')
    .description(
      'forgets what is known of one payer, but for payins that are not over, or have an open discrepancy or refund',
    )
    .requiredOption('--id-type <type>', ID_TYPES.join(', '), idType)
    .requiredOption('--id-number <number>', 'of the document', idNumber)
    .option('--organization <id>', 'of one organization; without it of all', organizationId)
    .action(({ idType: type, idNumber: number, organization }: Options) =>
      withDatabase(async (orm) => {
        const store = new PersonalDataStore(new Database(orm));
        const known = await store.organizations();
        if (organization && !known.includes(organization))
          throw new CommandError(`There is no organization ${organization}.`);
        const total = { forgotten: 0, kept: 0 };
        for (const id of organization ? [organization] : known) {
          const { forgotten, kept } = await store.forgetPayer(commandLine(id), type, spellingsOf(type, number));
          total.forgotten += forgotten;
          total.kept += kept;
        }
        process.stdout.write(`${total.forgotten} payins no longer say who paid.\n`);
        if (total.kept > 0)
          throw new CommandError(
            `${total.kept} payins still do: they are not over, have an open discrepancy or refund, or a notification waits. Run this again when they are.`,
          );
      }),
    );
  return payers;
}

/** As payins store it; those of a company with its check digit and without. */
function spellingsOf(type: IdType, number: string): string[] {
  const printed = onlyPrinted(number);
  return [...new Set(type === 'NIT' ? [canonicalNit(number), printed] : [printed])];
}

function idType(text: string): IdType {
  const type = ID_TYPES.find((known) => known === text);
  if (!type) throw new CommandError(`--id-type must be one of ${ID_TYPES.join(', ')}.`);
  return type;
}

function idNumber(text: string): string {
  if (!/^[\p{L}\p{N}.\s\p{Pd}]{1,64}$/u.test(text))
    throw new CommandError('--id-number must be the number of a document.');
  return text;
}

function organizationId(text: string): string {
  if (!isUuid(text))
    throw new CommandError('--organization must be the id of an organization; organizations list shows them.');
  return text;
}
