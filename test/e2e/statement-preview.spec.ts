import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../src/auth/principal.js';
import { PREVIEW_BYTES, PreviewStatement } from '../../src/statements/import/preview-statement.service.js';
import { anotherKey } from '../support/another-key.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { csv, HEADER, linesOf, statementReaches, upload } from '../support/statements.js';

interface Preview {
  whole: boolean;
  encoding: string;
  mappingSource: string;
  mapping: Record<string, unknown>;
  decimalSeparator: string | null;
  header: { line: number; cells: string[]; recognised: boolean } | null;
  columns: { column: string; header: string | null; place: number | null; needed: boolean }[];
  otherColumns: string[];
  lines: {
    line: number;
    text: string;
    cells: string[];
    reading: string;
    payment: Record<string, unknown> | null;
    problem: string | null;
  }[];
  counts: { payments: number; noPayments: number; unreadable: number };
  statuses: { rawStatus: string; status: string; lines: number }[];
  problems: { code: string; refuses: boolean; text: string; line: number | null }[];
}

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});
afterAll(() => testApp?.close());

function ask(file: string | Buffer, mapping?: object, query: Record<string, string> = {}, api = testApp.api) {
  const parameters = new URLSearchParams({
    provider: 'tumipay',
    ...(mapping && { mapping: JSON.stringify(mapping) }),
    ...query,
  });
  return api.call<Preview>('POST', `/statements/preview?${parameters.toString()}`, file, {
    'content-type': 'text/csv',
  });
}
async function preview(file: string | Buffer, mapping?: object): Promise<Preview> {
  const { status, body } = await ask(file, mapping);
  expect([status, body]).toEqual([200, expect.any(Object)]);
  return body;
}
const stored = async () =>
  (await testApp.database.query('select id from statements union all select statement_id from statement_lines')).length;
const codes = ({ problems }: Preview) => problems.map(({ code }) => code);

const SPANISH = [
  'Comercio ABC',
  'Extracto de noviembre',
  'Referencia;Valor;Estado;Fecha;Observación',
  'A-1;50.000,50;Aprobada;29/11/2026;"dos',
  'renglones"',
  'A-2;1.250.000,00;Rechazada;30/11/2026;',
  'TOTAL;1.300.000,50;;;',
  '',
].join('\r\n');
const COLUMNS = { reference: 'Referencia', amount: 'Valor', status: 'Estado', paidAt: 'Fecha' };
const MAPPING = { amountUnit: 'pesos', columns: COLUMNS, statuses: { Aprobada: 'APPROVED' } };

describe('the preview of a statement', () => {
  it('of our own form shows each column and line as it is read, and stores nothing', async () => {
    const before = await stored();
    const shown = await preview(csv('A-1,,5000000,COP,APPROVED,2026-11-29,100', 'A-2,,1,COP,WEIRD,,'));
    expect(shown).toMatchObject({ whole: true, encoding: 'utf-8', mappingSource: 'OWN', decimalSeparator: null });
    expect(shown.header).toEqual({ line: 1, cells: HEADER.split(','), recognised: true });
    expect(shown.columns.map(({ column, place, needed }) => [column, place, needed])).toEqual([
      ['reference', 0, true],
      ['externalId', 1, true],
      ['amount', 2, true],
      ['currency', 3, false],
      ['status', 4, false],
      ['paidAt', 5, false],
      ['fee', 6, false],
      ['reversedAt', null, false],
    ]);
    expect(shown.lines[0]).toEqual({
      line: 2,
      text: 'A-1,,5000000,COP,APPROVED,2026-11-29,100',
      cells: ['A-1', '', '5000000', 'COP', 'APPROVED', '2026-11-29', '100'],
      reading: 'PAYMENT',
      payment: {
        ...{ reference: 'A-1', externalId: null, amountInCents: 5_000_000, currency: 'COP', status: 'APPROVED' },
        ...{ rawStatus: 'APPROVED', paidAt: '2026-11-29T05:00:00.000Z', feeInCents: 100 },
      },
      problem: null,
    });
    expect(shown.statuses).toEqual([
      { rawStatus: 'APPROVED', status: 'APPROVED', lines: 1 },
      { rawStatus: 'WEIRD', status: 'UNRECOGNISED', lines: 1 },
    ]);
    expect(shown.problems).toEqual([
      { code: 'STATUSES_UNRECOGNISED', refuses: false, text: expect.stringContaining('1 of the statuses'), line: null },
    ]);
    expect(await stored()).toBe(before);
  });

  it('of an unknown form shows the likely header and the lines as they stand, so that the mapping can be corrected by hand; the upload takes it', async () => {
    const unknown = await preview(SPANISH);
    expect(codes(unknown)).toEqual(['HEADER_NOT_FOUND']);
    expect(unknown.problems[0]).toMatchObject({
      refuses: true,
      text: expect.stringContaining('must have the columns'),
    });
    expect(unknown.header).toEqual({ line: 3, cells: SPANISH.split('\r\n')[2]!.split(';'), recognised: false });
    expect(unknown.lines[0]).toMatchObject({ line: 5, reading: 'NOT_READ', payment: null });
    expect(unknown.lines[0]!.cells.slice(0, 3)).toEqual(['A-1', '50.000,50', 'Aprobada']);

    const known = await preview(SPANISH, MAPPING);
    expect(known).toMatchObject({ mappingSource: 'GIVEN', decimalSeparator: ',', otherColumns: ['Observación'] });
    expect(known.counts).toEqual({ payments: 2, noPayments: 1, unreadable: 0 });
    expect(known.lines.map(({ line, reading, payment }) => [line, reading, payment?.['amountInCents']])).toEqual([
      [5, 'PAYMENT', 5_000_050],
      [6, 'PAYMENT', 125_000_000],
      [7, 'NO_PAYMENT', undefined],
    ]);
    expect(known.lines[0]!.text).toBe('A-1;50.000,50;Aprobada;29/11/2026;"dos\nrenglones"');
    expect(codes(known)).toEqual(['STATUSES_UNRECOGNISED']);

    // What is shown can be sent back as it is.
    expect(await preview(SPANISH, known.mapping)).toMatchObject({ lines: known.lines, problems: known.problems });
    const { status, body } = await upload(testApp.api, SPANISH, { mapping: JSON.stringify(known.mapping) });
    expect(status).toBe(202);
    await statementReaches(testApp.api, body.id);
    expect((await linesOf(testApp.api, body.id)).map(({ line, amountInCents }) => [line, amountInCents])).toEqual(
      known.lines.flatMap(({ line, payment }) => (payment ? [[line, payment['amountInCents']]] : [])),
    );
  });

  it('says of each line why it cannot be read, as the upload does', async () => {
    const file = csv(
      'A-1,,5000000,COP,APPROVED,,',
      ',,100,COP,APPROVED,,',
      'A-3,,x,COP,APPROVED,,',
      'A-4,,1,COP,APPROVED',
    );
    const shown = await preview(file);
    expect(shown.counts).toEqual({ payments: 1, noPayments: 0, unreadable: 3 });
    const refused = expectProblem(await upload(testApp.api, file), 'STATEMENT_REJECTED');
    const named = shown.problems.filter(({ code }) => code === 'LINE_UNREADABLE');
    expect(named.map(({ line, text, refuses }) => [`line ${line}`, text, refuses])).toEqual(
      refused.errors!.map(({ field, message }) => [field, message, true]),
    );
    expect(shown.lines.map(({ reading }) => reading)).toEqual(['PAYMENT', 'UNREADABLE', 'UNREADABLE', 'UNREADABLE']);
    // A later line shows that an earlier one may be read in two ways.
    const unsure = await preview('reference,amountInCents\nA-1,50.000\nA-2,"7,00"\nA-3,7.50\n', {
      amountUnit: 'pesos',
      columns: { reference: 'reference', amount: 'amountInCents' },
    });
    expect(unsure.counts.unreadable).toBeGreaterThan(0);
    expect(codes(unsure)).toEqual(
      expect.arrayContaining(['LINE_UNREADABLE', 'STATUS_COLUMN_MISSING', 'TIME_COLUMN_MISSING']),
    );
  });

  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'HEADER_NOT_FOUND'],
    ['a workbook', Buffer.from('PK\u0003\u0004 and so on', 'latin1'), 'FILE_UNREADABLE'],
    ['a header alone', `${HEADER}\n`, 'NO_PAYMENTS'],
    ['a quote that is never closed', `${csv('A-1,,100,COP,APPROVED,,')}"A-2,,`, 'FILE_UNREADABLE'],
    ['one word', 'word', 'HEADER_NOT_FOUND'],
  ])('of %s says so', async (_what, file, code) => {
    expect(codes(await preview(file))).toContain(code);
  });

  it('reads the beginning of a long file, up to its last whole line, in any encoding', async () => {
    const line = 'Ñ-1;100;APPROVED';
    const long = `reference;amountInCents;status\n${`${line}\n`.repeat(400_000)}`;
    const started = Date.now();
    const shown = await preview(Buffer.from(long, 'latin1'));
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(shown).toMatchObject({ whole: false, encoding: 'windows-1252' });
    expect(shown.lines).toHaveLength(20);
    // The reference is not ASCII, so that no line can be read; all of them are counted.
    expect(shown.counts.unreadable).toBe(Math.floor((PREVIEW_BYTES - 31) / (line.length + 1)));
    expect(shown.problems.filter(({ code }) => code === 'LINE_UNREADABLE')).toHaveLength(20);
    const utf8 = await preview(long);
    expect(utf8).toMatchObject({ whole: false, encoding: 'utf-8' });
    expect(codes(utf8)).not.toContain('FILE_UNREADABLE');
  });

  it('of the beginning of a correct file refuses nothing, also where it ends within a cell in quotes', async () => {
    const cell = `"${'one line of a note\n'.repeat(40)}"`;
    const file = `reference,amountInCents,status,note\n${Array.from({ length: 400 }, (_, n) => `A-${n},100,APPROVED,${cell}\n`).join('')}`;
    expect(file.slice(0, PREVIEW_BYTES).split('"').length % 2).toBe(0);
    const beginning = file.slice(0, PREVIEW_BYTES);
    const shown = await preview(beginning);
    expect(shown).toMatchObject({ whole: false, counts: { unreadable: 0 } });
    expect(shown.counts.payments).toBe(beginning.split('A-').length - 2);
    expect(codes(shown)).toEqual(['TIME_COLUMN_MISSING']);
    // Of a shorter body it is a fault: it counts as the whole file.
    const whole = await preview(beginning.slice(0, -1));
    expect(whole).toMatchObject({ whole: true });
    expect(whole.problems.filter(({ refuses }) => refuses).map(({ code }) => code)).toEqual(['FILE_UNREADABLE']);
    expect((await upload(testApp.api, file)).status).toBe(202);
  });

  it('leaves it open where what follows may show that a line is right', async () => {
    const rounded = (n: number) => `7${String(n).padStart(14, '0')}00,,100,COP,APPROVED,2026-11-29,`;
    const lines = Array.from({ length: 4_000 }, (_, n) => rounded(n));
    const file = csv(...lines, '70000000000000012,,100,COP,APPROVED,2026-11-29,');
    const shown = await preview(file);
    expect([shown.whole, shown.counts.unreadable > 0]).toEqual([false, true]);
    expect(shown.problems.filter(({ refuses }) => refuses)).toEqual([]);
    expect((await upload(testApp.api, file)).status).toBe(202);
    // Where nothing follows it is refused.
    const whole = await preview(csv(...lines.slice(0, 10)));
    expect(new Set(whole.problems.map(({ code, refuses }) => [code, refuses].join()))).toEqual(
      new Set(['LINE_UNREADABLE,true']),
    );
  });

  it('reads and discards the rest of a file, as long as it is not longer than one may be', async () => {
    const { organizationId } = await testApp.api.open();
    const piece = Buffer.from(csv('A-1,,100,COP,APPROVED,,').padEnd(1024 * 1024, '\n'));
    const execute = async (pieces: number) => {
      let sent = 0;
      const body = Readable.from(
        (function* () {
          for (; sent < pieces; sent += 1) yield piece;
        })(),
      );
      const asked = testApp.service.app.get(PreviewStatement);
      const code = await asked.execute({ organizationId } as Principal, { provider: 'tumipay' }, body).then(
        ({ whole }) => String(whole),
        (error: { code?: string }) => error.code,
      );
      return [code, sent];
    };
    expect(await execute(3)).toEqual(['false', 3]);
    const [code, sent] = await execute(10_000);
    expect(code).toBe('BODY_TOO_LARGE');
    expect(sent).toBeLessThan(600);
  });

  it.each<[string, object]>([
    ['columns', { columns: [] }],
    ['columns', { columns: 'Valor' }],
    ['columns', { columns: { reference: 'x' } }],
    ['columns', { columns: { amount: 'x', other: 'y' } }],
    ['utcOffset', { utcOffset: '+99:99' }],
    ['statuses', { statuses: { Aprobada: 'PAID' } }],
    ['amountUnit', { amountUnit: 'dollars' }],
    ['other', { other: 1 }],
  ])('and the upload refuse a mapping with wrong %s in the same way: %j', async (field, mapping) => {
    const refused = expectProblem(await ask(csv(), mapping), 'VALIDATION_FAILED').errors!;
    expect(JSON.stringify(refused)).toContain(field);
    const answer = await upload(testApp.api, csv(), { mapping: JSON.stringify(mapping) });
    expect(expectProblem(answer, 'VALIDATION_FAILED').errors).toEqual(refused);
  });

  it('takes what is null in a mapping as not given', async () => {
    const mapping = { amountUnit: null, delimiter: null, columns: { ...COLUMNS, fee: null }, statuses: null };
    expect((await preview(SPANISH, mapping)).header).toMatchObject({ line: 3, recognised: true });
  });

  it('needs a provider that is enabled, and the scope statements:write', async () => {
    expectProblem(await ask(csv(), undefined, { provider: 'nobody' }), 'VALIDATION_FAILED');
    const { organizationId } = await testApp.api.open();
    const { api } = await anotherKey(testApp, organizationId, { role: 'support' });
    expectProblem(await ask(csv(), undefined, {}, api), 'SCOPE_MISSING');
  });
});

describe('the progress of a statement', () => {
  it('is shown while it is worked on', async () => {
    const { organizationId } = await testApp.api.open();
    const progressOf = async (status: string, phase: string | null) => {
      const [row] = await testApp.database.query<{ id: string }>(
        `insert into statements (organization_id, id, provider, source, status, phase, lines, compared, period_from, period_to)
         values ($1, uuidv7(), 'tumipay', 'UPLOAD', $2, $3, 10, 4, now(), now()) returning id`,
        [organizationId, status, phase],
      );
      const { body } = await testApp.api.call<{ progress: object | null }>('GET', `/statements/${row!.id}`);
      return body.progress;
    };
    expect(await progressOf('RECEIVING', null)).toEqual({ phase: 'RECEIVING', linesDone: 10, linesOf: null });
    expect(await progressOf('MATCHING', 'compare')).toEqual({ phase: 'COMPARING', linesDone: 4, linesOf: 10 });
    expect(await progressOf('MATCHING', 'find_missing')).toEqual({
      phase: 'FINDING_MISSING',
      linesDone: 4,
      linesOf: 10,
    });
    for (const status of ['DONE', 'FAILED', 'REJECTED', 'ABANDONED']) expect(await progressOf(status, null)).toBeNull();
  });
});
