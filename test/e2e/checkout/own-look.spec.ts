import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import {
  inBrowser,
  seriousFindings,
  sidewaysOf,
  startTestCheckout,
  type TestCheckout,
} from '../../support/checkout.js';
import { until } from '../../support/until.js';

let checkout: TestCheckout;
/** A merchant's shop, which shows the page inside of its own. */
let shop: Server;
let shopUrl: string;
let address: string;

const look = (change: object) => checkout.testApp.api.call('PATCH', '/checkout-settings', change);
const paysIn = (page: Page) => page.frames().find((frame) => frame.url() === address);

inBrowser('a payer’s page with the look of its organization', () => {
  beforeAll(async () => {
    checkout = await startTestCheckout();
    const { api } = checkout.testApp;
    address = (await api.open({ provider: 'tumipay', rail: 'BRE_B' })).checkoutUrl;
    shop = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(`<h1>Shop</h1><iframe src="${address}"></iframe>`);
    }).listen(0, 'localhost');
    await once(shop, 'listening');
    const { port } = shop.address() as { port: number };
    shopUrl = `http://localhost:${port}`;
  });
  afterAll(async () => {
    await checkout?.close();
    shop?.close();
  });

  it.each(['#ffffff', '#ffd200', '#000000', '#7f7f7f'])(
    'has its logo, and can be read in any colour, in both themes and on a phone: %s',
    async (color) => {
      const { api } = checkout.testApp;
      const logo = await sharp({ create: { width: 300, height: 120, channels: 3, background: '#7a3cff' } })
        .png()
        .toBuffer();
      await api.call('PUT', '/checkout-settings/logo', logo, { 'content-type': 'image/png' });
      await look({
        color,
        displayName: 'Tienda Ñandú',
        supportEmail: 'ayuda@example.com',
        supportPhone: '+576015550123',
      });
      for (const theme of ['light', 'dark'] as const) {
        const { page, context, complaints } = await checkout.open(address, { theme });
        await page.getByText('Tienda Ñandú').first().waitFor();
        const shown = page.locator('img.logo');
        const width = () => shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
        expect(await until('the logo', async () => (await width()) || undefined)).toBe(300);
        await page.getByRole('link', { name: '+576015550123' }).waitFor();
        expect([theme, await seriousFindings(page)]).toEqual([theme, []]);
        expect(await sidewaysOf(page)).toEqual([]);
        if (process.env['CHECKOUT_SCREENSHOTS'])
          await page.screenshot({
            path: `${process.env['CHECKOUT_SCREENSHOTS']}/look-${color.slice(1)}-${theme}.png`,
            fullPage: true,
          });
        expect(complaints).toEqual([]);
        await context.close();
      }
      await api.call('DELETE', '/checkout-settings/logo');
      await look({ color: null, displayName: null, supportEmail: null, supportPhone: null });
    },
  );

  it('stands inside of another site where the organization names it, and nowhere else', async () => {
    await look({ frameOrigins: [shopUrl] });
    const named = await checkout.open(shopUrl);
    await until('the page in its frame', async () => paysIn(named.page));
    await paysIn(named.page)!.getByText('Development').first().waitFor();
    expect(named.complaints).toEqual([]);
    for (const frameOrigins of [[], ['https://another.example.com'], [`${shopUrl}1`]]) {
      await look({ frameOrigins });
      const { page, complaints, context } = await checkout.open(shopUrl);
      await until(
        'the browser to refuse it',
        async () => complaints.some((text) => text.includes('frame')) || undefined,
      );
      expect(page.frames().filter((frame) => frame.url() === address)).toEqual([]);
      await context.close();
    }
    await look({ frameOrigins: [] });
  });
});
