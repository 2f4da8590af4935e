import { Migration } from '@mikro-orm/migrations';

export class Migration20261121053349 extends Migration {

  override name = 'Migration20261121053349';

  override up(): void | Promise<void> {
    this.addSql(`create table "pse_bank_lists" ("organization_id" uuid not null, "provider" varchar(32) not null, "banks" jsonb not null, "fetched_at" timestamptz(6) not null, primary key ("organization_id", "provider"));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "pse_bank_lists" cascade;`);
  }

}
