/** SQL: whether a person still needs what is known of a payin `p`. */
export const HAS_OPEN_DISCREPANCY = `exists (
  select from discrepancies d where d.organization_id = p.organization_id and d.payin_id = p.id and d.status = 'OPEN')`;

/** What people wrote at the discrepancies of the payins of the part `forgotten`. None of these is open, so no proposal waits. */
export const FORGET_DISCREPANCY_NOTES = `
  update discrepancies d set note = null, correction = d.correction || '{"note": ""}'
  from forgotten f
  where d.organization_id = f.organization_id and d.payin_id = f.id and (d.note is not null or d.correction ->> 'note' <> '')`;
