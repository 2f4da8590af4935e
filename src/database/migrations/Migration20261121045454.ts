import { Migration } from '@mikro-orm/migrations';

export class Migration20261121045454 extends Migration {

  override name = 'Migration20261121045454';

  override up(): void | Promise<void> {
    this.addSql(`alter table "receipts" add "fee_in_cents" bigint null, add "paid_at" timestamptz(6) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "receipts" drop column "fee_in_cents", drop column "paid_at";`);
  }

}
