import { Migration } from '@mikro-orm/migrations';

export class Migration20261129194143 extends Migration {

  override name = 'Migration20261129194143';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "attempts_unknown" on "attempts" ("provider") where state = 'unknown';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "attempts_unknown";`);
  }

}
