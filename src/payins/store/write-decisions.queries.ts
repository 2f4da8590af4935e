import type { Rail } from '@recaudo/payment-provider';
import { type NewAuditEntry, insertAuditEntriesOf } from '../../audit/audit.queries.js';
import { type BatchQuery, assignments, batchColumns, batchQuery, jsonColumns } from '../../database/query.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import { hasEndpoints, insertNotifications } from '../../outbox/fan-out.queries.js';
import type { Decision } from '../domain/decision.js';
import type { Discrepancy } from '../domain/discrepancy.js';
import type { HistoryEntry, WrittenTexts } from '../domain/history.js';
import type { NewAttempt } from '../domain/known-payin.js';
import type { LedgerEntry } from '../domain/ledger-entries.js';
import type { Observation } from '../domain/observation.js';
import type { WrittenRefund } from '../domain/refunds.js';
import { REMEMBERED_AGAIN } from './forget.queries.js';
import type { ReceiptRecord } from './payin-record.js';
import type { PayinRequest } from './payin-request.js';
import { type Written, isRecent } from './written.queries.js';

interface WrittenDecision {
  decision: Pick<
    Decision,
    'status' | 'errorCode' | 'ended' | 'reversedAt' | 'checks' | 'unconfirmedPaidSince' | 'dueAt'
  > & {
    organizationId: string;
    id: string;
    /** As it was read. */
    version: number;
    /** Null: the decision needs no claim. */
    fencingToken: number | null;
    leavesOutMessages: boolean;
    instructions: Decision['instructions'] | null;
    receivedInCents: string;
    /** Absent where no refund has changed. */
    refundedInCents?: string;
    /** A person wrote something that may name the payer, or where money goes. */
    isWrittenByPeople?: true;
    /** Present where the payer has chosen. */
    rail?: Rail;
    request?: PayinRequest;
    /** Those that there were are over. */
    endsInstructions?: boolean;
    provider: string | null;
    sequence: number;
    changed: boolean;
    now: Date;
  };
  attempts: Decision['attempts'];
  newAttempts: readonly NewAttempt[];
  observations: readonly (Observation & { id: string })[];
  receipts: readonly Omit<ReceiptRecord, 'createdAt'>[];
  history: readonly (Omit<HistoryEntry, 'discrepancy' | 'refund' | 'texts' | 'notify'> & { sequence: number })[];
  eventTexts: readonly { sequence: number; texts: WrittenTexts }[];
  ledgerEntries: readonly LedgerEntry[];
  notifications: readonly OutgoingNotification[];
  discrepancies: readonly Discrepancy[];
  /** Of a person who acts. */
  auditEntries: readonly NewAuditEntry[];
  refunds: readonly WrittenRefund[];
  /** One where the payer has chosen a rail, or may choose again. */
  choices: readonly { isMade: boolean }[];
}

type Item<List extends keyof WrittenDecision> = WrittenDecision[List] extends readonly (infer One extends object)[]
  ? One
  : never;

type Rare = 'refundedInCents' | 'isWrittenByPeople' | 'rail' | 'request' | 'endsInstructions';

const PAYIN_COLUMNS = batchColumns<Omit<WrittenDecision['decision'], Rare>>({
  organizationId: 'uuid',
  id: 'uuid',
  version: 'int',
  fencingToken: 'int',
  leavesOutMessages: 'boolean',
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
const PAYIN_CHANGES = assignments<
  Omit<
    WrittenDecision['decision'],
    'organizationId' | 'id' | 'version' | 'fencingToken' | 'leavesOutMessages' | 'instructions' | Rare | 'now'
  >
>({
  status: 'status = d.status',
  errorCode: 'error_code = d."errorCode"',
  ended: 'result_at = case when d.ended then d.now else p.result_at end',
  reversedAt: 'chargeback_at = coalesce(d."reversedAt", p.chargeback_at)',
  receivedInCents: 'amount_received_in_cents = d."receivedInCents"',
  provider: 'provider = coalesce(d.provider, p.provider)',
  sequence: 'sequence = d.sequence',
  checks: 'checks = d.checks',
  unconfirmedPaidSince: 'unconfirmed_paid_since = d."unconfirmedPaidSince"',
  dueAt: 'due_at = d."dueAt"',
  changed: 'updated_at = case when d.changed then d.now else p.updated_at end',
});
/** New ones, or else those that there are. */
const NEW_INSTRUCTIONS =
  "instructions = case when jsonb_typeof(d.instructions) = 'object' then d.instructions else p.instructions end";
const RARE_COLUMNS = jsonColumns<Required<Pick<WrittenDecision['decision'], Rare>>>({
  refundedInCents: 'bigint',
  rail: 'text',
  request: 'jsonb',
  endsInstructions: 'boolean',
  isWrittenByPeople: 'boolean',
});
const RARE_CHANGES = assignments<Required<Pick<WrittenDecision['decision'], Exclude<Rare, 'isWrittenByPeople'>>>>({
  refundedInCents: 'amount_refunded_in_cents = coalesce(d."refundedInCents", p.amount_refunded_in_cents)',
  rail: 'rail = coalesce(d.rail, p.rail)',
  request: `request = case when jsonb_typeof(d.request) = 'object' then d.request
                         when d."isWrittenByPeople" then ${REMEMBERED_AGAIN} else p.request end`,
  endsInstructions:
    'instructions = case when jsonb_typeof(d.instructions) = \'object\' then d.instructions when d."endsInstructions" then null else p.instructions end',
});
const ATTEMPT_COLUMNS = batchColumns<Item<'attempts'>>({
  id: 'uuid',
  state: 'text',
  externalId: 'text',
  reason: 'text',
  refusedAt: 'timestamptz',
});
const NEW_ATTEMPT_COLUMNS = batchColumns<NewAttempt>({
  id: 'uuid',
  provider: 'text',
  providerReference: 'text',
  rail: 'text',
  choice: 'int',
  expiresAt: 'timestamptz',
});
const OBSERVATION_COLUMNS = batchColumns<Item<'observations'>>({
  id: 'uuid',
  attemptId: 'uuid',
  key: 'text',
  source: 'text',
  trust: 'text',
  report: 'jsonb',
});
const RECEIPT_COLUMNS = batchColumns<Item<'receipts'>>({
  id: 'uuid',
  attemptId: 'uuid',
  paymentId: 'text',
  amountInCents: 'bigint',
  feeInCents: 'bigint',
  paidAt: 'timestamptz',
  source: 'text',
});
const HISTORY_COLUMNS = batchColumns<Item<'history'>>({
  sequence: 'int',
  type: 'text',
  source: 'text',
  from: 'text',
  to: 'text',
  data: 'jsonb',
});
const EVENT_TEXT_COLUMNS = batchColumns<Item<'eventTexts'>>({ sequence: 'int', texts: 'jsonb' });
const LEDGER_COLUMNS = batchColumns<LedgerEntry>({
  sequence: 'int',
  debit: 'text',
  credit: 'text',
  amountInCents: 'bigint',
});
const DISCREPANCY_COLUMNS = batchColumns<Discrepancy>({
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
  refundId: 'uuid',
});
const REFUND_COLUMNS = batchColumns<WrittenRefund>({
  id: 'uuid',
  status: 'text',
  amountInCents: 'bigint',
  reason: 'text',
  note: 'text',
  reference: 'text',
  discrepancyId: 'uuid',
  destination: 'text',
  requestedAt: 'timestamptz',
  requestedBy: 'uuid',
  requestedByPersonId: 'uuid',
  approvedAt: 'timestamptz',
  approvedBy: 'uuid',
  paidAt: 'timestamptz',
  paidBy: 'uuid',
  evidence: 'text',
  canceledAt: 'timestamptz',
  canceledBy: 'uuid',
  provider: 'text',
  attemptId: 'uuid',
  askedAt: 'timestamptz',
  providerStatus: 'text',
  providerReason: 'text',
});

const CHOICE_COLUMNS = batchColumns<Item<'choices'>>({ isMade: 'boolean' });

/** What a decision may write beside the payin itself: a part of the statement for each. */
const PARTS = {
  attempts: `
    changed_attempts as (
      update attempts a set state = c.state, external_id = c."externalId", reason = coalesce(c.reason, a.reason), refused_at = c."refusedAt"
      from payin join jsonb_to_recordset($attempts::jsonb) as c (${ATTEMPT_COLUMNS}) on c.row = payin.row
      where a.organization_id = payin.organization_id and a.payin_id = payin.id and a.id = c.id
      returning a.id
    )`,
  newAttempts: `
    new_attempts as (
      -- After the changes, whose end makes room for it in the index that allows one live attempt.
      insert into attempts (organization_id, id, payin_id, provider, provider_reference, state, started_at, rail, choice, expires_at)
      select payin.organization_id, n.id, payin.id, n.provider, n."providerReference", 'opening', payin.now, n.rail, n.choice, n."expiresAt"
      from payin join jsonb_to_recordset($newAttempts::jsonb) as n (${NEW_ATTEMPT_COLUMNS}) on n.row = payin.row,
           (select count(*) from changed_attempts) as changed
    )`,
  observations: `
    new_observations as (
      insert into observations (organization_id, id, payin_id, attempt_id, key, source, trust, report, created_at)
      select payin.organization_id, o.id, payin.id, o."attemptId", o.key, o.source, o.trust, o.report, payin.now
      from payin join jsonb_to_recordset($observations::jsonb) as o (${OBSERVATION_COLUMNS}) on o.row = payin.row
    )`,
  receipts: `
    new_receipts as (
      insert into receipts (organization_id, id, payin_id, attempt_id, payment_id, amount_in_cents, fee_in_cents, paid_at, source, created_at)
      select payin.organization_id, r.id, payin.id, r."attemptId", r."paymentId", r."amountInCents", r."feeInCents", r."paidAt", r.source, payin.now
      from payin join jsonb_to_recordset($receipts::jsonb) as r (${RECEIPT_COLUMNS}) on r.row = payin.row
    )`,
  history: `
    new_events as (
      insert into payin_events (organization_id, payin_id, sequence, type, source, from_status, to_status, data, at)
      select payin.organization_id, payin.id, e.sequence, e.type, e.source, e."from", e."to", e.data, payin.now
      from payin join jsonb_to_recordset($history::jsonb) as e (${HISTORY_COLUMNS}) on e.row = payin.row
    )`,
  eventTexts: `
    new_event_texts as (
      insert into payin_event_texts (organization_id, payin_id, sequence, texts)
      select payin.organization_id, payin.id, t.sequence, t.texts
      from payin join jsonb_to_recordset($eventTexts::jsonb) as t (${EVENT_TEXT_COLUMNS}) on t.row = payin.row
    )`,
  ledgerEntries: `
    new_ledger_entries as (
      insert into ledger_entries (organization_id, payin_id, sequence, debit, credit, amount_in_cents, currency, at)
      select payin.organization_id, payin.id, j.sequence, j.debit, j.credit, j."amountInCents", payin.currency, payin.now
      from payin join jsonb_to_recordset($ledgerEntries::jsonb) as j (${LEDGER_COLUMNS}) on j.row = payin.row
    )`,
  notifications: `
    new_notifications as (${insertNotifications('(select row, organization_id, id as payin_id from payin)')}
    )`,
  discrepancies: `
    changed_discrepancies as (
      insert into discrepancies (organization_id, id, payin_id, reference, provider, kind, status, expected_in_cents, actual_in_cents,
        money_at_risk_in_cents, currency, detail, source, evidence, opened_at, resolved_at, resolution, resolved_by, approved_by, note, correction,
        refund_id)
      select payin.organization_id, d.id, payin.id, payin.reference, d.provider, d.kind, d.status, d."expectedInCents", d."actualInCents",
        d."moneyAtRiskInCents", payin.currency, d.detail, d.source, d.evidence, d."openedAt", d."resolvedAt", d.resolution, d."resolvedBy",
        d."approvedBy", d.note, d.correction, d."refundId"
      from payin join jsonb_to_recordset($discrepancies::jsonb) as d (${DISCREPANCY_COLUMNS}) on d.row = payin.row
      on conflict (organization_id, id) do update set
        status = excluded.status, actual_in_cents = excluded.actual_in_cents, money_at_risk_in_cents = excluded.money_at_risk_in_cents,
        source = excluded.source, detail = excluded.detail, evidence = excluded.evidence, resolved_at = excluded.resolved_at, resolution = excluded.resolution,
        resolved_by = excluded.resolved_by, approved_by = excluded.approved_by, note = excluded.note, correction = excluded.correction, refund_id = excluded.refund_id
    )`,
  refunds: `
    changed_refunds as (
      insert into refunds (organization_id, id, payin_id, status, amount_in_cents, currency, reason, note, reference, discrepancy_id, destination,
        requested_at, requested_by, requested_by_person_id, approved_at, approved_by, paid_at, paid_by, evidence, canceled_at, canceled_by,
        provider, attempt_id, asked_at, provider_status, provider_reason, due_at)
      select payin.organization_id, f.id, payin.id, f.status, f."amountInCents", payin.currency, f.reason, f.note, f.reference, f."discrepancyId",
        f.destination, f."requestedAt", f."requestedBy", f."requestedByPersonId", f."approvedAt", f."approvedBy", f."paidAt", f."paidBy", f.evidence,
        f."canceledAt", f."canceledBy", f.provider, f."attemptId", f."askedAt", f."providerStatus", f."providerReason",
        case when f."providerStatus" = 'ASKED' then f."askedAt" end
      from payin join jsonb_to_recordset($refunds::jsonb) as f (${REFUND_COLUMNS}) on f.row = payin.row
      on conflict (organization_id, id) do update set
        status = excluded.status, approved_at = excluded.approved_at, approved_by = excluded.approved_by, paid_at = excluded.paid_at,
        paid_by = excluded.paid_by, evidence = excluded.evidence, canceled_at = excluded.canceled_at, canceled_by = excluded.canceled_by,
        provider = excluded.provider, attempt_id = excluded.attempt_id, asked_at = excluded.asked_at, provider_status = excluded.provider_status,
        provider_reason = excluded.provider_reason,
        -- Whoever has claimed it keeps it until the answer.
        due_at = case when excluded.due_at is not null then coalesce(refunds.due_at, excluded.due_at) end
    )`,
  choices: `
    -- What the payer has entered is to be found by.
    entered as (
      insert into unindexed_payins (organization_id, payin_id)
      select payin.organization_id, payin.id
      from payin join jsonb_to_recordset($choices::jsonb) as c (${CHOICE_COLUMNS}) on c.row = payin.row
      where c."isMade"
      on conflict do nothing
    )`,
  auditEntries: `
    new_audit_entries as (${insertAuditEntriesOf('payin', '$auditEntries::jsonb')}
    )`,
} as const satisfies Record<Exclude<keyof WrittenDecision, 'decision'>, string>;
type Part = keyof typeof PARTS;

/**
 * Whole decisions in one statement, so in one commit: status, attempts, observations, receipts, history, ledger entries, events and
 * discrepancies. Of a decision nothing at all if the payin is not as it was read (version), or if the claim has passed to another worker (fencing token).
 */
function writeDecisions(
  name: string,
  parts: readonly Part[],
): BatchQuery<WrittenDecision, Written> & { missing: readonly Part[] } {
  const writesAll = parts.length === Object.keys(PARTS).length;
  const columns = writesAll ? `${PAYIN_COLUMNS}, ${RARE_COLUMNS}` : PAYIN_COLUMNS;
  const changes = [PAYIN_CHANGES, writesAll ? RARE_CHANGES : NEW_INSTRUCTIONS].join(', ');
  const written = batchQuery<WrittenDecision, Written>(
    name,
    `
    with decision as materialized (
      -- In the order in which claims lock them, too: statements at once do not wait for each other in a ring.
      select * from jsonb_to_recordset($decision::jsonb) as d (${columns}) order by "organizationId", id
    ), payin as (
      update payins p set
        ${changes}, version = p.version + 1
      from decision d
      where p.organization_id = d."organizationId" and p.id = d.id and p.version = d.version
        and ${isRecent('d.now')} and (d."fencingToken" is null or p.fencing_token = d."fencingToken")
        and not (d."leavesOutMessages" and ${hasEndpoints('d."organizationId"')})
      returning d.row, p.organization_id, p.id, p.reference, p.currency, d.now
    ), ${parts.map((part) => PARTS[part]).join(', ')}
    select row, exists (select from new_notifications n where n.payin_id = payin.id and n.due_at is not null) as "hasDueNotifications",
           ${hasEndpoints('payin.organization_id')} as "hasEndpoints"
    from payin`,
  );
  return { ...written, missing: (Object.keys(PARTS) as Part[]).filter((part) => !parts.includes(part)) };
}

/**
 * The more parts, the longer PostgreSQL takes to begin, whether they have anything to write or not: what is common has statements of its own. The
 * last one has all parts.
 */
const WRITE_DECISIONS = [
  writeDecisions('write what opened', ['attempts', 'history', 'notifications']),
  writeDecisions('write what was paid', [
    'attempts',
    'observations',
    'receipts',
    'history',
    'ledgerEntries',
    'notifications',
  ]),
  writeDecisions('write decisions', Object.keys(PARTS) as Part[]),
] as const;

/** The statement with the fewest parts that writes all of the decision. */
export function statementFor(decision: WrittenDecision): BatchQuery<WrittenDecision, Written> {
  return WRITE_DECISIONS.find(({ missing }) => missing.every((part) => decision[part].length === 0))!;
}
