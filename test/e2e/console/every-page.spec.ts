import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CDPSession } from 'playwright-core';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
  type Visitor,
} from '../../support/console.js';

/** Where `npm run console:screenshots` wants the pictures. */
const PICTURES = process.env['CONSOLE_SCREENSHOTS'];
const QUALITY = 70;
const DESKTOP = { width: 1280, height: 800 };

/** By the name of its picture; a page of one thing stands in for all of its kind. `:payin` is a payin's id. */
const PAGES = {
  overview: '/',
  payins: '/payins',
  payin: '/payins/:payin',
  discrepancies: '/discrepancies',
  statements: '/statements',
  reports: '/reports',
  notifications: '/notifications',
  inbox: '/inbox',
  providers: '/providers',
  people: '/people',
  keys: '/keys',
  audit: '/audit',
  account: '/account',
};

let test: TestConsole;
let visitor: Visitor;
let devtools: CDPSession;
let payinId: string;

async function keep(name: string): Promise<void> {
  if (PICTURES === undefined) return;
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await mkdir(PICTURES, { recursive: true });
  await writeFile(`${PICTURES}/${name}.webp`, Buffer.from(data, 'base64'));
}

inBrowser('a page of the console', () => {
  beforeAll(async () => {
    test = await startTestConsole();
    const { api } = test.testApp;
    payinId = (await api.open({ rail: 'PSE', reference: 'order-1001' })).id;
    await api.open({ rail: 'BRE_B', reference: 'order-1002', amountInCents: 123_456_700 });
    visitor = await test.as('owner');
    devtools = await visitor.context.newCDPSession(visitor.page);
  });

  afterAll(() => test?.close());

  it.each(Object.entries(PAGES))(
    'has one heading, nothing serious for axe in either theme, nothing off the side of a phone, and no complaint of the browser: %s',
    async (name, path) => {
      const { page, complaints } = visitor;
      await page.setViewportSize(DESKTOP);
      await page.goto(`${test.url}${path.replace(':payin', payinId)}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
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
});
