import { Migration } from '@mikro-orm/migrations';

export class Migration20261130134135_2_concurrently extends Migration {

  override name = 'Migration20261130134135_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create unique index concurrently if not exists "attempts_one_live_order" on "attempts" ("organization_id", "payin_id") where state in ('opening', 'open', 'unknown');`);
    // Only now: there is no moment without one of them.
    this.addSql(`drop index concurrently if exists "attempts_one_live";`);
  }

  override down(): void | Promise<void> {

  }

}
