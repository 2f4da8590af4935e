import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ShownPaymentLink } from '../../../src/payment-links/payment-links.service.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let test: TestConsole;

const linkOf = async (reference: string) =>
  (await test.testApp.api.call<{ data: ShownPaymentLink[] }>('GET', `/payment-links?reference=${reference}`)).body
    .data[0]!;
const make = async (changes: object) =>
  (
    await test.testApp.api.call<ShownPaymentLink>('POST', '/payment-links', {
      title: 'Curso',
      amountInCents: 5_000_000,
      ...changes,
    })
  ).body;

inBrowser('payment links of the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
  });
  afterAll(() => test?.close());

  it('makes a link of what was typed, says what is wrong with it, and shows where it leads', async () => {
    const { page, complaints } = await test.as('developer', '/links');
    await page.getByText('Todavía no hay enlaces').waitFor();
    await page.getByRole('button', { name: 'Crear un enlace' }).click();
    const dialog = page.getByRole('dialog', { name: 'Crear un enlace' });
    const submit = dialog.getByRole('button', { name: 'Crear un enlace' });
    await dialog.getByLabel('Título').fill(`Donación ${HOSTILE}`);
    await dialog.getByLabel('Referencia').fill('DONACIÓN');
    await dialog.getByText('Lo escribe el pagador').click();
    await dialog.getByLabel('Desde').fill('50.000');
    await dialog.getByLabel('Hasta').fill('10.000,50');
    await dialog.getByText('Varias').click();
    await dialog.getByLabel('Número de usos').fill('0');
    await submit.click();
    for (const wrong of ['De 1 a 54 letras', 'Un monto en pesos sin centavos', 'Un número de 1 a'])
      await dialog.getByText(wrong).waitFor();
    await dialog.getByLabel('Hasta').fill('10.000');
    await dialog.getByText('No puede ser menor que el mínimo').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await sidewaysOf(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });

    await dialog.getByLabel('Referencia').fill('DONACION');
    await dialog.getByLabel('Hasta').fill('$ 1.000.000');
    await dialog.getByLabel('Número de usos').fill('30');
    await dialog.getByRole('combobox', { name: 'Medios de pago' }).click();
    await page.getByRole('option', { name: 'Bre-B' }).click();
    await page.keyboard.press('Escape');
    await submit.click();
    await page.getByRole('heading', { level: 1, name: 'Donación' }).waitFor();
    const link = await linkOf('DONACION');
    expect(link).toMatchObject({
      amountInCents: null,
      minInCents: 5_000_000,
      maxInCents: 100_000_000,
      uses: 30,
      rails: ['BRE_B'],
      expiresAt: null,
      status: 'ACTIVE',
    });
    expect(new URL(page.url()).pathname).toBe(`/console/links/${link.id}`);
    await page.getByText('De $ 50.000 a $ 1.000.000').first().waitFor();
    await page.getByText('0 de 30').waitFor();
    await page.getByText('Nadie lo ha usado todavía').waitFor();
    await page.getByRole('img', { name: 'Código QR del enlace' }).waitFor();
    expect(await page.getByRole('link', { name: 'Abrir la página' }).getAttribute('href')).toBe(link.url);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copiar: el enlace' }).click();
    await page.getByRole('button', { name: 'Copiado' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link.url);
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('prints the code with what it is for, and nothing else', async () => {
    const link = await make({ reference: 'print', title: 'Rifa de navidad' });
    const { page } = await test.as('viewer', `/links/${link.id}`);
    const isVisible = (text: string) => page.getByText(text, { exact: true }).first().isVisible();
    await page.getByText('Escanee para pagar').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('img', { name: 'Código QR del enlace' }).isVisible()).toBe(true);
    expect(await page.locator('p', { hasText: 'Rifa de navidad' }).isVisible()).toBe(true);
    expect(await page.locator('p', { hasText: '$ 50.000' }).first().isVisible()).toBe(true);
    expect(await isVisible('Dirección del enlace')).toBe(false);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    expect(await isVisible('Dirección del enlace')).toBe(true);
  });

  it('disables a link after saying what that does, and makes it active again', async () => {
    const link = await make({ reference: 'disable', title: 'Taller', uses: 3 });
    const { page, complaints } = await test.as('developer', `/links/${link.id}`);
    await page.getByRole('button', { name: 'Desactivar' }).click();
    const dialog = page.getByRole('dialog', { name: 'Desactivar' });
    await dialog.getByText('no podrá hacer pagos nuevos').waitFor();
    await dialog.getByText('todavía se pueden pagar').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Desactivar' }).click();
    await page.getByText('Desactivado').first().waitFor();
    expect((await linkOf('disable')).status).toBe('DISABLED');
    await page.getByRole('button', { name: 'Activar de nuevo' }).click();
    const again = page.getByRole('dialog', { name: 'Activar de nuevo' });
    await again.getByText('Usos: 0 de 3.').waitFor();
    await again.getByRole('button', { name: 'Activar de nuevo' }).click();
    await page.getByRole('button', { name: 'Desactivar' }).waitFor();
    expect((await linkOf('disable')).status).toBe('ACTIVE');
    expect(complaints).toEqual([]);
  });

  it('shows the payments of a link, leads to them and back, and downloads them', async () => {
    const link = await make({ reference: 'course-7', title: 'Taller', uses: 3 });
    for (let use = 0; use < 2; use += 1)
      await fetch(link.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ use: randomUUID() }) });
    const { page, complaints } = await test.as('viewer', `/links/${link.id}`);
    await page.getByText('2 de 3').waitFor();
    await page.getByRole('link', { name: 'course-7-1', exact: true }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Descargar CSV' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    for (const reference of ['course-7-1', 'course-7-2']) expect(csv).toContain(reference);
    await page.getByRole('link', { name: 'course-7-2', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'course-7-2' }).waitFor();
    await page.getByRole('tab', { name: 'Datos' }).click();
    await page.getByRole('link', { name: link.id }).click();
    await page.getByRole('heading', { level: 1, name: 'Taller' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('filters by what stands in the address, and downloads what is filtered', async () => {
    const off = await make({ reference: 'filter-off', title: 'Apagado' });
    await make({ reference: 'filter-on', title: 'Encendido' });
    await test.testApp.api.call('PATCH', `/payment-links/${off.id}`, { status: 'DISABLED' });
    const { page } = await test.as('viewer', '/links?status=DISABLED');
    await page.getByRole('link', { name: 'Apagado' }).waitFor();
    expect(await page.getByRole('link', { name: 'Encendido' }).count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Descargar CSV' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv).toContain('filter-off');
    expect(csv).not.toContain('filter-on');
    await page.getByRole('button', { name: 'Quitar filtros' }).last().click();
    await page.getByRole('link', { name: 'Encendido' }).waitFor();
    await page.getByLabel('Referencia').fill('filter-on');
    await page.getByRole('link', { name: 'Apagado' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?reference=filter-on');
    await page.goto(`${test.url}/links?status=OPEN&reference=a%20b`);
    await page.getByRole('link', { name: 'Apagado' }).waitFor();
  });

  it('shows each role what it may do, and what is not there', async () => {
    const link = await make({ reference: 'roles', title: 'Roles' });
    const { page } = await test.as('viewer', `/links/${link.id}`);
    await page.getByText('Pagos de este enlace').waitFor();
    expect(await page.getByRole('button', { name: 'Desactivar' }).count()).toBe(0);
    await page.goto(`${test.url}/links`);
    await page.getByRole('link', { name: 'Roles' }).waitFor();
    expect(await page.getByRole('button', { name: 'Crear un enlace' }).count()).toBe(0);
    await page.goto(`${test.url}/links/0199a000-0000-7000-8000-000000000000`);
    await page.getByText('No hay tal enlace').waitFor();
    await page.getByRole('link', { name: 'Ver todos los enlaces' }).click();
    await page.getByRole('link', { name: 'Roles' }).waitFor();
  });

  it('speaks English, too', async () => {
    const link = await make({ reference: 'english', title: 'Pottery', uses: 1 });
    const { page } = await test.as('developer', '/links');
    await page.getByRole('button', { name: 'Cuenta', exact: true }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.goto(`${test.url}/links/${link.id}`);
    await page.getByText('Payments of this link').waitFor();
    await page.getByText('0 of 1').waitFor();
    await page.getByRole('button', { name: 'Disable' }).waitFor();
  });
});
