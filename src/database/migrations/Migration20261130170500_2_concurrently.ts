import { Migration } from '@mikro-orm/migrations';

export class Migration20261130170500_2_concurrently extends Migration {

  override name = 'Migration20261130170500_2_concurrently';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    this.addSql(`create index concurrently if not exists "discrepancies_opened_in_order" on "discrepancies" ("organization_id", "opened_position", "id") where payin_id is null;`);
    this.addSql(`create index concurrently if not exists "discrepancies_resolved_in_order" on "discrepancies" ("organization_id", "resolved_position", "id") where payin_id is null and status = 'RESOLVED';`);
    this.addSql(`create index concurrently if not exists "payin_events_in_order" on "payin_events" ("organization_id", "position", "payin_id", "sequence") where type in ('payin.created', 'payin.pending', 'payin.underpaid', 'payin.approved', 'payin.rejected', 'payin.expired', 'payin.canceled', 'payin.failed', 'payin.reversed', 'payin.overpaid', 'payin.late_payment', 'discrepancy.opened', 'discrepancy.resolved', 'refund.requested', 'refund.approved', 'refund.paid', 'refund.canceled');`);
  }

  /** Here, so that no lock is kept that others' indexes wait for. */
  override down(): void | Promise<void> {
    this.addSql(`alter table "discrepancies" drop column "opened_position", drop column "resolved_position";`);
    this.addSql(`alter table "payin_events" drop column "position";`);
  }

}
