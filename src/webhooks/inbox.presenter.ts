import { isUtf8 } from 'node:buffer';
import type { Answer } from '../http/answer.js';
import type { InboundWebhook } from './inbound-webhook.entity.js';
import type { InboundWebhookSchema, InboxStatus } from './inbox.schema.js';

/** What is shown of a row, without the body, which may hold the payer's data. */
type InboxRow = Pick<
  InboundWebhook,
  'id' | 'provider' | 'providerReference' | 'outcome' | 'deliveries' | 'verifiedBy' | 'attempts' | 'lastError'
> &
  Pick<InboundWebhook, 'receivedAt' | 'appliedAt' | 'dueAt'>;

export function presentInboundWebhook(webhook: InboxRow, payinId: string | undefined): Answer<InboundWebhookSchema> {
  const { id, provider, providerReference, deliveries, attempts, verifiedBy, lastError } = webhook;
  const { receivedAt, appliedAt, dueAt, outcome } = webhook;
  const status: InboxStatus = dueAt ? 'PENDING' : outcome === 'given_up' ? 'GIVEN_UP' : 'APPLIED';
  return {
    id,
    provider,
    providerReference: providerReference ?? null,
    payinId: payinId ?? null,
    status,
    outcome: outcome && outcome !== 'given_up' ? outcome.toUpperCase() : null,
    deliveries,
    verifiedBy: verifiedBy ?? null,
    attempts,
    lastError: lastError ?? null,
    receivedAt: receivedAt.toISOString(),
    appliedAt: appliedAt?.toISOString() ?? null,
    nextAttemptAt: dueAt?.toISOString() ?? null,
  };
}

/** The exact body: as text where it is text. Null: it was forgotten. */
export function presentBody(rawBody: Buffer): { bodyEncoding: 'utf8' | 'base64'; body: string | null } {
  if (rawBody.length === 0) return { bodyEncoding: 'utf8', body: null };
  const bodyEncoding = isUtf8(rawBody) ? 'utf8' : 'base64';
  return { bodyEncoding, body: rawBody.toString(bodyEncoding) };
}
