import { Migration } from '@mikro-orm/migrations';

export class Migration20261130134135 extends Migration {

  override name = 'Migration20261130134135';

  override up(): void | Promise<void> {
    this.addSql(`alter table "attempts" add "rail" varchar(16) null, add "choice" int null, add "expires_at" timestamptz(6) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "attempts_one_live_order";`);
    this.addSql(`alter table "attempts" drop column "rail", drop column "choice", drop column "expires_at";`);
    this.addSql(`create unique index "attempts_one_live" on "attempts" ("organization_id", "payin_id") where state <> 'not_executed';`);
  }

}
