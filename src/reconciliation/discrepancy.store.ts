import { Injectable } from '@nestjs/common';
import { actorId, type Principal } from '../auth/principal.js';
import type { AuditEntry, AuditFacts } from '../audit/audit-entry.js';
import { newAuditEntry } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import { idAt } from '../database/id-at.js';
import { cursorOf, idBefore, type Page, rankedAfter, rankedCursorOf, toPage } from '../http/page.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import { fromStored } from '../database/stored-json.js';
import { discrepancyInMessage, type ShownDiscrepancy } from '../payins/presenters/discrepancy.presenter.js';
import { type FindingWithoutPayin, openWithoutPayin, type Settlement } from '../payins/domain/discrepancies.js';
import type { CorrectionRequest, Discrepancy } from '../payins/domain/discrepancy.js';
import { toNotification } from '../payins/presenters/payin-notifications.js';
import {
  type Approver,
  CHANGE_WITHOUT_PAYIN,
  type DiscrepancyFilters,
  type DiscrepancyRow,
  listDiscrepancies,
  OPEN_WITHOUT_PAYIN,
  PROPOSE_WITHOUT_PAYIN,
  READ_DISCREPANCIES,
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

  /** A page, whose cursor goes on behind its last row, whatever changes meanwhile. */
  async list<T>(
    caller: Principal,
    query: ListDiscrepanciesQuery,
    present: (found: FoundDiscrepancy) => T,
  ): Promise<Page<T>> {
    const { organizationId } = caller;
    const { cursor, limit, sort = 'NEWEST' } = query;
    const behind = sort === 'MONEY_AT_RISK' ? rankedAfter(cursor) : { id: idBefore(cursor) };
    const filters = filtersFor(caller, query);
    if (!filters) return toPage<FoundDiscrepancy, T>([], limit, present);
    const values = { ...filters, ...behind, organizationId, limit: limit + 1 };
    const rows = await this.database.query(listDiscrepancies(filters, sort, cursor !== undefined), values);
    return toPage(rows.map(toDiscrepancy), limit, present, ({ id, moneyAtRiskInCents }) =>
      sort === 'MONEY_AT_RISK' ? rankedCursorOf({ id, rank: -(moneyAtRiskInCents ?? -1n) }) : cursorOf(id),
    );
  }

  async totals(caller: Principal, query: ListDiscrepanciesQuery): Promise<Total[]> {
    const { organizationId } = caller;
    const filters = filtersFor(caller, query);
    return filters ? this.database.query(totalsOfDiscrepancies(filters), { ...filters, organizationId }) : [];
  }

  async one(organizationId: string, id: string): Promise<FoundDiscrepancy | undefined> {
    const [row] = await this.database.query(READ_DISCREPANCY, { organizationId, id });
    return row && toDiscrepancy(row);
  }

  /** By their ids, and all of payins; oldest first. */
  async many(
    organizationId: string,
    { ids, payinIds }: { ids: readonly string[]; payinIds: readonly string[] },
  ): Promise<FoundDiscrepancy[]> {
    if (ids.length === 0 && payinIds.length === 0) return [];
    const rows = await this.database.query(READ_DISCREPANCIES, { organizationId, ids, payinIds });
    return rows.map(toDiscrepancy);
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

/** @returns undefined where nothing is asked for: whoever may approve nothing waits for nothing */
function filtersFor(
  caller: Principal,
  { cursor: _cursor, limit: _limit, sort: _sort, waitsFor, ...filters }: ListDiscrepanciesQuery,
): DiscrepancyFilters | undefined {
  if (!waitsFor) return filters;
  const approver = approverOf(caller);
  return approver && { ...filters, ...approver };
}

/** @returns undefined: the caller may approve nothing */
export function approverOf(caller: Principal): Approver | undefined {
  const { personId, scopes } = caller;
  if (personId === null || !scopes.has('discrepancies:approve')) return undefined;
  return { me: actorId(caller), mePersonId: personId };
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
