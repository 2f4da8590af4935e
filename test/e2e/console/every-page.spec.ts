import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  inBrowser,
  sidewaysOf,
  PHONE,
  seriousFindings,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';

/** Where `npm run console:screenshots` wants the pictures. */
const PICTURES = process.env['CONSOLE_SCREENSHOTS'];
const QUALITY = 70;
const DESKTOP = { width: 1280, height: 800 };

let test: TestConsole;
/** By the name of the picture; a page of one thing stands in for all of its kind. */
let paths: Record<string, string>;

inBrowser('every page of the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    const { api } = test.testApp;
    const payin = await api.open({ rail: 'PSE', reference: 'order-1001' });
    await api.open({ rail: 'BRE_B', reference: 'order-1002', amountInCents: 123_456_700 });
    paths = {
      overview: '/',
      payins: '/payins',
      payin: `/payins/${payin.id}`,
      discrepancies: '/discrepancies',
      statements: '/statements',
      reports: '/reports',
      notifications: '/notifications',
      inbox: '/inbox',
      providers: '/providers',
      links: '/links',
      people: '/people',
      keys: '/keys',
      audit: '/audit',
      account: '/account',
    };
  });

  afterAll(() => test?.close());

  it('has one heading, nothing serious for axe in either theme, nothing off the side of a phone, and no complaint of the browser', async () => {
    const { page, context, complaints } = await test.as('owner');
    const devtools = await context.newCDPSession(page);
    const keep = async (name: string) => {
      if (PICTURES === undefined) return;
      const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
      await mkdir(PICTURES, { recursive: true });
      await writeFile(`${PICTURES}/${name}.webp`, Buffer.from(data, 'base64'));
    };
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${test.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('[data-state=loading]').first().waitFor({ state: 'detached' });
      expect([path, await page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1]);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
        expect([path, colorScheme, await seriousFindings(page)]).toEqual([path, colorScheme, []]);
        await keep(`${name}-${colorScheme}`);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize(PHONE);
      expect([path, await sidewaysOf(page)]).toEqual([path, []]);
      expect([path, 'phone', await seriousFindings(page)]).toEqual([path, 'phone', []]);
      await keep(`${name}-phone`);
      await page.setViewportSize(DESKTOP);
    }
    expect(complaints).toEqual([]);
  });
});
