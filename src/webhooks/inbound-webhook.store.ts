import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/audit-entry.js';
import { newAuditEntry } from '../audit/audit-log.js';
import { NOBODY } from '@recaudo/fair-share';
import { newId } from '../database/id-at.js';
import { Problem } from '../http/problem.js';
import { Database } from '../database/database.js';
import type { Busy, Claimed } from '../database/due-work.js';
import type { ClaimKey } from '../database/due-work.queries.js';
import { organizationCodeOf } from '../organizations/provider-reference.js';
import {
  type AttemptRow,
  CLAIM_WEBHOOKS,
  type ClaimedWebhook,
  FIND_ATTEMPTS,
  FIND_ORGANIZATION_BY_CODE,
  FINISH_WEBHOOKS,
  NAME_ORDER_OF_WEBHOOK,
  RECEIVE_WEBHOOKS,
  RELEASE_WEBHOOK,
  REPLAY_WEBHOOK,
  RETRY_WEBHOOKS,
} from './inbound-webhook.queries.js';

/**
 * The outcome of a webhook. `not_confirmed`: the provider, when asked, did not say the same (yet). `moved`: it is in the inbox of the
 * organization that it belongs to, which could not be read from it when it came.
 */
export const WEBHOOK_OUTCOMES = ['applied', 'not_confirmed', 'orphan', 'unreadable', 'moved'] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

export interface ReceivedWebhook {
  provider: string;
  /** Distinguishes events of this provider. */
  eventKey: string;
  providerReference: string | null;
  rawBody: Buffer;
  /** The strategy that verified it; null: unknown. */
  verifiedBy: string | null;
}

/** An attempt with what its payin asks for. */
export interface FoundAttempt extends Omit<AttemptRow, 'amountInCents'> {
  amountInCents: bigint;
}

/** Reads and writes the inbox. */
@Injectable()
export class InboundWebhookStore {
  constructor(private readonly database: Database) {}

  /**
   * Stores a verified webhook, durable when it returns. The same event again is counted. It is applied again only if it was given up or not
   * confirmed.
   * @returns false when its order has too many already
   */
  async receive({ eventKey, rawBody, ...webhook }: ReceivedWebhook): Promise<boolean> {
    const code = (webhook.providerReference && organizationCodeOf(webhook.providerReference)) ?? null;
    const received = await this.database.batched(RECEIVE_WEBHOOKS, code ?? NOBODY, {
      webhook: {
        ...webhook,
        code,
        id: newId(),
        eventKey: hash('sha256', eventKey),
        rawBody: rawBody.toString('base64'),
      },
    });
    return received !== undefined;
  }

  claim(free: number, busy: readonly Busy[], provider: string): Promise<ClaimedWebhook[]> {
    return this.database.query(CLAIM_WEBHOOKS, { free, busy, provider });
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_WEBHOOK, claim);
  }

  async findAttempt(organizationId: string, providerReference: string): Promise<FoundAttempt | undefined> {
    const attempt = await this.database.batched(FIND_ATTEMPTS, organizationId, {
      attempt: { organizationId, providerReference },
    });
    return attempt && { ...attempt, amountInCents: BigInt(attempt.amountInCents) };
  }

  /** @param againInSeconds when it is to be applied once more, because it is not confirmed yet */
  async finish(claim: Claimed, outcome: WebhookOutcome, againInSeconds: number | null): Promise<void> {
    await this.database.batched(FINISH_WEBHOOKS, claim.organizationId, {
      webhook: { ...keyOf(claim), outcome, againInSeconds },
    });
  }

  /** @param delaySeconds null gives up; the row stays for people to see */
  async retry(claim: Claimed, error: string, delaySeconds: number | null): Promise<void> {
    await this.database.batched(RETRY_WEBHOOKS, claim.organizationId, {
      // PostgreSQL does not take one half of a character.
      webhook: { ...keyOf(claim), error: error.slice(0, 255).toWellFormed(), delaySeconds },
    });
  }

  /**
   * Makes it due again, from its first attempt. A worker that holds it loses it: an outcome from before the replay must not end it.
   * @throws Problem FORGOTTEN when there is nothing of it to apply
   */
  async replay(by: AuditActor, id: string): Promise<void> {
    const entry = newAuditEntry({ by, action: 'inbound_webhook.replayed', subject: { type: 'inbound_webhook', id } });
    const values = { organizationId: by.organizationId, id, auditEntries: [entry] };
    if ((await this.database.query(REPLAY_WEBHOOK, values)).length === 0)
      throw new Problem('FORGOTTEN', 'Its body is not kept any more: PERSONAL_DATA_RETENTION_DAYS are over.');
  }

  async nameOrder({ organizationId, id }: Claimed, providerReference: string): Promise<void> {
    await this.database.query(NAME_ORDER_OF_WEBHOOK, { organizationId, id, providerReference });
  }

  async hasOrganization(code: string): Promise<boolean> {
    return (await this.database.query(FIND_ORGANIZATION_BY_CODE, { code })).length > 0;
  }
}

function keyOf({ organizationId, id, fencingToken }: Claimed): ClaimKey {
  return { organizationId, id, fencingToken };
}
