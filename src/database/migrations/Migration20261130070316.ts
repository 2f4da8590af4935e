import { Migration } from '@mikro-orm/migrations';

export class Migration20261130070316 extends Migration {

  override name = 'Migration20261130070316';

  override up(): void | Promise<void> {
    this.addSql(`create table "people" ("id" uuid not null, "email" varchar(254) not null, "name" varchar(120) not null, "password_hash" text null, "claimed_at" timestamptz(6) null, "disabled_at" timestamptz(6) null, "totp_secret" text null, "pending_totp_secret" text null, "totp_step" bigint not null default '0', "recovery_code_hashes" text[] not null default '{}', "created_at" timestamptz(6) not null default now(), primary key ("id"));`);
    this.addSql(`alter table "people" add constraint "people_email_unique" unique ("email");`);

    this.addSql(`create table "memberships" ("organization_id" uuid not null, "person_id" uuid not null, "role" varchar(16) not null, "invited_name" varchar(120) not null, "invited_by" uuid null, "invitation_hash" varchar(64) null, "invitation_ends_at" timestamptz(6) null, "accepted_at" timestamptz(6) null, "disabled_at" timestamptz(6) null, "created_at" timestamptz(6) not null default now(), primary key ("organization_id", "person_id"));`);
    this.addSql(`create index "memberships_person_id_index" on "memberships" ("person_id");`);

    this.addSql(`create table "sessions" ("id_hash" varchar(64) not null, "person_id" uuid not null, "organization_id" uuid null, "has_second_factor" boolean not null, "created_at" timestamptz(6) not null default now(), "last_seen_at" timestamptz(6) not null default now(), "ends_at" timestamptz(6) not null, primary key ("id_hash"));`);
    this.addSql(`create index "sessions_person_id_index" on "sessions" ("person_id");`);
    this.addSql(`create index "sessions_ends_at_index" on "sessions" ("ends_at");`);

    this.addSql(`create table "sign_in_throttles" ("key" varchar(64) not null, "attempts" int not null, "seen_at" timestamptz(6) not null, "window_ends_at" timestamptz(6) not null, primary key ("key"));`);
    this.addSql(`create index "sign_in_throttles_window_ends_at_index" on "sign_in_throttles" ("window_ends_at");`);

    this.addSql(`alter table "memberships" add constraint "memberships_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id") on update cascade on delete cascade;`);
    this.addSql(`alter table "memberships" add constraint "memberships_person_id_foreign" foreign key ("person_id") references "people" ("id") on update cascade on delete cascade;`);

    this.addSql(`alter table "sessions" add constraint "sessions_person_id_foreign" foreign key ("person_id") references "people" ("id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "memberships" drop constraint "memberships_person_id_foreign";`);
    this.addSql(`alter table "sessions" drop constraint "sessions_person_id_foreign";`);

    this.addSql(`drop table if exists "people" cascade;`);
    this.addSql(`drop table if exists "memberships" cascade;`);
    this.addSql(`drop table if exists "sessions" cascade;`);
    this.addSql(`drop table if exists "sign_in_throttles" cascade;`);
  }

}
