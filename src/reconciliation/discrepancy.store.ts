import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../auth/api-keys.js';
import { Database } from '../database/database.js';
import { idAt } from '../database/id-at.js';
import { insertNotifications } from '../outbox/fan-out.js';
import { NotificationWakeUp } from '../outbox/notification-wake-up.js';
import { discrepancyInMessage } from '../payins/presenters/discrepancy.presenter.js';
import type { Settlement } from '../payins/domain/discrepancies.js';
import {
  type CorrectionRequest,
  type DiscrepancyKind,
  type Evidence,
  EVIDENCE_MAX,
  openDiscrepancy,
} from '../payins/domain/discrepancy.js';
import type { UpdateSource } from '../payins/domain/update-source.js';
import { toNotification } from '../payins/presenters/payin-notifications.js';
import type { FoundDiscrepancy } from './discrepancy.queries.js';

/** Something that does not add up and belongs to no payin of ours. What belongs to one is news of it: see ApplyUpdates. */
export interface FoundWithoutPayin {
  organizationId: string;
  kind: DiscrepancyKind;
  provider: string;
  /** Under which the provider speaks of it. */
  reference: string;
  actualInCents: bigint | null;
  currency: string;
  detail: string;
  source: UpdateSource;
  evidence: readonly Evidence[];
}

/** The SQL of discrepancies that belong to no payin. The standing endpoints are told of them in the same commit. */
@Injectable()
export class DiscrepancyStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(NotificationWakeUp) private readonly notifications: NotificationWakeUp,
  ) {}

  /**
   * Once per provider, reference and kind, however often and by however many at once: while it is open, its cause adds evidence; what has
   * been settled is opened again only by other money.
   * @returns whether it was opened now
   */
  async open(found: FoundWithoutPayin): Promise<boolean> {
    const [clock] = await this.database.query<{ now: Date }>({ name: 'now', text: 'select now() as now' }, []);
    const openedAt = clock!.now;
    const id = idAt(openedAt);
    const { organizationId, reference, currency, ...finding } = found;
    const opened = openDiscrepancy({ ...finding, expectedInCents: null, receivedInCents: 0n }, openedAt);
    const { kind, provider, actualInCents, moneyAtRiskInCents, detail, source, evidence } = opened;
    const message = toNotification(
      'discrepancy.opened',
      discrepancyInMessage({ ...opened, id, reference, currency }, openedAt),
      openedAt,
    );
    const [row] = await this.database.query<{ isNew: boolean; hasDueNotifications: boolean }>(OPEN, [
      organizationId,
      id,
      provider,
      reference,
      kind,
      actualInCents?.toString() ?? null,
      moneyAtRiskInCents?.toString() ?? null,
      currency,
      detail,
      source,
      JSON.stringify(evidence),
      openedAt,
      JSON.stringify([message]),
    ]);
    if (row?.hasDueNotifications) this.notifications.wake();
    return row?.isNew ?? false;
  }

  /** Settles it, if it is as it was read. @returns whether it was */
  async resolve(
    { organizationId, at }: Principal,
    found: FoundDiscrepancy,
    { resolution, by = null, approvedBy = null, note = null, correction = null }: Settlement,
  ): Promise<boolean> {
    const ending = {
      status: 'RESOLVED',
      resolvedAt: at,
      resolution,
      resolvedBy: by,
      approvedBy,
      note,
      correction,
    } as const;
    const message = toNotification('discrepancy.resolved', discrepancyInMessage({ ...found, ...ending }, at), at);
    const [row] = await this.database.query<{ hasDueNotifications: boolean }>(RESOLVE, [
      organizationId,
      found.id,
      asJson(found.correction),
      at,
      resolution,
      by,
      approvedBy,
      note,
      asJson(correction),
      JSON.stringify([message]),
    ]);
    if (row?.hasDueNotifications) this.notifications.wake();
    return row !== undefined;
  }

  /** Writes what waits for a second person, or drops it, if it is as it was read. @returns whether it was */
  async propose(
    { organizationId }: Principal,
    { id, correction }: FoundDiscrepancy,
    request: CorrectionRequest | null,
  ): Promise<boolean> {
    const rows = await this.database.query(PROPOSE, [organizationId, id, asJson(correction), asJson(request)]);
    return rows.length > 0;
  }
}

/** Amounts as texts. */
function asJson(request: CorrectionRequest | null): string | null {
  return (
    request && JSON.stringify(request, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))
  );
}

/** Nobody has settled it, proposed or rejected anything since. */
const AS_READ = `organization_id = $1 and id = $2 and payin_id is null and status = 'OPEN' and correction is not distinct from $3::jsonb`;

const HAS_DUE_NOTIFICATIONS = `exists (select from new_notifications where due_at is not null) as "hasDueNotifications"`;

const OPEN = {
  name: 'open a discrepancy without a payin',
  text: `
    with found as (
      insert into discrepancies as d (organization_id, id, provider, reference, kind, actual_in_cents, money_at_risk_in_cents, currency,
                                      detail, source, evidence, opened_at)
      select $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::bigint, $7::bigint, $8, $9, $10, $11::jsonb, $12::timestamptz
      where not exists (
        select 1 from discrepancies settled
        where settled.organization_id = $1 and settled.reference = $4 and settled.provider = $3 and settled.kind = $5
          and settled.payin_id is null and settled.status = 'RESOLVED' and settled.actual_in_cents is not distinct from $6::bigint)
      on conflict (organization_id, provider, reference, kind) where status = 'OPEN' and payin_id is null
      do update set evidence = d.evidence || excluded.evidence
      where not d.evidence @> excluded.evidence
        and jsonb_array_length(d.evidence) + jsonb_array_length(excluded.evidence) <= ${EVIDENCE_MAX}
      returning organization_id, d.id = $2 as is_new
    ), new_notifications as (${insertNotifications('(select organization_id, null::uuid as payin_id from found where is_new)', '$13')}
    )
    select is_new as "isNew", ${HAS_DUE_NOTIFICATIONS} from found`,
};

const RESOLVE = {
  name: 'resolve a discrepancy without a payin',
  text: `
    with resolved as (
      update discrepancies set status = 'RESOLVED', resolved_at = $4::timestamptz, resolution = $5, resolved_by = $6::uuid,
        approved_by = $7::uuid, note = $8, correction = $9::jsonb
      where ${AS_READ}
      returning organization_id
    ), new_notifications as (${insertNotifications('(select organization_id, null::uuid as payin_id from resolved)', '$10')}
    )
    select ${HAS_DUE_NOTIFICATIONS} from resolved`,
};

const PROPOSE = {
  name: 'propose about a discrepancy without a payin',
  text: `update discrepancies set correction = $4::jsonb where ${AS_READ} returning id`,
};
