import { Migration } from '@mikro-orm/migrations';

export class Migration20261121050234 extends Migration {

  override name = 'Migration20261121050234';

  override up(): void | Promise<void> {
    this.addSql(`drop index "inbound_webhooks_due";`);
    this.addSql(`create index "inbound_webhooks_due" on "inbound_webhooks" ("provider", "due_at") where due_at is not null;`);

    this.addSql(`drop index "payins_due";`);
    this.addSql(`create index "payins_due" on "payins" ("provider", "due_at") where due_at is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "inbound_webhooks_due";`);
    this.addSql(`create index "inbound_webhooks_due" on "inbound_webhooks" ("due_at") where due_at is not null;`);

    this.addSql(`drop index "payins_due";`);
    this.addSql(`create index "payins_due" on "payins" ("due_at") where due_at is not null;`);
  }

}
