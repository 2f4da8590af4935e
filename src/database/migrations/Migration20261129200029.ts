import { Migration } from '@mikro-orm/migrations';

/** Due work is claimed organization by organization. Whoever claims and writes meanwhile has one of the two indexes all the time. */
export class Migration20261129200029 extends Migration {

  override name = 'Migration20261129200029';

  /** An index cannot be built concurrently within a transaction. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "inbound_webhooks_due_by_share" on "inbound_webhooks" ("provider", "organization_id", "due_at") where due_at is not null;`);
    this.addSql(`create index concurrently if not exists "book_checks_due_by_share" on "book_checks" ("organization_id", "due_at");`);
    this.addSql(`create index concurrently if not exists "payins_due_by_share" on "payins" ("provider", "organization_id", "due_at") where due_at is not null;`);
    this.addSql(`create index concurrently if not exists "statements_due_by_share" on "statements" ("organization_id", "due_at") where due_at is not null;`);

    this.addSql(`drop index concurrently if exists "inbound_webhooks_due";`);
    this.addSql(`drop index concurrently if exists "book_checks_due";`);
    this.addSql(`drop index concurrently if exists "payins_due";`);
    this.addSql(`drop index concurrently if exists "statements_due";`);
  }

  override down(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "inbound_webhooks_due" on "inbound_webhooks" ("provider", "due_at") where due_at is not null;`);
    this.addSql(`create index concurrently if not exists "book_checks_due" on "book_checks" ("due_at");`);
    this.addSql(`create index concurrently if not exists "payins_due" on "payins" ("provider", "due_at") where due_at is not null;`);
    this.addSql(`create index concurrently if not exists "statements_due" on "statements" ("due_at") where due_at is not null;`);

    this.addSql(`drop index concurrently if exists "inbound_webhooks_due_by_share";`);
    this.addSql(`drop index concurrently if exists "book_checks_due_by_share";`);
    this.addSql(`drop index concurrently if exists "payins_due_by_share";`);
    this.addSql(`drop index concurrently if exists "statements_due_by_share";`);
  }

}
