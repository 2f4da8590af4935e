import { Migration } from '@mikro-orm/migrations';

/** Apart from the constraint's making: nothing waits while the rows are read. */
export class Migration20261129194142 extends Migration {

  override name = 'Migration20261129194142';

  override up(): void | Promise<void> {
    this.addSql(`alter table "receipts" validate constraint "receipts_amount_not_zero";`);
  }

  override down(): void | Promise<void> {
    this.addSql(`select 1;`);
  }

}
