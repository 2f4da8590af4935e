import { Migration } from '@mikro-orm/migrations';

export class Migration20261130132120 extends Migration {

  override name = 'Migration20261130132120';

  override up(): void | Promise<void> {
    this.addSql(`create table "installation_keys" ("id" varchar(32) not null, "key" text not null, "created_at" timestamptz(6) not null default now(), primary key ("id"));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "installation_keys" cascade;`);
  }

}
