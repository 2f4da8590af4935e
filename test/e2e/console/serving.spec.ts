import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import openapiTS, { astToString } from 'openapi-typescript';
import { startTestApp, type TestApp } from '../../support/test-app.js';

const KIB = 1024;
const FIRST_SCRIPT_MAX = 250 * KIB;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

let testApp: TestApp;

beforeAll(async () => {
  testApp = await startTestApp();
});

afterAll(() => testApp?.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${testApp.url}${path}`, { headers });

function policyOf(response: Response): Record<string, string> {
  const policy = response.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split('; ').map((part) => [part.split(' ', 1)[0]!, part.slice(part.indexOf(' ') + 1)]),
  );
}

describe('the console', () => {
  it('is the same page under each of its addresses, and no other page is', async () => {
    for (const path of ['/console', '/console/', '/console/payins', '/console/payins/x?tab=ledger']) {
      const response = await get(path);
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toContain('<div id="root"></div>');
    }
    for (const path of ['/consoles', '/console/assets/none.js', '/console/assets/', '/console/assets/..%2findex.html'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  it('has a strict policy with a nonce of its own in each answer, and is asked for anew', async () => {
    const answers = await Promise.all(['/console', '/console'].map((path) => get(path)));
    const nonces = await Promise.all(
      answers.map(async (response) => {
        const policy = policyOf(response);
        const [, nonce] = /^'self' 'nonce-([A-Za-z0-9+/=]{22,})'$/.exec(policy['style-src']!) ?? [];
        expect(policy).toEqual({
          'default-src': "'none'",
          'script-src': "'self'",
          'style-src': `'self' 'nonce-${nonce}'`,
          'img-src': "'self' data:",
          'connect-src': "'self'",
          'base-uri': "'none'",
          'form-action': "'self'",
          'frame-ancestors': "'none'",
        });
        const html = await response.text();
        expect(html).toContain(`nonce="${nonce}"`);
        expect(html).not.toContain('__CSP_NONCE__');
        expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|https?:/i);
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
    const { headers } = answers[0]!;
    expect(headers.get('cache-control')).toBe('no-cache');
    // A page from a cache would have another nonce than its headers.
    expect([headers.get('etag'), headers.get('last-modified')]).toEqual([null, null]);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-request-id')).toMatch(/\S/);
  });

  it('has files that are kept for ever and come compressed', async () => {
    const html = await (await get('/console')).text();
    const files = [...html.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(2);
    for (const path of files) {
      const response = await get(path, { 'accept-encoding': 'br' });
      expect([path, response.status, response.headers.get('content-encoding')]).toEqual([path, 200, 'br']);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('vary')).toContain('accept-encoding');
      const plain = await get(path, { 'accept-encoding': 'identity' });
      expect([path, await response.text()]).toEqual([path, await plain.text()]);
    }
  });

  it('begins with at most 250 KiB of compressed script', () => {
    const chunks = JSON.parse(readFileSync('dist/console/.vite/manifest.json', 'utf8')) as Record<string, Chunk>;
    const needed = new Set<string>();
    const add = (name: string) => {
      if (needed.has(name)) return;
      needed.add(name);
      for (const one of chunks[name]!.imports ?? []) add(one);
    };
    for (const [name, { isEntry }] of Object.entries(chunks)) if (isEntry) add(name);
    const sizes = [...needed].map((name) => gzipSync(readFileSync(`dist/console/${chunks[name]!.file}`)).length);
    const sum = sizes.reduce((total, size) => total + size, 0);
    expect(sum).toBeGreaterThan(50 * KIB);
    expect(sum).toBeLessThanOrEqual(FIRST_SCRIPT_MAX);
  });

  it('knows the API as it is: else run `npm run console:types`', async () => {
    const description = (await (await get('/openapi.json')).json()) as object;
    // Without what is said about them: only a changed answer is of matter.
    const plain = (types: string) =>
      types.slice(types.indexOf('export interface paths')).replaceAll(/\/\*\*[^]*?\*\/\s*/g, '');
    const types = astToString(await openapiTS(description as Parameters<typeof openapiTS>[0]));
    expect(plain(readFileSync('libs/console/src/api/schema.ts', 'utf8'))).toBe(plain(types));
  });
});
