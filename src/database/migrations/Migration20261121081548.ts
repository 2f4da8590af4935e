import { Migration } from '@mikro-orm/migrations';

export class Migration20261121081548 extends Migration {

  override name = 'Migration20261121081548';

  override up(): void | Promise<void> {
    this.addSql(`create table "notification_tries" ("organization_id" uuid not null, "number" int not null, "notification_id" uuid not null, "at" timestamptz(6) not null default now(), "http_status" int null, "duration_ms" int not null, "result" varchar(255) not null, "first_bytes" varchar(256) null, primary key ("organization_id", "notification_id", "number"));`);

    this.addSql(`create table "webhook_endpoints" ("organization_id" uuid not null, "id" uuid not null, "url" text not null, "description" varchar(255) null, "event_types" text[] null, "include_personal_data" boolean not null default false, "status" varchar(16) not null default 'ENABLED', "disabled_reason" varchar(16) null, "disabled_at" timestamptz(6) null, "secret" text not null, "previous_secret" text null, "previous_secret_until" timestamptz(6) null, "failing_since" timestamptz(6) null, "created_at" timestamptz(6) not null default now(), "updated_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);

    this.addSql(`alter table "organizations" alter column "notification_secret" type text using ("notification_secret"::text);`);

    this.addSql(`alter table "notifications" drop constraint "notifications_organization_id_payin_id_sequence_unique";`);
    this.addSql(`drop index "notifications_due";`);
    this.addSql(`alter table "notifications" add "endpoint_id" uuid null, add "lane" text null, add "failures" int not null default 0;`);
    // The host of the address.
    this.addSql(`update "notifications" set "lane" = coalesce(lower(substring("url" from '^https?://(?:[^/?#@]*@)?([^/?#]+)')), "url"), "failures" = "tries";`);
    this.addSql(`alter table "notifications" alter column "lane" set not null;`);
    this.addSql(`alter table "notifications" alter column "payin_id" drop not null;`);
    this.addSql(`alter table "notifications" alter column "url" drop not null;`);
    this.addSql(`create index "notifications_organization_id_created_at_index" on "notifications" ("organization_id", "created_at");`);
    this.addSql(`alter table "notifications" add constraint "notifications_organization_id_payin_id_sequence_lane_unique" unique ("organization_id", "payin_id", "sequence", "lane");`);
    this.addSql(`create index "notifications_due" on "notifications" ("organization_id", "lane", "due_at") where due_at is not null;`);

    this.addSql(`alter table "notification_tries" add constraint "notification_tries_organization_id_notification_id_foreign" foreign key ("organization_id", "notification_id") references "notifications" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "webhook_endpoints" add constraint "webhook_endpoints_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "notification_tries" cascade;`);
    this.addSql(`drop table if exists "webhook_endpoints" cascade;`);

    this.addSql(`drop index "notifications_organization_id_created_at_index";`);
    this.addSql(`alter table "notifications" drop constraint "notifications_organization_id_payin_id_sequence_lane_unique";`);
    this.addSql(`drop index "notifications_due";`);
    this.addSql(`alter table "notifications" drop column "endpoint_id", drop column "lane", drop column "failures";`);
    this.addSql(`alter table "notifications" alter column "payin_id" set not null;`);
    this.addSql(`alter table "notifications" alter column "url" set not null;`);
    this.addSql(`alter table "notifications" add constraint "notifications_organization_id_payin_id_sequence_unique" unique ("organization_id", "payin_id", "sequence");`);
    this.addSql(`create index "notifications_due" on "notifications" ("due_at") where due_at IS NOT NULL;`);

    this.addSql(`alter table "organizations" alter column "notification_secret" type varchar(128) using ("notification_secret"::varchar(128));`);
  }

}
