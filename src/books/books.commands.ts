import type { MikroORM } from '@mikro-orm/core';
import { Command } from 'commander';
import { CommandError } from '../command.js';
import { Database } from '../database/database.js';
import { BookCheckStore } from './book-check.store.js';
import { checkNow } from './check-now.js';

type WithDatabase = (use: (orm: MikroORM) => Promise<void>) => Promise<void>;

/** `npm run cli -- books …` */
export function booksCommands(withDatabase: WithDatabase): Command {
  const books = new Command('books').description('the books');
  books
    .command('check')
    .description(
      'proves for every payin that journal, receipts, history and status agree, and lets a running service do so, too',
    )
    .action(() =>
      withDatabase(async (orm) => {
        const store = new BookCheckStore(new Database(orm));
        const { payins, mismatches } = await checkNow(store, (line) => process.stdout.write(`${line}\n`));
        // It is the service that opens discrepancies: they are news of a payin.
        await store.start();
        if (mismatches > 0) throw new CommandError(`${mismatches} mismatches in ${payins} payins.`);
        process.stdout.write(`${payins} payins: all agree.\n`);
      }),
    );
  return books;
}
