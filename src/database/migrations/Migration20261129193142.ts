import { Migration } from '@mikro-orm/migrations';

export class Migration20261129193142 extends Migration {

  override name = 'Migration20261129193142';

  override up(): void | Promise<void> {
    this.addSql(`alter table "attempts" add "refused_at" timestamptz(6) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "attempts" drop column "refused_at";`);
  }

}
