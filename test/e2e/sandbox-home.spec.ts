import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import {
  inBrowser,
  PHONE,
  seriousFindings,
  sidewaysOf,
  startTestConsole,
  type TestConsole,
} from '../support/console.js';

let test: TestConsole;
let home: string;
const HELLOPAY = { PROVIDERS: 'tumipay,hellopay,teemopay' };

/** Presses a button of the order on the page, and waits for what comes then. */
async function press(page: Page, reference: string, button: string): Promise<void> {
  await page
    .getByRole('form', { name: `Order ${reference}` })
    .getByRole('button', { name: button, exact: true })
    .click();
  await page.getByRole('status').waitFor();
}

inBrowser('the sandbox’s home', () => {
  beforeAll(async () => {
    test = await startTestConsole(HELLOPAY);
    home = new URL(test.testApp.environment['TUMIPAY_BASE_URL']!).origin;
  });
  afterAll(() => test?.close());

  it('lets whoever integrates end payins with a press: paid, short, rejected, charged back', async () => {
    const { api } = test.testApp;
    const { page, complaints } = await test.open('', {});
    const payin = async (provider: string, rail: string) => {
      const { id } = await api.open({ provider, rail });
      const attempts = await test.testApp.database.query<{ reference: string }>(
        'select provider_reference as reference from attempts where payin_id = $1',
        [id],
      );
      return { id, reference: attempts[0]!.reference };
    };
    const [paid, short, rejected] = [
      await payin('tumipay', 'BRE_B'),
      await payin('teemopay', 'BRE_B'),
      await payin('hellopay', 'NEQUI'),
    ];
    await page.goto(home);
    await press(page, paid.reference, 'Pay $ 50.000');
    await api.reaches(paid.id, 'APPROVED');
    await page.getByRole('searchbox').fill(short.reference.slice(4));
    await page.getByRole('button', { name: 'Search' }).click();
    await press(page, short.reference, 'Pay $ 25.000');
    await api.reaches(short.id, 'UNDERPAID');
    await page.goto(home);
    await press(page, rejected.reference, 'Reject');
    await api.reaches(rejected.id, 'REJECTED');
    await page.getByRole('link', { name: short.reference }).click();
    await press(page, short.reference, 'Charge back');
    await api.reaches(short.id, 'REVERSED');
    expect(complaints).toEqual([]);
  });

  it('sets a fault and a switch that the service feels', async () => {
    const { page } = await test.open('', {});
    await page.goto(`${home}/providers/tumipay`);
    const fault = page.getByRole('form', { name: 'Fault status' });
    await fault.getByLabel('HTTP status').fill('503');
    await fault.getByLabel('Times').fill('1000');
    await fault.getByRole('button', { name: 'Set' }).click();
    await page.getByText('The fault waits for its call.').waitFor();
    const { body } = await test.testApp.api.create({ provider: 'tumipay' });
    expect(body.status).not.toBe('PENDING');
    await page.getByRole('button', { name: 'Clear all faults' }).click();
    await page.getByText('No fault waits.').waitFor();
    await page.getByLabel('queryAmount').selectOption('settled');
    await page.getByRole('button', { name: 'Set the switches' }).click();
    await page.getByText('Changed: at the start it was requested.').waitFor();
    expect(await test.testApp.sandbox.tumipay.switches()).toMatchObject({ queryAmount: 'settled' });
    await page.getByRole('button', { name: 'As at the start' }).click();
    await page.getByText('The switches are as at the start.').waitFor();
  });

  it('can be read by all, in both themes and on a phone, and works without script', async () => {
    const { api } = test.testApp;
    await api.open({ provider: 'tumipay', rail: 'BRE_B' });
    const context = await test.browser.newContext({ viewport: PHONE, javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(home);
    await plain.getByRole('button', { name: 'Pay $ 50.000' }).first().click();
    await plain.getByRole('status').waitFor();
    await context.close();
    const { page, complaints } = await test.open('', {});
    const order = new URL((await first(page)) ?? '', home).href;
    for (const path of [
      home,
      order,
      ...['tumipay', 'hellopay', 'teemopay'].map((name) => `${home}/providers/${name}`),
    ]) {
      for (const [colorScheme, size] of [
        ['light', { width: 1280, height: 800 }],
        ['dark', PHONE],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        await page.goto(path);
        expect([path, await seriousFindings(page)]).toEqual([path, []]);
        expect([path, await sidewaysOf(page)]).toEqual([path, []]);
        if (process.env['SANDBOX_SCREENSHOTS'])
          await page.screenshot({
            path: `${process.env['SANDBOX_SCREENSHOTS']}/${path.replaceAll(/\W+/g, '-').slice(-12)}-${colorScheme}.png`,
            fullPage: true,
          });
      }
    }
    expect(complaints).toEqual([]);
  });
});

async function first(page: Page): Promise<string | null> {
  await page.goto(home);
  return page.locator('article h2 a').first().getAttribute('href');
}
