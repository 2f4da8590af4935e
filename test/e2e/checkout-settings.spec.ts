import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { CheckoutSettings } from '../../src/checkout-settings/checkout-settings.service.js';
import { ROLES } from '../../src/auth/scopes.js';
import { PublicTokens } from '../../src/secrets/public-tokens.js';
import { anotherKey } from '../support/another-key.js';
import type { ApiClient, Answer } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { sendRaw } from '../support/raw-http.js';
import { secondOrganization } from '../support/second-organization.js';
import { API_KEY, startTestApp, type TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface SettingsView {
  displayName: string | null;
  name: string;
  color: string | null;
  colorContrast: {
    color: string;
    textOnColor: string;
    linkColor: string;
    pageContrast: number;
    warning: string | null;
  };
  logo: { url: string; width: number; height: number } | null;
  supportUrl: string | null;
  language: string;
  frameOrigins: string[];
}

let testApp: TestApp;
let png: Buffer;

beforeAll(async () => {
  testApp = await startTestApp();
  png = await picture('#1d5fa7');
});
afterAll(() => testApp?.close());

const picture = (background: string) =>
  sharp({ create: { width: 640, height: 320, channels: 3, background } })
    .png()
    .toBuffer();
const read = async (api = testApp.api) => (await api.call<SettingsView>('GET', '/checkout-settings')).body;
const patch = (change: object | string, api = testApp.api) =>
  api.call<SettingsView>('PATCH', '/checkout-settings', change);
const put = (body: Buffer, type = 'image/png', api: ApiClient = testApp.api): Promise<Answer<SettingsView>> =>
  api.call('PUT', '/checkout-settings/logo', body, { 'content-type': type });
const pathOf = (url: string) => new URL(url).pathname;
const open = (url: string, method = 'GET') => fetch(`${testApp.url}${pathOf(url)}`, { method });

/** An organization of its own, so that no test sees what another one has set. */
async function organization() {
  const { organizationId } = await secondOrganization(testApp);
  const { api } = await anotherKey(testApp, organizationId);
  return { organizationId, api };
}

async function recorded(api: ApiClient): Promise<{ action: string; before: object | null; after: object | null }[]> {
  const { body } = await api.call<{ data: { action: string; before: object; after: object }[] }>(
    'GET',
    '/audit-log?limit=100',
  );
  return body.data.filter(({ action }) => action.startsWith('checkout_settings.')).toReversed();
}

describe('the appearance of an organization', () => {
  it('is at first its name, a colour that can be read, and Spanish', async () => {
    const { api } = await organization();
    expect(await read(api)).toEqual({
      ...{ displayName: null, name: 'Second', color: null, logo: null, language: 'es', frameOrigins: [] },
      ...{ supportEmail: null, supportPhone: null, supportUrl: null },
      colorContrast: expect.objectContaining({ color: '#1d5fa7', linkColor: '#1d5fa7', warning: null }),
    });
  });

  it('is changed field by field, and each is taken back with null', async () => {
    const { api } = await organization();
    const all = {
      displayName: 'Tienda Ñandú 🛒',
      color: '#0A7D32',
      supportEmail: 'ayuda@example.com',
      supportPhone: '+576015550123',
      supportUrl: 'https://example.com/ayuda?a=1',
      language: 'en',
      frameOrigins: ['https://shop.example.com', 'https://example.com:8443', 'http://localhost:5173'],
    };
    const { status, body } = await patch(all, api);
    expect([status, body]).toMatchObject([200, { ...all, color: '#0a7d32', name: all.displayName }]);
    expect(await read(api)).toEqual(body);
    for (const name of Object.keys(all)) {
      const before = await read(api);
      const after = (await patch({ [name]: null }, api)).body;
      const others = { displayName: before.displayName, color: before.color, language: before.language };
      expect(after).toMatchObject({ ...others, [name]: { language: 'es', frameOrigins: [] }[name] ?? null });
    }
    expect(await read(api)).toMatchObject({ name: 'Second', color: null, language: 'es', frameOrigins: [] });
    expect((await patch({}, api)).status).toBe(200);
  });

  it('says where a colour cannot be read, and what is used instead', async () => {
    const { api } = await organization();
    const yellow = (await patch({ color: '#ffd200' }, api)).body.colorContrast;
    expect(yellow).toMatchObject({ color: '#ffd200', textOnColor: '#000000' });
    expect(yellow.pageContrast).toBeLessThan(4.5);
    expect(yellow.linkColor).not.toBe('#ffd200');
    expect(yellow.warning).toContain(yellow.linkColor);
    expect((await patch({ color: '#000080' }, api)).body.colorContrast).toMatchObject({
      ...{ textOnColor: '#ffffff', linkColor: '#000080', warning: null },
    });
  });

  it('can be tried with a colour before it is set', async () => {
    const { api } = await organization();
    const tried = (color: string) =>
      api.call<SettingsView['colorContrast']>('GET', `/checkout-settings/contrast?color=${encodeURIComponent(color)}`);
    expect((await tried('#FFD200')).body).toEqual((await patch({ color: '#ffd200' }, api)).body.colorContrast);
    for (const wrong of ['', 'red', '#fff', '#1d5fa7;'])
      expectProblem(await tried(wrong), 'VALIDATION_FAILED', 'color');
    expect((await api.call('GET', '/checkout-settings/contrast')).status).toBe(400);
  });

  it('is for the pages as it is for its organization', async () => {
    const { api, organizationId } = await organization();
    const settings = testApp.service.app.get(CheckoutSettings);
    expect(await settings.of(organizationId)).toMatchObject({ name: 'Second', language: 'es', logoUrl: null });
    await patch({ displayName: 'Tienda', color: '#ffd200', frameOrigins: ['https://a.example'] }, api);
    await put(png, 'image/png', api);
    expect(await settings.of(organizationId)).toEqual({
      ...{ name: 'Tienda', color: '#ffd200', textOnColor: '#000000', linkColor: expect.stringMatching(/^#/) },
      ...{ logoUrl: expect.stringMatching(/^\/checkout\/logos\//), logoSize: { width: 512, height: 256 } },
      ...{ support: { email: null, phone: null, url: null }, language: 'es', frameOrigins: ['https://a.example'] },
    });
    expect(await settings.of('0199a000-0000-7000-8000-000000000000')).toBeUndefined();
  });

  it('is seen within five seconds where another replica changed it', async () => {
    const { organizationId } = await organization();
    const settings = testApp.service.app.get(CheckoutSettings);
    expect(await settings.of(organizationId)).toMatchObject({ name: 'Second' });
    await testApp.database.query(
      `insert into checkout_settings (organization_id, display_name) values ($1, 'Elsewhere')`,
      [organizationId],
    );
    const begun = performance.now();
    await until(
      'the change',
      async () => (await settings.of(organizationId))?.name === 'Elsewhere' || undefined,
      10_000,
    );
    expect(performance.now() - begun).toBeLessThan(6_000);
  });

  it('is there for a page that is read while it changes', async () => {
    const { api, organizationId } = await organization();
    const settings = testApp.service.app.get(CheckoutSettings);
    settings.forget(organizationId);
    const reading = settings.of(organizationId);
    settings.forget(organizationId);
    expect(await reading).toMatchObject({ name: 'Second' });
    const changing = Array.from({ length: 8 }, (_, number) => patch({ displayName: `Name ${number}` }, api));
    for (let reads = 0; reads < 200; reads += 1) expect(await settings.of(organizationId)).toBeDefined();
    for (const { status } of await Promise.all(changing)) expect(status).toBe(200);
  });

  it('loses no change of two that are made at once', async () => {
    const { api } = await organization();
    await Promise.all([
      ...['a', 'b', 'c'].map((displayName) => patch({ displayName }, api)),
      patch({ color: '#112233' }, api),
      patch({ language: 'en' }, api),
      put(png, 'image/png', api),
    ]);
    expect(await read(api)).toMatchObject({ color: '#112233', language: 'en', logo: { width: 512 } });
  });
});

const WRONG: readonly [string, unknown][] = [
  ...['', ' ', 'x'.repeat(61), 'two\nlines', 'gro\u202Eatso', 'zero\u200Bwidth', 7, ['x']].map(
    (value): [string, unknown] => ['displayName', value],
  ),
  ...['red', '#fff', '#gggggg', '#1d5fa7;', 'url(x)', '#1d5fa7 ', 0].map((value): [string, unknown] => [
    'color',
    value,
  ]),
  ...['a', 'a@b', 'a@example.com\nBcc: b@example.com', `${'a'.repeat(250)}@example.com`].map(
    (value): [string, unknown] => ['supportEmail', value],
  ),
  ...['3121234567', '+57 601 5550123', 'tel:+576015550123', '+0123456789'].map((value): [string, unknown] => [
    'supportPhone',
    value,
  ]),
  ...[
    'http://example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    '//example.com',
    'https://',
    'https://user:pass@example.com',
    `https://example.com/${'x'.repeat(2048)}`,
  ].map((value): [string, unknown] => ['supportUrl', value]),
  ...['fr', 'ES', '', 1].map((value): [string, unknown] => ['language', value]),
  ...[
    'https://shop.example.com/',
    'https://shop.example.com/path',
    'https://*.example.com',
    '*',
    'https:',
    'http://shop.example.com',
    'http://localhost.evil.example',
    'https://shop.example.com; script-src *',
    "https://a.example 'self'",
    'https://a.example, https://b.example',
    'https://user@shop.example.com',
    'https://SHOP.example.com',
    'https://shop.example.com:443',
    'https://shop.example.com:99999',
    'https://ñandú.example',
    'null',
    'data:',
    '',
    7,
  ].map((value): [string, unknown] => ['frameOrigins', [value]]),
  ['frameOrigins', 'https://shop.example.com'],
  ['frameOrigins', ['https://a.example', 'https://a.example']],
  ['frameOrigins', Array.from({ length: 11 }, (_, number) => `https://shop${number}.example.com`)],
];

describe('what is not taken', () => {
  it.each(WRONG)('is refused by its name, and nothing is changed: %s %j', async (field, value) => {
    const before = await read();
    expectProblem(await patch({ color: '#123456', [field]: value }), 'VALIDATION_FAILED', field);
    expect(await read()).toEqual(before);
  });

  it('is refused where nothing is known by its name', async () => {
    for (const field of ['logo', 'logoId', 'organization', 'name', 'css'])
      expectProblem(await patch({ [field]: 'x' }), 'VALIDATION_FAILED', field);
  });

  it('is a page on this machine in production', async () => {
    const { isFrameOrigin } = await import('../../src/checkout-settings/frame-origin.js');
    for (const origin of ['http://localhost', 'http://localhost:5173', 'http://127.0.0.1:3000'])
      expect([isFrameOrigin(origin, true), isFrameOrigin(origin, false)]).toEqual([true, false]);
  });
});

describe('a logo', () => {
  it('is served from here as it was drawn anew, to anybody with its address, to be kept for ever', async () => {
    const { api } = await organization();
    const { status, body } = await put(png, 'image/png', api);
    expect([status, body.logo]).toMatchObject([200, { width: 512, height: 256 }]);
    const answer = await open(body.logo!.url);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    const drawn = Buffer.from(await answer.arrayBuffer());
    expect(await sharp(drawn).metadata()).toMatchObject({ format: 'webp', width: 512, height: 256 });
    expect(Number(answer.headers.get('content-length'))).toBe(drawn.length);
    expect((await read(api)).logo).toEqual(body.logo);
  });

  it('has another address with each picture, and the one before leads nowhere', async () => {
    const { api } = await organization();
    const first = (await put(png, 'image/png', api)).body.logo!.url;
    const second = (await put(png, 'image/png', api)).body.logo!.url;
    expect(second).not.toBe(first);
    const gone = await open(first);
    expect([gone.status, gone.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect((await open(second)).status).toBe(200);
    expect((await api.call('DELETE', '/checkout-settings/logo')).status).toBe(204);
    expect((await read(api)).logo).toBeNull();
    expect((await open(second)).status).toBe(404);
    expect((await api.call('DELETE', '/checkout-settings/logo')).status).toBe(204);
  });

  it('is led to by its own token alone', async () => {
    const { api, organizationId } = await organization();
    const { url } = (await put(png, 'image/png', api)).body.logo!;
    const token = pathOf(url).split('/').at(-1)!;
    const tokens = testApp.service.app.get(PublicTokens);
    const { id } = tokens.open('logo', token)!;
    const other = await organization();
    const forged = [
      'x',
      'A'.repeat(43),
      token.slice(1),
      `${token}A`,
      token.replace(/./, (first) => (first === 'A' ? 'B' : 'A')),
      `..%2f${token}`,
      id,
      tokens.seal('payin', { organizationId, id }),
      tokens.seal('link', { organizationId, id }),
      tokens.seal('logo', { organizationId: other.organizationId, id }),
    ];
    for (const wrong of forged)
      expect([wrong, (await fetch(`${testApp.url}/checkout/logos/${wrong}`)).status]).toEqual([wrong, 404]);
    expect(token).not.toContain(organizationId.slice(0, 8));
  });

  it('is refused in a sentence where it is something else', async () => {
    const before = await read();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    expectProblem(await put(svg, 'image/svg+xml'), 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await put(png, 'application/json'), 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await put(png, 'image/gif'), 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await put(png, 'multipart/form-data; boundary=x'), 'UNSUPPORTED_MEDIA_TYPE');
    expectProblem(await put(svg), 'LOGO_REJECTED');
    expectProblem(await put(png, 'image/jpeg'), 'LOGO_REJECTED');
    expectProblem(await put(png.subarray(0, 200)), 'LOGO_REJECTED');
    expectProblem(await put(Buffer.alloc(0)), 'LOGO_REJECTED');
    const answer = await testApp.api.call('PUT', '/checkout-settings/logo', png, {
      ...{ 'content-type': 'image/png', 'content-encoding': 'gzip' },
    });
    expectProblem(answer, 'UNSUPPORTED_MEDIA_TYPE');
    expect(await read()).toEqual(before);
  });

  it('is refused before it is there where it is too large, with a length and without', async () => {
    expectProblem(await put(Buffer.alloc(512 * 1024 + 1)), 'BODY_TOO_LARGE');
    const head = [
      'PUT /checkout-settings/logo HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${API_KEY}`,
      'Content-Type: image/png',
    ];
    const part = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await sendRaw(
      testApp.url,
      [...head, 'Transfer-Encoding: chunked', 'Connection: close', '', ''].join('\r\n'),
      ...Array.from({ length: 12 }, () => part),
    );
    expectProblem(answer, 'BODY_TOO_LARGE');
    // Nobody else's limit has moved.
    expectProblem(await patch(JSON.stringify({ displayName: 'x'.repeat(70_000) })), 'BODY_TOO_LARGE');
    const noKey = [head[0], head[1], head[3], 'Content-Length: 400000', 'Connection: close', '', ''].join('\r\n');
    expectProblem(await sendRaw(testApp.url, noKey), 'UNAUTHENTICATED');
  });
});

describe('every change', () => {
  it('is in the audit log, with what was and what is, and no more of a logo than its id', async () => {
    const { api } = await organization();
    await patch({ displayName: 'Tienda', color: '#112233' }, api);
    await patch({ displayName: 'Tienda', color: '#445566' }, api);
    await patch({ color: '#445566' }, api);
    await put(png, 'image/png', api);
    await api.call('DELETE', '/checkout-settings/logo');
    await api.call('DELETE', '/checkout-settings/logo');
    await patch({ color: 'red' }, api);
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(await recorded(api)).toMatchObject([
      {
        action: 'checkout_settings.updated',
        before: { displayName: null, color: null },
        after: { displayName: 'Tienda', color: '#112233' },
      },
      { action: 'checkout_settings.updated', before: { color: '#112233' }, after: { color: '#445566' } },
      { action: 'checkout_settings.logo_uploaded', before: { logo: null }, after: { logo: id } },
      { action: 'checkout_settings.logo_removed', before: { logo: id }, after: { logo: null } },
    ]);
  });

  it('has in the audit log what was just before it, of those made at once, too', async () => {
    const { api } = await organization();
    const colors = Array.from({ length: 12 }, (_, number) => `#0000${(16 + number).toString(16)}`);
    await Promise.all(colors.map((color) => patch({ color }, api)));
    const last = (await read(api)).color;
    const steps = (await recorded(api)) as unknown as { before: { color: string | null }; after: { color: string } }[];
    const sorted = (of: (string | null)[]) => of.map(String).toSorted();
    expect(sorted(steps.map(({ after }) => after.color))).toEqual(colors);
    // In the log they stand by when they began: each was what another one found, but for the last.
    expect(sorted(steps.map(({ before }) => before.color))).toEqual(
      sorted([null, ...colors.filter((color) => color !== last)]),
    );
  });

  it('is for whoever may write links, and reading for whoever may read them', async () => {
    const { organizationId } = await organization();
    for (const role of ROLES) {
      const { api } = await anotherKey(testApp, organizationId, { role });
      const mayWrite = role === 'developer' || role === 'owner';
      expect([role, (await api.call('GET', '/checkout-settings')).status]).toEqual([role, 200]);
      const statuses = [
        (await patch({ color: '#010203' }, api)).status,
        (await put(png, 'image/png', api)).status,
        (await api.call('DELETE', '/checkout-settings/logo')).status,
      ];
      expect([role, statuses]).toEqual([role, mayWrite ? [200, 200, 204] : [403, 403, 403]]);
    }
    const { api } = await anotherKey(testApp, organizationId, { scopes: ['payins:read', 'payins:write'] });
    expectProblem(await api.call('GET', '/checkout-settings'), 'SCOPE_MISSING');
  });

  it('is one’s own: another organization has its own', async () => {
    const [one, other] = [await organization(), await organization()];
    await patch({ displayName: 'One' }, one.api);
    await put(png, 'image/png', one.api);
    expect(await read(other.api)).toMatchObject({ displayName: null, logo: null });
    await other.api.call('DELETE', '/checkout-settings/logo');
    expect((await read(one.api)).logo).not.toBeNull();
  });
});
