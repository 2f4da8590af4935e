import { Migration } from '@mikro-orm/migrations';

/** What is written in the statement of its payin needs no key to it: docs/decisions/0024-no-foreign-keys-on-hot-tables.md. */
export class Migration20261130024928 extends Migration {

  override name = 'Migration20261130024928';

  override up(): void | Promise<void> {
    this.addSql(`alter table "notifications" drop constraint "notifications_organization_id_payin_id_foreign";`);

    this.addSql(`alter table "attempts" drop constraint "attempts_organization_id_payin_id_foreign";`);

    this.addSql(`alter table "payin_events" drop constraint "payin_events_organization_id_payin_id_foreign";`);

    // The keys passed a truncation of payins on to the ledger, which refused it. By hand: the ORM cannot declare a trigger on truncation.
    this.addSql(`create trigger "never_truncated" before truncate on "payins" for each statement execute function "ledger_entries_append_only_fn"();`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger "never_truncated" on "payins";`);

    this.addSql(`alter table "attempts" add constraint "attempts_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "notifications" add constraint "notifications_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);

    this.addSql(`alter table "payin_events" add constraint "payin_events_organization_id_payin_id_foreign" foreign key ("organization_id", "payin_id") references "payins" ("organization_id", "id") on update cascade;`);
  }

}
