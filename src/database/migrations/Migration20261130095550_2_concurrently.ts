import { Migration } from '@mikro-orm/migrations';

export class Migration20261130095550_2_concurrently extends Migration {

  override name = 'Migration20261130095550_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create unique index concurrently if not exists "people_oidc_issuer_oidc_subject_unique" on "people" ("oidc_issuer", "oidc_subject");`);
  }

  override down(): void | Promise<void> {

  }

}
