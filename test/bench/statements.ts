import { createWriteStream, openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { closingAtEnd, type Benchmark, type BenchOptions, type BenchResult } from './benchmark.js';
import { API_KEY, PROVIDER, startRecaudo } from './programs.js';
import { tenths, whole } from './statistics.js';

const AUTHORIZATION = { authorization: `Bearer ${API_KEY}` };
const FULL = [10_000, 100_000, 1_000_000];
const QUICK = [1_000, 2_000];
/**
 * Left to itself V8 takes more before it looks for what it can give back, and that would show instead of what is needed. Its young generation
 * may then grow as large as what is free of the old one, and V8 looks for garbage all the time, also when nothing happens: it stays small.
 */
const HEAP = ['--max-old-space-size=128', '--max-semi-space-size=8'];
const DONE_MS = 30 * 60_000;
const DAY_MS = 86_400_000;
/** Of so many payins one has another amount in the file, one is not in it, and beside them one is in it that we do not have. */
const ONE_IN = 1_000;
const OTHER_AMOUNT = 11;
const NOT_LISTED = 7;

interface StatementAnswer {
  id: string;
  status: string;
  outcomes: Record<string, number> | null;
}

/** A file of a provider's, against a ledger of the same size: how long it takes, and what the service's memory is at most. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const runs: Awaited<ReturnType<typeof measure>>[] = [];
  for (const payins of options.quick ? QUICK : FULL) {
    const measured = await closingAtEnd((closeAtEnd) => measure(payins, { ...options, closeAtEnd }));
    runs.push(measured);
    options.say(
      `${whole(measured.lines)} lines: ${tenths(measured.uploadSeconds)} s + ${tenths(measured.compareSeconds)} s, ${whole(measured.peakMiB)} MiB`,
    );
  }
  return {
    tables: [
      {
        columns: [
          'lines of the file',
          'received, s',
          'compared, s',
          'lines per second',
          'result downloaded, s',
          'memory at the start, MiB',
          'at most, MiB',
        ],
        rows: runs.map(({ lines, uploadSeconds, compareSeconds, downloadSeconds, idleMiB, peakMiB }) => [
          whole(lines),
          tenths(uploadSeconds),
          tenths(compareSeconds),
          whole(lines / (uploadSeconds + compareSeconds)),
          tenths(downloadSeconds),
          whole(idleMiB),
          whole(peakMiB),
        ]),
      },
    ],
    notes: [
      `The ledger has as many paid payins as the file has lines; one in ${whole(ONE_IN)} lines differs, is missing here, and is missing there. The run ends without a figure unless just these are found.`,
      'Memory is the resident set of the service’s process, from its start to the end of the download, with a heap of 128 MiB (and semi-spaces of 8 MiB). PostgreSQL and the client share the machine.',
    ],
    raw: runs,
  };
}

async function measure(payins: number, options: BenchOptions) {
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  const environment = { LOG_LEVEL: 'error', RECONCILIATION_HOUR: 'off' };
  const { url, pid } = await startRecaudo(options, database, environment, HEAP);
  await fillLedger(database, payins);
  const [organization] = await database.query<{ code: string }>('select code from organizations');
  const file = join(options.folder, `${payins}.csv`);
  const lines = await writeFile(file, organization!.code, payins);
  const idleMiB = memoryMiB(pid, 'VmRSS');

  const secondsOf = async <T>(use: () => Promise<T>) => {
    const startedAt = performance.now();
    const result = await use();
    return { result, seconds: (performance.now() - startedAt) / 1000 };
  };
  const upload = await secondsOf(() => send(url, file));
  const compare = await secondsOf(() =>
    until('the statement to be done', () => doneStatement(url, upload.result.id), DONE_MS),
  );
  assertFound(compare.result, payins);
  const download = await secondsOf(() => downloadResult(url, upload.result.id, lines + payins / ONE_IN));
  return {
    lines,
    uploadSeconds: upload.seconds,
    compareSeconds: compare.seconds,
    downloadSeconds: download.seconds,
    idleMiB,
    peakMiB: memoryMiB(pid, 'VmHWM'),
  };
}

/** Paid payins, as their use would have left them. */
async function fillLedger(database: TestDatabase, payins: number): Promise<void> {
  await database.query(
    `insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
                         amount_received_in_cents, expires_at, result_at, sequence)
     select o.id, uuidv7(), 'bench-' || n, '', '{}', 5000000, 'COP', 'PSE', $1, 'APPROVED', 5000000, now(), now(), 1
     from organizations o, generate_series(1, $2::int) n`,
    [PROVIDER, payins],
  );
  await database.query(
    `insert into attempts (organization_id, id, payin_id, provider, provider_reference, external_id, state)
     select p.organization_id, uuidv7(), p.id, p.provider, o.code || lpad(split_part(p.reference, '-', 2), 25, '0'),
            'ticket-' || split_part(p.reference, '-', 2), 'open'
     from payins p join organizations o on o.id = p.organization_id`,
  );
  await database.query(
    `insert into receipts (organization_id, id, payin_id, attempt_id, payment_id, amount_in_cents, paid_at)
     select organization_id, uuidv7(), payin_id, id, provider_reference, 5000000, now() from attempts`,
  );
  await database.query('vacuum analyze');
  await database.query('checkpoint');
}

/** @returns how many lines it has, without the header */
async function writeFile(path: string, code: string, payins: number): Promise<number> {
  let lines = 0;
  const text = function* () {
    yield 'reference,externalId,amountInCents,currency,status,paidAt,feeInCents\n';
    for (let n = 1; n <= payins; n += 1) {
      if (n % ONE_IN === NOT_LISTED) continue;
      const amount = n % ONE_IN === OTHER_AMOUNT ? 4_900_000 : 5_000_000;
      lines += 1;
      yield `${code}${String(n).padStart(25, '0')},ticket-${n},${amount},COP,APPROVED,2026-11-20T10:00:00-05:00,1500\n`;
      if (n % ONE_IN !== 0) continue;
      lines += 1;
      yield `nobody-${n},,5000000,COP,APPROVED,,\n`;
    }
  };
  await pipeline(Readable.from(text()), createWriteStream(path));
  return lines;
}

async function send(url: string, file: string): Promise<StatementAnswer> {
  const query = new URLSearchParams({
    provider: PROVIDER,
    from: new Date(Date.now() - DAY_MS).toISOString(),
    to: new Date(Date.now() + DAY_MS).toISOString(),
    covers: 'PAYMENTS',
  });
  const headers = { ...AUTHORIZATION, 'content-type': 'text/csv' };
  const body = await openAsBlob(file);
  const answer = await fetch(`${url}/statements?${query.toString()}`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`the upload was answered with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as StatementAnswer;
}

async function doneStatement(url: string, id: string): Promise<StatementAnswer | false> {
  const answer = await fetch(`${url}/statements/${id}`, { headers: AUTHORIZATION });
  const statement = (await answer.json()) as StatementAnswer;
  return statement.status === 'DONE' && statement;
}

function assertFound({ outcomes }: StatementAnswer, payins: number): void {
  const each = payins / ONE_IN;
  const expected = {
    MATCHED: payins - 2 * each,
    DIFFERENT: each,
    MISSING_HERE: each,
    MISSING_THERE: each,
    NOT_OURS: 0,
  };
  if (JSON.stringify(outcomes) !== JSON.stringify(expected))
    throw new Error(`found ${JSON.stringify(outcomes)}, planted ${JSON.stringify(expected)}`);
}

async function downloadResult(url: string, id: string, lines: number): Promise<void> {
  const answer = await fetch(`${url}/statements/${id}/result.csv`, { headers: AUTHORIZATION });
  let ends = 0;
  for await (const piece of answer.body ?? []) ends += Buffer.from(piece).filter((byte) => byte === 10).length;
  if (ends !== lines + 1) throw new Error(`the result has ${ends} lines and not ${lines + 1}`);
}

function memoryMiB(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

export const statements: Benchmark = { name: 'statements', title: 'a statement against a ledger', run };
