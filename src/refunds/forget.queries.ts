import { sqlList } from '../database/query.js';
import { REFUND_STATUSES, type RefundStatus } from '../payins/domain/refunds.js';

const WAITS: Readonly<Record<RefundStatus, boolean>> = {
  REQUESTED: true,
  APPROVED: true,
  PAID: false,
  CANCELED: false,
};

/** SQL: money of a payin `p` is to go back. */
export const HAS_OPEN_REFUND = `exists (
  select from refunds r
  where r.organization_id = p.organization_id and r.payin_id = p.id
    and r.status in (${sqlList(REFUND_STATUSES.filter((status) => WAITS[status]))}))`;

/** Where money of the payins of the part `forgotten` went, and what people wrote about it. */
export const FORGET_REFUNDS = `
  update refunds r set destination = null, note = null, evidence = null
  from forgotten f
  where r.organization_id = f.organization_id and r.payin_id = f.id and coalesce(r.destination, r.note, r.evidence) is not null`;
