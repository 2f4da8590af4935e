import { Migration } from '@mikro-orm/migrations';

/** How far the sweeps that forget payers have come. */
export class Migration20261130074550 extends Migration {

  override name = 'Migration20261130074550';

  override up(): void | Promise<void> {
    this.addSql(`create table "personal_data_sweeps" ("organization_id" uuid not null, "id" uuid not null, "phase" varchar(16) not null default 'payins', "after" uuid null, "finished_at" timestamptz(6) null, "due_at" timestamptz(6) not null, "fencing_token" int not null default 0, primary key ("organization_id", "id"));`);
    this.addSql(`create index "personal_data_sweeps_due_by_share" on "personal_data_sweeps" ("organization_id", "due_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "personal_data_sweeps" cascade;`);
  }

}
