import { Migration } from '@mikro-orm/migrations';

export class Migration20261130092925_2_concurrently extends Migration {

  override name = 'Migration20261130092925_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "attempts_not_executed" on "attempts" ("organization_id", "started_at") where state = 'not_executed';`);
    this.addSql(`create index concurrently if not exists "payin_events_ended_unpaid" on "payin_events" ("organization_id", "at") where type in ('payin.rejected', 'payin.expired', 'payin.canceled', 'payin.failed');`);
  }

  override down(): void | Promise<void> {

  }

}
