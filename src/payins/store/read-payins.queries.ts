import { batchQuery, jsonObject, query, selected } from '../../database/query.js';
import type { Discrepancy } from '../domain/discrepancy.js';
import { RECEIPT_CORRECTED } from '../domain/history.js';
import type { Attempt, Reversal } from '../domain/known-payin.js';
import type { Refund } from '../domain/refunds.js';
import { PAYIN_KEY_COLUMNS, type PayinKey } from './payin-key.js';
import type { ReceiptRecord } from './payin-record.js';
import type { SnapshotRow, StoredObservation } from './payin.row.js';
import { SHOWN_ATTEMPT, SHOWN_PAYIN, SHOWN_RECEIPT, attemptsOfPayin, receiptsOfPayin } from './shown-payin.queries.js';

const ATTEMPT = jsonObject<Attempt>({
  ...SHOWN_ATTEMPT,
  reason: 'a.reason',
  refusedAt: 'a.refused_at',
  webhookWaits: `exists (
    select from inbound_webhooks i
    where i.organization_id = a.organization_id and i.provider_reference = a.provider_reference and i.provider = a.provider
      and i.outcome is null)`,
});

const RECEIPT = jsonObject<ReceiptRecord>({ ...SHOWN_RECEIPT, id: 'r.id', attemptId: 'r.attempt_id' });

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
  refundId: 'd.refund_id',
});

const REFUND = jsonObject<Refund>({
  id: 'f.id',
  status: 'f.status',
  amountInCents: 'f.amount_in_cents::text',
  reason: 'f.reason',
  note: 'f.note',
  reference: 'f.reference',
  discrepancyId: 'f.discrepancy_id',
  requestedAt: 'f.requested_at',
  requestedBy: 'f.requested_by',
  requestedByPersonId: 'f.requested_by_person_id',
  approvedAt: 'f.approved_at',
  approvedBy: 'f.approved_by',
  paidAt: 'f.paid_at',
  paidBy: 'f.paid_by',
  evidence: 'f.evidence',
  canceledAt: 'f.canceled_at',
  canceledBy: 'f.canceled_by',
  provider: 'f.provider',
  attemptId: 'f.attempt_id',
  askedAt: 'f.asked_at',
  providerStatus: 'f.provider_status',
  providerReason: 'f.provider_reason',
});

/** What belongs to the payin, as a JSON list. */
function listOf(item: string, from: string, order: string): string {
  return `(select coalesce(jsonb_agg(${item} order by ${order}), '[]') from ${from})`;
}

const SNAPSHOT = selected<Omit<SnapshotRow, 'refunds'>>({
  ...SHOWN_PAYIN,
  organizationId: 'p.organization_id',
  fingerprint: 'p.fingerprint',
  sequence: 'p.sequence',
  version: 'p.version',
  fencingToken: 'p.fencing_token',
  checks: 'p.checks',
  dueAt: 'p.due_at',
  now: 'clock_timestamp()',
  attempts: attemptsOfPayin(ATTEMPT),
  receipts: receiptsOfPayin(RECEIPT),
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
});

const REFUNDS = selected<Required<Pick<SnapshotRow, 'refunds'>>>({
  refunds: listOf(
    REFUND,
    'refunds f where f.organization_id = p.organization_id and f.payin_id = p.id',
    'f.requested_at, f.id',
  ),
});

/** Payins with everything that decisions rest on but refunds, which hardly one has, in one statement. */
export const READ_PAYINS = batchQuery<{ payin: PayinKey }, SnapshotRow>(
  'read payins by id',
  `select key.row, ${SNAPSHOT}
   from jsonb_to_recordset($payin::jsonb) as key (${PAYIN_KEY_COLUMNS})
   join payins p on p.organization_id = key."organizationId" and p.id = key.id`,
);
/** The same with refunds, of those that have any: all of it is of one moment. */
export const READ_PAYINS_WITH_REFUNDS = batchQuery<{ payin: PayinKey }, SnapshotRow>(
  'read payins with refunds by id',
  `select key.row, ${SNAPSHOT}, ${REFUNDS}
   from jsonb_to_recordset($payin::jsonb) as key (${PAYIN_KEY_COLUMNS})
   join payins p on p.organization_id = key."organizationId" and p.id = key.id`,
);
export const READ_PAYIN_BY_REFERENCE = query<{ organizationId: string; reference: string }, SnapshotRow>(
  'read payin by reference',
  `select ${SNAPSHOT} from payins p where p.organization_id = $organizationId and p.reference = $reference`,
);

/** What its references at providers begin with. */
export const READ_ORGANIZATION_CODE = query<{ organizationId: string }, { code: string }>(
  'code of an organization',
  'select code from organizations where id = $organizationId',
);
