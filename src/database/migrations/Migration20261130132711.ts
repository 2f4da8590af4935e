import { Migration } from '@mikro-orm/migrations';

export class Migration20261130132711 extends Migration {

  override name = 'Migration20261130132711';

  override up(): void | Promise<void> {
    this.addSql(`create table "checkout_settings" ("organization_id" uuid not null, "display_name" varchar(60) null, "color" varchar(7) null, "support_email" varchar(254) null, "support_phone" varchar(16) null, "support_url" text null, "language" varchar(2) not null default 'es', "frame_origins" text[] not null default '{}', "logo_id" uuid null, "logo" bytea null, "logo_width" int null, "logo_height" int null, "updated_at" timestamptz(6) not null default now(), primary key ("organization_id"));`);

    this.addSql(`alter table "checkout_settings" add constraint "checkout_settings_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on update cascade on delete cascade;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "checkout_settings" cascade;`);
  }

}
