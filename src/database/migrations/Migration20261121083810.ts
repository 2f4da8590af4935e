import { Migration } from '@mikro-orm/migrations';

export class Migration20261121083810 extends Migration {

  override name = 'Migration20261121083810';

  override up(): void | Promise<void> {
    this.addSql(`alter table "inbound_webhooks" add "verified_by" varchar(32) null;`);
    this.addSql(`create index "inbound_webhooks_organization_id_outcome_id_index" on "inbound_webhooks" ("organization_id", "outcome", "id") where outcome <> 'applied';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "inbound_webhooks_organization_id_outcome_id_index";`);
    this.addSql(`alter table "inbound_webhooks" drop column "verified_by";`);
  }

}
