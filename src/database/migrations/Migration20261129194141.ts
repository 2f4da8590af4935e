import { Migration } from '@mikro-orm/migrations';

export class Migration20261129194141 extends Migration {

  override name = 'Migration20261129194141';

  override up(): void | Promise<void> {
    this.addSql(`alter table "receipts" drop constraint "receipts_amount_positive";`);
    // The rows that are there obeyed the stricter one: nothing has to be read.
    this.addSql(`alter table "receipts" add constraint "receipts_amount_not_zero" check (amount_in_cents <> 0) not valid;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "receipts" drop constraint "receipts_amount_not_zero";`);
    this.addSql(`alter table "receipts" add constraint "receipts_amount_positive" check (amount_in_cents > 0) not valid;`);
  }

}
