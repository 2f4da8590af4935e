import { createTestDatabase } from '../support/test-database.js';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import type { ClaimerReport } from './claimer.js';
import { BATCH, ENDPOINTS, WORK, addDue, countClaims, fillWithNotDue, type WorkName } from './due-rows.js';
import { createOrganization, startScript } from './programs.js';
import { hundredths, median, percentile, spread, sum, whole } from './statistics.js';

/** `notDue`: rows that are not due, beside those that are. */
const FULL = { rounds: 3, due: 5_000, notDue: [0, 300_000], workers: [1, 2, 4] };
const QUICK: typeof FULL = { rounds: 1, due: 300, notDue: [0, 1_000], workers: [1, 2] };

interface Run {
  work: WorkName;
  workers: number;
  notDue: number;
  perSecond: number;
  claimP50Ms: number;
  claimP99Ms: number;
  calledOff: number;
}

/** How fast due rows are given out, by how many workers, and whether rows that are not due make it slower. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const { rounds, due, notDue, workers } = options.quick ? QUICK : FULL;
  const most = Math.max(...notDue);
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  createOrganization(database, 'Bench');
  const claimers = await Promise.all(
    Array.from({ length: Math.max(...workers) }, (_, index) =>
      startScript(options, `claimer-${index}`, 'claimer.ts', { DATABASE_URL: database.url }),
    ),
  );
  const runs: Run[] = [];
  for (const work of WORK)
    for (const beside of notDue) {
      await fillWithNotDue(database, work, beside);
      for (let round = 0; round < rounds; round += 1)
        for (const count of beside === most ? workers : [1]) {
          await addDue(database, work, due);
          const reports = await Promise.all(claimers.slice(0, count).map((one) => one.ask<ClaimerReport>({ work })));
          assertEachOnce(await countClaims(database, work), reports, due);
          const measured = { work, workers: count, notDue: beside, ...figuresOf(reports) };
          options.say(`${work}, ${whole(beside)} not due, ${count} workers: ${whole(measured.perSecond)} rows/s`);
          runs.push(measured);
        }
    }
  const of = (wanted: Partial<Run>, figure: (one: Run) => number) =>
    runs.filter((one) => Object.entries(wanted).every(([name, value]) => one[name as keyof Run] === value)).map(figure);
  return {
    tables: [
      {
        columns: ['due rows claimed a second, by', ...workers.map((count) => `${count} worker${count > 1 ? 's' : ''}`)],
        rows: WORK.map((work) => [
          work,
          ...workers.map((count) =>
            spread(
              of({ work, workers: count, notDue: most }, ({ perSecond }) => perSecond),
              whole,
            ),
          ),
        ]),
      },
      {
        columns: ['one claim, ms, beside', ...notDue.map((count) => `${whole(count)} not due`)],
        rows: WORK.map((work) => [
          `${work}, ${BATCH[work]} at once`,
          ...notDue.map((beside) =>
            hundredths(median(of({ work, workers: 1, notDue: beside }, ({ claimP50Ms }) => claimP50Ms))),
          ),
        ]),
      },
    ],
    notes: [
      `Medians (least–most) of ${rounds} rounds of ${whole(due)} due rows (payins and webhooks of one provider, notifications to ${ENDPOINTS} endpoints), by the stores' own statements on the real schema; a worker is a process that does nothing but claim. With ${whole(most)} rows beside them that are not due: half have ended, half are due later.`,
      `After each round every due row had been claimed exactly once. PostgreSQL called ${sum(runs.map(({ calledOff }) => calledOff))} claims off because they waited for each other in a ring; they came again.`,
    ],
    raw: runs,
  };
}

/** @throws unless every due row was claimed by exactly one worker, once */
export function assertEachOnce(
  claimsByCount: Readonly<Record<number, number>>,
  reports: readonly Pick<ClaimerReport, 'claimed'>[],
  due: number,
): void {
  const claimed = sum(reports.map((report) => report.claimed));
  if (claimed !== due || claimsByCount[1] !== due || Object.keys(claimsByCount).length !== 1)
    throw new Error(`of ${due} due rows ${claimed} were claimed; rows by how often: ${JSON.stringify(claimsByCount)}`);
}

function figuresOf(reports: readonly ClaimerReport[]) {
  const startedAt = Math.min(...reports.map((report) => report.startedAt));
  const seconds = (Math.max(...reports.map(({ endedAt }) => endedAt)) - startedAt) / 1000;
  const claimsMs = reports.flatMap((report) => report.claimsMs);
  return {
    perSecond: sum(reports.map(({ claimed }) => claimed)) / seconds,
    claimP50Ms: percentile(claimsMs, 0.5),
    claimP99Ms: percentile(claimsMs, 0.99),
    calledOff: sum(reports.map(({ calledOff }) => calledOff)),
  };
}

export const claims: Benchmark = { name: 'claims', title: 'due rows given out to workers', run };
