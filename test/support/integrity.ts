import { CHECK_BATCH } from '../../src/ledger/integrity-check.queries.js';

/** SQL: what the nightly check finds of all payins of the only organization, in one batch. */
export const INTEGRITY_CHECK = CHECK_BATCH.text
  .replaceAll('$1', '(select id from organizations)')
  .replaceAll('$2', `'00000000-0000-0000-0000-000000000000'`)
  .replaceAll('$3', '1000000');
