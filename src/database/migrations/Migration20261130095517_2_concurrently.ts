import { Migration } from '@mikro-orm/migrations';

export class Migration20261130095517_2_concurrently extends Migration {

  override name = 'Migration20261130095517_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "discrepancies_proposed" on "discrepancies" ("organization_id", "id") where status = 'OPEN' and correction is not null;`);
    this.addSql(`create index concurrently if not exists "discrepancies_by_money_at_risk" on "discrepancies" ("organization_id", "status", (-coalesce(money_at_risk_in_cents, -1)), "id");`);
    this.addSql(`create index concurrently if not exists "statements_organization_id_status_id_index" on "statements" ("organization_id", "status", "id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "discrepancies_proposed";`);
    this.addSql(`drop index "discrepancies_by_money_at_risk";`);

    this.addSql(`drop index "statements_organization_id_status_id_index";`);
  }

}
