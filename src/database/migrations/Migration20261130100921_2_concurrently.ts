import { Migration } from '@mikro-orm/migrations';

export class Migration20261130100921_2_concurrently extends Migration {

  override name = 'Migration20261130100921_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "inbound_webhooks_to_forget" on "inbound_webhooks" ("organization_id", "id") where octet_length(raw_body) > 0 and due_at is null;`);
    this.addSql(`create index concurrently if not exists "payins_to_forget" on "payins" ("organization_id", "updated_at", "id") where status in ('UNDERPAID', 'APPROVED', 'REJECTED', 'EXPIRED', 'CANCELED', 'FAILED', 'REVERSED') and (request -> 'forgottenAt') is null;`);
  }

  override down(): void | Promise<void> {

  }

}
