import { Migration } from '@mikro-orm/migrations';

export class Migration20261121084307 extends Migration {

  override name = 'Migration20261121084307';

  override up(): void | Promise<void> {
    this.addSql(`create table "book_checks" ("organization_id" uuid not null, "id" uuid not null, "after_payin_id" uuid null, "payins" bigint not null default '0', "mismatches" bigint not null default '0', "finished_at" timestamptz(6) null, "due_at" timestamptz(6) not null, "fence" int not null default 0, primary key ("organization_id", "id"));`);
    this.addSql(`create index "book_checks_due" on "book_checks" ("due_at");`);

    this.addSql(`alter table "book_checks" add constraint "book_checks_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "book_checks" cascade;`);
  }

}
