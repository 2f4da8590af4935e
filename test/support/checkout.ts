import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { PROVIDERS } from '../../src/providers.js';
import { payinRequest } from './api-client.js';
import { launchBrowser } from './browser.js';
import { PHONE, seriousFindings, sidewaysOf } from './console.js';
import { startTestApp, type TestApp } from './test-app.js';

export { inBrowser } from './in-browser.js';
export { seriousFindings, sidewaysOf };

export interface PayerWindow {
  page: Page;
  context: BrowserContext;
  /** What the browser complained about. */
  complaints: string[];
}

export interface PayerOptions {
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** Without script. */
  plain?: boolean;
}

export interface TestCheckout {
  testApp: TestApp;
  browser: Browser;
  /** A payer's window, on a phone. */
  open(url: string, options?: PayerOptions): Promise<PayerWindow>;
  close(): Promise<void>;
}

export async function startTestCheckout(settings: Record<string, string> = {}): Promise<TestCheckout> {
  const testApp = await startTestApp({
    PROVIDERS: PROVIDERS.map(({ name }) => name).join(),
    TRUSTED_PROXIES: '127.0.0.1/32,::1/128',
    ...settings,
  });
  let payers = 0;
  const browser = await launchBrowser();
  return {
    testApp,
    browser,
    async open(url, { theme = 'light', width = PHONE.width, height = PHONE.height, plain = false } = {}) {
      const context = await browser.newContext({
        colorScheme: theme,
        viewport: { width, height },
        reducedMotion: 'reduce',
        javaScriptEnabled: !plain,
        // Limits go by address: each payer has one of their own.
        extraHTTPHeaders: { 'x-forwarded-for': `203.0.113.${(payers += 1) % 250}` },
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
      await page.goto(url);
      return { page, context, complaints };
    },
    async close() {
      await browser.close();
      await testApp.close();
    },
  };
}

const PAYER: Readonly<Record<string, string>> = {
  'inlineCustomer.name': 'Ana María Peña',
  'inlineCustomer.idNumber': '1.234.567.890',
  'inlineCustomer.phone': '300 123 4567',
  'inlineCustomer.email': 'ana@example.com',
};

/** Fills in whatever the page asks for. */
export async function fillIn(page: Page, bank = /BANCOLOMBIA/i): Promise<void> {
  for (const [name, value] of Object.entries(PAYER)) {
    const field = page.locator(`[name="${name}"]`);
    if ((await field.count()) > 0) await field.fill(value);
  }
  if ((await page.locator('[name="pse.bank"]').count()) > 0)
    await page.getByRole('radio', { name: bank }).first().check();
}

/** A payin of which the payer chooses the rail and gives their data. */
export async function payerChooses({ api }: TestApp, changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
  const { inlineCustomer: _, ...request } = payinRequest({ rail: 'ANY', checkout: {}, ...changes });
  const { status, body } = await api.call<PresentedPayin>('POST', '/payins', request);
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
