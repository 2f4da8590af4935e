import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { type DiscrepancyKind, type Evidence, EVIDENCE_MAX, moneyAtRisk } from '../payins/domain/discrepancy.js';
import type { NewsSource } from '../payins/domain/news.js';

/** Something that does not add up and belongs to no payin of ours. What belongs to one is news of it: see ApplyNews. */
export interface FoundWithoutPayin {
  organizationId: string;
  kind: DiscrepancyKind;
  provider: string;
  /** Under which the provider speaks of it. */
  reference: string;
  actualInCents: bigint | null;
  currency: string;
  detail: string;
  source: NewsSource;
  evidence: readonly Evidence[];
}

/** The SQL of discrepancies that belong to no payin. */
@Injectable()
export class DiscrepancyStore {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Once per provider, reference and kind, however often and by however many at once: while it is open, its cause adds evidence; what has
   * been settled is opened again only by other money.
   * @returns whether it was opened now
   */
  async open(found: FoundWithoutPayin): Promise<boolean> {
    const { kind, actualInCents } = found;
    const atRisk = moneyAtRisk(kind, { expectedInCents: null, actualInCents, receivedInCents: 0n });
    const [row] = await this.database.query<{ isNew: boolean }>(OPEN, [
      found.organizationId,
      uuidv7(),
      found.provider,
      found.reference,
      kind,
      actualInCents?.toString() ?? null,
      atRisk?.toString() ?? null,
      found.currency,
      found.detail,
      found.source,
      JSON.stringify(found.evidence),
    ]);
    return row?.isNew ?? false;
  }
}

const OPEN = {
  name: 'open a discrepancy without a payin',
  text: `
    insert into discrepancies as d (organization_id, id, provider, reference, kind, actual_in_cents, money_at_risk_in_cents, currency, detail,
                                    source, evidence)
    select $1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::bigint, $7::bigint, $8, $9, $10, $11::jsonb
    where not exists (
      select 1 from discrepancies settled
      where settled.organization_id = $1 and settled.reference = $4 and settled.provider = $3 and settled.kind = $5
        and settled.payin_id is null and settled.status = 'RESOLVED' and settled.actual_in_cents is not distinct from $6::bigint)
    on conflict (organization_id, provider, reference, kind) where status = 'OPEN' and payin_id is null
    do update set evidence = d.evidence || excluded.evidence
    where not d.evidence @> excluded.evidence
      and jsonb_array_length(d.evidence) + jsonb_array_length(excluded.evidence) <= ${EVIDENCE_MAX}
    returning d.id = $2 as "isNew"`,
};
