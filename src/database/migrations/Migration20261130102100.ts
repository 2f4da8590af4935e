import { Migration } from '@mikro-orm/migrations';

export class Migration20261130102100 extends Migration {

  override name = 'Migration20261130102100';

  override up(): void | Promise<void> {
    this.addSql(`alter table "refunds" add "provider" varchar(32) null, add "attempt_id" uuid null, add "asked_at" timestamptz(6) null, add "provider_status" varchar(16) null, add "provider_reason" varchar(255) null, add "due_at" timestamptz(6) null, add "fencing_token" int not null default 0, add "asks" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "refunds_due_by_share";`);
    this.addSql(`drop index "refunds_waiting";`);
    this.addSql(`alter table "refunds" drop column "provider", drop column "attempt_id", drop column "asked_at", drop column "provider_status", drop column "provider_reason", drop column "due_at", drop column "fencing_token", drop column "asks";`);
  }

}
