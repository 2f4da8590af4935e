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
    test = await startTestConsole();
    const { api, sandbox } = test.testApp;
    paid = await api.open({ reference: 'in-the-statement', amountInCents: 5_000_000 });
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
