import { Migration } from '@mikro-orm/migrations';

/** What people wrote at lines of a payin's history, beside them. */
export class Migration20261130133700 extends Migration {

  override name = 'Migration20261130133700';

  override up(): void | Promise<void> {
    this.addSql(`create table "payin_event_texts" ("organization_id" uuid not null, "payin_id" uuid not null, "sequence" int not null, "texts" jsonb not null, primary key ("organization_id", "payin_id", "sequence"));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "payin_event_texts" cascade;`);  }

}
