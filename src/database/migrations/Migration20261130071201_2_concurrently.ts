import { Migration } from '@mikro-orm/migrations';

export class Migration20261130071201_2_concurrently extends Migration {

  override name = 'Migration20261130071201_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "api_keys_previous_key_hash_index" on "api_keys" ("previous_key_hash");`);
    this.addSql(`alter table "api_keys" validate constraint "api_keys_role_or_scopes";`);
  }

  override down(): void | Promise<void> {

  }

}
