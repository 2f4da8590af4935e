import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { NewAuditEntry } from '../../audit/audit.queries.js';
import { Database } from '../../database/database.js';
import type { Busy, Claimed } from '../../database/due-work.js';
import { newId } from '../../database/id-at.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import type { Decision } from '../domain/decision.js';
import type { NewAttempt } from '../domain/known-payin.js';
import { ledgerEntriesOf } from '../domain/ledger-entries.js';
import type { PayinRecord, PayinSnapshot } from './payin-record.js';
import {
  CLAIM_EXPIRED,
  CLAIM_PAYIN,
  CLAIM_POLLS,
  CLAIM_UNCHOSEN,
  type ClaimedPayin,
  POSTPONE_CHECK,
  PROVIDERS_WITH_CHECKS,
  READ_REFERENCE,
  RELEASE_PAYIN,
} from './claim-payins.queries.js';
import { INSERT_PAYINS, INSERT_PAYINS_OF_LINKS, type LinkUse } from './insert-payins.queries.js';
import { READ_PAYIN_BY_REFERENCE, READ_PAYINS, READ_PAYINS_WITH_REFUNDS } from './read-payins.queries.js';
import { statementFor } from './write-decisions.queries.js';
import type { Written } from './written.queries.js';
import { withPayerData } from './payin-request.js';
import { firstCheckAt, toSnapshot } from './payin.row.js';
import { READ_SHOWN_PAYINS } from './shown-payin.queries.js';
import { type ShownPayin, toShownPayin } from './shown-payin.row.js';

/** Reads and writes payins, with one statement per commit. Nothing else writes a payin. */
@Injectable()
export class PayinStore {
  /** Organizations that had no webhook endpoint when they were last written for. */
  private readonly withoutEndpoints = new LRUCache<string, true>({ max: 10_000, ttl: 60_000 });

  constructor(private readonly database: Database) {}

  /**
   * Writes down a payin and the intent to open it, unless the reference is taken.
   * @param attempt null where the payer chooses the rail
   * @param notifications only made where somebody may want them
   * @param link the use of a payment link that is counted with it
   * @returns undefined when it is taken, or the link is not any more as it was read
   */
  async insert(
    payin: PayinRecord,
    attempt: NewAttempt | null,
    notifications: () => readonly OutgoingNotification[],
    link?: LinkUse,
  ): Promise<Written | undefined> {
    const { organizationId, id, reference, fingerprint, request, currency, rail, status, expiresAt, createdAt } = payin;
    const row = {
      ...{ organizationId, id, reference, fingerprint, request, currency, rail, status, expiresAt, createdAt },
      amountInCents: payin.amountInCents.toString(),
      provider: attempt?.provider ?? null,
      attemptId: attempt?.id ?? null,
      providerReference: attempt?.providerReference ?? null,
      // Of a payin whose rail the payer chooses no provider can be asked before that.
      dueAt: attempt ? firstCheckAt(createdAt) : expiresAt,
    };
    return this.withMessages(payin, notifications, (leavesOutMessages, messages) => {
      const item = { payin: { ...row, leavesOutMessages }, notifications: messages };
      if (link) return this.database.batched(INSERT_PAYINS_OF_LINKS, organizationId, { ...item, link });
      return this.database.batched(INSERT_PAYINS, organizationId, item);
    });
  }

  async read(organizationId: string, id: string): Promise<PayinSnapshot | undefined> {
    const payin = { organizationId, id };
    const row = await this.database.batched(READ_PAYINS, organizationId, { payin });
    if (row?.amountRefundedInCents == null) return row && toSnapshot(row);
    const whole = await this.database.batched(READ_PAYINS_WITH_REFUNDS, organizationId, { payin });
    return whole && toSnapshot(whole);
  }

  async readByReference(organizationId: string, reference: string): Promise<PayinSnapshot | undefined> {
    const [row] = await this.database.query(READ_PAYIN_BY_REFERENCE, { organizationId, reference });
    return row?.amountRefundedInCents == null ? row && toSnapshot(row) : this.read(organizationId, row.id);
  }

  /** For a line about something that failed. @returns null where it cannot be read */
  async referenceOf(organizationId: string, id: string): Promise<string | null> {
    const [row] = await this.database.query(READ_REFERENCE, { organizationId, id }).catch(() => []);
    return row?.reference ?? null;
  }

  /** What is shown of it. */
  async readShown(organizationId: string, id: string): Promise<ShownPayin | undefined> {
    const row = await this.database.batched(READ_SHOWN_PAYINS, organizationId, { payin: { organizationId, id } });
    return row && toShownPayin(row);
  }

  /**
   * Commits a decision, if the payin is still as it was read and the claim still holds.
   * @param notifications only made where somebody may want them
   * @returns undefined, with nothing written, when another decision was faster
   */
  async write(
    snapshot: PayinSnapshot,
    decision: Decision,
    notifications: () => readonly OutgoingNotification[],
    fencingToken: number | undefined,
    auditEntries: readonly NewAuditEntry[] = [],
  ): Promise<Written | undefined> {
    const { payin, sequence, version, now } = snapshot;
    const row = {
      organizationId: payin.organizationId,
      id: payin.id,
      version,
      fencingToken: fencingToken ?? null,
      status: decision.status,
      errorCode: decision.errorCode,
      ended: decision.ended,
      reversedAt: decision.reversedAt,
      instructions: decision.instructions ?? null,
      receivedInCents: decision.receivedInCents.toString(),
      ...(decision.refundedInCents !== null && { refundedInCents: decision.refundedInCents.toString() }),
      ...(isWrittenByPeople(decision) && { isWrittenByPeople: true as const }),
      ...(decision.choice && {
        rail: decision.choice.rail,
        request: withPayerData(payin.request, decision.choice.payer),
      }),
      ...(decision.instructions === null && { endsInstructions: true }),
      provider: decision.newAttempt?.provider ?? null,
      sequence: sequence + decision.history.length,
      checks: decision.checks,
      unconfirmedPaidSince: decision.unconfirmedPaidSince,
      dueAt: decision.dueAt,
      changed: decision.history.length > 0,
      now,
    };
    const parts = {
      attempts: decision.attempts,
      newAttempts: decision.newAttempt ? [decision.newAttempt] : [],
      observations: decision.observations.map((observation) => ({ ...observation, id: newId() })),
      receipts: decision.receipts.map((receipt) => ({ ...receipt, id: newId() })),
      history: decision.history.map(({ discrepancy, refund: _refund, texts: _texts, data, ...entry }, index) => ({
        ...entry,
        data: discrepancy ? { ...data, discrepancyId: discrepancy.id } : data,
        sequence: sequence + index + 1,
      })),
      eventTexts: decision.history.flatMap(({ texts }, index) =>
        texts ? [{ sequence: sequence + index + 1, texts }] : [],
      ),
      ledgerEntries: ledgerEntriesOf(snapshot.known, decision, sequence),
      discrepancies: decision.discrepancies,
      auditEntries,
      refunds: decision.refunds,
      choices: decision.choice || decision.instructions === null ? [{ isMade: decision.choice !== null }] : [],
    };
    return this.withMessages(payin, notifications, (leavesOutMessages, messages) => {
      const item = { decision: { ...row, leavesOutMessages }, ...parts, notifications: messages };
      return this.database.batched(statementFor(item), payin.organizationId, item);
    });
  }

  /**
   * Leaves out the messages of an organization that had no webhook endpoint a moment ago. A statement that leaves them out writes nothing where there
   * is one after all, and is repeated with them: an endpoint that was made between two statements is notified of the second.
   */
  private async withMessages(
    { organizationId, request }: Pick<PayinRecord, 'organizationId' | 'request'>,
    notifications: () => readonly OutgoingNotification[],
    write: (leavesOutMessages: boolean, messages: readonly OutgoingNotification[]) => Promise<Written | undefined>,
  ): Promise<Written | undefined> {
    const isNobodyThere = request.callbackUrl === undefined && this.withoutEndpoints.has(organizationId);
    const written = (isNobodyThere && (await write(true, []))) || (await write(false, notifications()));
    if (written?.hasEndpoints) this.withoutEndpoints.delete(organizationId);
    else if (written && !isNobodyThere) this.withoutEndpoints.set(organizationId, true);
    return written;
  }

  claimPolls(free: number, busy: readonly Busy[], provider: string): Promise<ClaimedPayin[]> {
    return this.database.query(CLAIM_POLLS, { free, busy, provider });
  }

  claimExpired(free: number, busy: readonly Busy[], provider: string): Promise<ClaimedPayin[]> {
    return this.database.query(CLAIM_EXPIRED, { free, busy, provider });
  }

  /** Those of which no provider has ever had an order, once their time is over. */
  claimUnchosen(free: number, busy: readonly Busy[]): Promise<ClaimedPayin[]> {
    return this.database.query(CLAIM_UNCHOSEN, { free, busy });
  }

  /** Claims one payin for a status check, whether it is due or not. The worker that holds it loses it. */
  async claim(organizationId: string, id: string): Promise<Claimed | undefined> {
    return (await this.database.query(CLAIM_PAYIN, { organizationId, id }))[0];
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE_PAYIN, claim);
  }

  /** Puts off the next status check after one that brought no answer. */
  async postpone(claim: Claimed, delaySeconds: number): Promise<void> {
    await this.database.query(POSTPONE_CHECK, { ...claim, delaySeconds });
  }

  /** The providers of payins that have a status check to come. */
  async providersWithChecks(): Promise<string[]> {
    return (await this.database.query(PROVIDERS_WITH_CHECKS, {})).map(({ provider }) => provider);
  }
}

/** Something that may name the payer, or where money goes. */
function isWrittenByPeople({ history, refunds }: Decision): boolean {
  return refunds.length > 0 || history.some(({ texts }) => texts);
}
