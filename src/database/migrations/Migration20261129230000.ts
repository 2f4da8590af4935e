import { Migration } from '@mikro-orm/migrations';

const TABLES = { book_checks: 'integrity_checks', journal_entries: 'ledger_entries', notification_tries: 'delivery_attempts' };

const COLUMNS = [
  ...['payins', 'notifications', 'inbound_webhooks', 'statements', 'integrity_checks'].map((table) => [table, 'fence', 'fencing_token']),
  ...['notifications', 'inbound_webhooks', 'statements'].map((table) => [table, 'tries', 'attempts']),
  ['payins', 'looks', 'checks'],
  ['payins', 'paid_answer_since', 'unconfirmed_paid_since'],
  ['notifications', 'lane', 'partition'],
];

/** As long as a name may be. */
const LONG_NAME = 'notifications_organization_id_payin_id_sequence_partition_uniqu';

/** Values that are stored, where they stand. */
const VALUES = [
  ...['payin_events', 'observations', 'receipts', 'discrepancies'].map((table) => [table, 'source', 'books', 'integrity_check']),
  ['payin_events', 'type', 'money.taken_back', 'money.reversed'],
  ['discrepancies', 'resolution', 'THE_BOOKS_AGREE', 'THE_LEDGER_AGREES'],
  ['discrepancies', 'resolution', 'THE_REST_WAS_TAKEN_BACK', 'THE_REST_WAS_REVERSED'],
  ['statements', 'phase', 'look_for_missing', 'find_missing'],
];

const RESOLUTIONS = VALUES.filter(([, column]) => column === 'resolution');

/**
 * The words of the field, for what had names of its own. Stop the service before: one of the version before finds neither its tables nor its
 * columns afterwards. Renaming rewrites no row; the stored values that change are in few of them.
 */
export class Migration20261129230000 extends Migration {

  override name = 'Migration20261129230000';

  override up(): void | Promise<void> {
    for (const [from, to] of Object.entries(TABLES)) {
      this.addSql(`alter table "${from}" rename to "${to}";`);
      this.renameWhatBelongsTo(to!, from, to!);
    }
    for (const [table, from, to] of COLUMNS) {
      this.addSql(`alter table "${table}" rename column "${from}" to "${to}";`);
      this.renameWhatBelongsTo(table!, `_${from}_`, `_${to}_`);
    }
    this.addSql(`alter table "notifications" rename constraint "${LONG_NAME}" to "notifications_one_per_partition";`);
    this.addSql(`alter function "journal_entries_append_only_fn" rename to "ledger_entries_append_only_fn";`);
    this.explainAppendOnly('ledger_entries', 'The ledger is append-only: an error is put right by a correction');
    for (const [table, column, from, to] of VALUES)
      this.addSql(`update "${table}" set "${column}" = '${to}' where "${column}" = '${from}';`);
    for (const [, , from, to] of RESOLUTIONS) this.renameInHistory(from!, to!);
  }

  override down(): void | Promise<void> {
    for (const [, , from, to] of RESOLUTIONS) this.renameInHistory(to!, from!);
    for (const [table, column, from, to] of VALUES)
      this.addSql(`update "${table}" set "${column}" = '${from}' where "${column}" = '${to}';`);
    this.explainAppendOnly('ledger_entries', 'The journal is append-only: what is wrong is put right by a correction');
    this.addSql(`alter function "ledger_entries_append_only_fn" rename to "journal_entries_append_only_fn";`);
    this.addSql(`alter table "notifications" rename constraint "notifications_one_per_partition" to "${LONG_NAME}";`);
    for (const [table, from, to] of COLUMNS) {
      this.addSql(`alter table "${table}" rename column "${to}" to "${from}";`);
      this.renameWhatBelongsTo(table!, `_${to}_`, `_${from}_`);
    }
    for (const [from, to] of Object.entries(TABLES)) {
      this.addSql(`alter table "${to}" rename to "${from}";`);
      this.renameWhatBelongsTo(from, to!, from);
    }
  }

  /** Constraints (their indexes follow) and indexes, which are named after their tables and columns. */
  private renameWhatBelongsTo(table: string, from: string, to: string): void {
    this.addSql(`
      do $$ declare one record; begin
        for one in select conname as name from pg_constraint where conrelid = '"${table}"'::regclass and strpos(conname, '${from}') > 0 loop
          execute format('alter table "${table}" rename constraint %I to %I', one.name, replace(one.name, '${from}', '${to}'));
        end loop;
        for one in select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
                   where i.indrelid = '"${table}"'::regclass and strpos(c.relname, '${from}') > 0 loop
          execute format('alter index %I rename to %I', one.name, replace(one.name, '${from}', '${to}'));
        end loop;
      end $$;`);
  }

  private explainAppendOnly(table: string, sentence: string): void {
    this.addSql(`create or replace function "${table}_append_only_fn"() returns trigger as $$ begin raise exception '${sentence}'; end; $$ language plpgsql;`);
  }

  private renameInHistory(from: string, to: string): void {
    this.addSql(`update "payin_events" set "data" = jsonb_set("data", '{resolution}', '"${to}"') where "data" ->> 'resolution' = '${from}';`);
  }

}
