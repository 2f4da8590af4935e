import pg from 'pg';
import type { PayinRequest } from '../../src/payins/store/payin-request.js';
import { termsOf } from '../../src/payins/store/search-terms.js';
import { ApiClient } from '../support/api-client.js';
import { launchBrowser } from '../support/browser.js';
import { joined, PASSWORD } from '../support/people.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.js';
import { API_KEY, createOrganization, PROVIDER, startRecaudo } from './programs.js';
import { percentile, tenths, whole } from './statistics.js';

/** The payins of the organization that is asked for, and of all others together. */
const FULL = { own: 5_000_000, others: 1_000_000, organizations: 1_000, times: 100 };
const QUICK: typeof FULL = { own: 3_000, others: 1_000, organizations: 10, times: 3 };
/** What an answer takes at most. */
const TARGET_MS = 100;
const SESSIONS = 2;
/** Within this a person sees the first rows of the payments page. */
const PAGE_TARGET_MS = 1_000;
const DAYS_OF_OVERVIEW = 30;

const FIRST = [
  'María',
  'José',
  'Luis',
  'Ana',
  'Carlos',
  'Luz',
  'Juan',
  'Rosa',
  'Andrés',
  'Gloria',
  'Jorge',
  'Sofía',
  'Diego',
];
const LAST = ['García', 'Rodríguez', 'Martínez', 'Peña', 'Núñez', 'Gómez', 'López', 'Díaz', 'Muñoz', 'Rojas', 'Ortiz'];
const listed = (names: readonly string[]) => `(array[${names.map((name) => `'${name}'`).join(', ')}])`;
/** A name of `list`, as if by chance: the first ones often. */
const some = (list: readonly string[], salt: number) =>
  `${listed(list)}[1 + (power((hashint8extended(n, ${salt}) & 268435455) / 268435456.0::float8, 2) * ${list.length})::int % ${list.length}]`;

/** What a payin is made of, by its number. */
const facts = (from: number, to: number, count: number) => `
  generate_series(${from}, ${to}) n, lateral (
    select (n - ${count} - 1000) * interval '6 seconds' as age, 'INV-' || n as reference,
      case when n % 3 = 0 then 5000000 else (1000 + n % 9000) * 10000 end as amount,
      (array['PSE', 'BRE_B', 'NEQUI'])[1 + n % 3] as rail,
      case when n % 50000 = 18 then 'UNDERPAID' when n % 4 = 0 then 'EXPIRED' else 'APPROVED' end as status,
      ${some(FIRST, 1)} || ' ' || ${some(LAST, 2)} || ' ' || ${some(LAST, 3)} || case when n % 1000 = 0 then ' Zuluaga' else '' end as name,
      (1000000000 + n / 3)::text as document, '573' || lpad((n / 3)::text, 9, '0') as phone, 'payer' || n / 3 || '@example.com' as email
    offset 0) as facts`;

/** With their attempts and terms, as `termsOf` makes them; the bench compares some. */
const payins = (from: number, to: number, count: number, organization: string) => `
  with made as materialized (
    select ${organization} as organization, uuidv7(age) as id, facts.* from ${facts(from, to, count)}
  ), of_payins as (
    insert into payins (organization_id, id, reference, fingerprint, request, amount_in_cents, currency, rail, provider, status,
      amount_received_in_cents, sequence, version, checks, expires_at, result_at, created_at, updated_at)
    select organization, id, reference, '${'0'.repeat(64)}',
      format('{"amountInCents":%s,"currency":"COP","rail":"%s","reference":"%s","inlineCustomer":{"name":"%s","idType":"CC","idNumber":"%s","phone":"+%s","email":"%s"}}',
        amount, rail, reference, name, document, phone, email)::jsonb,
      amount, 'COP', rail, '${PROVIDER}', status, case when status = 'APPROVED' then amount else 0 end, 7, 2, 1,
      now() + age + interval '15 minutes', now() + age + interval '15 minutes', now() + age, now() + age + interval '15 minutes'
    from made
  ), of_attempts as (
    insert into attempts (organization_id, id, payin_id, provider, provider_reference, external_id, state, started_at)
    select organization, id, id, '${PROVIDER}', replace(id::text, '-', ''), 'T' || right(id::text, 14), 'open', now() + age from made
  )
  insert into payin_search_terms (organization_id, term, payin_id)
  select organization, term, id
  from made, unnest(array['r:' || lower(reference), 'a:' || amount, 'd:' || document, 'p:' || phone, 'e:' || email]
    || array(select distinct 'n:' || word from unnest(string_to_array(translate(lower(name), 'áéíóúñ', 'aeioun'), ' ')) as word)) as term`;

/** Payins of one statement: what they are made of stays in memory. */
const STEP = 50_000;

interface Search {
  what: string;
  body: Record<string, unknown>;
  /** The page after the first one is asked for. */
  goesOn?: true;
}

/** Of a payin in the middle, and of what many have. */
function searchesFor(n: number, attempt: { provider_reference: string; external_id: string }): Search[] {
  const customer = Math.floor(n / 3);
  return [
    { what: 'a reference', body: { text: `INV-${n}` } },
    { what: 'a beginning that few references have', body: { text: `inv-${String(n).slice(0, -2)}` } },
    { what: 'a beginning that all references have', body: { text: 'INV-' } },
    { what: 'its next page', body: { text: 'INV-' }, goesOn: true },
    { what: 'the reference that we sent', body: { text: attempt.provider_reference } },
    { what: 'the provider’s number', body: { text: attempt.external_id } },
    { what: 'a document', body: { text: `${1_000_000_000 + customer}` } },
    { what: 'a phone', body: { text: `3${String(customer).padStart(9, '0')}` } },
    { what: 'an e-mail address', body: { text: `payer${customer}@example.com` } },
    { what: 'a name that one in 1,000 has', body: { text: 'zuluaga' } },
    { what: 'a name that many have', body: { text: 'maria' } },
    { what: 'its next page', body: { text: 'maria' }, goesOn: true },
    { what: 'two names that many have', body: { text: 'pena luis' } },
    { what: 'three names', body: { text: 'Zuluaga Sofía Rojas' } },
    { what: 'an amount that one in three has', body: { text: '$ 50.000' } },
    { what: 'an amount, of a rare status', body: { text: '$ 50.000', status: 'UNDERPAID' } },
    { what: 'a name, on one day a month ago', body: { text: 'maria', from: daysAgo(30), to: daysAgo(30) } },
    { what: 'a rare status', body: { status: 'UNDERPAID' } },
    { what: 'a day a month ago', body: { from: daysAgo(30), to: daysAgo(30) } },
    { what: 'an amount in cents', body: { amountInCents: (1_000 + (n % 9_000)) * 10_000 } },
    { what: 'what nobody has', body: { text: 'nobody at all' } },
  ];
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

async function run(options: BenchOptions): Promise<BenchResult> {
  const sizes = options.quick ? QUICK : FULL;
  const database = await createTestDatabase();
  options.closeAtEnd(() => database.drop());
  const { url } = await startRecaudo(options, database, { LOG_LEVEL: 'error', RECONCILIATION_HOUR: 'off' });
  const [own] = await database.query<{ id: string }>('select id from organizations');
  const small = createOrganization(database, 'Small');
  const startedAt = performance.now();
  const others = await fill(database, sizes, own!.id, options);
  options.say(`${whole(sizes.own + sizes.others)} payins in ${whole((performance.now() - startedAt) / 1000)} s`);
  const size = await sizeOf(database);

  const middle = Math.floor(sizes.own / 2 / 1_000) * 1_000;
  const [{ number }] = (await database.query<{ number: string }>(
    `select number from other_organizations where id = '${small.id}'`,
  )) as [{ number: string }];
  const sides = [
    { name: 'The large organization', apiKey: API_KEY, organizationId: own!.id, n: middle },
    {
      name: 'A small organization',
      apiKey: small.apiKey,
      organizationId: small.id,
      n: middleOf(Number(number), sizes.others, others),
    },
  ];
  const tables: BenchResult['tables'][number][] = [];
  const raw: Record<string, object[]> = {};
  for (const { name, apiKey, organizationId, n } of sides) {
    const [attempt] = await database.query<{ provider_reference: string; external_id: string }>(
      `select provider_reference, external_id from attempts a join payins p on p.organization_id = a.organization_id and p.id = a.payin_id
       where p.organization_id = $1 and p.reference = $2`,
      [organizationId, `INV-${n}`],
    );
    const rows: string[][] = [];
    for (const { what, body, goesOn } of searchesFor(n, attempt!)) {
      const cursor = goesOn && (await searched(url, apiKey, body)).nextCursor;
      const measured = await measure(sizes.times, () =>
        searched(url, apiKey, { ...body, ...(cursor && { cursor }) }).then(({ found }) => found),
      );
      (raw[`${name}: ${what}`] ??= []).push(measured);
      rows.push([what, measured.answer, ...figuresOf(measured)]);
    }
    tables.push({
      columns: [`${name}: what is searched for`, 'found on the page', 'first, ms', 'p50 ms', 'p99 ms', 'most, ms'],
      rows,
      notes: [targetNote('every answer', TARGET_MS, rows)],
    });
  }

  const lists: string[][] = [];
  for (const { what, path } of READINGS) {
    const measured = await measure(sizes.times, () => read(url, path));
    (raw[what] ??= []).push(measured);
    lists.push([what, ...figuresOf(measured)]);
  }
  tables.push({
    columns: ['The large organization: what is read', 'first, ms', 'p50 ms', 'p99 ms', 'most, ms'],
    rows: lists,
  });
  const page = await inConsole(options, url, middle);
  raw['in the console'] = [page];
  const shown = [['the payments page, opened anew', ...figuresOf(page.opened)]];
  tables.push({
    columns: ['In a browser: until the first rows are there', 'first, ms', 'p50 ms', 'p99 ms', 'most, ms'],
    rows: [...shown, ['what is typed into its search box is found', ...figuresOf(page.searched)]],
    notes: [
      targetNote('the first rows of the page', PAGE_TARGET_MS, shown),
      page.longestTaskMs === 0
        ? 'While references were typed, no task of the page took 50 ms or more.'
        : `While references were typed, the longest task of the page took ${tenths(page.longestTaskMs)} ms.`,
    ],
  });
  return {
    tables,
    notes: [
      `One organization has ${whole(sizes.own)} payins; ${whole(sizes.organizations - 1)} others have ${whole(sizes.others)} together. Each search was asked for once and then ${whole(sizes.times)} times, one after the other, over HTTP, a page of 20. “…”: the page ends before it is full, and the search goes on with its cursor.`,
      `The terms of all payins take ${size.terms} of disk, their index ${size.index}; the payins themselves ${size.payins}.`,
    ],
    raw,
  };
}

/** What the console reads besides. */
const READINGS = [
  { what: 'the newest payins', path: '/payins?limit=50' },
  { what: 'the newest payins of a rare status', path: '/payins?status=UNDERPAID&limit=50' },
  { what: 'the report of a day a month ago', path: `/reports/daily?date=${daysAgo(30)}` },
  { what: 'the report of today', path: `/reports/daily?date=${daysAgo(0)}` },
  {
    what: `the overview of ${DAYS_OF_OVERVIEW} days`,
    path: `/reports/overview?from=${daysAgo(DAYS_OF_OVERVIEW - 1)}&to=${daysAgo(0)}`,
  },
  { what: 'what waits for a person', path: '/worklist' },
];

/** The number of a payin of the organization that has each `others`-th one: in the middle, and found by nobody else's words. */
function middleOf(number: number, count: number, others: number): number {
  return number + others * Math.floor(count / others / 2);
}

interface Measured {
  first: number;
  times: number[];
  /** The last one. */
  answer: string;
}

async function measure(times: number, ask: () => Promise<string>): Promise<Measured> {
  const all: number[] = [];
  let answer = '';
  for (let time = 0; time <= times; time += 1) {
    const startedAt = performance.now();
    answer = await ask();
    all.push(performance.now() - startedAt);
  }
  return { first: all[0]!, times: all.slice(1), answer };
}

function figuresOf({ first, times }: Measured): string[] {
  return [first, percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)].map(tenths);
}

function targetNote(what: string, targetMs: number, rows: readonly string[][]): string {
  const most = Math.max(...rows.map((row) => Number(row.at(-1))));
  return `Target: ${what} within ${whole(targetMs)} ms: ${most <= targetMs ? 'met' : 'not met'} (${tenths(most)}).`;
}

async function searched(url: string, apiKey: string, body: object): Promise<{ found: string; nextCursor?: string }> {
  const answer = await fetch(`${url}/payins/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { data, pageInfo } = (await answer.json()) as {
    data: unknown[];
    pageInfo: { hasNext: boolean; nextCursor: string | null };
  };
  if (answer.status !== 200) throw new Error(`a search was answered with ${answer.status}`);
  const isWhole = data.length === 20 || !pageInfo.hasNext;
  return { found: `${data.length}${isWhole ? '' : ' …'}`, nextCursor: pageInfo.nextCursor ?? undefined };
}

/** Days that are still being summed up are asked for again. */
async function read(url: string, path: string): Promise<string> {
  let body = '';
  await until(
    `an answer to GET ${path}`,
    async () => {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${API_KEY}` } });
      body = await answer.text();
      if (answer.status !== 200 && answer.status !== 503) throw new Error(`GET ${path}: ${answer.status} ${body}`);
      return answer.status === 200;
    },
    SUMMED_UP_WITHIN_MS,
  );
  return body;
}

const SUMMED_UP_WITHIN_MS = 600_000;

/** What somebody sees who opens the payments page, and then searches there. */
async function inConsole(
  options: BenchOptions,
  url: string,
  middle: number,
): Promise<{ opened: Measured; searched: Measured; longestTaskMs: number }> {
  const browser = await launchBrowser();
  options.closeAtEnd(() => browser.close());
  const { email } = await joined({ url, api: new ApiClient(url, API_KEY) });
  const context = await browser.newContext();
  const signedIn = await context.request.post(`${url}/session`, {
    data: { email, password: PASSWORD },
    headers: { origin: url },
  });
  if (!signedIn.ok()) throw new Error(`the sign-in was answered with ${signedIn.status()}`);
  const page = await context.newPage();
  const firstRow = page.locator('tbody tr').first();
  const opened = await measure(options.quick ? 1 : PAGES, async () => {
    await page.goto(`${url}/console/payins`);
    await firstRow.waitFor();
    return 'rows';
  });
  await page.evaluate(
    `window.longest = 0; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); }).observe({ type: 'longtask' });`,
  );
  const box = page.getByRole('searchbox');
  let next = middle;
  const found = await measure(options.quick ? 1 : PAGES, async () => {
    const reference = `INV-${(next += 1)}`;
    await box.fill('');
    await box.pressSequentially(reference);
    await page.locator('tbody tr', { hasText: reference }).first().waitFor();
    return reference;
  });
  return { opened, searched: found, longestTaskMs: await page.evaluate<number>('window.longest') };
}

const PAGES = 10;

/** Tables are filled without a log and without indexes, which are built afterwards. @returns how many other organizations there are */
async function fill(database: TestDatabase, sizes: typeof FULL, own: string, { say }: BenchOptions): Promise<number> {
  await database.query(
    `insert into organizations (id, name, code, notification_secret)
     select uuidv7(), 'Before ' || n, 'b' || lpad(n::text, 6, '0'), '' from generate_series(3, $1::int) n`,
    [sizes.organizations],
  );
  await database.query(
    `create table other_organizations as select id, row_number() over (order by id) - 1 as number from organizations where id <> '${own}'`,
  );
  await database.query('alter table other_organizations add primary key (number)');
  const [{ others }] = (await database.query<{ others: number }>(
    'select count(*)::int as others from other_organizations',
  )) as [{ others: number }];
  const indexes = await database.query<{ name: string; table: string; definition: string; constraint: string | null }>(
    `select i.relname as name, t.relname as "table", pg_get_indexdef(i.oid) as definition, pg_get_constraintdef(c.oid) as "constraint"
     from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
     left join pg_constraint c on c.conindid = i.oid and c.contype in ('p', 'u') where t.relname = any($1)`,
    [TABLES],
  );
  for (const { table } of TABLES.map((one) => ({ table: one }))) {
    const foreign = await database.query<{ name: string }>(
      `select conname as name from pg_constraint where contype = 'f' and conrelid = $1::regclass`,
      [table],
    );
    for (const { name } of foreign) await database.query(`alter table ${table} drop constraint "${name}"`);
  }
  for (const { name, table, constraint } of indexes)
    await database.query(
      constraint ? `alter table ${table} drop constraint "${name}" cascade` : `drop index "${name}"`,
    );
  for (const table of TABLES) await database.query(`alter table ${table} set unlogged`);

  const steps = [
    ...stepsOf(sizes.own, (from, to) => payins(from, to, sizes.own, `'${own}'::uuid`)),
    ...stepsOf(sizes.others, (from, to) =>
      payins(from, to, sizes.others, `(select id from other_organizations where number = n % ${others})`),
    ),
  ];
  await inSessions(database, steps);
  say('payins are there');
  await inSessions(
    database,
    // The longest first.
    indexes
      .toSorted((one, other) => TABLES.indexOf(one.table) - TABLES.indexOf(other.table))
      .map(({ name, table, definition, constraint }) =>
        constraint ? `alter table ${table} add constraint "${name}" ${constraint}` : definition,
      ),
  );
  say('indexes are built');
  await inSessions(
    database,
    TABLES.map((table) => `vacuum (analyze) ${table}`),
  );
  await database.query('checkpoint');
  await compareTerms(database, own);
  return others;
}

const TABLES = ['payin_search_terms', 'payins', 'attempts'];

function stepsOf(count: number, statement: (from: number, to: number) => string): string[] {
  return Array.from({ length: Math.ceil(count / STEP) }, (_, at) =>
    statement(at * STEP + 1, Math.min((at + 1) * STEP, count)),
  );
}

/** Each takes the next one. */
async function inSessions(database: TestDatabase, statements: readonly string[]): Promise<void> {
  const left = [...statements];
  await Promise.all(Array.from({ length: SESSIONS }, () => inOneSession(database, left)));
}

/** What SQL has written is what the service writes. */
async function compareTerms(database: TestDatabase, own: string): Promise<void> {
  const sample = await database.query<{ id: string; request: PayinRequest }>(
    'select id, request from payins where organization_id = $1 order by id limit 20',
    [own],
  );
  for (const { id, request } of sample) {
    const terms = termsOf(request);
    const [row] = await database.query<{ count: number }>(
      'select count(*)::int as count from payin_search_terms where organization_id = $1 and payin_id = $2 and term = any($3)',
      [own, id, terms],
    );
    if (row!.count !== terms.length) throw new Error(`of ${terms.join()} only ${row!.count} are there`);
  }
}

async function sizeOf(database: TestDatabase) {
  const [size] = await database.query<{ terms: string; index: string; payins: string }>(
    `select pg_size_pretty(pg_table_size('payin_search_terms')) as terms, pg_size_pretty(pg_indexes_size('payin_search_terms')) as index,
            pg_size_pretty(pg_total_relation_size('payins')) as payins`,
  );
  return size!;
}

async function inOneSession({ url }: TestDatabase, left: string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const sql of [
      'set session_replication_role = replica',
      `set work_mem = '256MB'`,
      `set maintenance_work_mem = '2GB'`,
      'set synchronous_commit = off',
      'set jit = off',
    ])
      await client.query(sql);
    for (let sql = left.shift(); sql !== undefined; sql = left.shift()) await client.query(sql);
  } finally {
    await client.end();
  }
}

export const search: Benchmark = {
  name: 'search',
  isLarge: true,
  title: 'POST /payins/search in an organization of many payins',
  run,
};
