import { Migration } from '@mikro-orm/migrations';

export class Migration20261130100921 extends Migration {

  override name = 'Migration20261130100921';

  override up(): void | Promise<void> {


    this.addSql(`alter table "personal_data_sweeps" add "after_updated_at" timestamptz(6) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "inbound_webhooks_to_forget";`);

    this.addSql(`drop index "payins_to_forget";`);

    this.addSql(`alter table "personal_data_sweeps" drop column "after_updated_at";`);
  }

}
