import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { FindPayins } from '../../src/payins/store/find-payins.store.js';
import { ticketOf } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { copyPayins } from '../support/many-rows.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

/** More than several batches. */
const COPIES = 1_700;
const FORMULA = '=HYPERLINK("http://evil.example","x")';

let testApp: TestApp;
let payins: number;
let opened: PresentedPayin;

beforeAll(async () => {
  testApp = await startTestApp();
  const { api, sandbox, merchant } = testApp;
  const customer = { idType: 'CC', idNumber: '1020304050', phone: '+573121234567', email: 'a@example.com' };
  opened = await api.open({
    rail: 'BRE_B',
    callbackUrl: merchant.url,
    inlineCustomer: { ...customer, name: 'Ñandú; "S.A."' },
  });
  await sandbox.tumipay.pay(ticketOf(opened), { amountInCents: 1_000_000 });
  await api.reaches(opened.id, 'UNDERPAID');
  await until('all to be delivered', async () => {
    const due = await testApp.database.query('select from notifications where due_at is not null limit 1');
    return due.length === 0;
  });
  await copyPayins(testApp.database, COPIES);
  await api.open({ reference: 'formula', inlineCustomer: { ...customer, name: FORMULA } });
  payins = COPIES + 2;
});

afterAll(async () => {
  await testApp?.close();
});

async function download(
  path: string,
): Promise<{ status: number; headers: Headers; text: string; records: Record<string, string>[] }> {
  const headers = { ...testApp.api.authorization, accept: 'text/csv' };
  const answer = await fetch(`${testApp.api.url}${path}`, { headers });
  const text = await answer.text();
  const records = answer.ok ? parse<Record<string, string>>(text, { bom: true, columns: true }) : [];
  return { status: answer.status, headers: answer.headers, text, records };
}

/** A reader that has read the headers, and nothing since. */
async function slowReader(): Promise<IncomingMessage> {
  const request = get(`${testApp.api.url}/payins`, {
    headers: { ...testApp.api.authorization, accept: 'text/csv' },
    agent: false,
  });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  return answer;
}

describe('a list as CSV', () => {
  it.each([
    ['/payins', () => payins],
    ['/payins?limit=1', () => payins],
    ['/payins?status=UNDERPAID', () => COPIES + 1],
    ['/payins?status=UNDERPAID,PENDING', () => payins],
    ['/payins?amountInCents=1', () => 0],
    ['/payins?reference=formula', () => 1],
    ['/discrepancies?kind=UNDERPAID', () => COPIES + 1],
    ['/notifications?type=payin.underpaid', () => COPIES + 1],
  ])('of %s has all of it, each once', async (path, count) => {
    const { status, headers, text, records } = await download(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="(payins|discrepancies|notifications)\.csv"$/,
    );
    expect(headers.get('vary')).toBe('Accept');
    expect(text.startsWith('id,') || text.startsWith('\ufeffid,')).toBe(true);
    expect(records).toHaveLength(count());
    expect(new Set(records.map(({ id }) => id)).size).toBe(count());
  });

  it('has each as it is shown', async () => {
    const [line] = (await download('/payins?reference=formula')).records;
    const { body } = await testApp.api.call<{ data: Record<string, unknown>[] }>('GET', '/payins?reference=formula');
    const [shown] = body.data;
    expect(line).toMatchObject({
      id: shown!['id'],
      amountInCents: '5000000',
      amountReceivedInCents: '0',
      amountRefundedInCents: '0',
      status: 'PENDING',
      createdAt: shown!['createdAt'],
      customerPhone: "'+573121234567",
      providerReference: expect.stringMatching(/^[0-9a-z]{32}$/),
      externalId: expect.any(String),
    });
    const [other] = (await download(`/payins?providerReference=${opened.attempts[0]!.providerReference}`)).records;
    expect(other!['customerName']).toBe('Ñandú; "S.A."');
    const [discrepancy] = (await download('/discrepancies?kind=UNDERPAID')).records;
    expect(discrepancy).toMatchObject({ kind: 'UNDERPAID', refundId: '' });
  });

  it('has refunds and ledger entries, without formulas and without where money goes', async () => {
    const to = { type: 'BRE_B_KEY', key: '@nobodyknows' };
    for (const note of [FORMULA, 'plain']) {
      const asked = { amountInCents: 100, reason: 'OTHER', note, to };
      const { body } = await testApp.api.call<{ id: string }>('POST', `/payins/${opened.id}/refunds`, asked);
      expect((await testApp.api.call('POST', `/refunds/${body.id}/approve`)).status).toBe(200);
    }
    const refunds = await download(`/refunds?payinId=${opened.id}&limit=1`);
    expect(refunds.headers.get('content-disposition')).toBe('attachment; filename="refunds.csv"');
    expect(refunds.records).toMatchObject([
      { payinId: opened.id, status: 'APPROVED', amountInCents: '100', note: 'plain', toType: 'BRE_B_KEY' },
      { payinId: opened.id, note: `'${FORMULA}` },
    ]);
    expect(refunds.text).not.toMatch(/nobody|knows/);
    const entries = await download(`/payins/${opened.id}/ledger-entries`);
    expect(entries.headers.get('vary')).toBe('Accept');
    const { body: shown } = await testApp.api.call<{ data: { amountInCents: number }[] }>(
      'GET',
      `/payins/${opened.id}/ledger-entries`,
    );
    expect(entries.records).toEqual(
      shown.data.map((entry) => Object.fromEntries(Object.entries(entry).map(([name, cell]) => [name, String(cell)]))),
    );
    expect(entries.records.map(({ credit }) => credit)).toEqual(['merchant', 'payer-refunds', 'payer-refunds']);
    const { body } = await testApp.api.call<{ data: object[] }>('GET', '/audit-log?limit=2');
    expect(body.data).toMatchObject([
      { action: 'ledger_entries.downloaded', after: { payinId: opened.id } },
      { action: 'refunds.downloaded', after: { payinId: opened.id } },
    ]);
  });

  it('has no formula', async () => {
    const { records } = await download('/payins?reference=formula');
    expect(records[0]!['customerName']).toBe(`'${FORMULA}`);
    expect(Object.values(records[0]!).filter((cell) => /^[=+@\t\r-]/.test(cell))).toEqual([]);
  });

  it.each([
    ['text/html', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json, text/csv;q=0.5', 'application/json'],
    ['text/csv;q=0', 'application/json'],
    ['text/csv, */*;q=0.1', 'text/csv'],
    ['application/json;q=0.5, TEXT/CSV', 'text/csv'],
  ])('is what %s asks for or not', async (accept, type) => {
    const answer = await fetch(`${testApp.api.url}/payins?reference=formula`, {
      headers: { ...testApp.api.authorization, accept },
    });
    expect(answer.headers.get('content-type')).toContain(type);
    await answer.text();
  });

  it('is refused for what the list refuses', async () => {
    const { status, headers, text } = await download('/payins?status=NOBODY');
    expectProblem({ status, headers, body: text }, 'VALIDATION_FAILED');
  });

  it('is in the audit log, with what was asked for', async () => {
    await download('/payins?status=UNDERPAID,PENDING&createdFrom=2026-01-01');
    const { body } = await testApp.api.call<{ data: object[] }>('GET', '/audit-log?action=payins.downloaded&limit=1');
    expect(body.data[0]).toMatchObject({
      action: 'payins.downloaded',
      after: { status: ['UNDERPAID', 'PENDING'], createdFrom: '2026-01-01T05:00:00.000Z' },
    });
  });

  it('is read as slowly as it is taken, and no further once its reader has hung up; an organization has few at once', async () => {
    const finder = testApp.service.app.get(FindPayins);
    const find = finder.find.bind(finder);
    let read = 0;
    // A list without an end.
    finder.find = async (...asked) => {
      read += 1;
      const page = await find(asked[0], {}, { limit: asked[2].limit });
      return { ...page, next: page.ids[0]! };
    };
    const readers: IncomingMessage[] = [];
    try {
      for (let count = 0; count < 4; count += 1) readers.push(await slowReader());
      const full = await download('/payins');
      expectProblem({ ...full, body: full.text }, 'OVERLOADED');
      expect(full.headers.get('retry-after')).toBe('10');
      await until('nothing more to be read', async () => {
        const before = read;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return read === before;
      });
      const stalled = read;
      readers[0]!.resume();
      await until('it to go on', () => read > stalled + 20);
      for (const reader of readers) reader.destroy();
      await until('all readings to end', async () => {
        const before = read;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return read === before;
      });
      finder.find = find;
      expect((await download('/payins?reference=formula')).status).toBe(200);
    } finally {
      finder.find = find;
      for (const reader of readers) reader.destroy();
    }
  });
});
