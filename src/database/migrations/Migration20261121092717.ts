import { Migration } from '@mikro-orm/migrations';

export class Migration20261121092717 extends Migration {

  override name = 'Migration20261121092717';

  override up(): void | Promise<void> {
    this.addSql(`alter table "organizations" add "previous_notification_secret" text null, add "previous_notification_secret_until" timestamptz(6) null;`);

    this.addSql(`create index "notifications_organization_id_endpoint_id_id_index" on "notifications" ("organization_id", "endpoint_id", "id") where endpoint_id is not null;`);
    this.addSql(`create index "notifications_failed" on "notifications" ("organization_id", "id") where due_at is null and delivered_at is null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "notifications_organization_id_endpoint_id_id_index";`);
    this.addSql(`drop index "notifications_failed";`);

    this.addSql(`alter table "organizations" drop column "previous_notification_secret", drop column "previous_notification_secret_until";`);
  }

}
