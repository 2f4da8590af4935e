import { Migration } from '@mikro-orm/migrations';

/** What people wrote leaves the lines of the history, which stay for ever. */
export class Migration20261130133700_3_notes extends Migration {

  override name = 'Migration20261130133700_3_notes';

  /** Each statement may take long, and is done again after an interruption. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void | Promise<void> {
    // Every one of them is about a discrepancy. What names a payer who was forgotten is not kept.
    this.addSql(`insert into payin_event_texts (organization_id, payin_id, sequence, texts)
      select e.organization_id, e.payin_id, e.sequence, jsonb_strip_nulls(jsonb_build_object('note', e.data -> 'note', 'because', e.data -> 'because'))
      from (select distinct organization_id, payin_id from discrepancies where payin_id is not null) d
      join payins p on p.organization_id = d.organization_id and p.id = d.payin_id
      join payin_events e on e.organization_id = d.organization_id and e.payin_id = d.payin_id
      where (e.data ->> 'note' is not null or e.data ->> 'because' is not null) and (p.request -> 'forgottenAt') is null
      on conflict do nothing;`);
    this.addSql(`update payin_events e set data = e.data - 'note' - 'because'
      where (e.organization_id, e.payin_id, e.sequence) in (
        select one.organization_id, one.payin_id, one.sequence
        from (select distinct organization_id, payin_id from discrepancies where payin_id is not null) d
        join payins p on p.organization_id = d.organization_id and p.id = d.payin_id
        join payin_events one on one.organization_id = d.organization_id and one.payin_id = d.payin_id
        where (one.data ->> 'note' is not null or one.data ->> 'because' is not null)
          and ((p.request -> 'forgottenAt') is not null or exists (
            select from payin_event_texts t
            where t.organization_id = one.organization_id and t.payin_id = one.payin_id and t.sequence = one.sequence))
        limit 5000);`);
  }

  override down(): void | Promise<void> {

  }

}
