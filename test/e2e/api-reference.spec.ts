import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type Service, startService } from '../../src/app/service.js';
import { IS_BROWSER_THERE, launchBrowser } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import { sendRaw } from '../support/raw-http.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';

const PICTURES = process.env['REFERENCE_SCREENSHOTS'];
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

let testApp: TestApp;
/** As a developer has started it. */
let development: Service;
let url: string;

beforeAll(async () => {
  testApp = await startTestApp();
  const port = await freePort();
  url = `http://localhost:${port}`;
  const environment = { ...testApp.environment, NODE_ENV: 'development', PORT: String(port), ROLE: 'api' };
  development = await startService(environment, API_KEY);
});

afterAll(async () => {
  await development?.close();
  await testApp?.close();
});

describe('the page of the API reference', () => {
  it('allows scripts, styles and requests of this host alone', async () => {
    const answer = await fetch(`${testApp.url}/docs`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy.replaceAll(/'[^']*'|data:/g, '')).not.toMatch(/[.:*]|https?/);
    expect(policy).not.toMatch(/unsafe-(?:inline|eval)/);
    const html = await answer.text();
    const assets = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, asset]) => asset!);
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) expect([asset, (await fetch(`${testApp.url}${asset}`)).status]).toEqual([asset, 200]);
  });

  it('has the key of a developer’s start filled in, under the names of that machine and no other', async () => {
    const page = async (host: string) => {
      const head = ['GET /docs HTTP/1.1', `Host: ${host}`, 'Connection: close', '', ''].join('\r\n');
      return (await sendRaw(url, head)).body;
    };
    expect(await page(new URL(url).host)).toContain(API_KEY);
    expect(await page('shop.example.com')).not.toContain(API_KEY);
    expect(await (await fetch(`${testApp.url}/docs`)).text()).not.toContain(API_KEY);
  });
});

const inBrowser = IS_BROWSER_THERE ? describe : describe.skip;

inBrowser('in a browser, the page of the API reference', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** With all that it asked for, and what the browser refused. */
  async function open(viewport: {
    width: number;
    height: number;
  }): Promise<{ page: Page; asked: string[]; refused: string[] }> {
    const page = await browser.newPage({ viewport });
    const [asked, refused]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => {
      if (/Content.Security.Policy|Refused to/i.test(message.text())) refused.push(message.text());
    });
    page.on('pageerror', (error) => refused.push(String(error)));
    await page.goto(`${url}/docs`);
    await page.getByRole('heading', { name: 'Create a payin' }).first().waitFor();
    return { page, asked, refused };
  }

  it('asks no other host for anything, and its first request succeeds with the key filled in', async () => {
    const { page, asked, refused } = await open(DESKTOP);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/reference-desktop.png` });
    const button = page.getByRole('button', { name: /^Test Request/ }).first();
    await button.click();
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: /^Send/ }).first().click();
    const answer = await answered;
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/reference-sent.png` });
    expect([new URL(answer.url()).pathname, answer.status()]).toEqual(['/payins', 201]);
    const others = asked.filter((one) => !one.startsWith(`${url}/`) && !/^(?:data|blob):/.test(one));
    expect([others, refused]).toEqual([[], []]);
    await page.close();
  });

  it('fits a phone', async () => {
    const { page } = await open(PHONE);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/reference-phone.png` });
    const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(sideways).toBe(0);
    await page.close();
  });
});
