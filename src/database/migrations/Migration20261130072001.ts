import { Migration } from '@mikro-orm/migrations';

export class Migration20261130072001 extends Migration {

  override name = 'Migration20261130072001';

  override up(): void | Promise<void> {
    this.addSql(`create table "payin_search_terms" ("organization_id" uuid not null, "term" varchar(80) collate "C" not null, "payin_id" uuid not null, primary key ("organization_id", "term", "payin_id"));`);

    this.addSql(`create table "unindexed_payins" ("organization_id" uuid not null, "payin_id" uuid not null, primary key ("organization_id", "payin_id"));`);

  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "payin_search_terms" cascade;`);
    this.addSql(`drop table if exists "unindexed_payins" cascade;`);

    this.addSql(`drop index "payins_by_status";`);
  }

}
