import { Migration } from '@mikro-orm/migrations';

export class Migration20261121082226 extends Migration {

  override name = 'Migration20261121082226';

  override up(): void | Promise<void> {
    this.addSql(`alter table "discrepancies" add "provider" varchar(32) null, add "money_at_risk_in_cents" bigint null, add "source" varchar(16) null, add "evidence" jsonb not null default '[]', add "resolved_by" uuid null, add "approved_by" uuid null, add "note" text null, add "proposal" jsonb null;`);
    this.addSql(`create index "discrepancies_organization_id_payin_id_index" on "discrepancies" ("organization_id", "payin_id");`);
    this.addSql(`create index "discrepancies_organization_id_reference_index" on "discrepancies" ("organization_id", "reference");`);
    this.addSql(`create index "discrepancies_organization_id_kind_id_index" on "discrepancies" ("organization_id", "kind", "id");`);
    this.addSql(`create index "discrepancies_open" on "discrepancies" ("organization_id", "id") where status = 'OPEN';`);
    this.addSql(`create unique index "discrepancies_one_open_without_payin" on "discrepancies" ("organization_id", "provider", "reference", "kind") where status = 'OPEN' and payin_id is null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "discrepancies_organization_id_payin_id_index";`);
    this.addSql(`drop index "discrepancies_organization_id_reference_index";`);
    this.addSql(`drop index "discrepancies_organization_id_kind_id_index";`);
    this.addSql(`drop index "discrepancies_open";`);
    this.addSql(`drop index "discrepancies_one_open_without_payin";`);
    this.addSql(`alter table "discrepancies" drop column "provider", drop column "money_at_risk_in_cents", drop column "source", drop column "evidence", drop column "resolved_by", drop column "approved_by", drop column "note", drop column "proposal";`);
  }

}
