import { Migration } from '@mikro-orm/migrations';

/**
 * The order in which events were committed. What there is gets the position of this migration's own transaction: the default is no constant, but is
 * the same in all of a transaction, so PostgreSQL computes it once and rewrites no table.
 */
export class Migration20261130170500 extends Migration {

  override name = 'Migration20261130170500';

  override up(): void | Promise<void> {
    this.addSql(`create or replace function "event_positions_before"() returns bigint language sql stable parallel safe as 'select 0::bigint';`);
    this.addSql(`-- squawk-ignore adding-field-with-default
alter table "discrepancies" add "opened_position" bigint not null default (((pg_current_xact_id())::text)::bigint + event_positions_before()), add "resolved_position" bigint null default (((pg_current_xact_id())::text)::bigint + event_positions_before());`);
    this.addSql(`alter table "discrepancies" alter column "resolved_position" drop default;`);

    this.addSql(`-- squawk-ignore adding-field-with-default
alter table "payin_events" add "position" bigint not null default (((pg_current_xact_id())::text)::bigint + event_positions_before());`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function "event_positions_before";`);
  }

}
