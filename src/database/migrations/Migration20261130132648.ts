import { Migration } from '@mikro-orm/migrations';

export class Migration20261130132648 extends Migration {

  override name = 'Migration20261130132648';

  override up(): void | Promise<void> {
    this.addSql(`create table "payment_links" ("organization_id" uuid not null, "id" uuid not null, "reference" varchar(64) not null, "title" varchar(120) not null, "description" varchar(255) null, "currency" varchar(3) not null, "amount_in_cents" bigint null, "min_in_cents" bigint null, "max_in_cents" bigint null, "uses" int null, "used" int not null default 0, "last_number" int not null default 0, "rails" jsonb null, "expires_at" timestamptz(6) null, "redirect_url" text null, "callback_url" text null, "metadata" jsonb not null, "status" varchar(16) not null default 'ACTIVE', "created_by" uuid not null, "created_at" timestamptz(6) not null default now(), "updated_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`create index "payment_links_by_status" on "payment_links" ("organization_id", "status", "id");`);
    this.addSql(`alter table "payment_links" add constraint "payment_links_organization_id_reference_unique" unique ("organization_id", "reference");`);

    this.addSql(`alter table "payins" add "payment_link_id" uuid null, add "payment_link_use" uuid null;`);

    this.addSql(`alter table "payment_links" add constraint "payment_links_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id");`);
    this.addSql(`alter table "payment_links" add constraint "payment_links_used_at_most" check (used <= uses);`);
    this.addSql(`alter table "payment_links" add constraint "payment_links_one_amount" check ((amount_in_cents > 0 and min_in_cents is null and max_in_cents is null) or (amount_in_cents is null and min_in_cents > 0 and max_in_cents >= min_in_cents));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "payment_links" cascade;`);

    this.addSql(`drop index "payins_of_link";`);
    this.addSql(`drop index "payins_of_link_use";`);
    this.addSql(`alter table "payins" drop column "payment_link_id", drop column "payment_link_use";`);
  }

}
