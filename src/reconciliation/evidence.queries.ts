import { query } from '../database/query.js';

export interface ObservationRow {
  key: string;
  source: string;
  trust: string;
  provider: string;
  at: Date;
  report: Record<string, unknown>;
}

export const READ_OBSERVATIONS = query<
  { organizationId: string; payinId: string; keys: readonly string[] },
  ObservationRow
>(
  'observations as evidence',
  `select o.key, o.source, o.trust, a.provider, o.created_at as at, o.report
   from observations o join attempts a on a.organization_id = o.organization_id and a.id = o.attempt_id
   where o.organization_id = $organizationId and o.payin_id = $payinId and o.key = any($keys::text[])`,
);

export interface StatementLineRow {
  statementId: string;
  line: number;
  reference: string | null;
  externalId: string | null;
  amountInCents: string | null;
  currency: string;
  status: string;
  rawStatus: string | null;
}

export const READ_STATEMENT_LINES = query<
  { organizationId: string; statementIds: readonly string[]; lines: readonly number[] },
  StatementLineRow
>(
  'statement lines as evidence',
  `select l.statement_id as "statementId", l.line, l.reference, l.external_id as "externalId",
          l.amount_in_cents::text as "amountInCents", l.currency, l.status, l.raw_status as "rawStatus"
   from statement_lines l
   join unnest($statementIds::uuid[], $lines::int[]) as wanted (statement_id, line)
     on wanted.statement_id = l.statement_id and wanted.line = l.line
   where l.organization_id = $organizationId`,
);

export interface WebhookRow {
  id: string;
  provider: string;
  at: Date;
  deliveries: number;
  outcome: string | null;
}

export const READ_WEBHOOKS = query<{ organizationId: string; ids: readonly string[] }, WebhookRow>(
  'webhooks as evidence',
  `select id, provider, received_at as at, deliveries, outcome from inbound_webhooks
   where organization_id = $organizationId and id = any($ids::uuid[])`,
);
