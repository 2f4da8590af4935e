import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from '../../src/http/problem.js';
import { sendRaw } from '../support/raw-http.js';
import { launchBrowser } from '../support/browser.js';
import { seriousFindings, sidewaysOf } from '../support/console.js';
import { inBrowser } from '../support/in-browser.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(async () => {
  await testApp?.close();
});

const pageOf = (address: string, language?: string) =>
  fetch(address, language ? { headers: { 'accept-language': language } } : {});

describe('the type of a problem', () => {
  it('is the address of a page about it, which needs no key', async () => {
    const { body, status, headers } = await testApp.api.call('POST', '/payins', {});
    const { type } = expectProblem(
      { status, headers, body },
      'VALIDATION_FAILED',
      'amountInCents',
      'currency',
      'rail',
      'reference',
    );
    expect(type).toBe(`${testApp.service.settings.publicUrl}/problems/validation-failed`);
    const page = await pageOf(type);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('<code>VALIDATION_FAILED</code> · HTTP 400');
  });

  it('is one also where no route is reached, and where nothing can be read', async () => {
    const answers = [
      ['GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'NOT_FOUND'],
      ['GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'BAD_REQUEST'],
      [`GET / HTTP/1.1\r\nHost: x\r\nLong: ${'x'.repeat(20_000)}\r\n\r\n`, 'HEADERS_TOO_LARGE'],
      ['nonsense\r\n\r\n', 'BAD_REQUEST'],
    ] as const;
    for (const [request, code] of answers) {
      const { type } = expectProblem(await sendRaw(testApp.url, request), code);
      const page = await pageOf(type);
      expect([code, page.status]).toEqual([code, 200]);
      expect(await page.text()).toContain(`<code>${code}</code>`);
    }
  });

  it('has a page for every code, in English and Spanish', async () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const path = `${testApp.url}/problems/${code.toLowerCase().replaceAll('_', '-')}`;
      const [english, spanish] = [await pageOf(path), await pageOf(path, 'es-CO,es;q=0.9,en;q=0.5')];
      expect([code, english.status, spanish.status]).toEqual([code, 200, 200]);
      expect([english, spanish].map(({ headers }) => headers.get('content-language'))).toEqual(['en', 'es']);
      expect(await english.text()).toContain(`<title>${PROBLEMS[code].title}`.replaceAll("'", '&#39;'));
      expect(await spanish.text()).toContain('<h2>Qué hacer</h2>');
    }
  });
});

describe('a page of problems', () => {
  it('is in the language of its address, whatever the browser prefers', async () => {
    const page = await pageOf(`${testApp.url}/problems/not-found?lang=es`, 'en');
    expect(page.headers.get('content-language')).toBe('es');
    expect(page.headers.get('vary')).toBe('Accept-Language');
  });

  it.each(['?lang=fr', '?lang=', '?lang=es&lang=en', '?other=1'])('is in English with %s', async (query) => {
    const page = await pageOf(`${testApp.url}/problems/not-found${query}`);
    expect([page.status, page.headers.get('content-language')]).toEqual([200, 'en']);
  });

  it('lists all at /problems, each with its link', async () => {
    const page = await (await pageOf(`${testApp.url}/problems`, 'es')).text();
    const links = [...page.matchAll(/href="([^"]+\/problems\/[^"]+)"/g)].map(([, address]) => address!);
    expect(links).toHaveLength(Object.keys(PROBLEMS).length);
    for (const link of links.slice(0, 3)) expect((await pageOf(link)).status).toBe(200);
  });

  it('runs nothing and loads nothing: only its own style is allowed', async () => {
    const page = await pageOf(`${testApp.url}/problems/overloaded`);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*style-src 'self' 'sha256-/);
    expect(await page.text()).not.toMatch(/<script|src=|@import|url\(/);
  });

  it.each(['unknown', 'NOT-FOUND', 'not_found', 'not-found%20', '..%2fpayins', '%3Cb%3E'])(
    'of %s is a 404',
    async (name) => {
      const answer = await pageOf(`${testApp.url}/problems/${name}`);
      expectProblem({ status: answer.status, headers: answer.headers, body: await answer.text() }, 'NOT_FOUND');
    },
  );
});

inBrowser('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it.each(['light', 'dark'] as const)(
    'they have nothing serious for axe and fit on a phone (%s)',
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 640 } });
      for (const path of ['/problems?lang=es', '/problems/unauthenticated', '/problems/reference-conflict?lang=es']) {
        await page.goto(`${testApp.url}${path}`);
        expect([path, await seriousFindings(page)]).toEqual([path, []]);
        expect([path, await sidewaysOf(page)]).toEqual([path, []]);
      }
      await page.close();
    },
  );
});

describe('the description of the API', () => {
  it('names only problems that there are', async () => {
    const { paths } = (
      await testApp.api.call<{ paths: Record<string, Record<string, { responses?: object }>> }>('GET', '/openapi.json')
    ).body;
    const descriptions = Object.values(paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ responses = {} }) => Object.entries(responses as Record<string, { description?: string }>))
      .filter(([status]) => Number(status) >= 400)
      .map(([, { description = '' }]) => description);
    const named = new Set(descriptions.flatMap((description) => description.match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []));
    expect(named.size).toBeGreaterThan(20);
    expect([...named].filter((code) => !(code in PROBLEMS)).toSorted()).toEqual([]);
  });
});
