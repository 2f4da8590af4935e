/** Where an update comes from. `request`: a merchant, through the API. `payer`: at our checkout. `operator`: a person. `integrity_check`: our own check of the ledger. */
export const UPDATE_SOURCES = [
  'create',
  'webhook',
  'poll',
  'recovery',
  'expiry',
  'request',
  'payer',
  'statement',
  'integrity_check',
  'operator',
] as const;
export type UpdateSource = (typeof UPDATE_SOURCES)[number];
