import { Migration } from '@mikro-orm/migrations';

export class Migration20261130095550_3_constraints extends Migration {

  override name = 'Migration20261130095550_3_constraints';

  override up(): void | Promise<void> {
    this.addSql(`alter table "people" add constraint "people_oidc_issuer_oidc_subject_unique" unique using index "people_oidc_issuer_oidc_subject_unique";`);
  }

  override down(): void | Promise<void> {

  }

}
