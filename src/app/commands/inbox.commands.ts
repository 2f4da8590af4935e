import type { MikroORM } from '@mikro-orm/postgresql';
import { Command } from 'commander';
import { commandLine } from '../../audit/audit-entry.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../http/page.js';
import { Problem } from '../../http/problem.js';
import { NO_ORGANIZATION } from '../../organizations/no-organization.js';
import { ReadPayins } from '../../payins/api/read-payins.service.js';
import { FindPayins } from '../../payins/store/find-payins.store.js';
import { PayinStore } from '../../payins/store/payin.store.js';
import { InboundWebhookStore } from '../../webhooks/inbound-webhook.store.js';
import { ReadInbox } from '../../webhooks/read-inbox.service.js';
import { INBOX_STATUSES, type InboxStatus } from '../../webhooks/inbox.schema.js';
import { CommandError } from '../command.js';

const LIMIT = 100;

interface Options {
  organization: string;
  status?: InboxStatus;
}

/** What came from providers, also what belongs to no organization, which no API key may see. */
export function inboxCommands(withOrm: (use: (orm: MikroORM) => Promise<void>) => Promise<void>): Command {
  const inbox = new Command('inbox').description('webhooks that came from providers');
  inbox
    .command('list')
    .description(`lists the newest ${LIMIT}, by default of those that belong to no organization`)
    .option('--organization <id>', 'of which organization', organizationId, NO_ORGANIZATION)
    .option('--status <status>', INBOX_STATUSES.join(', '), inboxStatus)
    .action(({ organization, status }: Options) =>
      withOrm(async (orm) => {
        const query = { limit: LIMIT, ...(status && { status }) };
        const { data } = await queriesOf(orm).list(organization, query);
        for (const { id, receivedAt, provider, status: stands, outcome, lastError } of data)
          write([id, receivedAt, provider, stands, outcome ?? '-', lastError ?? '']);
      }),
    );
  inbox
    .command('replay')
    .description('applies one of them once more, within seconds and if a worker runs; safe at any time')
    .argument('<id>', 'as list shows it')
    .option('--organization <id>', 'of which organization', organizationId, NO_ORGANIZATION)
    .action((id: string, { organization }: Options) =>
      withOrm(async (orm) => {
        const { provider, status } = await queriesOf(orm)
          .one(organization, id)
          .catch((error: unknown) => {
            if (error instanceof Problem) throw new CommandError(`There is no such webhook; inbox list shows them.`);
            throw error;
          });
        await new InboundWebhookStore(new Database(orm)).replay(commandLine(organization), id);
        write([id, provider, status, 'will be applied once more']);
      }),
    );
  return inbox;
}

function queriesOf(orm: MikroORM): ReadInbox {
  // No payin is shown here, only what a webhook has done to one.
  const database = new Database(orm);
  const rules = { surroundingsOf: () => ({ providerExpiresAt: null, checkoutUrl: '' }) };
  return new ReadInbox(orm, new ReadPayins(orm, new PayinStore(database), new FindPayins(database), rules));
}

function organizationId(text: string): string {
  if (!isUuid(text))
    throw new CommandError('--organization must be the id of an organization; organizations list shows them.');
  return text;
}

function inboxStatus(text: string): InboxStatus {
  const status = INBOX_STATUSES.find((known) => known === text);
  if (!status) throw new CommandError(`--status must be one of ${INBOX_STATUSES.join(', ')}.`);
  return status;
}

function write(columns: string[]): void {
  process.stdout.write(`${columns.join('  ').trimEnd()}\n`);
}
