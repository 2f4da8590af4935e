import { createTestDatabase } from '../support/test-database.js';
import type { ClaimerReport } from './claimer.js';
import { BATCH, DueRows, PARTITIONS, WORK, type WorkName } from './due-rows.js';
import type { BenchOptions, BenchPart, BenchResult, Table } from './part.js';
import { Program } from './program.js';
import { hundredths, median, percentile, spread, whole } from './statistics.js';

interface Sizes {
  rounds: number;
  due: number;
  /** Rows that are not due, beside those that are. */
  notDue: readonly number[];
  workers: readonly number[];
}
const FULL: Sizes = { rounds: 3, due: 10_000, notDue: [0, 100_000, 1_000_000], workers: [1, 2, 4] };
const QUICK: Sizes = { rounds: 1, due: 300, notDue: [0, 1_000], workers: [1, 2] };

interface Run {
  work: WorkName;
  workers: number;
  notDue: number;
  perSecond: number;
  claimP50Ms: number;
  claimP99Ms: number;
  claims: number;
  calledOff: number;
}

/** How fast due rows are given out, by how many workers, and whether rows that are not due make it slower. */
async function run({ quick, folder, say }: BenchOptions): Promise<BenchResult> {
  const sizes = quick ? QUICK : FULL;
  const database = await createTestDatabase();
  const claimers: Program[] = [];
  const runs: Run[] = [];
  const measure = async (rows: DueRows, notDue: number, workers: number) => {
    const { work } = rows;
    await rows.due(sizes.due);
    const reports = await Promise.all(claimers.slice(0, workers).map((one) => one.report<ClaimerReport>({ work })));
    assertEachOnce(await rows.claims(), reports, sizes.due);
    const measured = { work, workers, notDue, ...figuresOf(reports) };
    say(`${work}, ${whole(notDue)} not due, ${workers} workers: ${whole(measured.perSecond)} rows/s`);
    runs.push(measured);
  };
  try {
    DueRows.makeOrganization(database.url);
    for (let number = 1; number <= Math.max(...sizes.workers); number += 1)
      claimers.push(startClaimer(`claimer-${number}`, folder, database.url));
    await Promise.all(claimers.map((one) => one.report()));
    for (const work of WORK) {
      const rows = new DueRows(database, work);
      for (const notDue of sizes.notDue) {
        await rows.notDue(notDue);
        for (let round = 0; round < sizes.rounds; round += 1)
          for (const workers of notDue === sizes.notDue.at(-1) ? sizes.workers : [1])
            await measure(rows, notDue, workers);
      }
    }
  } finally {
    await Promise.all(claimers.map((one) => one.end()));
    await database.drop();
  }
  return { tables: [workersTable(runs, sizes), notDueTable(runs, sizes)], notes: notesOf(sizes, runs), raw: runs };
}

function startClaimer(name: string, folder: string, databaseUrl: string): Program {
  const args = ['--import', './test/support/typescript.mjs', 'test/bench/claimer.ts'];
  return new Program(folder, name, args, { DATABASE_URL: databaseUrl });
}

/** @throws unless every due row was claimed by exactly one worker, once */
export function assertEachOnce(
  claims: Readonly<Record<number, number>>,
  reports: readonly Pick<ClaimerReport, 'claimed'>[],
  due: number,
): void {
  const claimed = reports.reduce((sum, report) => sum + report.claimed, 0);
  if (claimed !== due || claims[1] !== due || Object.keys(claims).length !== 1)
    throw new Error(`of ${due} due rows ${claimed} were claimed; rows by how often: ${JSON.stringify(claims)}`);
}

function figuresOf(
  reports: readonly ClaimerReport[],
): Pick<Run, 'perSecond' | 'claimP50Ms' | 'claimP99Ms' | 'claims' | 'calledOff'> {
  const seconds =
    (Math.max(...reports.map(({ endedAt }) => endedAt)) - Math.min(...reports.map(({ startedAt }) => startedAt))) /
    1000;
  const claimsMs = reports.flatMap((report) => report.claimsMs);
  return {
    perSecond: reports.reduce((sum, { claimed }) => sum + claimed, 0) / seconds,
    claimP50Ms: percentile(claimsMs, 0.5),
    claimP99Ms: percentile(claimsMs, 0.99),
    claims: claimsMs.length,
    calledOff: reports.reduce((sum, { calledOff }) => sum + calledOff, 0),
  };
}

function workersTable(runs: readonly Run[], { workers: counts, notDue }: Sizes): Table {
  const beside = notDue.at(-1);
  const cells = (work: WorkName) =>
    counts.map((workers) =>
      spread(
        runs
          .filter((one) => one.work === work && one.notDue === beside && one.workers === workers)
          .map((one) => one.perSecond),
        whole,
      ),
    );
  return {
    columns: ['due rows claimed a second, by', ...counts.map((count) => `${count} worker${count > 1 ? 's' : ''}`)],
    rows: WORK.map((work) => [work, ...cells(work)]),
  };
}

function notDueTable(runs: readonly Run[], { notDue }: Sizes): Table {
  const of = (work: WorkName, beside: number) =>
    median(
      runs
        .filter((one) => one.work === work && one.notDue === beside && one.workers === 1)
        .map((one) => one.claimP50Ms),
    );
  return {
    columns: ['one claim, ms, beside', ...notDue.map((count) => `${whole(count)} not due`)],
    rows: WORK.map((work) => [
      `${work}, ${BATCH[work]} at once`,
      ...notDue.map((count) => hundredths(of(work, count))),
    ]),
  };
}

function notesOf({ rounds, due, notDue }: Sizes, runs: readonly Run[]): string[] {
  const calledOff = runs.reduce((sum, one) => sum + one.calledOff, 0);
  return [
    `Medians (least–most) of ${rounds} rounds of ${whole(due)} due rows (payins and webhooks of one provider, notifications to ${PARTITIONS} endpoints), by the stores' own statements on the real schema; a worker is a process that does nothing but claim. With ${whole(notDue.at(-1) ?? 0)} rows beside them that are not due: half have ended, half are due later.`,
    `After each round every due row had been claimed exactly once. PostgreSQL called ${calledOff} claims off because they waited for each other in a ring; they came again.`,
  ];
}

export const claims: BenchPart = { name: 'claims', title: 'due rows given out to workers', run };
