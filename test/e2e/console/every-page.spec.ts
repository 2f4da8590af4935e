import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  inBrowser,
  overflowsSideways,
  PHONE,
  seriousFindings,
  startTestConsole,
  type TestConsole,
} from '../../support/console.js';

/** Where `npm run console:screenshots` wants the pictures. */
const PICTURES = process.env['CONSOLE_SCREENSHOTS'];
const QUALITY = 70;

const WINDOWS = {
  light: { theme: 'light' },
  dark: { theme: 'dark' },
  phone: { theme: 'light', ...PHONE },
} as const;

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

  it.each(Object.keys(WINDOWS) as (keyof typeof WINDOWS)[])(
    'has one heading, nothing serious for axe, nothing off the side and no complaint of the browser: %s',
    async (name) => {
      const { page, context, complaints } = await test.as('owner', '', WINDOWS[name]);
      const devtools = await context.newCDPSession(page);
      for (const [picture, path] of Object.entries(paths)) {
        await page.goto(`${test.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[data-state=loading]').first().waitFor({ state: 'detached' });
        expect([path, await page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1]);
        expect([path, await seriousFindings(page)]).toEqual([path, []]);
        expect([path, await overflowsSideways(page)]).toEqual([path, false]);
        if (PICTURES === undefined) continue;
        const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
        await mkdir(PICTURES, { recursive: true });
        await writeFile(`${PICTURES}/${picture}-${name}.webp`, Buffer.from(data, 'base64'));
      }
      expect(complaints).toEqual([]);
    },
  );
});
