import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Evidence } from '../payins/domain/discrepancy.js';
import {
  type ObservationRow,
  READ_OBSERVATIONS,
  READ_STATEMENT_LINES,
  READ_WEBHOOKS,
  type StatementLineRow,
  type WebhookRow,
} from './evidence.queries.js';

/** The fields of a report that are shown: never instructions, which may lead to the payer. */
const SHOWN = ['status', 'rawStatus', 'externalId', 'amountInCents', 'currency', 'feeInCents', 'paidAt', 'reversedAt'];

/** By `type`; `url` shows more of it. */
type ShownEvidence =
  ReturnType<typeof presentObservation> | ReturnType<typeof presentWebhook> | ReturnType<typeof presentStatementLine>;

/** Reads the evidence that a discrepancy refers to. */
@Injectable()
export class EvidenceStore {
  constructor(private readonly database: Database) {}

  /** In the order of the references; what is not kept any more is left out. */
  async resolve(organizationId: string, payinId: string | null, evidence: readonly Evidence[]) {
    const keys = evidence.flatMap((one) => (one.type === 'observation' ? [one.key] : []));
    const ids = evidence.flatMap((one) => (one.type === 'webhook' ? [one.id] : []));
    const listed = evidence.filter((one) => one.type === 'statement_line');
    const observations =
      keys.length > 0 && payinId ? await this.database.query(READ_OBSERVATIONS, { organizationId, payinId, keys }) : [];
    const webhooks = ids.length > 0 ? await this.database.query(READ_WEBHOOKS, { organizationId, ids }) : [];
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

  private statementLines(organizationId: string, listed: readonly Extract<Evidence, { type: 'statement_line' }>[]) {
    return this.database.query(READ_STATEMENT_LINES, {
      organizationId,
      statementIds: listed.map(({ statementId }) => statementId),
      lines: listed.map(({ line }) => line),
    });
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
