import { Migration } from '@mikro-orm/migrations';

export class Migration20261130073141_2_concurrently extends Migration {

  override name = 'Migration20261130073141_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "payins_off_their_ids" on "payins" ("organization_id", "created_at") where abs(extract(epoch from created_at at time zone 'UTC') * 1000 - ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint) > 3600000;`);
  }

  override down(): void | Promise<void> {

  }

}
