import { Migration } from '@mikro-orm/migrations';

export class Migration20261130065744 extends Migration {

  override name = 'Migration20261130065744';

  override up(): void | Promise<void> {
    this.addSql(`create table "audit_entries" ("organization_id" uuid not null, "id" uuid not null, "at" timestamptz(6) not null default now(), "actor_type" varchar(16) not null, "api_key_id" uuid null, "person_id" uuid null, "action" varchar(64) not null, "subject_type" varchar(32) not null, "subject_id" varchar(64) null, "address" varchar(64) null, "request_id" varchar(64) null, "before" jsonb null, "after" jsonb null, primary key ("organization_id", "id"));`);
    this.addSql(`create index "audit_entries_organization_id_action_id_index" on "audit_entries" ("organization_id", "action", "id");`);
    this.addSql(`create index "audit_entries_organization_id_subject_id_id_index" on "audit_entries" ("organization_id", "subject_id", "id");`);
    this.addSql(`create index "audit_entries_organization_id_api_key_id_id_index" on "audit_entries" ("organization_id", "api_key_id", "id");`);
    this.addSql(`create index "audit_entries_organization_id_person_id_id_index" on "audit_entries" ("organization_id", "person_id", "id");`);

    this.addSql(`create or replace function "audit_entries_append_only_fn"() returns trigger as \$\$ begin raise exception 'The audit log is append-only'; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "append_only" BEFORE UPDATE OR DELETE on "audit_entries" for each STATEMENT execute function "audit_entries_append_only_fn"();`);

    // By hand: the ORM cannot declare a trigger on truncation.
    this.addSql(`create trigger "never_truncated" before truncate on "audit_entries" for each statement execute function "audit_entries_append_only_fn"();`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger if exists "never_truncated" on "audit_entries";`);
    this.addSql(`drop trigger if exists "append_only" on "audit_entries";`);
    this.addSql(`drop function if exists "audit_entries_append_only_fn"();`);
    this.addSql(`drop table if exists "audit_entries" cascade;`);
  }

}
