/** SQL: whether a person still needs what is known of a payin `p`. */
export const HAS_OPEN_DISCREPANCY = `exists (
  select from discrepancies d where d.organization_id = p.organization_id and d.payin_id = p.id and d.status = 'OPEN')`;
