import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PROVIDERS } from '../../src/providers.js';
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
  const testApp = await startTestApp({ PROVIDERS: PROVIDERS.map(({ name }) => name).join(), ...settings });
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
