import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startService } from '../../src/app/service.js';
import { launchBrowser } from './browser.js';
import { joined, PASSWORD } from './people.js';
import { startTestApp, type TestApp } from './test-app.js';

export { inBrowser } from './in-browser.js';

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
  /** A new person of this role, who has signed in. */
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
  const browser = await launchBrowser();
  const url = `${testApp.url}/console`;

  async function open(path = '', options: WindowOptions = {}, before?: (context: BrowserContext) => Promise<void>) {
    const { theme = 'light', width = 1280, height = 800 } = options;
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
    await before?.(context);
    await page.goto(`${url}${path}`);
    return { page, context, complaints };
  }

  async function as(role: string, path = '', options: WindowOptions = {}): Promise<Visitor> {
    const { id, email } = await joined(testApp, role);
    const visitor = await open(path, options, async ({ request }) => {
      const answer = await request.post(`${testApp.url}/session`, { data: { email, password: PASSWORD } });
      if (!answer.ok()) throw new Error(`the sign-in was answered ${answer.status()}`);
    });
    await visitor.page.getByRole('button', { name: 'Cuenta', exact: true }).waitFor();
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

/**
 * What axe finds serious or critical, one line each. It runs in the page itself and keeps nothing but violations, which takes a fifth of the time; pages
 * of other origins, which it could not see into then, are in none of ours.
 */
export async function seriousFindings(page: Page): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
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
