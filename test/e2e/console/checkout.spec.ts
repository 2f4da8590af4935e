import { writeFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';
import { PASSWORD } from '../../support/people.js';
import { until } from '../../support/until.js';

interface Settings {
  displayName: string | null;
  color: string | null;
  supportPhone: string | null;
  language: string;
  frameOrigins: string[];
  logo: object | null;
}

let test: TestConsole;
let folder: string;

const settings = async () => (await test.testApp.api.call<Settings>('GET', '/checkout-settings')).body;
const patch = (change: object) => test.testApp.api.call('PATCH', '/checkout-settings', change);
const save = (page: Page) => page.getByRole('button', { name: 'Guardar', exact: true }).click();

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

inBrowser('the checkout page’s settings in the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    folder = mkdtempSync(join(tmpdir(), 'recaudo-logo-'));
  });
  afterAll(async () => {
    await test?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('show what is typed at once, and store it when it is saved', async () => {
    const { page, complaints, context } = await test.as('developer', '/checkout');
    const preview = page.getByRole('region', { name: 'Así se ve' });
    await preview.getByText('Development').waitFor();
    await page.getByLabel('Nombre').fill('Tienda Ñandú');
    await preview.getByText('Tienda Ñandú').waitFor();
    await page.getByLabel('Color', { exact: true }).fill('#FFD200');
    // In words and in the picture: the service says what becomes of it.
    await page
      .getByText(/El color tiene un contraste de 1,45 a 1 con el fondo blanco: .* el borde #8a7100\./)
      .waitFor();
    const style = await preview.getByText('Pagar', { exact: true }).getAttribute('style');
    expect(style).toContain('border-color: rgb(138, 113, 0)');
    await page.getByLabel('Teléfono').fill('+576015550123');
    await preview.getByText('+576015550123').waitFor();
    await page.getByLabel('Idioma de la página').selectOption('en');
    await preview.getByText('Choose another payment method').waitFor();
    await page.getByLabel(/Sitios que pueden mostrar/).fill('https://a.example\n\n https://b.example \n');
    expect(await settings()).toMatchObject({ displayName: null, color: null });
    // The session ends in the middle of it: nothing that was typed is lost.
    await context.clearCookies();
    await save(page);
    const again = page.getByRole('dialog', { name: 'Inicie sesión de nuevo' });
    await again.getByLabel('Contraseña').fill(PASSWORD);
    await again.getByRole('button', { name: 'Iniciar sesión' }).click();
    await page.getByText('La página de pago quedó guardada').waitFor();
    expect(await settings()).toMatchObject({
      ...{ displayName: 'Tienda Ñandú', color: '#ffd200', supportPhone: '+576015550123', language: 'en' },
      frameOrigins: ['https://a.example', 'https://b.example'],
    });
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByLabel('Nombre').fill('');
    await page.getByLabel('Color', { exact: true }).fill('');
    // What somebody else changes meanwhile stays.
    await patch({ supportPhone: '+576015550199' });
    await save(page);
    await preview.getByText('Development').waitFor();
    expect(await settings()).toMatchObject({ displayName: null, color: null, supportPhone: '+576015550199' });
    expect(complaints).toEqual([]);
  });

  it('say at each field what is wrong with it, and keep what was typed', async () => {
    const before = await settings();
    const { page, complaints } = await test.as('owner', '/checkout');
    await page.getByLabel('Nombre').fill('zero\u200Bwidth');
    await page.getByLabel('Color', { exact: true }).fill('rojo');
    await page.getByLabel('Correo electrónico').fill('nadie');
    await page.getByLabel('Teléfono').fill('312 123 4567');
    await page.getByLabel('Página de ayuda').fill('http://example.com');
    await save(page);
    for (const wrong of [
      'sin caracteres invisibles',
      'un color como',
      'un correo como',
      'sin espacios: +57',
      'empiece por https',
    ])
      await page.getByText(wrong).last().waitFor();
    await page.getByLabel('Nombre').fill('x');
    for (const name of ['Color', 'Correo electrónico', 'Teléfono', 'Página de ayuda'])
      await page.getByLabel(name, { exact: true }).fill('');
    await page.getByLabel(/Sitios que pueden mostrar/).fill('https://*.example.com');
    await save(page);
    await page.getByText(/Cada línea debe ser un sitio/).waitFor();
    await page.getByRole('button', { name: 'Descartar los cambios' }).click();
    await page.getByText(/Cada línea debe ser un sitio/).waitFor({ state: 'detached' });
    expect(await settings()).toEqual(before);
    expect(complaints.splice(0).filter((complaint) => !complaint.includes('status of 400'))).toEqual([]);
  });

  it('take a logo, show it as it was drawn anew, refuse what is none, and remove it', async () => {
    const { page, complaints } = await test.as('developer', '/checkout');
    const png = await sharp({ create: { width: 900, height: 300, channels: 3, background: '#7a3cff' } })
      .png()
      .toBuffer();
    const part = page.getByRole('region', { name: 'Logo' });
    await part.getByText('Todavía no hay logo').waitFor();
    await part.getByLabel('Subir un logo').setInputFiles(await file('a.svg', '<svg><script>alert(1)</script></svg>'));
    await part.getByText('El archivo debe ser PNG, JPEG o WebP.').waitFor();
    await part.getByLabel('Subir un logo').setInputFiles(await file('a.png', Buffer.alloc(600 * 1024)));
    await part.getByText('El archivo pesa más de 512 KiB').waitFor();
    await part.getByLabel('Subir un logo').setInputFiles(await file('b.png', '<svg><script>alert(1)</script></svg>'));
    await part.getByText('La imagen no sirve como logo').waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('status of 400')]);
    await part.getByLabel('Subir un logo').setInputFiles(await file('c.png', png));
    await part.getByText('512 × 171 píxeles').waitFor();
    const shown = part.getByRole('img', { name: 'Logo de Development' });
    const width = () => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    expect(await until('the picture', async () => (await width()) || undefined)).toBe(512);
    expect(await seriousFindings(page)).toEqual([]);
    await part.getByRole('button', { name: 'Quitar el logo' }).click();
    await page.getByText('La dirección del logo deja de servir.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Quitar el logo' }).click();
    await part.getByText('Todavía no hay logo').waitFor();
    expect((await settings()).logo).toBeNull();
    expect(complaints).toEqual([]);
  });

  it('are shown to whoever may see links, to be changed by whoever may write them', async () => {
    const viewer = await test.as('viewer', '/checkout', { theme: 'dark', ...PHONE });
    await viewer.page.getByText('Su rol permite ver la página de pago').waitFor();
    expect(await viewer.page.getByLabel('Nombre').isDisabled()).toBe(true);
    expect(await viewer.page.getByRole('button', { name: 'Guardar' }).count()).toBe(0);
    expect(await viewer.page.getByLabel('Subir un logo').count()).toBe(0);
    expect(await seriousFindings(viewer.page)).toEqual([]);
    expect(await sidewaysOf(viewer.page)).toEqual([]);
    expect(viewer.complaints).toEqual([]);
  });

  it('stand in the menu, in English too, and say when they cannot be read', async () => {
    const { page, context } = await test.as('owner');
    await page.getByRole('link', { name: 'Página de pago' }).click();
    await page.getByRole('heading', { level: 1, name: 'Página de pago' }).waitFor();
    await page.getByRole('button', { name: 'Cuenta', exact: true }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Checkout page' }).waitFor();
    await page.getByText('Sites that may show the page inside of theirs').waitFor();
    await context.route('**/checkout-settings', (route) => route.fulfill({ status: 500, body: '' }));
    await page.reload();
    await page.getByText('It could not be loaded (500)').waitFor();
    await context.unroute('**/checkout-settings');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('This is how it looks').waitFor();
  });
});
