import type { NumberedQuery } from '../../database/database.js';
import { insertNotifications } from '../../outbox/fan-out.js';
import { RECEIPT_CORRECTED } from '../domain/decision.js';

/** Unless the reference is taken: the payin, the intent to open it, the first line of its history and its event, in one commit. */
export const INSERT_PAYIN: NumberedQuery = {
  name: 'insert payin',
  text: `
    with payin as (
      insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                          expires_at, sequence, created_at, updated_at, due_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'CREATED', $10, 1, $11, $11, $12)
      on conflict (organization_id, reference) do nothing
      returning organization_id, id, provider
    ), attempt as (
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at)
      select organization_id, $13, id, provider, $14, 'opening', $11 from payin
    ), event as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select organization_id, id, 1, 'payin.created', 'create', null, 'CREATED', '{}', $11 from payin
    ), notification as (${insertNotifications('(select organization_id, id as payin_id from payin)', '$15')}
    )
    select exists (select from notification where due_at is not null) as "hasDueNotifications" from payin`,
};

const READ = `
  select p.organization_id as "organizationId", p.id, p.reference, p.fingerprint, p.request,
         p.amount_in_cents::text as "amountInCents", p.currency, p.rail, p.status,
         p.amount_received_in_cents::text as "amountReceivedInCents", p.provider, p.error_code as "errorCode", p.instructions,
         p.expires_at as "expiresAt", p.result_at as "resultAt", p.chargeback_at as "chargebackAt",
         p.created_at as "createdAt", p.updated_at as "updatedAt", p.sequence, p.version, p.fencing_token as "fencingToken", p.checks,
         p.unconfirmed_paid_since as "unconfirmedPaidSince", p.due_at as "dueAt", clock_timestamp() as now,
         (select coalesce(jsonb_agg(jsonb_build_object(
                   'id', a.id, 'provider', a.provider, 'providerReference', a.provider_reference, 'externalId', a.external_id,
                   'state', a.state, 'reason', a.reason, 'startedAt', a.started_at, 'refusedAt', a.refused_at,
                   'webhookWaits', exists (
                     select from inbound_webhooks i
                     where i.organization_id = a.organization_id and i.provider_reference = a.provider_reference
                       and i.provider = a.provider and i.outcome is null)) order by a.started_at, a.id), '[]')
            from attempts a where a.organization_id = p.organization_id and a.payin_id = p.id) as attempts,
         (select coalesce(jsonb_agg(jsonb_build_object(
                   'id', r.id, 'attemptId', r.attempt_id, 'paymentId', r.payment_id, 'amountInCents', r.amount_in_cents::text,
                   'feeInCents', r.fee_in_cents::text, 'paidAt', r.paid_at, 'source', r.source, 'createdAt', r.created_at) order by r.created_at, r.id), '[]')
            from receipts r where r.organization_id = p.organization_id and r.payin_id = p.id) as receipts,
         (select coalesce(jsonb_agg(jsonb_build_object(
                   'attemptId', e.data ->> 'attemptId', 'amountInCents', j.amount_in_cents::text) order by j.sequence), '[]')
            from ledger_entries j join payin_events e using (organization_id, payin_id, sequence)
            where j.organization_id = p.organization_id and j.payin_id = p.id and j.debit = 'merchant' and j.credit like 'provider:%'
              and e.type <> '${RECEIPT_CORRECTED}'
         ) as "reversals",
         (select coalesce(jsonb_agg(jsonb_build_object(
                   'attemptId', o.attempt_id, 'key', o.key, 'trust', o.trust, 'report', o.report,
                   'createdAt', o.created_at) order by o.created_at, o.id), '[]')
            from observations o where o.organization_id = p.organization_id and o.payin_id = p.id) as observations,
         (select coalesce(jsonb_agg(jsonb_build_object(
                   'id', d.id, 'kind', d.kind, 'status', d.status, 'expectedInCents', d.expected_in_cents::text,
                   'actualInCents', d.actual_in_cents::text, 'moneyAtRiskInCents', d.money_at_risk_in_cents::text, 'detail', d.detail,
                   'provider', d.provider, 'source', d.source, 'evidence', d.evidence, 'openedAt', d.opened_at, 'resolvedAt', d.resolved_at,
                   'resolution', d.resolution, 'resolvedBy', d.resolved_by, 'approvedBy', d.approved_by, 'note', d.note,
                   'correction', d.correction)
                   order by d.opened_at, d.id), '[]')
            from discrepancies d where d.organization_id = p.organization_id and d.payin_id = p.id) as discrepancies
  from payins p`;

/** A payin with everything that a decision rests on, in one reading. */
export const READ_PAYIN = {
  byId: { name: 'read payin by id', text: `${READ} where p.organization_id = $1 and p.id = $2` },
  byReference: { name: 'read payin by reference', text: `${READ} where p.organization_id = $1 and p.reference = $2` },
} satisfies Record<string, NumberedQuery>;

/**
 * A whole decision in one statement, so in one commit: status, attempts, observations, receipts, history, journal, events and discrepancies, or, if
 * the payin is not as it was read (version) or the claim has passed to another (fence), nothing at all.
 */
export const WRITE_DECISION: NumberedQuery = {
  name: 'write decision',
  text: `
    with decision as (
      select * from jsonb_to_record($5::jsonb) as d (
        status text, "errorCode" text, ended boolean, "reversedAt" timestamptz, instructions jsonb, "receivedInCents" bigint, provider text,
        sequence int, checks int, "unconfirmedPaidSince" timestamptz, "dueAt" timestamptz, changed boolean, now timestamptz)
    ), payin as (
      update payins p set
        status = d.status,
        error_code = d."errorCode",
        result_at = case when d.ended then d.now else p.result_at end,
        chargeback_at = coalesce(d."reversedAt", p.chargeback_at),
        instructions = case when jsonb_typeof(d.instructions) = 'object' then d.instructions else p.instructions end,
        amount_received_in_cents = d."receivedInCents",
        provider = coalesce(d.provider, p.provider),
        sequence = d.sequence,
        checks = d.checks,
        unconfirmed_paid_since = d."unconfirmedPaidSince",
        due_at = d."dueAt",
        version = p.version + 1,
        updated_at = case when d.changed then d.now else p.updated_at end
      from decision d
      where p.organization_id = $1 and p.id = $2 and p.version = $3 and ($4::int is null or p.fencing_token = $4)
      returning p.organization_id, p.id, p.reference, p.currency, d.now
    ), changed_attempts as (
      update attempts a set state = c.state, external_id = c."externalId", reason = coalesce(c.reason, a.reason), refused_at = c."refusedAt"
      from payin, jsonb_to_recordset($6::jsonb) as c (id uuid, state text, "externalId" text, reason text, "refusedAt" timestamptz)
      where a.organization_id = payin.organization_id and a.payin_id = payin.id and a.id = c.id
      returning a.id
    ), new_attempts as (
      -- After the changes, whose end makes room for it in the index that allows one live attempt.
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at)
      select payin.organization_id, n.id, payin.id, n.provider, n."providerReference", 'opening', payin.now
      from payin, jsonb_to_recordset($7::jsonb) as n (id uuid, provider text, "providerReference" text),
           (select count(*) from changed_attempts) as changed
    ), new_observations as (
      insert into observations (organization_id, id, payin_id, attempt_id, key, source, trust, report, created_at)
      select payin.organization_id, o.id, payin.id, o."attemptId", o.key, o.source, o.trust, o.report, payin.now
      from payin, jsonb_to_recordset($8::jsonb) as o (id uuid, "attemptId" uuid, key text, source text, trust text, report jsonb)
    ), new_receipts as (
      insert into receipts (organization_id, id, payin_id, attempt_id, payment_id, amount_in_cents, fee_in_cents, paid_at, source, created_at)
      select payin.organization_id, r.id, payin.id, r."attemptId", r."paymentId", r."amountInCents", r."feeInCents", r."paidAt", r.source, payin.now
      from payin, jsonb_to_recordset($9::jsonb) as r (
        id uuid, "attemptId" uuid, "paymentId" text, "amountInCents" bigint, "feeInCents" bigint, "paidAt" timestamptz, source text)
    ), new_events as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select payin.organization_id, payin.id, e.sequence, e.type, e.source, e."from", e."to", e.data, payin.now
      from payin, jsonb_to_recordset($10::jsonb) as e (sequence int, type text, source text, "from" text, "to" text, data jsonb)
    ), new_ledger_entries as (
      insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at)
      select payin.organization_id, payin.id, j.sequence, j.debit, j.credit, j."amountInCents", payin.currency, payin.now
      from payin, jsonb_to_recordset($13::jsonb) as j (sequence int, debit text, credit text, "amountInCents" bigint)
    ), new_notifications as (${insertNotifications('(select organization_id, id as payin_id from payin)', '$11')}
    ), changed_discrepancies as (
      insert into discrepancies (organization_id, id, payin_id, reference, provider, kind, status, expected_in_cents, actual_in_cents,
        money_at_risk_in_cents, currency, detail, source, evidence, opened_at, resolved_at, resolution, resolved_by, approved_by, note, correction)
      select payin.organization_id, d.id, payin.id, payin.reference, d.provider, d.kind, d.status, d."expectedInCents", d."actualInCents",
        d."moneyAtRiskInCents", payin.currency, d.detail, d.source, d.evidence, d."openedAt", d."resolvedAt", d.resolution, d."resolvedBy",
        d."approvedBy", d.note, d.correction
      from payin, jsonb_to_recordset($12::jsonb) as d (
        id uuid, provider text, kind text, status text, "expectedInCents" bigint, "actualInCents" bigint, "moneyAtRiskInCents" bigint,
        detail text, source text, evidence jsonb, "openedAt" timestamptz, "resolvedAt" timestamptz, resolution text, "resolvedBy" uuid,
        "approvedBy" uuid, note text, correction jsonb)
      on conflict (organization_id, id) do update set
        status = excluded.status, actual_in_cents = excluded.actual_in_cents, money_at_risk_in_cents = excluded.money_at_risk_in_cents,
        source = excluded.source, detail = excluded.detail, evidence = excluded.evidence, resolved_at = excluded.resolved_at, resolution = excluded.resolution,
        resolved_by = excluded.resolved_by, approved_by = excluded.approved_by, note = excluded.note, correction = excluded.correction
    )
    select exists (select from new_notifications where due_at is not null) as "hasDueNotifications" from payin`,
};
