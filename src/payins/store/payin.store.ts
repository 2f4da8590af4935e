import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { ledgerEntriesOf } from '../domain/ledger-entries.js';
import type { Decision } from '../domain/decision.js';
import { CREATE_SETTLES_SECONDS } from '../domain/check-schedule.js';
import type { NewAttempt } from '../domain/known-payin.js';
import { Database } from '../../database/database.js';
import type { Busy, Claimed } from '../../database/due-work.js';
import { claimQuery, LEASE_END, releaseQuery } from '../../database/due-work.queries.js';
import type { OutgoingNotification } from '../../outbox/fan-out.js';
import type { PayinRecord, PayinSnapshot } from './payin-record.js';
import { INSERT_PAYIN, READ_PAYIN, WRITE_DECISION } from './payin.queries.js';
import { type SnapshotRow, toSnapshot } from './payin.row.js';

/** What came of a write that took place. */
export interface Written {
  /** Somebody is waiting to hear of it. */
  hasDueNotifications: boolean;
}

const CLAIM_POLLS = claimQuery<Claimed, { provider: string }>({
  label: 'payins to poll',
  table: 'payins',
  kind: 'provider = $provider',
  condition: "(expires_at > now() or status not in ('CREATED', 'PENDING'))",
});
const CLAIM_EXPIRED = claimQuery<Claimed, { provider: string }>({
  label: 'payins to expire',
  table: 'payins',
  kind: 'provider = $provider',
  condition: "expires_at <= now() and status in ('CREATED', 'PENDING')",
});

const RELEASE = releaseQuery('payins');

/** The SQL of payins: one statement per commit. Nothing else writes a payin. */
@Injectable()
export class PayinStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Writes down a payin and the intent to open it, unless the reference is taken.
   * @returns undefined when it is taken
   */
  async insert(
    payin: PayinRecord,
    attempt: NewAttempt,
    notifications: readonly OutgoingNotification[],
  ): Promise<Written | undefined> {
    const [written] = await this.database.query<Written>(INSERT_PAYIN, [
      payin.organizationId,
      payin.id,
      payin.reference,
      payin.fingerprint,
      JSON.stringify(payin.request),
      payin.amountInCents.toString(),
      payin.currency,
      payin.rail,
      attempt.provider,
      payin.expiresAt,
      payin.createdAt,
      new Date(payin.createdAt.getTime() + CREATE_SETTLES_SECONDS * 1000),
      attempt.id,
      attempt.providerReference,
      JSON.stringify(notifications),
    ]);
    return written;
  }

  async read(organizationId: string, id: string): Promise<PayinSnapshot | undefined> {
    const [row] = await this.database.query<SnapshotRow>(READ_PAYIN.byId, [organizationId, id]);
    return row && toSnapshot(row);
  }

  async readByReference(organizationId: string, reference: string): Promise<PayinSnapshot | undefined> {
    const [row] = await this.database.query<SnapshotRow>(READ_PAYIN.byReference, [organizationId, reference]);
    return row && toSnapshot(row);
  }

  /**
   * Commits a decision, if the payin is still as it was read and the fence still holds.
   * @returns undefined when somebody else was faster; nothing is written then
   */
  async write(
    snapshot: PayinSnapshot,
    decision: Decision,
    notifications: readonly OutgoingNotification[],
    fencingToken: number | undefined,
  ): Promise<Written | undefined> {
    const { payin, sequence, version, now } = snapshot;
    const [written] = await this.database.query<Written>(WRITE_DECISION, [
      payin.organizationId,
      payin.id,
      version,
      fencingToken ?? null,
      JSON.stringify({
        status: decision.status,
        errorCode: decision.errorCode,
        ended: decision.ended,
        reversedAt: decision.reversedAt,
        instructions: decision.instructions ?? null,
        receivedInCents: decision.receivedInCents.toString(),
        provider: decision.newAttempt?.provider ?? null,
        sequence: sequence + decision.history.length,
        checks: decision.checks,
        unconfirmedPaidSince: decision.unconfirmedPaidSince,
        dueAt: decision.dueAt,
        changed: decision.history.length > 0,
        now,
      }),
      JSON.stringify(decision.attempts),
      JSON.stringify(decision.newAttempt ? [decision.newAttempt] : []),
      toJson(decision.observations.map((observation) => ({ ...observation, id: uuidv7() }))),
      toJson(decision.receipts.map((receipt) => ({ ...receipt, id: uuidv7() }))),
      JSON.stringify(
        decision.history.map(({ discrepancy, data, ...entry }, index) => ({
          ...entry,
          data: discrepancy ? { ...data, discrepancyId: discrepancy.id } : data,
          sequence: sequence + index + 1,
        })),
      ),
      JSON.stringify(notifications),
      toJson(decision.discrepancies),
      toJson(ledgerEntriesOf(snapshot.known, decision, sequence)),
    ]);
    return written;
  }

  /** A provider's payins whose next look is due and that have not run out. */
  claimPolls(free: number, busy: readonly Busy[], provider: string): Promise<Claimed[]> {
    return this.database.query(CLAIM_POLLS, { free, busy, provider });
  }

  /** A provider's open payins that have run out and may be asked about. */
  claimExpired(free: number, busy: readonly Busy[], provider: string): Promise<Claimed[]> {
    return this.database.query(CLAIM_EXPIRED, { free, busy, provider });
  }

  /** Claims one payin for a look, whether it is due or not; whoever holds it now loses it. */
  async claim(organizationId: string, id: string): Promise<Claimed | undefined> {
    const [claimed] = await this.database.query<Claimed>(
      {
        name: 'claim one payin',
        text: `update payins set due_at = ${LEASE_END}, fencing_token = fencing_token + 1
               where organization_id = $1 and id = $2
               returning organization_id as "organizationId", id, fencing_token as "fencingToken", now() as "claimedAt"`,
      },
      [organizationId, id],
    );
    return claimed;
  }

  async release(claim: Claimed): Promise<void> {
    await this.database.query(RELEASE, claim);
  }

  /** Puts a look off that brought no answer. */
  async postpone(claim: Claimed, delaySeconds: number): Promise<void> {
    await this.database.query(
      {
        name: 'postpone a look',
        text: `update payins set due_at = now() + $4 * interval '1 second', checks = checks + 1
               where organization_id = $1 and id = $2 and fencing_token = $3`,
      },
      [claim.organizationId, claim.id, claim.fencingToken, delaySeconds],
    );
  }
}

/** Amounts as texts: JSON numbers end where bigints go on. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}
