import { Migration } from '@mikro-orm/migrations';

export class Migration20261130072001_2_concurrently extends Migration {

  override name = 'Migration20261130072001_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "payins_by_status" on "payins" ("organization_id", "status", "id");`);

    // By hand: the payins that are there already.
    this.addSql(`insert into "unindexed_payins" ("organization_id", "payin_id") select "organization_id", "id" from "payins" on conflict do nothing;`);
  }

  override down(): void | Promise<void> {

  }

}
