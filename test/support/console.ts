import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { describe } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { startService } from '../../src/app/service.js';
import { joined, PASSWORD } from './people.js';
import { startTestApp, type TestApp } from './test-app.js';

/** A real browser, where the machine has one; CI installs it and insists on it. */
export const BROWSER = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path));

export const inBrowser = BROWSER || process.env['REQUIRE_BROWSER'] ? describe : describe.skip;

/** A person in a window of their own: cookies and storage are nobody else's. */
export interface Visitor {
  page: Page;
  context: BrowserContext;
  email: string;
  id: string;
  /** What the browser complained about, and what it did not expect from the service. Those that a test means to see are taken out of it. */
  complaints: string[];
}

export interface TestConsole {
  testApp: TestApp;
  browser: Browser;
  url: string;
  /** A window where nobody has signed in. */
  open(path?: string, options?: WindowOptions): Promise<Omit<Visitor, 'email' | 'id'>>;
  /** A new person of this role, signed in by the page itself. */
  as(role: string, path?: string, options?: WindowOptions): Promise<Visitor>;
  /** The service again, at the same address and on the same database, after `testApp.service.close()`. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface WindowOptions {
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** What a phone has at least. */
export const PHONE = { width: 360, height: 740 } as const;

/** Chromium writes this of every answer above 399, whatever the page does about it. */
const OF_STATUS = /Failed to load resource: the server responded with a status of (\d+)/;

export async function startTestConsole(settings: Record<string, string> = {}): Promise<TestConsole> {
  const testApp = await startTestApp(settings);
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
    ],
  });
  const url = `${testApp.url}/console`;

  async function open(path = '', { theme = 'light', width = 1280, height = 800 }: WindowOptions = {}) {
    const context = await browser.newContext({
      colorScheme: theme,
      viewport: { width, height },
      reducedMotion: 'reduce',
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      // Nobody has signed in yet: that is an answer, not a fault.
      const isExpected = OF_STATUS.exec(message.text())?.[1] === '401';
      if (!isExpected) complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
    await page.goto(`${url}${path}`);
    return { page, context, complaints };
  }

  async function as(role: string, path = '', options: WindowOptions = {}): Promise<Visitor> {
    const { id, email } = await joined(testApp, role);
    const visitor = await open(path, options);
    await signIn(visitor.page, email);
    return { ...visitor, id, email };
  }

  return {
    testApp,
    browser,
    url,
    open,
    as,
    async restart() {
      testApp.service = await startService(testApp.environment);
    },
    async close() {
      await browser.close();
      await testApp.close();
    },
  };
}

/** Types the password, and waits for the menu. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Correo electrónico').fill(email);
  await page.getByLabel('Contraseña').fill(password);
  await page.getByRole('button', { name: 'Iniciar sesión' }).click();
  await page.getByRole('button', { name: 'Cuenta', exact: true }).waitFor();
}

/** What axe finds serious or critical, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`));
}

const SETTLES_WITHIN_MS = 10_000;

/** What makes a page movable sideways once it has settled: on a phone nothing may. */
export async function sidewaysOf(page: Page): Promise<string[]> {
  // Not `waitForFunction`: it makes code of texts, which the policy refuses.
  for (const end = Date.now() + SETTLES_WITHIN_MS; Date.now() < end;) {
    const { scrollWidth, clientWidth } = await page.evaluate<Widths>(
      `(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }))(document.documentElement)`,
    );
    if (scrollWidth <= clientWidth) return [];
    await page.waitForTimeout(100);
  }
  return page.evaluate<string[]>(`[...document.querySelectorAll('body *')]
    .map((element) => [element.outerHTML.slice(0, 120), Math.round(element.getBoundingClientRect().right)])
    .filter(([, right]) => right > document.documentElement.clientWidth)
    .map(([html, right]) => right + ' ' + html)`);
}

interface Widths {
  scrollWidth: number;
  clientWidth: number;
}

/** As `sidewaysOf`, without saying what it is. */
export async function overflowsSideways(page: Page): Promise<boolean> {
  return (await sidewaysOf(page)).length > 0;
}
