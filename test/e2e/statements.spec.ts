import { type ClientRequest, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { newReference, ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { providerSide } from '../support/provider-side.js';
import { secondOrganization } from '../support/second-organization.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import {
  compared,
  csv,
  linesOf,
  statementReaches,
  type StatementView,
  THIS_YEAR,
  upload,
} from '../support/statements.js';
import { processTimePasses, timePasses } from '../support/time.js';
import { until } from '../support/until.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

async function referenceOf(payin: PresentedPayin): Promise<string> {
  return (await providerSide(testApp, payin, 'tumipay')).order.reference;
}

async function paid(amountInCents = 5_000_000): Promise<PresentedPayin> {
  const payin = await testApp.api.open({ amountInCents });
  await testApp.sandbox.tumipay.pay(ticketOf(payin));
  return testApp.api.reaches(payin.id, 'APPROVED');
}

const unknownLine = (amountInCents = 1_000_000) => `nobody-${newReference()},,${amountInCents},COP,APPROVED,,`;

/** The rows of statements in the database: what does not count leaves none behind. */
async function storedLines(id: string): Promise<number> {
  const rows = await testApp.database.query('select 1 from statement_lines where statement_id = $1', [id]);
  return rows.length;
}

async function newest(): Promise<StatementView> {
  return (await testApp.api.call<{ data: StatementView[] }>('GET', '/statements?limit=1')).body.data[0]!;
}

/** An upload whose beginning has arrived, and its statement. */
async function sendSlowly(beginning: string): Promise<{ id: string; sending: ClientRequest; answer: Promise<number> }> {
  const before = (await newest()).id;
  const query = new URLSearchParams({ provider: 'tumipay', ...THIS_YEAR });
  const sending = request(`${testApp.url}/statements?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'text/csv' },
  });
  const answer = new Promise<number>((resolve) => {
    sending.on('error', () => resolve(0));
    sending.on('response', (response) => resolve(response.resume().statusCode ?? 0));
  });
  sending.write(beginning);
  const id = await until('the statement to be there', async () => {
    const statement = await newest();
    return statement.id !== before && statement.id;
  });
  return { id, sending, answer };
}

describe('a statement', () => {
  it('that agrees with our records matches, by our reference, the provider’s id or the merchant’s reference', async () => {
    const [one, two, three] = [await paid(), await paid(), await paid()];
    const done = await compared(
      testApp.api,
      csv(
        `${await referenceOf(one)},,5000000,COP,APPROVED,,`,
        `,${ticketOf(two)},5000000,COP,APPROVED,,`,
        `${three.reference},,5000000,COP,APPROVED,,`,
      ),
    );
    expect(done).toMatchObject({
      source: 'UPLOAD',
      lines: 3,
      compared: 3,
      outcomes: { MATCHED: 3, DIFFERENT: 0, MISSING_HERE: 0, MISSING_THERE: 0, NOT_OURS: 0 },
      differences: {},
    });
    expect((await linesOf(testApp.api, done.id)).map(({ payinId }) => payinId)).toEqual([one.id, two.id, three.id]);
  });

  it('shows every difference, and opens one discrepancy for each', async () => {
    const payin = await paid();
    const unknown = unknownLine();
    const done = await compared(testApp.api, csv(`${payin.reference},,4000000,COP,APPROVED,,`, unknown));
    expect(done.outcomes).toMatchObject({ DIFFERENT: 1, MISSING_HERE: 1, MISSING_THERE: 0 });
    expect(await linesOf(testApp.api, done.id, 'DIFFERENT')).toEqual([
      expect.objectContaining({
        line: 2,
        differences: ['AMOUNT_CONFLICT'],
        amountInCents: 4_000_000,
        expectedInCents: 5_000_000,
        payinReference: payin.reference,
      }),
    ]);
    expect(await testApp.api.discrepancies(payin.id)).toEqual([expect.objectContaining({ kind: 'AMOUNT_CONFLICT' })]);
    const open = await testApp.api.call<{ data: { reference: string; payinId: null }[] }>(
      'GET',
      '/discrepancies?kind=MISSING_HERE',
    );
    expect(open.body.data).toContainEqual(expect.objectContaining({ reference: unknown.split(',')[0], payinId: null }));
  });

  it('makes us ask the provider: a payment of an open payin is booked when the provider confirms it, and the discrepancy is settled', async () => {
    const payin = await testApp.api.open();
    await testApp.sandbox.tumipay.pay(ticketOf(payin), { webhook: 'none' });
    const done = await compared(testApp.api, csv(`${payin.reference},,5000000,COP,APPROVED,,`));
    expect(done.differences).toEqual({ STATUS_CONFLICT: 1 });
    await timePasses(testApp.database, 5);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const settled = await until('the discrepancy to be settled', async () => {
      const [discrepancy] = await testApp.api.discrepancies(payin.id);
      return discrepancy?.status === 'RESOLVED' && discrepancy;
    });
    expect(settled.kind).toBe('STATUS_CONFLICT');
  });

  it('is never believed: a payment that the provider does not confirm changes no payin', async () => {
    const payin = await testApp.api.open();
    await compared(testApp.api, csv(`${payin.reference},,5000000,COP,APPROVED,,`));
    await timePasses(testApp.database, 5);
    await until('the provider to be asked', async () =>
      (await testApp.sandbox.tumipay.calls('query')).some(({ url }) => url.includes(ticketOf(payin))),
    );
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'PENDING', amountReceivedInCents: 0 });
  });

  it('lacks payments or orders only where it covers them', async () => {
    const payin = await paid();
    const lacking = csv(unknownLine());
    expect((await compared(testApp.api, lacking)).outcomes).toMatchObject({ MISSING_THERE: 0 });
    const done = await compared(testApp.api, lacking, { covers: 'PAYMENTS' });
    expect(await linesOf(testApp.api, done.id, 'MISSING_THERE')).toContainEqual(
      expect.objectContaining({
        line: null,
        payinId: payin.id,
        differences: ['MISSING_AT_PROVIDER'],
        expectedInCents: 5_000_000,
      }),
    );
    const [discrepancy] = await testApp.api.discrepancies(payin.id);
    expect(discrepancy).toMatchObject({ kind: 'MISSING_AT_PROVIDER' });
  });

  it('that agrees settles what an earlier one found', async () => {
    const payin = await paid();
    await compared(testApp.api, csv(`${payin.reference},,5000000,COP,CONCILIADA,,`));
    const kinds = async () => (await testApp.api.discrepancies(payin.id)).map(({ kind, status }) => [kind, status]);
    expect(await kinds()).toContainEqual(['UNRECOGNISED_STATUS', expect.any(String)]);
    await compared(testApp.api, csv(`${payin.reference},,5000000,COP,APPROVED,,`));
    await until('all to be settled', async () => (await kinds()).every(([, status]) => status === 'RESOLVED'));
  });
});

describe('the same file again', () => {
  it('is the same statement, and finds nothing new', async () => {
    const payin = await paid();
    const file = csv(unknownLine(), `${payin.reference},,1,COP,APPROVED,,`);
    const first = await upload(testApp.api, file);
    expect(first.status).toBe(202);
    await statementReaches(testApp.api, first.body.id);
    const count = async () => (await testApp.database.query('select id from discrepancies')).length;
    const before = await count();
    const again = await upload(testApp.api, file);
    expect([again.status, again.headers.get('idempotency-replayed'), again.body.id]).toEqual([
      200,
      'true',
      first.body.id,
    ]);
    // A file with the same content in other bytes is another statement.
    const other = await compared(testApp.api, `${file}\n\n`);
    expect([other.id === first.body.id, await count()]).toEqual([false, before]);
  });

  it('at the same time is one statement, too', async () => {
    const file = csv(unknownLine(), unknownLine());
    const answers = await Promise.all(Array.from({ length: 2 }, () => upload(testApp.api, file)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 202]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('is another statement for another period or form', async () => {
    const file = csv(unknownLine());
    const first = await upload(testApp.api, file);
    const others = [
      await upload(testApp.api, file, { to: new Date(Date.now() + 2 * 86_400_000).toISOString() }),
      await upload(testApp.api, file, { covers: 'PAYMENTS' }),
      await upload(testApp.api, file, { mapping: '{"amountUnit":"pesos"}' }),
    ];
    expect(others.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set([first, ...others].map(({ body }) => body.id)).size).toBe(4);
    for (const { body } of [first, ...others]) await statementReaches(testApp.api, body.id);
  });
});

describe('a file that cannot be read', () => {
  it('is rejected with its bad lines by number, and nothing of it counts', async () => {
    const payin = await paid();
    const answer = await upload(
      testApp.api,
      csv(`${payin.reference},,1,COP,APPROVED,,`, 'x,,ten,COP,APPROVED,,', unknownLine(), ',,5,COP,APPROVED,,', 'x,,5'),
    );
    const problem = expectProblem(answer, 'STATEMENT_REJECTED', 'line 3', 'line 5', 'line 6');
    expect(problem.detail).toMatch(/3 lines cannot be read/);
    const rejected = await newest();
    expect(rejected).toMatchObject({ status: 'REJECTED', badLines: 3, outcomes: null });
    const { body } = await testApp.api.call<StatementView>('GET', `/statements/${rejected.id}`);
    expect(body.firstBadLines.map(({ line }) => line)).toEqual([3, 5, 6]);
    await until('its lines to be deleted', async () => (await storedLines(rejected.id)) === 0);
    expect(await testApp.api.discrepancies(payin.id)).toEqual([]);
  });

  it('names the first thousand of its bad lines, and counts all', async () => {
    const bad = Array.from({ length: 7_000 }, () => 'x,,ten,COP,APPROVED,,');
    const { body, status } = await upload(testApp.api, csv(unknownLine(), ...bad));
    expect([status, (body as unknown as { errors: object[] }).errors.length]).toEqual([400, 1_000]);
    expect(await newest()).toMatchObject({ badLines: 7_000 });
  });

  it.each<[string, string | Buffer, number, RegExp]>([
    ['nothing at all', '', 1, /empty/],
    ['no header', 'x,,5,COP,APPROVED,,\n', 1, /header must have the columns/],
    ['two encodings', Buffer.concat([Buffer.from(csv('é,,5,COP,x,,')), Buffer.from([0xf1, 0x0a])]), 3, /not UTF-8/],
    ['a workbook', Buffer.from('PK\u0003\u0004'), 1, /workbook/],
    ['a line of a megabyte', csv(`${'x'.repeat(1024 * 1024)},,5,COP,APPROVED,,`), 2, /longer than 64 KiB/],
    ['a huge field', csv(unknownLine(), `${'x'.repeat(300)},,5,COP,APPROVED,,`), 3, /"reference" must be 1 to 255/],
    ['a quote that is never closed', csv(unknownLine(), '"x,,5,COP,APPROVED,,'), 3, /never closed/],
  ])('is rejected by line: %s', async (_, file, line, message) => {
    const answer = await upload(testApp.api, file);
    const [error, ...others] = expectProblem(answer, 'STATEMENT_REJECTED').errors!;
    expect([error!.field, others]).toEqual([`line ${line}`, []]);
    expect(error!.message).toMatch(message);
  });

  it('is refused before it is read when it is no CSV, is compressed, or has an unknown charset', async () => {
    const refused = async (headers: Record<string, string>, file: string | Buffer = csv(unknownLine())) =>
      expectProblem(await upload(testApp.api, file, {}, headers), 'UNSUPPORTED_MEDIA_TYPE').detail;
    expect(await refused({ 'content-type': 'application/json' })).toMatch(/Content-Type: text\/csv/);
    expect(await refused({ 'content-type': 'application/x-www-form-urlencoded' }, 'x'.repeat(100_000))).toMatch(
      /text\/csv/,
    );
    expect(await refused({ 'content-type': 'multipart/form-data; boundary=x' })).toMatch(/as the body/);
    expect(await refused({ 'content-encoding': 'gzip' }, gzipSync(csv(unknownLine())))).toMatch(
      /without Content-Encoding/,
    );
    expect(await refused({ 'content-type': 'text/csv; charset=shift_jis' })).toMatch(/utf-8, windows-1252/);
    expect(
      (
        await upload(
          testApp.api,
          csv(unknownLine()),
          {},
          { 'content-type': 'Text/CSV; header=present; charset="UTF-8"' },
        )
      ).status,
    ).toBe(202);
    const elsewhere = await testApp.api.call('POST', '/payins', csv(unknownLine()), { 'content-type': 'text/csv' });
    expectProblem(elsewhere, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('is held while the rest of it arrives slowly, and then refused', async () => {
    const slow = await sendSlowly('reference;amount\n');
    const dueAt = async () =>
      (await testApp.database.query<{ due: Date }>('select due_at as due from statements where id = $1', [slow.id]))[0]!
        .due;
    const first = await dueAt();
    processTimePasses(5);
    await until('it to be held for longer', async () => {
      slow.sending.write('x;1\n');
      return (await dueAt()) > first;
    });
    slow.sending.end();
    expect(await slow.answer).toBe(400);
    expect(await newest()).toMatchObject({ id: slow.id, status: 'REJECTED' });
  });

  it('whose lease ended while the rest was discarded must be sent again', async () => {
    const slow = await sendSlowly('reference;amount\n');
    await testApp.database.query('update statements set fencing_token = fencing_token + 1 where id = $1', [slow.id]);
    slow.sending.end();
    expect(await slow.answer).toBe(503);
  });

  it('that breaks off leaves nothing but an abandoned statement', async () => {
    const { id, sending } = await sendSlowly(csv(...Array.from({ length: 6_000 }, () => unknownLine())));
    await until('some of its lines to be stored', async () => (await newest()).lines > 0);
    sending.destroy();
    const abandoned = await statementReaches(testApp.api, id, 'ABANDONED');
    expect(abandoned).toMatchObject({ outcomes: null, reason: expect.any(String) });
    await until('its lines to be deleted', async () => (await storedLines(id)) === 0);
  });
});

describe('uploads at the same time', () => {
  it('are at most two of one organization, and another organization’s are accepted', async () => {
    const { api: theirs } = await secondOrganization(testApp);
    const slow = [await sendSlowly(csv(unknownLine())), await sendSlowly(csv(unknownLine()))];
    expectProblem(await upload(testApp.api, csv(unknownLine())), 'UNAVAILABLE');
    expect((await upload(theirs, csv(unknownLine()))).status).toBe(202);
    for (const { sending } of slow) sending.end();
    expect(await Promise.all(slow.map(({ answer }) => answer))).toEqual([202, 202]);
    expect((await upload(testApp.api, csv(unknownLine()))).status).toBe(202);
  });
});

describe('the format of a file', () => {
  it('may be a spreadsheet’s: byte order mark, CRLF, semicolons, quotes, decimal commas, its own statuses', async () => {
    const payin = await paid(123_450_000);
    const mapping = {
      delimiter: ';',
      decimalSeparator: ',',
      amountUnit: 'pesos',
      columns: { reference: 'Referencia', amount: 'Valor', status: 'Estado', paidAt: 'Fecha' },
      statuses: { Aprobada: 'APPROVED' },
    };
    const file = `\uFEFFReferencia;Pagador;Valor;Estado;Fecha\r\n"${payin.reference}";"Pérez; Juan";"1.234.500,00";APROBADA;2026-11-20 10:00\r\n`;
    const done = await compared(testApp.api, file, { mapping: JSON.stringify(mapping) });
    expect(done.outcomes).toMatchObject({ MATCHED: 1 });
    expect(JSON.stringify(await testApp.database.query('select * from statement_lines'))).not.toContain('Juan');
  });

  it('may be the provider’s own', async () => {
    const payin = await paid();
    const file = `top_ticket,top_reference,top_amount,top_currency,top_status\n${ticketOf(payin)},,5000000,COP,COMPLETED\n`;
    expect((await compared(testApp.api, file)).outcomes).toMatchObject({ MATCHED: 1 });
  });

  it.each([
    ['no JSON', 'x'],
    ['a list', '[]'],
    ['an unknown part', '{"colums":{}}'],
    ['an unknown column', '{"columns":{"amount":"a","refrence":"b"}}'],
    ['no amount', '{"columns":{"reference":"a"}}'],
    ['a word for nothing', '{"statuses":{"x":"PAID"}}'],
    ['an endless separator', '{"delimiter":",,"}'],
    ['a name twice', '{"delimiter":",","delimiter":";"}'],
  ])('is refused by name when the mapping is wrong: %s', async (_, mapping) => {
    const problem = expectProblem(await upload(testApp.api, csv(unknownLine()), { mapping }), 'VALIDATION_FAILED');
    expect(problem.errors![0]!.field).toMatch(/^mapping/);
  });

  it.each([
    ['provider', { provider: 'nobody' }],
    ['to', { from: '2026-11-20', to: '2026-11-19' }],
    ['from', { from: '2026-11-20T00:00:00' }],
    ['to', { from: '2020-01-01', to: '2026-11-20' }],
    ['from', { from: 'yesterday' }],
    ['covers', { covers: 'EVERYTHING' }],
    ['page', { page: '1' }],
  ])('is refused with what its %s must be', async (field, query) => {
    expectProblem(await upload(testApp.api, csv(unknownLine()), query), 'VALIDATION_FAILED', field);
  });
});

describe('a file as it is written in Colombia', () => {
  const MAPPING = JSON.stringify({
    amountUnit: 'pesos',
    columns: { reference: 'Referencia', amount: 'Valor', status: 'Estado', paidAt: 'Fecha' },
    statuses: { Aprobada: 'APPROVED' },
  });
  const NO_STATUS = '{"amountUnit":"pesos","columns":{"reference":"Referencia","amount":"Valor"}}';
  const TICKETS = '{"amountUnit":"pesos","columns":{"externalId":"Ticket","amount":"Valor"}}';

  beforeAll(async () => {
    for (const [reference, amountInCents] of [
      ['st-1', 10_100_000],
      ['st-2', 20_100_000],
    ] as const) {
      const payin = await testApp.api.open({ reference, amountInCents });
      await testApp.sandbox.tumipay.pay(ticketOf(payin));
      await testApp.api.reaches(payin.id, 'APPROVED');
    }
  });

  const HEAD = 'Referencia;Valor;Estado;Fecha\r\n';
  const LINE = 'st-1;101000;Aprobada;2026-11-29 11:38:19\r\n';
  const ACCENTS = `${HEAD.trim()};Descripción\r\n${LINE.trim()};Café Peñón\r\n`;
  const FULL_WIDTH = 'Referencia;Valor;Estado;Fecha\nst-1;101000;ＡＰＲＯＢＡＤＡ;29/11/2026 11:38\u00a0a.\u00a0m.\n';
  const latin1 = Buffer.from(ACCENTS, 'latin1');
  const utf16 = Buffer.from(`\uFEFF${ACCENTS.replaceAll(';', '\t')}`, 'utf16le');

  it.each<[string, string | Buffer, Record<string, string>, number, string?]>([
    ['a date with the day first', `${HEAD}st-1;101000;Aprobada;29/11/2026 11:38\r\n`, {}, 1],
    ['a sign and thousands', `${HEAD}st-2;$201.000;Aprobada;2026-11-29 11:38:20\r\n`, {}, 1],
    ['lines before the header', `Comercio: Tienda X\r\nPeriodo;29/11/2026\r\n\r\n${HEAD}${LINE}`, {}, 1],
    ['a total', `${HEAD}${LINE}TOTAL;101.000,00;;\r\n`, {}, 1],
    [
      'a total without a status',
      'Referencia;Valor\nst-1;101000\nst-2;201000\nTOTAL;302000\n',
      { mapping: NO_STATUS },
      2,
    ],
    ['a total without a name', 'Referencia;Valor\nst-1;101000\nst-2;201000\n;302000\n', { mapping: NO_STATUS }, 2],
    ['Windows-1252, declared', latin1, {}, 1, 'text/csv; charset=windows-1252'],
    ['Windows-1252, not declared', Buffer.from(`${ACCENTS}\r\n`, 'latin1'), {}, 1],
    ['UTF-16 with tabs', utf16, {}, 1],
    ['another Unicode form', FULL_WIDTH.normalize('NFD'), {}, 1],
  ])('is read: %s', async (_, file, query, matched, contentType = 'text/csv') => {
    const answer = await upload(testApp.api, file, { mapping: MAPPING, ...query }, { 'content-type': contentType });
    expect([answer.status, answer.body.lines]).toEqual([202, matched]);
    expect((await statementReaches(testApp.api, answer.body.id)).outcomes).toEqual({
      MATCHED: matched,
      DIFFERENT: 0,
      MISSING_HERE: 0,
      MISSING_THERE: 0,
      NOT_OURS: 0,
    });
  });

  it.each<[string, string | Buffer, Record<string, string>, RegExp[], string?]>([
    [
      'numbers that Excel has shortened',
      'Ticket;Valor\n7,70123E+14;101000\n7,70123E+14;201000\n',
      { mapping: TICKETS },
      [/Excel has shortened/, /Excel/],
    ],
    ['guards', 'Ticket;Valor\n="7701234";101000\n', { mapping: TICKETS }, [/guarded against Excel/]],
    ['months before days', `${HEAD}st-1;101000;Aprobada;11/29/2026\r\n`, {}, [/the day is first: write 2026-11-29/]],
    [
      'amounts that another line shows in doubt',
      `${HEAD}st-1;101.000;Aprobada;\r\nst-2;7.5;Aprobada;\r\n`,
      {},
      [/thousands or decimals/],
    ],
    ['another encoding than is declared', latin1, {}, [/Content-Type has charset=utf-8/], 'text/csv; charset=utf-8'],
  ])('is refused by line with how to write it: %s', async (_, file, query, messages, contentType = 'text/csv') => {
    const answer = await upload(testApp.api, file, { mapping: MAPPING, ...query }, { 'content-type': contentType });
    const notified = expectProblem(answer, 'STATEMENT_REJECTED').errors!.map(({ message }) => message);
    expect(notified).toEqual(messages.map((message) => expect.stringMatching(message)));
    expect(await newest()).toMatchObject({ status: 'REJECTED', outcomes: null });
  });
});

describe('the result', () => {
  it('is listed by cursor, in the order of the lines, each once', async () => {
    const lines = Array.from({ length: 7 }, () => unknownLine());
    const { id } = await compared(testApp.api, csv(...lines));
    const seen: (number | null)[] = [];
    let cursor: string | null = null;
    do {
      const page: { data: { line: number }[]; pageInfo: { nextCursor: string | null } } = (
        await testApp.api.call<never>('GET', `/statements/${id}/lines?limit=3${cursor ? `&cursor=${cursor}` : ''}`)
      ).body;
      seen.push(...page.data.map(({ line }) => line));
      cursor = page.pageInfo.nextCursor;
    } while (cursor);
    expect(seen).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expectProblem(await testApp.api.call('GET', `/statements/${id}/lines?cursor=LTE`), 'VALIDATION_FAILED', 'cursor');
  });

  it('downloads as CSV in which no cell is a formula', async () => {
    const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://evil.example")'];
    const { id } = await compared(
      testApp.api,
      csv(
        ...evil.map(
          (reference) => `"${reference.replaceAll('"', '""')}",,100,COP,"${reference.replaceAll('"', '""')}",,`,
        ),
      ),
    );
    const answer = await fetch(`${testApp.url}/statements/${id}/result.csv`, {
      headers: { authorization: `Bearer ${API_KEY}` },
    });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([
      200,
      'text/csv; charset=utf-8',
      `attachment; filename="statement-${id}.csv"`,
    ]);
    const rows: Record<string, string>[] = parse(await answer.text(), { columns: true, bom: true });
    expect(rows.map(({ line, outcome, reference }) => [line, outcome, reference])).toEqual(
      evil.map((reference, index) => [String(index + 2), 'MISSING_HERE', `'${reference}`]),
    );
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('is shown once all lines are compared, and not before', async () => {
    await upload(testApp.api, 'nothing');
    const rejected = await newest();
    for (const path of [`/statements/${rejected.id}/lines`, `/statements/${rejected.id}/result.csv`])
      expectProblem(await testApp.api.call('GET', path), 'STATEMENT_NOT_DONE');
  });
});

describe('the tenant wall', () => {
  it('hides an organization’s payins from another’s statement, and its statements from the other', async () => {
    const { api: theirs } = await secondOrganization(testApp);
    const payin = await paid();
    const done = await compared(
      theirs,
      csv(
        `${await referenceOf(payin)},,1,COP,APPROVED,,`,
        `,${ticketOf(payin)},1,COP,APPROVED,,`,
        `${payin.reference},,1,COP,APPROVED,,`,
      ),
      { covers: 'PAYMENTS' },
    );
    expect(done.outcomes).toMatchObject({ NOT_OURS: 1, MISSING_HERE: 2, MISSING_THERE: 0 });
    expect((await linesOf(theirs, done.id)).map(({ payinId, payinReference }) => [payinId, payinReference])).toEqual(
      Array.from({ length: 3 }, () => [null, null]),
    );
    expect(await testApp.api.discrepancies(payin.id)).toEqual([]);
    for (const path of ['', '/lines', '/result.csv'])
      expectProblem(await testApp.api.call('GET', `/statements/${done.id}${path}`), 'NOT_FOUND');
    const mine = await testApp.api.call<{ data: StatementView[] }>('GET', '/statements?limit=100');
    expect(mine.body.data.map(({ id }) => id)).not.toContain(done.id);
    // The same file is a statement of its own for each organization.
    const file = csv(unknownLine());
    expect((await upload(theirs, file)).status).toBe(202);
    expect((await upload(testApp.api, file)).status).toBe(202);
  });
});

describe('after 90 days', () => {
  it('the lines that matched are deleted, and the others and the counts are kept', async () => {
    const payin = await paid();
    const { id, outcomes } = await compared(
      testApp.api,
      csv(`${payin.reference},,5000000,COP,APPROVED,,`, unknownLine()),
    );
    await timePasses(testApp.database, 91 * 86_400);
    await until('the matched line to be deleted', async () => (await storedLines(id)) === 1);
    expect((await linesOf(testApp.api, id)).map(({ outcome }) => outcome)).toEqual(['MISSING_HERE']);
    expect((await testApp.api.call<StatementView>('GET', `/statements/${id}`)).body).toMatchObject({
      lines: 2,
      outcomes,
    });
  });
});
