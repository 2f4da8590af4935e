import { Migration } from '@mikro-orm/migrations';

export class Migration20261130140110_2_concurrently extends Migration {

  override name = 'Migration20261130140110_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "attempts_chosen" on "attempts" ("organization_id", "started_at") where choice is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "attempts_chosen";`);
  }

}
