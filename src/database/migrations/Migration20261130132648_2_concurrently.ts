import { Migration } from '@mikro-orm/migrations';

export class Migration20261130132648_2_concurrently extends Migration {

  override name = 'Migration20261130132648_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "payins_of_link" on "payins" ("organization_id", "payment_link_id", "id") where payment_link_id is not null;`);
    this.addSql(`create unique index concurrently if not exists "payins_of_link_use" on "payins" ("organization_id", "payment_link_id", "payment_link_use") where payment_link_id is not null;`);
  }

  override down(): void | Promise<void> {

  }

}
