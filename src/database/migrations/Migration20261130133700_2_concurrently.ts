import { Migration } from '@mikro-orm/migrations';

export class Migration20261130133700_2_concurrently extends Migration {

  override name = 'Migration20261130133700_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "discrepancies_notes_to_forget" on "discrepancies" ("organization_id", "id") where payin_id is null and note is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "discrepancies_notes_to_forget";`);
  }

}
