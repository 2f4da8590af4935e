import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { AuditEntry, AuditFacts } from '../audit/audit-entry.js';
import { newAuditEntry } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import { idAt } from '../database/id-at.js';
import { idBefore } from '../http/page.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import { fromStored } from '../database/stored-json.js';
import { discrepancyInMessage, type ShownDiscrepancy } from '../payins/presenters/discrepancy.presenter.js';
import { type FindingWithoutPayin, openWithoutPayin, type Settlement } from '../payins/domain/discrepancies.js';
import type { CorrectionRequest, Discrepancy } from '../payins/domain/discrepancy.js';
import { toNotification } from '../payins/presenters/payin-notifications.js';
import {
  CHANGE_WITHOUT_PAYIN,
  type DiscrepancyRow,
  listDiscrepancies,
  OPEN_WITHOUT_PAYIN,
  PROPOSE_WITHOUT_PAYIN,
  READ_DISCREPANCY,
  READ_WITHOUT_PAYIN,
  RESOLVE_WITHOUT_PAYIN,
  type Total,
  totalsOfDiscrepancies,
} from './discrepancy.queries.js';
import type { ListDiscrepanciesQuery } from './list-discrepancies.dto.js';

/** A discrepancy that belongs to no payin of ours. One that does is opened by ApplyUpdates. */
export interface FoundWithoutPayin extends FindingWithoutPayin {
  organizationId: string;
  provider: string;
  /** The provider's reference of the order. */
  reference: string;
  currency: string;
}

export type FoundDiscrepancy = Discrepancy & ShownDiscrepancy & { id: string; payinId: string | null };

/** More than ever meet on one discrepancy. */
const ROUNDS_MAX = 50;

/** Reads of all discrepancies, and writes of those without a payin, with their notifications in the same commit. */
@Injectable()
export class DiscrepancyStore {
  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationWakeUp,
  ) {}

  /** Newest first, up to one more than the page's limit. */
  async list(
    organizationId: string,
    { cursor, limit, ...filters }: ListDiscrepanciesQuery,
  ): Promise<FoundDiscrepancy[]> {
    const before = idBefore(cursor);
    const values = { ...filters, organizationId, before, limit: limit + 1 };
    const rows = await this.database.query(listDiscrepancies(filters, before), values);
    return rows.map(toDiscrepancy);
  }

  totals(
    organizationId: string,
    { cursor: _cursor, limit: _limit, ...filters }: ListDiscrepanciesQuery,
  ): Promise<Total[]> {
    return this.database.query(totalsOfDiscrepancies(filters), { ...filters, organizationId });
  }

  async one(organizationId: string, id: string): Promise<FoundDiscrepancy | undefined> {
    const [row] = await this.database.query(READ_DISCREPANCY, { organizationId, id });
    return row && toDiscrepancy(row);
  }

  /**
   * Opens a discrepancy once for each provider, reference and kind, however many report it at the same time.
   * @returns whether it was opened now
   */
  async open(found: FoundWithoutPayin): Promise<boolean> {
    const { organizationId: _organization, reference: _reference, currency: _currency, ...finding } = found;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const rows = await this.database.query(READ_WITHOUT_PAYIN, found);
      const { now } = rows[0]!;
      const known = rows.flatMap((row) => (row.id === null ? [] : [toDiscrepancy(row)]));
      const change = openWithoutPayin(finding, known, now);
      if (!change) return false;
      const isWritten =
        change.id === null ? await this.#insert(found, change, known.length) : await this.#change(found, change, known);
      if (isWritten) return change.id === null;
    }
    throw new Error(`a discrepancy could not be written in ${ROUNDS_MAX} rounds`);
  }

  /** Settles it, if it is as it was read. @returns whether it was */
  async resolve(
    caller: Principal,
    found: FoundDiscrepancy,
    { resolution, by = null, approvedBy = null, note = null, correction = null }: Settlement,
  ): Promise<boolean> {
    const { organizationId, at } = caller;
    const ending = { resolvedAt: at, resolution, resolvedBy: by, approvedBy, note };
    const resolved = { ...found, ...ending, status: 'RESOLVED', correction } as const;
    const message = toNotification('discrepancy.resolved', discrepancyInMessage(resolved, at), at);
    const [row] = await this.database.query(RESOLVE_WITHOUT_PAYIN, {
      ...ending,
      organizationId,
      id: found.id,
      correctionAsRead: found.correction,
      correction,
      notifications: [message],
      auditEntries: [newAuditEntry(discrepancyEntry(caller, 'resolved', found, { resolution }))],
    });
    if (row?.hasDueNotifications) this.notifications.wake();
    return row !== undefined;
  }

  /** Writes what waits for a second person, or drops it, if it is as it was read. @returns whether it was */
  async propose(caller: Principal, found: FoundDiscrepancy, request: CorrectionRequest | null): Promise<boolean> {
    const { organizationId } = caller;
    const { id, correction } = found;
    const asRead = { organizationId, id, correctionAsRead: correction };
    const entry = discrepancyEntry(caller, request ? 'proposed' : 'rejected', found);
    const rows = await this.database.query(PROPOSE_WITHOUT_PAYIN, {
      ...asRead,
      correction: request,
      auditEntries: [newAuditEntry(entry)],
    });
    return rows.length > 0;
  }

  async #insert(found: FoundWithoutPayin, opened: Discrepancy, known: number): Promise<boolean> {
    const { organizationId, provider, reference, currency, kind } = found;
    const { openedAt } = opened;
    const id = idAt(openedAt);
    const shown = { ...opened, id, reference, currency };
    const message = toNotification('discrepancy.opened', discrepancyInMessage(shown, openedAt), openedAt);
    const [row] = await this.database.query(OPEN_WITHOUT_PAYIN, {
      ...opened,
      organizationId,
      id,
      provider,
      reference,
      kind,
      currency,
      openedAt,
      known,
      notifications: [message],
    });
    if (row?.hasDueNotifications) this.notifications.wake();
    return row !== undefined;
  }

  async #change(
    { organizationId }: FoundWithoutPayin,
    changed: Discrepancy,
    known: readonly FoundDiscrepancy[],
  ): Promise<boolean> {
    const { id, evidence, actualInCents } = known.find((one) => one.id === changed.id)!;
    const rows = await this.database.query(CHANGE_WITHOUT_PAYIN, {
      ...changed,
      organizationId,
      id,
      evidenceAsRead: evidence,
      actualInCentsAsRead: actualInCents,
    });
    return rows.length > 0;
  }
}

/** What the audit log says of a person who acts on a discrepancy. */
export function discrepancyEntry(
  by: Principal,
  act: 'resolved' | 'proposed' | 'approved' | 'rejected',
  { id, kind, payinId }: FoundDiscrepancy,
  after: AuditFacts = {},
): AuditEntry {
  const subject = { type: 'discrepancy', id };
  return { by, action: `discrepancy.${act}`, subject, after: { kind, payinId, ...after } };
}

function toDiscrepancy(row: DiscrepancyRow): FoundDiscrepancy {
  return {
    ...row,
    expectedInCents: amountOf(row.expectedInCents),
    actualInCents: amountOf(row.actualInCents),
    moneyAtRiskInCents: amountOf(row.moneyAtRiskInCents),
    correction: row.correction && fromStored<CorrectionRequest>(row.correction),
  };
}

function amountOf(cents: string | null): bigint | null {
  return cents === null ? null : BigInt(cents);
}
