import 'reflect-metadata';
import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../src/database/orm-options.js';
import { Database } from '../../src/database/database.js';
import { query } from '../../src/database/query.js';
import type { Claimed } from '../../src/database/due-work.js';
import { NotificationStore } from '../../src/notifications/notification.store.js';
import { PayinStore } from '../../src/payins/store/payin.store.js';
import { InboundWebhookStore } from '../../src/webhooks/inbound-webhook.store.js';
import { BATCH, type WorkName } from './due-rows.js';
import { PROVIDER } from './programs.js';

/** A worker that does nothing but claim, by the stores' own statements, until nothing is due any more. */
const orm = await MikroORM.init(ormOptions(process.env['DATABASE_URL'] ?? '', []));
const database = new Database(orm);
const payins = new PayinStore(database);
const webhooks = new InboundWebhookStore(database);
const notifications = new NotificationStore(database);

const CLAIMS: Readonly<Record<WorkName, () => Promise<Claimed[]>>> = {
  payins: () => payins.claimPolls(BATCH.payins, [], PROVIDER),
  inbound_webhooks: () => webhooks.claim(BATCH.inbound_webhooks, [], PROVIDER),
  notifications: () => notifications.claim(BATCH.notifications, [], []),
};

const DEADLOCK = '40P01';

/** What a worker did; times of the machine's clock, so that those of several can be compared. */
export interface ClaimerReport {
  claimed: number;
  /** Claims of the same rows in a different order, which PostgreSQL ended because they waited for each other in a ring; they came again. */
  calledOff: number;
  claimsMs: number[];
  startedAt: number;
  endedAt: number;
}

async function claimAll(work: WorkName): Promise<ClaimerReport> {
  const report: ClaimerReport = { claimed: 0, calledOff: 0, claimsMs: [], startedAt: Date.now(), endedAt: 0 };
  const claim = async (): Promise<Claimed[]> => {
    try {
      return await CLAIMS[work]();
    } catch (error) {
      if ((error as { code?: unknown }).code !== DEADLOCK) throw error;
      report.calledOff += 1;
      return claim();
    }
  };
  for (;;) {
    const begun = performance.now();
    const { length } = await claim();
    // Others may just have taken the same rows.
    if (length === 0 && !(await isAnythingDue(work))) return report;
    report.claimsMs.push(performance.now() - begun);
    report.claimed += length;
    report.endedAt = Date.now();
  }
}

async function isAnythingDue(work: WorkName): Promise<boolean> {
  const text = `select exists (select from ${work} where due_at <= now()) as due`;
  const [row] = await database.query(query<object, { due: boolean }>(`is anything due in ${work}`, text), {});
  return row!.due;
}

await database.query(query('connect', 'select 1'), {});
process.on('message', ({ work }: { work: WorkName }) => void claimAll(work).then((report) => process.send?.(report)));
process.send?.({ ready: true });
