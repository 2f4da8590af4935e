import { isUtf8 } from 'node:buffer';
import type { InboundWebhook } from './inbound-webhook.entity.js';
import { WEBHOOK_OUTCOMES } from './inbound-webhook.store.js';

/** `PENDING`: an attempt to apply it is under way or to come. `GIVEN_UP`: it could not be applied, and waits for a person. */
export const INBOX_STATUSES = ['PENDING', 'APPLIED', 'GIVEN_UP'] as const;
export type InboxStatus = (typeof INBOX_STATUSES)[number];

export const SHOWN_OUTCOMES = WEBHOOK_OUTCOMES.map((outcome) => outcome.toUpperCase());

/** What is shown of a row, without the body, which may hold the payer's data. */
type InboxRow = Pick<
  InboundWebhook,
  'id' | 'provider' | 'providerReference' | 'outcome' | 'deliveries' | 'verifiedBy' | 'attempts' | 'lastError'
> &
  Pick<InboundWebhook, 'receivedAt' | 'appliedAt' | 'dueAt'>;

export function presentInboundWebhook(webhook: InboxRow, payinId: string | undefined) {
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
export type PresentedInboundWebhook = ReturnType<typeof presentInboundWebhook>;

/** The exact body: as text where it is text. */
export function presentBody(rawBody: Buffer): { bodyEncoding: 'utf8' | 'base64'; body: string } {
  const bodyEncoding = isUtf8(rawBody) ? 'utf8' : 'base64';
  return { bodyEncoding, body: rawBody.toString(bodyEncoding) };
}
