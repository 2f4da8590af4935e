import { Migration } from '@mikro-orm/migrations';

export class Migration20261130072957 extends Migration {

  override name = 'Migration20261130072957';

  override up(): void | Promise<void> {
    this.addSql(`create table "refunds" ("organization_id" uuid not null, "id" uuid not null, "payin_id" uuid not null, "status" varchar(16) not null, "amount_in_cents" bigint not null, "currency" varchar(3) not null, "reason" varchar(32) not null, "note" text null, "reference" varchar(64) null, "discrepancy_id" uuid null, "destination" text null, "requested_at" timestamptz(6) not null, "requested_by" uuid not null, "requested_by_person_id" uuid null, "approved_at" timestamptz(6) null, "approved_by" uuid null, "paid_at" timestamptz(6) null, "paid_by" uuid null, "evidence" text null, "canceled_at" timestamptz(6) null, "canceled_by" uuid null, primary key ("organization_id", "id"));`);
    this.addSql(`create index "refunds_organization_id_payin_id_index" on "refunds" ("organization_id", "payin_id");`);
    this.addSql(`create index "refunds_organization_id_status_id_index" on "refunds" ("organization_id", "status", "id");`);
    this.addSql(`create unique index "refunds_one_of_reference" on "refunds" ("organization_id", "payin_id", "reference") where reference is not null;`);

    this.addSql(`alter table "discrepancies" add "refund_id" uuid null;`);

    this.addSql(`alter table "payins" add "amount_refunded_in_cents" bigint null;`);

    this.addSql(`alter table "refunds" add constraint "refunds_amount_positive" check (amount_in_cents > 0);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "refunds" cascade;`);

    this.addSql(`alter table "discrepancies" drop column "refund_id";`);

    this.addSql(`alter table "payins" drop column "amount_refunded_in_cents";`);
  }

}
