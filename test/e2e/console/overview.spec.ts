import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { OverviewSchema } from '../../../src/ledger/daily-report/overview.schema.js';
import type { WorklistSchema } from '../../../src/worklist/worklist.schema.js';
import { ticketOf } from '../../support/api-client.js';
import { inBrowser, PHONE, sidewaysOf, startTestConsole, type TestConsole } from '../../support/console.js';
import { joined } from '../../support/people.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;
const MS_PER_DAY = 86_400_000;

let test: TestConsole;

function dayOf(at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Bogota' }).format(at);
}

async function pay(rail: 'PSE' | 'BRE_B', amountInCents = 5_000_000): Promise<string> {
  const { api, sandbox } = test.testApp;
  const opened = await api.open({ rail });
  await sandbox.tumipay.pay(ticketOf(opened), { amountInCents });
  await api.reaches(opened.id, 'APPROVED');
  return opened.id;
}

/** As a person writes it: `$ 50.000`. */
function money(cents: number): string {
  return `$ ${new Intl.NumberFormat('de-DE').format(Math.trunc(cents / 100))}`;
}

async function overviewOfToday(): Promise<OverviewSchema['days'][number]> {
  const today = dayOf(new Date());
  const { body } = await test.testApp.api.call<OverviewSchema>('GET', `/reports/overview?from=${today}&to=${today}`);
  return body.days[0]!;
}

inBrowser('overview, daily close and audit log of the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    const { api } = test.testApp;
    await Promise.all([pay('PSE'), pay('PSE'), pay('BRE_B', 7_000_000)]);
    const canceled = await api.open({ rail: 'PSE' });
    await api.call('POST', `/payins/${canceled.id}/cancel`);
  });

  afterAll(() => test?.close());

  it('says the money of today as the API does, and follows it', async () => {
    const { page, complaints } = await test.as('operator');
    const today = page.getByRole('region', { name: 'Hoy', exact: true });
    const { rows, paidWithinSecondsP50 } = await overviewOfToday();
    const sum = (name: 'grossInCents' | 'paid' | 'asked' | 'ended') =>
      rows.reduce((total, row) => total + Number(row[name]), 0);
    expect(sum('grossInCents')).toBe(17_000_000);
    await today.getByText(money(sum('grossInCents')), { exact: true }).waitFor();
    await today.getByText(`de ${sum('asked')} pedidos`).waitFor();
    const rate = new Intl.NumberFormat('es-CO', { style: 'percent', maximumFractionDigits: 1 });
    await today.getByText(rate.format(sum('paid') / sum('ended')), { exact: true }).waitFor();
    expect(sum('paid') / sum('ended')).toBe(0.75);
    expect(paidWithinSecondsP50).not.toBeNull();
    await today.getByText(`${Math.round(paidWithinSecondsP50!)} s`, { exact: true }).waitFor();
    const groups = page.getByRole('table', { name: 'Por proveedor y medio' });
    for (const { rail, grossInCents } of rows)
      await groups
        .getByRole('row', { name: new RegExp(`tumipay.*${rail === 'PSE' ? 'PSE' : 'Bre-B'}`) })
        .getByText(money(grossInCents), { exact: true })
        .first()
        .waitFor();
    await pay('PSE');
    await today.getByText(money(22_000_000), { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows a chart that can be read as a table, and keeps which in the address', async () => {
    const { page, complaints } = await test.as('viewer');
    const month = page.getByRole('region', { name: 'Últimos 30 días' });
    await month.getByRole('img', { name: /^Dinero recibido por día/ }).waitFor();
    await month.locator('.recharts-bar-rectangle path').last().waitFor();
    await month.getByText('Por proveedor', { exact: true }).click();
    await month.getByText('Tabla', { exact: true }).click();
    const table = month.getByRole('table', { name: 'Últimos 30 días' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(32);
    await table.getByRole('columnheader', { name: 'tumipay' }).waitFor();
    expect(new URL(page.url()).search).toBe('?by=provider&view=table');
    await page.reload();
    await table.waitFor();
    expect(complaints).toEqual([]);
  });

  it('says what waits for the person, and for whoever may do it', async () => {
    const operator = await test.as('operator');
    const { body } = await test.testApp.api.call<WorklistSchema>('GET', '/worklist');
    const { count, amountInCents } = body.data.find(({ kind }) => kind === 'OPEN_DISCREPANCIES')!;
    expect(count).toBeGreaterThan(0);
    const waits = operator.page.getByRole('region', { name: 'Espera por usted' });
    const open = waits.getByRole('link', { name: /Discrepancias abiertas/ });
    await open.getByText(String(count), { exact: true }).waitFor();
    await open.getByText(money(amountInCents!), { exact: true }).waitFor();
    expect(await waits.getByText('Espera por otros').count()).toBe(0);
    const risk = operator.page.getByRole('link', { name: /Dinero en riesgo/ });
    await risk.getByText(money(amountInCents!), { exact: true }).waitFor();
    await risk.click();
    await operator.page.getByRole('heading', { level: 1, name: 'Discrepancias' }).waitFor();

    const viewer = await test.as('viewer');
    await viewer.page.getByText('Nada espera por usted.').waitFor();
    await viewer.page.getByText('Espera por otros').waitFor();
    const providers = viewer.page.getByRole('region', { name: 'Proveedores' });
    await providers.getByText('tumipay').waitFor();
    await providers.getByText('Bien', { exact: true }).waitFor();
    await providers.getByText('Sin trabajo atrasado').waitFor();
  });

  it('leads from what waits to a list of just what is counted', async () => {
    const { testApp } = test;
    const { id: payinId } = await testApp.api.open({ rail: 'PSE' });
    const plant = (table: string, columns: string, values: string) =>
      testApp.database.query(
        `insert into ${table} (organization_id, id, ${columns}) select organization_id, uuidv7(), ${values} from payins where id = $1`,
        [payinId],
      );
    for (const [status, source] of [
      ...['FAILED', 'REJECTED', 'RECEIVING', 'MATCHING', 'DONE'].map((one) => [one, 'UPLOAD']),
      ['REJECTED', 'PROVIDER_LIST'],
    ])
      await plant(
        'statements',
        'provider, source, status, period_from, period_to',
        `'tumipay', '${source}', '${status}', now(), now()`,
      );
    for (const [status, asked] of [
      ['REQUESTED', 'null'],
      ['APPROVED', 'null'],
      ['APPROVED', `'ASKED'`],
    ])
      await plant(
        'refunds',
        'payin_id, status, provider_status, asked_at, amount_in_cents, currency, reason, requested_at, requested_by',
        `id, '${status}', ${asked}, now(), 500, 'COP', 'OTHER', now(), uuidv7()`,
      );
    const { page, complaints } = await test.as('owner');
    for (const [task, label, count] of [
      ['Conciliaciones fallidas', 'Extractos', 2],
      ['Conciliaciones en curso', 'Extractos', 2],
      ['Devoluciones por aprobar', 'Devoluciones', 1],
      ['Devoluciones por pagar', 'Devoluciones', 1],
    ] as const) {
      await page.goto(test.url);
      const link = page.getByRole('region', { name: 'Espera por usted' }).getByRole('link', { name: new RegExp(task) });
      await link.getByText(String(count), { exact: true }).waitFor();
      await link.click();
      const table = page.getByRole('table', { name: label });
      await table.waitFor();
      expect([task, (await table.getByRole('row').count()) - 1]).toEqual([task, count]);
    }
    expect(complaints).toEqual([]);
  });

  it('closes a day: figures, what is expected of each provider, and CSV', async () => {
    const { page, complaints } = await test.as('viewer', '/reports');
    await page.getByText('Provisional').waitFor();
    const { rows } = await overviewOfToday();
    const net = rows.reduce((sum, { netInCents }) => sum + netInCents, 0);
    const table = page.getByRole('table', { name: 'Por proveedor y medio' });
    const total = table.getByRole('row', { name: /^Total/ });
    const gross = money(rows.reduce((sum, { grossInCents }) => sum + grossInCents, 0));
    await total.getByText(gross, { exact: true }).first().waitFor();
    const expected = page.getByRole('table', { name: /^Lo que cada proveedor debe/ });
    await expected
      .getByRole('row', { name: /^tumipay/ })
      .getByText(money(net), { exact: true })
      .waitFor();

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Descargar CSV' }).click();
    const download = await downloading;
    const today = dayOf(new Date());
    expect(download.suggestedFilename()).toBe(`${today}.csv`);
    const answer = await fetch(`${test.testApp.url}/reports/daily?date=${today}`, {
      headers: { accept: 'text/csv', authorization: `Bearer ${test.testApp.environment['BOOTSTRAP_API_KEY']}` },
    });
    expect(readFileSync(await download.path())).toEqual(Buffer.from(await answer.arrayBuffer()));

    await page.getByRole('button', { name: 'Ayer' }).click();
    await page.getByText('Ese día no se pidió ni llegó dinero.').waitFor();
    const yesterday = dayOf(new Date(Date.now() - MS_PER_DAY));
    expect(new URL(page.url()).search).toBe(`?date=${yesterday}`);
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Provisional').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.goto(`${test.url}/reports?date=2026-02-31`);
    await page.getByRole('alert').getByText('Algunos campos no son válidos').waitFor();
    expect(complaints.filter((one) => !one.includes('status of 400'))).toEqual([]);
  });

  it('lists who did what, with what was before and after, by filters of the address', async () => {
    const { api } = test.testApp;
    const { id } = await joined(test.testApp, 'viewer');
    await api.call('PATCH', `/people/${id}`, { role: 'support' });
    await api.call('POST', '/api-keys', { name: HOSTILE, role: 'viewer' });
    const { page, complaints } = await test.as('owner', '/audit?action=person.changed');
    const rows = page.getByRole('table', { name: 'Auditoría' }).getByRole('row');
    await rows.getByText('Cambió a una persona').waitFor();
    expect(await rows.count()).toBe(2);
    expect(await rows.nth(1).locator('del').textContent()).toBe('viewer');
    expect(await rows.nth(1).locator('ins').textContent()).toBe('support');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Descargar CSV' }).click();
    const lines = readFileSync(await (await downloading).path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('person.changed');
    await rows.getByRole('button', { name: 'Ver solo lo de Ana' }).click();
    await page.waitForURL(/subject=/);
    expect(await page.getByLabel('Identificador').inputValue()).toBe(id);
    await page.getByRole('button', { name: 'Quitar filtros', exact: true }).last().click();
    await rows.getByText('Creó una llave').first().waitFor();
    await rows.getByText(HOSTILE).first().waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await page.getByLabel('Identificador').fill(id);
    await rows.getByText('Creó una llave').first().waitFor({ state: 'detached' });
    await page.goto(`${test.url}/audit?from=2001-01-01&to=2001-01-02`);
    await page.getByText('Nada coincide con los filtros').waitFor();
    expect(complaints).toEqual([]);
    const refused = await test.as('developer', '/audit');
    await refused.page.getByText(/audit:read/).waitFor();
  });

  it.each([[{ theme: 'light' } as const], [{ theme: 'dark', ...PHONE } as const]])('fits in %o', async (options) => {
    const { page, complaints } = await test.as('owner', '', options);
    const name = Object.values(options).join('-');
    const check = async (what: string) => {
      expect([what, name, await sidewaysOf(page)]).toEqual([what, name, []]);
    };
    await page.locator('.recharts-bar-rectangle path').last().waitFor();
    await check('overview');
    await page.goto(`${test.url}/reports`);
    await page.getByText('Provisional').waitFor();
    await check('reports');
    await page.goto(`${test.url}/audit?action=key.created`);
    await page.getByText('Creó una llave').first().waitFor();
    await check('audit');
    expect(complaints).toEqual([]);
  });
});
