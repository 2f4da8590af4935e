import { Migration } from '@mikro-orm/migrations';

/** The keys that there are go on as keys of an owner. By hand: the ORM fills no new column. */
export class Migration20261130071201 extends Migration {

  override name = 'Migration20261130071201';

  override up(): void | Promise<void> {
    this.addSql(`alter table "api_keys" add "name" varchar(120) not null default 'migrated', add "previous_key_hash" varchar(64) null, add "previous_until" timestamptz(6) null, add "role" varchar(16) null default 'owner', add "scopes" text[] null, add "expires_at" timestamptz(6) null, add "allowed_networks" text[] null, add "person_id" uuid null, add "made_by" uuid null, add "last_used_at" timestamptz(6) null, add "revoked_at" timestamptz(6) null;`);
    this.addSql(`alter table "api_keys" alter "name" drop default, alter "role" drop default;`);
    this.addSql(`alter table "api_keys" add constraint "api_keys_role_or_scopes" check ((role is null) <> (scopes is null)) not valid;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "api_keys_previous_key_hash_index";`);
    this.addSql(`alter table "api_keys" drop constraint "api_keys_role_or_scopes";`);
    this.addSql(`alter table "api_keys" drop column "name", drop column "previous_key_hash", drop column "previous_until", drop column "role", drop column "scopes", drop column "expires_at", drop column "allowed_networks", drop column "person_id", drop column "made_by", drop column "last_used_at", drop column "revoked_at";`);
  }

}
