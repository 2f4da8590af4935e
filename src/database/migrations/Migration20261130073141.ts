import { Migration } from '@mikro-orm/migrations';

export class Migration20261130073141 extends Migration {

  override name = 'Migration20261130073141';

  override up(): void | Promise<void> {
    this.addSql(`create table "daily_reports" ("organization_id" uuid not null, "day" date not null, "rows" jsonb not null, "expected" jsonb not null, "created_at" timestamptz(6) not null default now(), primary key ("organization_id", "day"));`);


    this.addSql(`create or replace function "daily_reports_append_only_fn"() returns trigger as \$\$ begin raise exception 'A day that is over keeps its figures'; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "append_only" BEFORE UPDATE OR DELETE on "daily_reports" for each STATEMENT execute function "daily_reports_append_only_fn"();`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger if exists "append_only" on "daily_reports";`);
    this.addSql(`drop function if exists "daily_reports_append_only_fn"();`);
    this.addSql(`drop table if exists "daily_reports" cascade;`);

    this.addSql(`drop index "payins_off_their_ids";`);
  }

}
