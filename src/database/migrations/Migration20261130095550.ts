import { Migration } from '@mikro-orm/migrations';

export class Migration20261130095550 extends Migration {

  override name = 'Migration20261130095550';

  override up(): void | Promise<void> {
    this.addSql(`alter table "api_keys" add "rotated_by" uuid null, add "previous_rotated_by" uuid null;`);

    this.addSql(`alter table "people" add "oidc_issuer" text null, add "oidc_subject" text null;`);

    this.addSql(`alter table "memberships" add "invited_by_key" uuid null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "api_keys" drop column "rotated_by", drop column "previous_rotated_by";`);

    this.addSql(`alter table "memberships" drop column "invited_by_key";`);

    this.addSql(`alter table "people" drop constraint "people_oidc_issuer_oidc_subject_unique";`);
    this.addSql(`alter table "people" drop column "oidc_issuer", drop column "oidc_subject";`);
  }

}
