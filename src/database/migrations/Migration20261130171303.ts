import { Migration } from '@mikro-orm/migrations';

export class Migration20261130171303 extends Migration {

  override name = 'Migration20261130171303';

  override up(): void | Promise<void> {
    this.addSql(`create table "test_clocks" ("organization_id" uuid not null, "advanced_seconds" bigint not null default '0', "step_seconds" bigint not null default '0', "stepped_at" timestamptz(6) null, "held_until" timestamptz(6) not null default now(), "fencing_token" int not null default 0, primary key ("organization_id"));`);

    this.addSql(`alter table "test_clocks" add constraint "test_clocks_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on update cascade on delete cascade;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "test_clocks" cascade;`);
  }

}
