import { CheckIntegrity } from '../../src/ledger/check-integrity.worker.js';
import type { TestApp } from './test-app.js';
import { until } from './until.js';

const goesOn = new AbortController().signal;

export interface LastCheck {
  at: string;
  payins: number;
  mismatches: number;
}

export async function lastCheck({ database }: TestApp): Promise<LastCheck> {
  const [row] = await database.query<LastCheck>(
    'select finished_at::text as at, payins::int, mismatches::int from integrity_checks',
  );
  return row!;
}

/** What is due at night is due now; the worker's own loop may be faster, and that is as good. */
export async function nightPasses(testApp: TestApp): Promise<LastCheck> {
  const check = testApp.service.app.get(CheckIntegrity);
  for (const job of await check.claim(1)) await check.release(job);
  const [{ now } = { now: '' }] = await testApp.database.query<{ now: string }>('select now()::text as now');
  await testApp.database.query('update integrity_checks set due_at = now(), after_payin_id = null');
  return until('the check to be finished', async () => {
    for (const job of await check.claim(1)) await check.work(job, goesOn);
    const last = await lastCheck(testApp);
    return last.at > now && last;
  });
}
