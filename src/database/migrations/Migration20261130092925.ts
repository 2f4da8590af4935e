import { Migration } from '@mikro-orm/migrations';

export class Migration20261130092925 extends Migration {

  override name = 'Migration20261130092925';

  override up(): void | Promise<void> {
    this.addSql(`create table "open_days" ("organization_id" uuid not null, "day" date not null, "until" timestamptz(6) not null, "rows" jsonb not null, "expected" jsonb not null, primary key ("organization_id", "day"));`);


  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "open_days" cascade;`);

    this.addSql(`drop index "attempts_not_executed";`);

    this.addSql(`drop index "payin_events_ended_unpaid";`);
  }

}
