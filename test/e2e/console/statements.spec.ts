import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { ticketOf } from '../../support/api-client.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';
import { providerSide } from '../../support/provider-side.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let test: TestConsole;

/** As a bank writes it: names of its own, pesos, semicolons. */
const bankFile = (...lines: readonly string[]) => ['Orden;Valor;Situacion', ...lines, ''].join('\n');

const choose = (page: Page, content: string) =>
  page
    .getByLabel('Archivo del extracto')
    .setInputFiles({ name: 'extracto.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });

async function choosePeriod(page: Page): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel('Desde').fill('2026-01-01');
  await page.getByLabel('Desde').press('Tab');
  await page.getByLabel('Hasta').fill(today);
  await page.getByLabel('Hasta').press('Tab');
}

inBrowser('statements in the console', () => {
  let paid: PresentedPayin;
  let reference: string;

  beforeAll(async () => {
    test = await startTestConsole({ PROVIDERS: 'tumipay,hellopay' });
    const { api, sandbox } = test.testApp;
    paid = await api.open({ provider: 'tumipay', reference: 'in-the-statement', amountInCents: 5_000_000 });
    await sandbox.tumipay.pay(ticketOf(paid));
    await api.reaches(paid.id, 'APPROVED');
    ({ reference } = (await providerSide(test.testApp, paid, 'tumipay')).order);
  });

  afterAll(() => test?.close());

  it('goes from a file with other columns to its result: corrected by hand, uploaded, compared, downloaded', async () => {
    const { page, complaints } = await test.as('operator', '/statements');
    await page.getByText('Todavía no hay extractos').waitFor();
    await choose(page, bankFile(`${reference};50.000,00;PAGO`, `nobody-1;12.345,00;PAGO`, `"${HOSTILE}";1.000;PAGO`));
    await page.getByText(/No se reconoció el encabezado/).waitFor();
    await page.getByRole('alert').getByText('Ninguna línea tiene las columnas esperadas').waitFor();
    await page.getByLabel('Monto', { exact: true }).selectOption('Valor');
    await page.getByLabel('Referencia', { exact: true }).selectOption('Orden');
    await page.getByLabel('Estado', { exact: true }).first().selectOption('Situacion');
    await page.getByLabel('Los montos están en').selectOption('pesos');
    await page.getByText(/Encabezado reconocido en la línea 1/).waitFor();
    const lines = page.getByRole('region', { name: 'Primeras líneas' });
    await lines.getByText('$ 50.000').waitFor();
    await page.getByText('Hay estados que no se reconocen').waitFor();
    await page.getByLabel('PAGO', { exact: true }).selectOption('APPROVED');
    await page.getByText('Hay estados que no se reconocen').waitFor({ state: 'detached' });
    expect(await seriousFindings(page)).toEqual([]);
    await choosePeriod(page);
    await page.getByRole('button', { name: 'Subir y comparar' }).click();
    await page.waitForURL(/id=/);
    await page.getByText('Listo').waitFor();
    const table = page.getByRole('table', { name: 'Líneas' });
    await table.getByText('Cuadra').waitFor();
    expect(await table.getByText('Falta aquí').count()).toBeGreaterThan(0);
    await table.getByText(HOSTILE).first().waitFor();
    expect(await page.title()).toBe('Conciliación · Recaudo');
    await table.getByRole('link', { name: 'in-the-statement' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Descargar CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^tumipay-.*\.csv$/);
    await page.getByLabel('Resultado').selectOption('MATCHED');
    await page.waitForURL(/outcome=MATCHED/);
    await table.getByText('Falta aquí').first().waitFor({ state: 'detached' });
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Todos los extractos' }).click();
    await page.getByRole('table', { name: 'Extractos' }).getByText('Listo').waitFor();
    expect(complaints).toEqual([]);
  });

  it('says how much of a slow upload has gone', async () => {
    const { page, context, complaints } = await test.as('operator', '/statements');
    // One line matters; the others have a column that nobody reads.
    const padding = Array.from({ length: 40 }, (_, n) => `nobody-${n},100,REJECTED,${'x'.repeat(30_000)}`);
    const line = `${reference},5000000,APPROVED,`;
    await choose(page, ['reference,amountInCents,status,note', line, ...padding, ''].join('\n'));
    await page.getByRole('region', { name: 'Primeras líneas' }).getByText('$ 50.000').waitFor();
    await choosePeriod(page);
    const network = await context.newCDPSession(page);
    const speed = { downloadThroughput: -1, uploadThroughput: 300_000 };
    await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, ...speed });
    await page.getByRole('button', { name: 'Subir y comparar' }).click();
    const seen: number[] = [];
    while (new Set(seen).size < 3) {
      const said = await page.getByText(/^Subiendo: /).textContent();
      const [, sent, of] = /^Subiendo: (\d,\d) MB de (\d,\d) MB \(\d+ %\)$/.exec(said!)!;
      expect(of).toBe('1,2');
      seen.push(Number(sent!.replace(',', '.')));
    }
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(await page.getByRole('button', { name: 'Descartar' }).isDisabled()).toBe(true);
    await page.waitForURL(/id=/);
    expect(complaints).toEqual([]);
  });

  it('has a provider asked for its own list, which is compared; one that has none is said, and nothing is lost', async () => {
    const { api } = test.testApp;
    const payin = await api.open({ provider: 'hellopay', rail: 'NEQUI', reference: 'in-the-list' });
    const { control, order } = await providerSide(test.testApp, payin, 'hellopay');
    await control.pay(order.id);
    await api.reaches(payin.id, 'APPROVED');
    const { page, complaints } = await test.as('operator', '/statements');
    await page.getByRole('button', { name: 'Traer del proveedor' }).click();
    const dialog = page.getByRole('dialog', { name: 'Traer del proveedor' });
    await dialog.getByText('Se pide al proveedor su propia lista').waitFor();
    await dialog.getByLabel('Proveedor', { exact: true }).selectOption('tumipay');
    const today = new Date(Date.now() - 5 * 3_600_000).toISOString().slice(0, 10);
    await dialog.getByLabel('Desde').fill(today);
    await dialog.getByLabel('Desde').press('Tab');
    await dialog.getByRole('button', { name: 'Traer del proveedor' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('422')]);
    expect(await dialog.getByLabel('Desde').inputValue()).toBe(today);
    await dialog.getByLabel('Proveedor', { exact: true }).selectOption('hellopay');
    await dialog.getByRole('button', { name: 'Traer del proveedor' }).click();
    await page.waitForURL(/id=/);
    await page.getByText('Lista del proveedor', { exact: false }).waitFor();
    await page.getByText('Listo').waitFor();
    await page.getByRole('table', { name: 'Líneas' }).getByRole('link', { name: 'in-the-list' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says what to fix in a bad file, and takes nothing of it', async () => {
    const { page } = await test.as('operator', '/statements');
    await choose(page, `reference,amountInCents,status\n${reference},abc,APPROVED\n`);
    await page.getByRole('alert').getByText('Una línea no se puede leer (línea 2)').waitFor();
    await page.getByText('Así el archivo se rechaza', { exact: false }).waitFor();
    await choosePeriod(page);
    await page.getByRole('button', { name: 'Subir y comparar' }).click();
    await page.getByText('El archivo no se puede leer; no se usó nada de él').waitFor();
    await page.getByText('line 2').waitFor();
    // The file and what was filled in are still there.
    await page.getByText('extracto.csv').waitFor();
    expect(await page.getByLabel('Desde').inputValue()).toBe('2026-01-01');
  });

  it('shows a viewer the list without the upload', async () => {
    const { page, complaints } = await test.as('viewer', '/statements?status=DONE');
    await page.getByRole('heading', { name: 'Conciliación' }).waitFor();
    await page.getByRole('table', { name: 'Extractos' }).waitFor();
    expect(await page.getByLabel('Archivo del extracto').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('fits a phone with a file and without one, and has nothing serious for axe with one in the dark', async () => {
    const { page, complaints } = await test.as('operator', '/statements', { theme: 'dark', ...PHONE });
    await page.getByRole('table', { name: 'Extractos' }).waitFor();
    expect(await sidewaysOf(page)).toEqual([]);
    await choose(page, `reference,amountInCents,status\n${reference},5000000,APPROVED\n${HOSTILE},100,PAGO\n`);
    await page.getByRole('region', { name: 'Primeras líneas' }).getByText('$ 50.000').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await sidewaysOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
