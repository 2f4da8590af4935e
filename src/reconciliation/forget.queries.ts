/** SQL: whether a person still needs what is known of a payin `p`. */
export const HAS_OPEN_DISCREPANCY = `exists (
  select from discrepancies d where d.organization_id = p.organization_id and d.payin_id = p.id and d.status = 'OPEN')`;

/** Those that belong to no payin, and whose note is known. */
export const WITHOUT_PAYIN_MAY_BE_FORGOTTEN = 'payin_id is null and note is not null';

const NO_NOTE = `note = null, correction = d.correction || '{"note": ""}'`;

/** Of the part `range` (with their `place`): what people wrote at discrepancies that belong to no payin and ended before a time. */
export const FORGET_NOTES_WITHOUT_PAYIN = `
  update discrepancies d set ${NO_NOTE}
  where d.ctid = any(array(select place from range)) and ${WITHOUT_PAYIN_MAY_BE_FORGOTTEN} and d.resolved_at < $cutoff::timestamptz
  returning d.id`;

/** What people wrote at the discrepancies of the payins of the part `forgotten`. None of these is open, so no proposal waits. */
export const FORGET_DISCREPANCY_NOTES = `
  update discrepancies d set ${NO_NOTE}
  from forgotten f
  where d.organization_id = f.organization_id and d.payin_id = f.id and (d.note is not null or d.correction ->> 'note' <> '')`;
