import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CDPSession } from 'playwright-core';
import sharp from 'sharp';
import { ticketOf } from '../../support/api-client.js';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
  type Visitor,
} from '../../support/console.js';
import { type EndpointServer, startEndpointServer } from '../../support/endpoint-server.js';
import { NotificationApi } from '../../support/notification-api.js';
import { invitedOwner } from '../../support/people.js';
import { compared, csv } from '../../support/statements.js';
import { until } from '../../support/until.js';

/** Where `npm run console:screenshots` wants the pictures. */
const PICTURES = process.env['CONSOLE_SCREENSHOTS'];
const QUALITY = 70;
const DESKTOP = { width: 1280, height: 800 };

/** By the name of its picture, each with what it shows once it has its data. `:payin` is a payin's id, `:link` a payment link's. */
const PAGES = {
  overview: ['/', 'Discrepancias abiertas'],
  payins: ['/payins', 'order-1001'],
  payin: ['/payins/:payin', 'Llegó dinero'],
  links: ['/links', 'Curso de cerámica'],
  link: ['/links/:link', 'Escanee para pagar'],
  discrepancies: ['/discrepancies', 'Evidencia, lado a lado'],
  statements: ['/statements', 'Listo'],
  reports: ['/reports', 'Provisional'],
  notifications: ['/notifications', 'Mensaje de prueba'],
  inbox: ['/inbox', 'Cambió el pago'],
  providers: ['/providers', 'Bien'],
  checkout: ['/checkout', 'Tienda Ñandú'],
  people: ['/people', 'Invitada'],
  keys: ['/keys', 'shop'],
  audit: ['/audit', 'Creó una llave'],
  account: ['/account', 'No tiene segundo factor.'],
} as const;

let test: TestConsole;
let visitor: Visitor;
let devtools: CDPSession;
let payinId: string;
let linkId: string;
let server: EndpointServer;

const logo = () =>
  sharp(Buffer.from('<svg width="240" height="240"><circle cx="120" cy="120" r="110" fill="#7a3cff"/></svg>'))
    .png()
    .toBuffer();

async function keep(name: string): Promise<void> {
  if (PICTURES === undefined) return;
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await mkdir(PICTURES, { recursive: true });
  await writeFile(`${PICTURES}/${name}.webp`, Buffer.from(data, 'base64'));
}

inBrowser('a page of the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    server = await startEndpointServer();
    const { api, sandbox } = test.testApp;
    await api.open({ rail: 'PSE', reference: 'order-1001' });
    const link = await api.call<{ id: string }>('POST', '/payment-links', {
      reference: 'course',
      title: 'Curso de cerámica',
      amountInCents: 12_000_000,
      uses: 20,
    });
    linkId = link.body.id;
    const payin = await api.open({ rail: 'BRE_B', reference: 'order-1002', amountInCents: 123_456_700 });
    payinId = payin.id;
    await sandbox.tumipay.pay(ticketOf(payin), { amountInCents: 133_456_700 });
    await until('a discrepancy', async () => (await api.discrepancies(payinId))[0]);
    await compared(api, csv('order-9999,,1234500,COP,APPROVED,,'));
    const endpoints = new NotificationApi(api);
    const { id } = await endpoints.createEndpoint({ url: server.url });
    await endpoints.tried(await endpoints.sendTest(id));
    await api.call('POST', '/api-keys', { name: 'shop', role: 'viewer' });
    await api.call('PATCH', '/checkout-settings', { displayName: 'Tienda Ñandú', color: '#ffd200' });
    await api.call('PUT', '/checkout-settings/logo', await logo(), { 'content-type': 'image/png' });
    await invitedOwner(test.testApp, 'operator');
    visitor = await test.as('owner');
    devtools = await visitor.context.newCDPSession(visitor.page);
  });

  afterAll(async () => {
    await test?.close();
    await server?.close();
  });

  it.each(Object.entries(PAGES))(
    'has one heading, nothing serious for axe in either theme, nothing off the side of a phone, and no complaint of the browser: %s',
    async (name, [path, shows]) => {
      const { page, complaints } = visitor;
      await page.setViewportSize(DESKTOP);
      await page.goto(`${test.url}${path.replace(':payin', payinId).replace(':link', linkId)}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('main').getByText(shows).first().waitFor();
      await page.locator('[data-state=loading]').first().waitFor({ state: 'detached' });
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
        expect([colorScheme, await seriousFindings(page)]).toEqual([colorScheme, []]);
        await keep(`${name}-${colorScheme}`);
      }
      await page.setViewportSize(PHONE);
      expect(await sidewaysOf(page)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      await keep(`${name}-phone`);
      expect(complaints.splice(0)).toEqual([]);
    },
  );

  it('has what axe would find, were it there: text without contrast, a button and a picture without a name', async () => {
    const { page } = await test.as('viewer', '/payins');
    await page.getByText('order-1001').first().waitFor();
    await page.evaluate(`{
      const planted = document.createElement('div');
      planted.innerHTML = '<p>pale</p><button></button><img src="/console/icon.svg">';
      planted.firstChild.style.color = '#ddd';
      document.querySelector('main').append(planted);
    }`);
    const found = (await seriousFindings(page)).map((one) => one.slice(0, one.indexOf(':')));
    expect(found.toSorted()).toEqual(['button-name', 'color-contrast', 'image-alt']);
  });
});
