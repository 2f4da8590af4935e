import type { IntegrityCheckStore } from './integrity-check.store.js';
import { mismatchesOf } from './mismatches.js';

/** Checks every payin now, and reports each mismatch. Changes nothing. */
export async function checkNow(
  store: IntegrityCheckStore,
  report: (line: string) => void,
): Promise<{ payins: number; mismatches: number }> {
  const total = { payins: 0, mismatches: 0 };
  for (const organizationId of await store.organizations()) {
    let after: string | null = null;
    do {
      const { payins, found, last } = await store.checkBatch(organizationId, after);
      total.payins += payins;
      for (const payin of found) {
        for (const { kind, detail } of mismatchesOf(payin)) {
          total.mismatches += 1;
          report(`${organizationId}  ${payin.id}  ${kind}  ${detail}`);
        }
      }
      after = last;
    } while (after !== null);
  }
  return total;
}
