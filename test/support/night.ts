import { CheckBooks } from '../../src/books/check-books.worker.js';
import type { Stand } from './stand.js';
import { until } from './until.js';

const goesOn = new AbortController().signal;

export interface LastCheck {
  at: string;
  payins: number;
  mismatches: number;
}

export async function lastCheck({ database }: Stand): Promise<LastCheck> {
  const [row] = await database.query<LastCheck>(
    'select finished_at::text as at, payins::int, mismatches::int from book_checks',
  );
  return row!;
}

/** What is due at night is due now; the worker's own loop may be faster, and that is as good. */
export async function nightPasses(stand: Stand): Promise<LastCheck> {
  const check = stand.service.app.get(CheckBooks);
  for (const job of await check.claim(1)) await check.release(job);
  const [{ now } = { now: '' }] = await stand.database.query<{ now: string }>('select now()::text as now');
  await stand.database.query('update book_checks set due_at = now(), after_payin_id = null');
  return until('the check to be finished', async () => {
    for (const job of await check.claim(1)) await check.work(job, goesOn);
    const last = await lastCheck(stand);
    return last.at > now && last;
  });
}
