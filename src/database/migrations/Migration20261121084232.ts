import { Migration } from '@mikro-orm/migrations';

export class Migration20261121084232 extends Migration {

  override name = 'Migration20261121084232';

  override up(): void | Promise<void> {
    this.addSql(`alter table "discrepancies" rename column "proposal" to "correction";`);

    this.addSql(`alter table "receipts" add "source" varchar(16) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "discrepancies" rename column "correction" to "proposal";`);

    this.addSql(`alter table "receipts" drop column "source";`);
  }

}
