import { Migration } from '@mikro-orm/migrations';

export class Migration20261130163953 extends Migration {

  override name = 'Migration20261130163953';

  override up(): void | Promise<void> {
    this.addSql(`alter table "api_keys" add "contract" varchar(16) null, add "contract_secrets" text null;`);

    this.addSql(`alter table "notifications" add "contract_key_id" uuid null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "api_keys" drop column "contract", drop column "contract_secrets";`);

    this.addSql(`alter table "notifications" drop column "contract_key_id";`);
  }

}
