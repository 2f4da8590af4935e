import { Migration } from '@mikro-orm/migrations';

export class Migration20261121083129 extends Migration {

  override name = 'Migration20261121083129';

  override up(): void | Promise<void> {
    this.addSql(`create table "statements" ("organization_id" uuid not null, "id" uuid not null, "provider" varchar(32) not null, "source" varchar(16) not null, "status" varchar(16) not null default 'RECEIVING', "period_from" timestamptz(6) not null, "period_to" timestamptz(6) not null, "covers" varchar(16) null, "fingerprint" varchar(64) null, "lines" int not null default 0, "bad_lines" int not null default 0, "first_bad_lines" jsonb not null default '[]', "reason" varchar(255) null, "phase" varchar(16) null, "position" varchar(36) null, "compared" int not null default 0, "totals" jsonb null, "tries" int not null default 0, "created_at" timestamptz(6) not null default now(), "done_at" timestamptz(6) null, "due_at" timestamptz(6) null, "fence" int not null default 0, primary key ("organization_id", "id"));`);
    this.addSql(`create index "statements_due" on "statements" ("due_at") where due_at is not null;`);
    this.addSql(`alter table "statements" add constraint "statements_organization_id_fingerprint_unique" unique ("organization_id", "fingerprint");`);

    this.addSql(`create table "statement_lines" ("organization_id" uuid not null, "statement_id" uuid not null, "line" int not null, "reference" varchar(255) null, "external_id" varchar(255) null, "amount_in_cents" bigint null, "currency" varchar(3) not null, "status" varchar(16) not null, "raw_status" varchar(255) null, "paid_at" timestamptz(6) null, "fee_in_cents" bigint null, "payin_id" uuid null, "attempt_id" uuid null, "outcome" varchar(16) null, "differences" text[] not null default '{}', "expected_in_cents" bigint null, primary key ("organization_id", "statement_id", "line"));`);
    this.addSql(`create index "statement_lines_payin" on "statement_lines" ("organization_id", "statement_id", "payin_id") where payin_id is not null;`);
    this.addSql(`create index "statement_lines_not_matched" on "statement_lines" ("organization_id", "statement_id", "outcome", "line") where outcome <> 'MATCHED';`);

    this.addSql(`create index "attempts_external" on "attempts" ("organization_id", "provider", "external_id") where external_id is not null;`);

    this.addSql(`alter table "statements" add constraint "statements_organization_id_foreign" foreign key ("organization_id") references "organizations" ("id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "statements" cascade;`);
    this.addSql(`drop table if exists "statement_lines" cascade;`);

    this.addSql(`drop index "attempts_external";`);
  }

}
