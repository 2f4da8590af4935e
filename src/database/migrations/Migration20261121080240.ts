import { Migration } from '@mikro-orm/migrations';

export class Migration20261121080240 extends Migration {

  override name = 'Migration20261121080240';

  override up(): void | Promise<void> {
    this.addSql(`create table "journal_entries" ("organization_id" uuid not null, "payin_id" uuid not null, "debit" varchar(64) not null, "credit" varchar(64) not null, "sequence" int not null, "amount_in_cents" bigint not null, "currency" varchar(3) not null, "at" timestamptz(6) not null default now(), primary key ("organization_id", "payin_id", "sequence", "debit", "credit"));`);
    this.addSql(`create index "journal_entries_organization_id_at_index" on "journal_entries" ("organization_id", "at");`);

    this.addSql(`alter table "journal_entries" add constraint "journal_entries_organization_id_payin_id_sequence_foreign" foreign key ("organization_id", "payin_id", "sequence") references "payin_events" ("organization_id", "payin_id", "sequence") on update cascade;`);
    this.addSql(`alter table "journal_entries" add constraint "journal_entries_amount_positive" check (amount_in_cents > 0);`);
    this.addSql(`alter table "journal_entries" add constraint "journal_entries_two_accounts" check (debit <> credit);`);
    this.addSql(`create or replace function "journal_entries_append_only_fn"() returns trigger as \$\$ begin raise exception 'The journal is append-only: what is wrong is put right by a correction'; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "append_only" BEFORE UPDATE OR DELETE on "journal_entries" for each STATEMENT execute function "journal_entries_append_only_fn"();`);
    // From here on by hand: the ORM cannot declare a trigger on truncation.
    this.addSql(`create trigger "never_truncated" before truncate on "journal_entries" for each statement execute function "journal_entries_append_only_fn"();`);
    // The books of what was received before there were books.
    this.addSql(`
      with booked as (
        select r.organization_id, r.payin_id, r.amount_in_cents, r.fee_in_cents, r.created_at, a.provider, p.currency,
               row_number() over (partition by r.organization_id, r.payin_id order by r.created_at, r.id) as nth
        from receipts r
        join attempts a on a.organization_id = r.organization_id and a.id = r.attempt_id
        join payins p on p.organization_id = r.organization_id and p.id = r.payin_id
      ), lines as (
        select organization_id, payin_id, sequence, row_number() over (partition by organization_id, payin_id order by sequence) as nth
        from payin_events where type = 'receipt.added'
      ), receipts_in_line as (
        select * from booked join lines using (organization_id, payin_id, nth)
      ), reversals as (
        select e.organization_id, e.payin_id, e.sequence, e.at, b.currency, b.provider, sum(b.amount_in_cents) as amount
        from payin_events e join booked b on b.organization_id = e.organization_id and b.payin_id = e.payin_id and b.created_at <= e.at
        where e.to_status = 'REVERSED'
        group by e.organization_id, e.payin_id, e.sequence, e.at, b.currency, b.provider
      ), accepted as (
        select p.organization_id, p.id as payin_id, e.sequence, e.at, p.currency, p.amount_in_cents - p.amount_received_in_cents as amount
        from payins p
        join lateral (
          select sequence, at from payin_events
          where organization_id = p.organization_id and payin_id = p.id and to_status = 'APPROVED' order by sequence desc limit 1
        ) e on true
        where p.status = 'APPROVED' and p.amount_received_in_cents < p.amount_in_cents
      )
      insert into journal_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at)
      select organization_id, payin_id, sequence, 'provider:' || provider, 'merchant', amount_in_cents, currency, created_at from receipts_in_line
      union all
      select organization_id, payin_id, sequence, 'fees:' || provider, 'provider:' || provider, fee_in_cents, currency, created_at
      from receipts_in_line where fee_in_cents > 0
      union all
      select organization_id, payin_id, sequence, 'merchant', 'provider:' || provider, amount, currency, at from reversals
      union all
      select organization_id, payin_id, sequence, 'write-offs', 'merchant', amount, currency, at from accepted`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "journal_entries" cascade;`);
    this.addSql(`drop function if exists "journal_entries_append_only_fn"();`);
  }

}
