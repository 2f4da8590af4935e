import type { MikroORM } from '@mikro-orm/core';
import { Command } from 'commander';
import { Database } from '../../database/database.js';
import { checkNow } from '../../ledger/check-now.js';
import { IntegrityCheckStore } from '../../ledger/integrity-check.store.js';
import { CommandError } from '../command.js';

type WithDatabase = (use: (orm: MikroORM) => Promise<void>) => Promise<void>;

/** `npm run cli -- ledger …` */
export function ledgerCommands(withDatabase: WithDatabase): Command {
  const ledger = new Command('ledger').description('the ledger');
  ledger
    .command('check')
    .description(
      'check for every payin that ledger, receipts, history and status agree; a running service then checks it, too',
    )
    .action(() =>
      withDatabase(async (orm) => {
        const store = new IntegrityCheckStore(new Database(orm));
        const { payins, mismatches } = await checkNow(store, (line) => process.stdout.write(`${line}\n`));
        // The service opens the discrepancies, as updates of the payins.
        await store.start();
        if (mismatches > 0) throw new CommandError(`${mismatches} mismatches in ${payins} payins.`);
        process.stdout.write(`${payins} payins: all agree.\n`);
      }),
    );
  return ledger;
}
