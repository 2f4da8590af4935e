import { Migration } from '@mikro-orm/migrations';

export class Migration20261129194143 extends Migration {

  override name = 'Migration20261129194143';

  override up(): void | Promise<void> {
    this.addSql(`create index "attempts_unknown" on "attempts" ("provider") where state = 'unknown';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "attempts_unknown";`);
  }

}
