import { Migration } from '@mikro-orm/migrations';

export class Migration20261121023902 extends Migration {

  override name = 'Migration20261121023902';

  override up(): void | Promise<void> {
    this.addSql(`create table "discrepancies" ("organization_id" uuid not null, "id" uuid not null, "payin_id" uuid null, "reference" varchar(255) not null, "kind" varchar(32) not null, "status" varchar(16) not null default 'OPEN', "expected_in_cents" bigint null, "actual_in_cents" bigint null, "currency" varchar(3) not null, "opened_at" timestamptz(6) not null default now(), "resolved_at" timestamptz(6) null, "resolution" varchar(64) null, "detail" text not null, primary key ("organization_id", "id"));`);
    this.addSql(`create unique index "discrepancies_one_open" on "discrepancies" ("organization_id", "payin_id", "kind") where status = 'OPEN' and payin_id is not null;`);

    this.addSql(`create table "inbound_webhooks" ("organization_id" uuid not null, "id" uuid not null, "provider" varchar(32) not null, "event_key" varchar(64) not null, "provider_reference" varchar(255) null, "raw_body" bytea not null, "deliveries" int not null default 1, "tries" int not null default 0, "outcome" varchar(32) null, "last_error" varchar(255) null, "received_at" timestamptz(6) not null default now(), "applied_at" timestamptz(6) null, "due_at" timestamptz(6) null default now(), "fence" int not null default 0, primary key ("organization_id", "id"));`);
    this.addSql(`create index "inbound_webhooks_due" on "inbound_webhooks" ("due_at") where due_at is not null;`);
    this.addSql(`alter table "inbound_webhooks" add constraint "inbound_webhooks_organization_id_provider_event_key_unique" unique ("organization_id", "provider", "event_key");`);

    this.addSql(`create table "organizations" ("id" uuid not null, "name" varchar(120) not null, "code" varchar(7) not null, "notification_secret" varchar(128) not null, "created_at" timestamptz(6) not null default now(), primary key ("id"));`);
    this.addSql(`alter table "organizations" add constraint "organizations_code_unique" unique ("code");`);

    this.addSql(`create table "api_keys" ("organization_id" uuid not null, "id" uuid not null, "key_hash" varchar(64) not null, "created_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`create index "api_keys_key_hash_index" on "api_keys" ("key_hash");`);

    this.addSql(`create table "payins" ("organization_id" uuid not null, "id" uuid not null, "reference" varchar(64) not null, "fingerprint" varchar(64) not null, "request" jsonb not null, "amount_in_cents" bigint not null, "currency" varchar(3) not null, "rail" varchar(16) not null, "status" varchar(16) not null, "amount_received_in_cents" bigint not null default '0', "provider" varchar(32) null, "error_code" varchar(64) null, "instructions" jsonb null, "expires_at" timestamptz(6) not null, "result_at" timestamptz(6) null, "chargeback_at" timestamptz(6) null, "sequence" int not null, "version" int not null default 0, "looks" int not null default 0, "paid_answer_since" timestamptz(6) null, "due_at" timestamptz(6) null, "fence" int not null default 0, "created_at" timestamptz(6) not null default now(), "updated_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`create index "payins_due" on "payins" ("due_at") where due_at is not null;`);
    this.addSql(`alter table "payins" add constraint "payins_organization_id_reference_unique" unique ("organization_id", "reference");`);

    this.addSql(`create table "observations" ("organization_id" uuid not null, "id" uuid not null, "payin_id" uuid not null, "attempt_id" uuid not null, "key" text not null, "source" varchar(16) not null, "trust" varchar(16) not null, "report" jsonb not null, "created_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`alter table "observations" add constraint "observations_organization_id_payin_id_key_unique" unique ("organization_id", "payin_id", "key");`);

    this.addSql(`create table "notifications" ("organization_id" uuid not null, "id" uuid not null, "payin_id" uuid not null, "sequence" int not null, "type" varchar(64) not null, "url" text not null, "body" text not null, "tries" int not null default 0, "last_result" varchar(255) null, "delivered_at" timestamptz(6) null, "due_at" timestamptz(6) null, "fence" int not null default 0, "created_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`create index "notifications_due" on "notifications" ("due_at") where due_at is not null;`);
    this.addSql(`alter table "notifications" add constraint "notifications_organization_id_payin_id_sequence_unique" unique ("organization_id", "payin_id", "sequence");`);

    this.addSql(`create table "attempts" ("organization_id" uuid not null, "id" uuid not null, "payin_id" uuid not null, "provider" varchar(32) not null, "provider_reference" varchar(32) not null, "external_id" varchar(255) null, "state" varchar(16) not null, "reason" varchar(255) null, "started_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`create index "attempts_organization_id_payin_id_index" on "attempts" ("organization_id", "payin_id");`);
    this.addSql(`alter table "attempts" add constraint "attempts_organization_id_provider_reference_unique" unique ("organization_id", "provider_reference");`);
    this.addSql(`create unique index "attempts_one_live" on "attempts" ("organization_id", "payin_id") where state <> 'not_executed';`);

    this.addSql(`create table "payin_events" ("organization_id" uuid not null, "sequence" int not null, "payin_id" uuid not null, "type" varchar(64) not null, "source" varchar(16) not null, "from_status" varchar(16) null, "to_status" varchar(16) null, "data" jsonb not null, "at" timestamptz(6) not null default now(), primary key ("organization_id", "payin_id", "sequence"));`);

    this.addSql(`create table "receipts" ("organization_id" uuid not null, "id" uuid not null, "payin_id" uuid not null, "attempt_id" uuid not null, "payment_id" varchar(255) not null, "amount_in_cents" bigint not null, "created_at" timestamptz(6) not null default now(), primary key ("organization_id", "id"));`);
    this.addSql(`create index "receipts_organization_id_payin_id_index" on "receipts" ("organization_id", "payin_id");`);
    this.addSql(`alter table "receipts" add constraint "receipts_organization_id_attempt_id_payment_id_unique" unique ("organization_id", "attempt_id", "payment_id");`);

    this.addSql(`alter table "api_keys" add constraint "api_keys_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id");`);

    this.addSql(`alter table "payins" add constraint "payins_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id");`);
    this.addSql(`alter table "payins" add constraint "payins_amount_positive" check (amount_in_cents > 0);`);

    this.addSql(`alter table "observations" add constraint "observations_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "notifications" add constraint "notifications_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "attempts" add constraint "attempts_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "payin_events" add constraint "payin_events_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "receipts" add constraint "receipts_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);
    this.addSql(`alter table "receipts" add constraint "receipts_amount_positive" check (amount_in_cents > 0);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "api_keys" drop constraint "api_keys_organization_id_foreign";`);
    this.addSql(`alter table "payins" drop constraint "payins_organization_id_foreign";`);
    this.addSql(`alter table "observations" drop constraint "observations_organization_id_payin_id_foreign";`);
    this.addSql(`alter table "notifications" drop constraint "notifications_organization_id_payin_id_foreign";`);
    this.addSql(`alter table "attempts" drop constraint "attempts_organization_id_payin_id_foreign";`);
    this.addSql(`alter table "payin_events" drop constraint "payin_events_organization_id_payin_id_foreign";`);
    this.addSql(`alter table "receipts" drop constraint "receipts_organization_id_payin_id_foreign";`);

    this.addSql(`drop table if exists "discrepancies" cascade;`);
    this.addSql(`drop table if exists "inbound_webhooks" cascade;`);
    this.addSql(`drop table if exists "organizations" cascade;`);
    this.addSql(`drop table if exists "api_keys" cascade;`);
    this.addSql(`drop table if exists "payins" cascade;`);
    this.addSql(`drop table if exists "observations" cascade;`);
    this.addSql(`drop table if exists "notifications" cascade;`);
    this.addSql(`drop table if exists "attempts" cascade;`);
    this.addSql(`drop table if exists "payin_events" cascade;`);
    this.addSql(`drop table if exists "receipts" cascade;`);
  }

}
