import { Migration } from '@mikro-orm/migrations';

export class Migration20261121075744 extends Migration {

  override name = 'Migration20261121075744';

  override up(): void | Promise<void> {
    this.addSql(`create index "inbound_webhooks_organization_id_provider_reference_index" on "inbound_webhooks" ("organization_id", "provider_reference");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "inbound_webhooks_organization_id_provider_reference_index";`);
  }

}
