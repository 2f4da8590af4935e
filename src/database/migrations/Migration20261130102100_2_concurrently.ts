import { Migration } from '@mikro-orm/migrations';

export class Migration20261130102100_2_concurrently extends Migration {

  override name = 'Migration20261130102100_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "refunds_due_by_share" on "refunds" ("provider", "organization_id", "due_at") where due_at is not null;`);
    this.addSql(`create index concurrently if not exists "refunds_waiting" on "refunds" ("organization_id", "id") where status in ('REQUESTED', 'APPROVED');`);
  }

  override down(): void | Promise<void> {

  }

}
