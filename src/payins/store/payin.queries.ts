import { type Claimed } from '../../database/due-work.js';
import { claimQuery, LEASE_END, releaseQuery, STILL_CLAIMED } from '../../database/due-work.queries.js';
import { assignments, jsonColumns, jsonObject, query, selected, sqlList } from '../../database/query.js';
import { insertNotifications } from '../../outbox/fan-out.queries.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import type { Decision } from '../domain/decision.js';
import type { Discrepancy } from '../domain/discrepancy.js';
import { type HistoryEntry, RECEIPT_CORRECTED } from '../domain/history.js';
import type { Attempt, NewAttempt, Reversal } from '../domain/known-payin.js';
import type { LedgerEntry } from '../domain/ledger-entries.js';
import type { Observation } from '../domain/observation.js';
import { OPEN_STATUSES, STATUSES } from '../domain/status.js';
import type { PayinRecord, ReceiptRecord } from './payin-record.js';
import type { SnapshotRow, StoredObservation } from './payin.row.js';

/** The result of a write that took place. */
export interface Written {
  /** A worker has notifications to send. */
  hasDueNotifications: boolean;
}

interface NewPayin extends PayinRecord {
  attemptId: string;
  providerReference: string;
  dueAt: Date;
  notifications: readonly OutgoingNotification[];
}

/** Unless the reference is taken: the payin, the intent to open it, the first line of its history and its event, in one commit. */
export const INSERT_PAYIN = query<NewPayin, Written>(
  'insert payin',
  `
    with payin as (
      insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                          expires_at, sequence, created_at, updated_at, due_at)
      values ($organizationId, $id, $reference, $fingerprint, $request::jsonb, $amountInCents, $currency, $rail, $provider, $status,
              $expiresAt, 1, $createdAt, $createdAt, $dueAt)
      on conflict (organization_id, reference) do nothing
      returning organization_id, id, provider
    ), attempt as (
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at)
      select organization_id, $attemptId, id, provider, $providerReference, 'opening', $createdAt from payin
    ), event as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select organization_id, id, 1, '${STATUSES.CREATED.event}', 'create', null, $status, '{}', $createdAt from payin
    ), notification as (${insertNotifications('(select organization_id, id as payin_id from payin)', '$notifications')}
    )
    select exists (select from notification where due_at is not null) as "hasDueNotifications" from payin`,
);

const ATTEMPT = jsonObject<Attempt>({
  id: 'a.id',
  provider: 'a.provider',
  providerReference: 'a.provider_reference',
  externalId: 'a.external_id',
  state: 'a.state',
  reason: 'a.reason',
  startedAt: 'a.started_at',
  refusedAt: 'a.refused_at',
  webhookWaits: `exists (
    select from inbound_webhooks i
    where i.organization_id = a.organization_id and i.provider_reference = a.provider_reference and i.provider = a.provider
      and i.outcome is null)`,
});

const RECEIPT = jsonObject<ReceiptRecord>({
  id: 'r.id',
  attemptId: 'r.attempt_id',
  paymentId: 'r.payment_id',
  amountInCents: 'r.amount_in_cents::text',
  feeInCents: 'r.fee_in_cents::text',
  paidAt: 'r.paid_at',
  source: 'r.source',
  createdAt: 'r.created_at',
});

const REVERSAL = jsonObject<Reversal>({
  attemptId: `e.data ->> 'attemptId'`,
  amountInCents: 'j.amount_in_cents::text',
});

const OBSERVATION = jsonObject<StoredObservation>({
  attemptId: 'o.attempt_id',
  key: 'o.key',
  trust: 'o.trust',
  report: 'o.report',
  createdAt: 'o.created_at',
});

const DISCREPANCY = jsonObject<Discrepancy>({
  id: 'd.id',
  kind: 'd.kind',
  status: 'd.status',
  expectedInCents: 'd.expected_in_cents::text',
  actualInCents: 'd.actual_in_cents::text',
  moneyAtRiskInCents: 'd.money_at_risk_in_cents::text',
  detail: 'd.detail',
  provider: 'd.provider',
  source: 'd.source',
  evidence: 'd.evidence',
  openedAt: 'd.opened_at',
  resolvedAt: 'd.resolved_at',
  resolution: 'd.resolution',
  resolvedBy: 'd.resolved_by',
  approvedBy: 'd.approved_by',
  note: 'd.note',
  correction: 'd.correction',
});

/** What belongs to the payin, as a JSON list. */
function listOf(item: string, from: string, order: string): string {
  return `(select coalesce(jsonb_agg(${item} order by ${order}), '[]') from ${from})`;
}

const READ = `
  select ${selected<SnapshotRow>({
    organizationId: 'p.organization_id',
    id: 'p.id',
    reference: 'p.reference',
    fingerprint: 'p.fingerprint',
    request: 'p.request',
    amountInCents: 'p.amount_in_cents::text',
    currency: 'p.currency',
    rail: 'p.rail',
    status: 'p.status',
    amountReceivedInCents: 'p.amount_received_in_cents::text',
    provider: 'p.provider',
    errorCode: 'p.error_code',
    instructions: 'p.instructions',
    expiresAt: 'p.expires_at',
    resultAt: 'p.result_at',
    chargebackAt: 'p.chargeback_at',
    unconfirmedPaidSince: 'p.unconfirmed_paid_since',
    createdAt: 'p.created_at',
    updatedAt: 'p.updated_at',
    sequence: 'p.sequence',
    version: 'p.version',
    fencingToken: 'p.fencing_token',
    checks: 'p.checks',
    dueAt: 'p.due_at',
    now: 'clock_timestamp()',
    attempts: listOf(
      ATTEMPT,
      'attempts a where a.organization_id = p.organization_id and a.payin_id = p.id',
      'a.started_at, a.id',
    ),
    receipts: listOf(
      RECEIPT,
      'receipts r where r.organization_id = p.organization_id and r.payin_id = p.id',
      'r.created_at, r.id',
    ),
    reversals: listOf(
      REVERSAL,
      `ledger_entries j join payin_events e using (organization_id, payin_id, sequence)
       where j.organization_id = p.organization_id and j.payin_id = p.id and j.debit = 'merchant' and j.credit like 'provider:%'
         and e.type <> '${RECEIPT_CORRECTED}'`,
      'j.sequence',
    ),
    observations: listOf(
      OBSERVATION,
      'observations o where o.organization_id = p.organization_id and o.payin_id = p.id',
      'o.created_at, o.id',
    ),
    discrepancies: listOf(
      DISCREPANCY,
      'discrepancies d where d.organization_id = p.organization_id and d.payin_id = p.id',
      'd.opened_at, d.id',
    ),
  })}
  from payins p`;

/** A payin with everything that a decision rests on, in one statement. */
export const READ_PAYIN = query<{ organizationId: string; id: string }, SnapshotRow>(
  'read payin by id',
  `${READ} where p.organization_id = $organizationId and p.id = $id`,
);
export const READ_PAYIN_BY_REFERENCE = query<{ organizationId: string; reference: string }, SnapshotRow>(
  'read payin by reference',
  `${READ} where p.organization_id = $organizationId and p.reference = $reference`,
);

interface WrittenDecision {
  organizationId: string;
  id: string;
  /** As it was read. */
  version: number;
  /** Null: the decision needs no claim. */
  fencingToken: number | null;
  payin: Pick<
    Decision,
    'status' | 'errorCode' | 'ended' | 'reversedAt' | 'receivedInCents' | 'checks' | 'unconfirmedPaidSince' | 'dueAt'
  > & {
    instructions: Decision['instructions'] | null;
    provider: string | null;
    sequence: number;
    changed: boolean;
    now: Date;
  };
  attempts: Decision['attempts'];
  newAttempts: readonly NewAttempt[];
  observations: readonly (Observation & { id: string })[];
  receipts: readonly Omit<ReceiptRecord, 'createdAt'>[];
  history: readonly (Omit<HistoryEntry, 'discrepancy' | 'notify'> & { sequence: number })[];
  ledgerEntries: readonly LedgerEntry[];
  notifications: readonly OutgoingNotification[];
  discrepancies: readonly Discrepancy[];
}

type Item<List extends keyof WrittenDecision> = WrittenDecision[List] extends readonly (infer One extends object)[]
  ? One
  : never;

const PAYIN_COLUMNS = jsonColumns<WrittenDecision['payin']>({
  status: 'text',
  errorCode: 'text',
  ended: 'boolean',
  reversedAt: 'timestamptz',
  instructions: 'jsonb',
  receivedInCents: 'bigint',
  provider: 'text',
  sequence: 'int',
  checks: 'int',
  unconfirmedPaidSince: 'timestamptz',
  dueAt: 'timestamptz',
  changed: 'boolean',
  now: 'timestamptz',
});
const PAYIN_CHANGES = assignments<Omit<WrittenDecision['payin'], 'now'>>({
  status: 'status = d.status',
  errorCode: 'error_code = d."errorCode"',
  ended: 'result_at = case when d.ended then d.now else p.result_at end',
  reversedAt: 'chargeback_at = coalesce(d."reversedAt", p.chargeback_at)',
  instructions:
    "instructions = case when jsonb_typeof(d.instructions) = 'object' then d.instructions else p.instructions end",
  receivedInCents: 'amount_received_in_cents = d."receivedInCents"',
  provider: 'provider = coalesce(d.provider, p.provider)',
  sequence: 'sequence = d.sequence',
  checks: 'checks = d.checks',
  unconfirmedPaidSince: 'unconfirmed_paid_since = d."unconfirmedPaidSince"',
  dueAt: 'due_at = d."dueAt"',
  changed: 'updated_at = case when d.changed then d.now else p.updated_at end',
});
const ATTEMPT_COLUMNS = jsonColumns<Item<'attempts'>>({
  id: 'uuid',
  state: 'text',
  externalId: 'text',
  reason: 'text',
  refusedAt: 'timestamptz',
});
const NEW_ATTEMPT_COLUMNS = jsonColumns<NewAttempt>({ id: 'uuid', provider: 'text', providerReference: 'text' });
const OBSERVATION_COLUMNS = jsonColumns<Item<'observations'>>({
  id: 'uuid',
  attemptId: 'uuid',
  key: 'text',
  source: 'text',
  trust: 'text',
  report: 'jsonb',
});
const RECEIPT_COLUMNS = jsonColumns<Item<'receipts'>>({
  id: 'uuid',
  attemptId: 'uuid',
  paymentId: 'text',
  amountInCents: 'bigint',
  feeInCents: 'bigint',
  paidAt: 'timestamptz',
  source: 'text',
});
const HISTORY_COLUMNS = jsonColumns<Item<'history'>>({
  sequence: 'int',
  type: 'text',
  source: 'text',
  from: 'text',
  to: 'text',
  data: 'jsonb',
});
const LEDGER_COLUMNS = jsonColumns<LedgerEntry>({
  sequence: 'int',
  debit: 'text',
  credit: 'text',
  amountInCents: 'bigint',
});
const DISCREPANCY_COLUMNS = jsonColumns<Discrepancy>({
  id: 'uuid',
  kind: 'text',
  status: 'text',
  expectedInCents: 'bigint',
  actualInCents: 'bigint',
  moneyAtRiskInCents: 'bigint',
  detail: 'text',
  provider: 'text',
  source: 'text',
  evidence: 'jsonb',
  openedAt: 'timestamptz',
  resolvedAt: 'timestamptz',
  resolution: 'text',
  resolvedBy: 'uuid',
  approvedBy: 'uuid',
  note: 'text',
  correction: 'jsonb',
});

/**
 * A whole decision in one statement, so in one commit: status, attempts, observations, receipts, history, ledger entries, events and
 * discrepancies. Nothing at all if the payin is not as it was read (version), or if the claim has passed to another worker (fencing token).
 */
export const WRITE_DECISION = query<WrittenDecision, Written>(
  'write decision',
  `
    with decision as (
      select * from jsonb_to_record($payin::jsonb) as d (${PAYIN_COLUMNS})
    ), payin as (
      update payins p set
        ${PAYIN_CHANGES}, version = p.version + 1
      from decision d
      where p.organization_id = $organizationId and p.id = $id and p.version = $version
        and ($fencingToken::int is null or p.fencing_token = $fencingToken)
      returning p.organization_id, p.id, p.reference, p.currency, d.now
    ), changed_attempts as (
      update attempts a set state = c.state, external_id = c."externalId", reason = coalesce(c.reason, a.reason), refused_at = c."refusedAt"
      from payin, jsonb_to_recordset($attempts::jsonb) as c (${ATTEMPT_COLUMNS})
      where a.organization_id = payin.organization_id and a.payin_id = payin.id and a.id = c.id
      returning a.id
    ), new_attempts as (
      -- After the changes, whose end makes room for it in the index that allows one live attempt.
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at)
      select payin.organization_id, n.id, payin.id, n.provider, n."providerReference", 'opening', payin.now
      from payin, jsonb_to_recordset($newAttempts::jsonb) as n (${NEW_ATTEMPT_COLUMNS}),
           (select count(*) from changed_attempts) as changed
    ), new_observations as (
      insert into observations (organization_id, id, payin_id, attempt_id, key, source, trust, report, created_at)
      select payin.organization_id, o.id, payin.id, o."attemptId", o.key, o.source, o.trust, o.report, payin.now
      from payin, jsonb_to_recordset($observations::jsonb) as o (${OBSERVATION_COLUMNS})
    ), new_receipts as (
      insert into receipts (organization_id, id, payin_id, attempt_id, payment_id, amount_in_cents, fee_in_cents, paid_at, source, created_at)
      select payin.organization_id, r.id, payin.id, r."attemptId", r."paymentId", r."amountInCents", r."feeInCents", r."paidAt", r.source, payin.now
      from payin, jsonb_to_recordset($receipts::jsonb) as r (${RECEIPT_COLUMNS})
    ), new_events as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select payin.organization_id, payin.id, e.sequence, e.type, e.source, e."from", e."to", e.data, payin.now
      from payin, jsonb_to_recordset($history::jsonb) as e (${HISTORY_COLUMNS})
    ), new_ledger_entries as (
      insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at)
      select payin.organization_id, payin.id, j.sequence, j.debit, j.credit, j."amountInCents", payin.currency, payin.now
      from payin, jsonb_to_recordset($ledgerEntries::jsonb) as j (${LEDGER_COLUMNS})
    ), new_notifications as (${insertNotifications('(select organization_id, id as payin_id from payin)', '$notifications')}
    ), changed_discrepancies as (
      insert into discrepancies (organization_id, id, payin_id, reference, provider, kind, status, expected_in_cents, actual_in_cents,
        money_at_risk_in_cents, currency, detail, source, evidence, opened_at, resolved_at, resolution, resolved_by, approved_by, note, correction)
      select payin.organization_id, d.id, payin.id, payin.reference, d.provider, d.kind, d.status, d."expectedInCents", d."actualInCents",
        d."moneyAtRiskInCents", payin.currency, d.detail, d.source, d.evidence, d."openedAt", d."resolvedAt", d.resolution, d."resolvedBy",
        d."approvedBy", d.note, d.correction
      from payin, jsonb_to_recordset($discrepancies::jsonb) as d (${DISCREPANCY_COLUMNS})
      on conflict (organization_id, id) do update set
        status = excluded.status, actual_in_cents = excluded.actual_in_cents, money_at_risk_in_cents = excluded.money_at_risk_in_cents,
        source = excluded.source, detail = excluded.detail, evidence = excluded.evidence, resolved_at = excluded.resolved_at, resolution = excluded.resolution,
        resolved_by = excluded.resolved_by, approved_by = excluded.approved_by, note = excluded.note, correction = excluded.correction
    )
    select exists (select from new_notifications where due_at is not null) as "hasDueNotifications" from payin`,
);

const OPEN = sqlList(OPEN_STATUSES);

interface ClaimOfProvider {
  provider: string;
}

/** A provider's payins whose status check is due, but for open ones that have expired by the clock. */
export const CLAIM_POLLS = claimQuery<Claimed, ClaimOfProvider>({
  label: 'payins to poll',
  table: 'payins',
  kind: 'provider = $provider',
  condition: `(expires_at > now() or status not in (${OPEN}))`,
});

/** A provider's open payins that have expired by the clock, and whose status check is due. */
export const CLAIM_EXPIRED = claimQuery<Claimed, ClaimOfProvider>({
  label: 'payins to expire',
  table: 'payins',
  kind: 'provider = $provider',
  condition: `expires_at <= now() and status in (${OPEN})`,
});

/** Claims one payin, whether it is due or not. The worker that holds it loses it. */
export const CLAIM_PAYIN = query<{ organizationId: string; id: string }, Claimed>(
  'claim one payin',
  `update payins set due_at = ${LEASE_END}, fencing_token = fencing_token + 1
   where organization_id = $organizationId and id = $id
   returning organization_id as "organizationId", id, fencing_token as "fencingToken", now() as "claimedAt"`,
);

export const RELEASE_PAYIN = releaseQuery('payins');

export const POSTPONE_CHECK = query<Claimed & { delaySeconds: number }>(
  'postpone a status check',
  `update payins set due_at = now() + $delaySeconds * interval '1 second', checks = checks + 1 where ${STILL_CLAIMED}`,
);

/** The providers of payins that have a status check to come, by jumps through the index: however many payins there are. */
export const PROVIDERS_WITH_CHECKS = query<object, { provider: string }>(
  'providers with status checks to come',
  `
    with recursive waiting as (
      (select provider from payins where due_at is not null order by provider limit 1)
      union all
      select (select p.provider from payins p where p.due_at is not null and p.provider > w.provider order by p.provider limit 1)
      from waiting w where w.provider is not null
    )
    select provider from waiting where provider is not null`,
);
