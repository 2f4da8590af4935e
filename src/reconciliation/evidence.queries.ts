import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Evidence } from '../payins/domain/discrepancy.js';

/** What is shown of a report: never instructions, which may lead to the payer. */
const SHOWN = ['status', 'rawStatus', 'externalId', 'amountInCents', 'currency', 'feeInCents', 'paidAt', 'reversedAt'];

interface ObservationRow {
  key: string;
  source: string;
  trust: string;
  provider: string;
  at: Date;
  report: Record<string, unknown>;
}

interface StatementLineRow {
  statementId: string;
  line: number;
  reference: string | null;
  externalId: string | null;
  amountInCents: string | null;
  currency: string;
  status: string;
  rawStatus: string | null;
}

interface WebhookRow {
  id: string;
  provider: string;
  at: Date;
  deliveries: number;
  outcome: string | null;
}

/** By `type`; `url` is where there is more of it. */
type ShownEvidence =
  ReturnType<typeof presentObservation> | ReturnType<typeof presentWebhook> | ReturnType<typeof presentStatementLine>;

/** Looks up what a discrepancy refers to. */
@Injectable()
export class EvidenceQueries {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** In the order of the references; what is not kept any more is left out. */
  async resolve(organizationId: string, payinId: string | null, evidence: readonly Evidence[]) {
    const keys = evidence.flatMap((one) => (one.type === 'observation' ? [one.key] : []));
    const ids = evidence.flatMap((one) => (one.type === 'webhook' ? [one.id] : []));
    const observations = keys.length > 0 && payinId ? await this.observations(organizationId, payinId, keys) : [];
    const webhooks = ids.length > 0 ? await this.webhooks(organizationId, ids) : [];
    const listed = evidence.filter((one) => one.type === 'statement_line');
    const lines = listed.length > 0 ? await this.statementLines(organizationId, listed) : [];
    return evidence.flatMap((one): ShownEvidence[] => {
      if (one.type === 'observation') return observations.filter(({ key }) => key === one.key).map(presentObservation);
      if (one.type === 'webhook') return webhooks.filter(({ id }) => id === one.id).map(presentWebhook);
      const { statementId, line } = one;
      return lines
        .filter((row) => row.statementId === statementId && row.line === line)
        .map((row) => presentStatementLine(row));
    });
  }

  private observations(organizationId: string, payinId: string, keys: readonly string[]): Promise<ObservationRow[]> {
    return this.database.query<ObservationRow>(
      {
        name: 'observations as evidence',
        text: `select o.key, o.source, o.trust, a.provider, o.created_at as at, o.report
               from observations o join attempts a on a.organization_id = o.organization_id and a.id = o.attempt_id
               where o.organization_id = $1 and o.payin_id = $2 and o.key = any($3::text[])`,
      },
      [organizationId, payinId, keys],
    );
  }

  private statementLines(
    organizationId: string,
    lines: readonly Extract<Evidence, { type: 'statement_line' }>[],
  ): Promise<StatementLineRow[]> {
    return this.database.query<StatementLineRow>(
      {
        name: 'statement lines as evidence',
        text: `select l.statement_id as "statementId", l.line, l.reference, l.external_id as "externalId",
                      l.amount_in_cents::text as "amountInCents", l.currency, l.status, l.raw_status as "rawStatus"
               from statement_lines l
               join unnest($2::uuid[], $3::int[]) as wanted (statement_id, line)
                 on wanted.statement_id = l.statement_id and wanted.line = l.line
               where l.organization_id = $1`,
      },
      [organizationId, lines.map(({ statementId }) => statementId), lines.map(({ line }) => line)],
    );
  }

  private webhooks(organizationId: string, ids: readonly string[]): Promise<WebhookRow[]> {
    return this.database.query<WebhookRow>(
      {
        name: 'webhooks as evidence',
        text: `select id, provider, received_at as at, deliveries, outcome from inbound_webhooks
               where organization_id = $1 and id = any($2::uuid[])`,
      },
      [organizationId, ids],
    );
  }
}

function presentObservation({ source, trust, provider, at, report }: ObservationRow) {
  const shown = Object.fromEntries(SHOWN.flatMap((name) => (name in report ? [[name, report[name]]] : [])));
  return { type: 'observation' as const, source, trust, provider, at: at.toISOString(), report: shown };
}

function presentStatementLine({ amountInCents, ...row }: StatementLineRow) {
  return {
    type: 'statement_line' as const,
    ...row,
    amountInCents: amountInCents === null ? null : Number(amountInCents),
    url: `/statements/${row.statementId}`,
  };
}

function presentWebhook({ id, provider, at, deliveries, outcome }: WebhookRow) {
  return {
    type: 'webhook' as const,
    id,
    provider,
    at: at.toISOString(),
    deliveries,
    outcome,
    url: `/inbound-webhooks/${id}`,
  };
}
