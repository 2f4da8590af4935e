/**
 * A witness inside the test's own database: who holds the claim of a row, and whether anybody else wrote what only its holder may write. Each
 * replica has a database user of its own. Decisions on webhooks and creates carry no fencing token and are left out.
 */
const CLAIMED_WRITES = {
  payins: 'new.checks <> old.checks and new.version = old.version',
  // Neither a delivery nor the passing of time.
  inbound_webhooks:
    'new.due_at is distinct from old.due_at and new.deliveries = old.deliveries and new.received_at = old.received_at',
  notifications: 'new.attempts <> old.attempts',
} as const;

export const FENCING_TOKEN_AUDIT = `
  create table chaos_claims (id uuid primary key, fencing_token int not null, holder text not null);
  create table chaos_late_writes (source text not null, id uuid not null, holder text not null, writer text not null, at timestamptz not null default clock_timestamp());

  create function chaos_note_writer(source text, row_id uuid) returns void language sql as $$
    insert into chaos_late_writes (source, id, holder, writer)
    select source, id, holder, session_user from chaos_claims where id = row_id and holder <> session_user
  $$;
  create function chaos_note_event() returns trigger language plpgsql as $$
  begin
    perform chaos_note_writer('payin_events', new.payin_id);
    return null;
  end $$;
  create trigger chaos_fencing_token after insert on payin_events for each row when (new.source in ('poll', 'recovery'))
    execute function chaos_note_event();
  ${Object.entries(CLAIMED_WRITES)
    .map(
      ([table, needsClaim]) => `
  create function chaos_note_${table}() returns trigger language plpgsql as $$
  begin
    if new.fencing_token <> old.fencing_token then
      insert into chaos_claims values (new.id, new.fencing_token, session_user)
      on conflict (id) do update set fencing_token = excluded.fencing_token, holder = excluded.holder;
    elsif ${needsClaim} then
      perform chaos_note_writer('${table}', new.id);
    end if;
    return null;
  end $$;
  create trigger chaos_fencing_token after update on ${table} for each row execute function chaos_note_${table}();`,
    )
    .join('\n')}
`;
