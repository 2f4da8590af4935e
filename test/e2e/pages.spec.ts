import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.js';
import { inBrowser } from '../support/in-browser.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;
let browser: Browser;
let page: Page;

inBrowser('in a browser', () => {
  beforeAll(async () => {
    testApp = await startTestApp();
    browser = await launchBrowser();
    page = await browser.newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await testApp?.close();
  });

  it('the payer sees the amount, changes it for Bre-B, pays, and the payin is short', async () => {
    const { api } = testApp;
    const opened = await api.open({ rail: 'BRE_B', redirectUrl: `${testApp.url}/return` });
    const { instructions } = opened;
    await page.goto((instructions as { url: string }).url);
    expect(await page.textContent('body')).toContain('50.000');
    expect(await page.textContent('body')).toContain('@tumipaybreb');
    await page.fill('input[name=amount]', '30000');
    await page.getByRole('button', { name: 'Pagar' }).click();
    await page.waitForLoadState();
    expect(await api.reaches(opened.id, 'UNDERPAID')).toMatchObject({ amountReceivedInCents: 3_000_000 });

    await page.getByRole('link').first().click();
    await page.waitForURL('**/return');
    expect(await page.textContent('h1')).toBe('Gracias');
  });

  it('the payer rejects, and the payin is rejected', async () => {
    const { api } = testApp;
    const opened = await api.open({ rail: 'PSE' });
    await page.goto((opened.instructions as { url: string }).url);
    await page.getByRole('button', { name: 'Rechazar' }).click();
    await api.reaches(opened.id, 'REJECTED');
  });

  it('the API reference shows its operations', async () => {
    const blocked: string[] = [];
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) blocked.push(message.text());
    });
    await page.goto(`${testApp.url}/docs`);
    await page.getByRole('heading', { name: 'Create a payin' }).waitFor();
    await page.goto(`${testApp.url}/return`);
    // As its style says: nothing was kept from it.
    expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('512px');
    expect(blocked).toEqual([]);
  });
});
