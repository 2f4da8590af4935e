import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { LIMITS } from '../../../src/checkout/visitor-limits.js';
import { PinoLogger } from '../../../src/logging/pino-logger.js';
import { PublicTokens } from '../../../src/secrets/public-tokens.js';
import { newId } from '../../../src/database/id-at.js';
import { payerChooses } from '../../support/checkout.js';
import { expectProblem } from '../../support/expect-problem.js';
import { providerSide } from '../../support/provider-side.js';
import { secondOrganization } from '../../support/second-organization.js';
import { NOTIFICATION_SECRET, startTestApp, type TestApp } from '../../support/test-app.js';

let testApp: TestApp;
const lines: string[] = [];

beforeAll(async () => {
  testApp = await startTestApp({ LOG_LEVEL: 'debug', TRUSTED_PROXIES: '127.0.0.1/32,::1/128' });
  const { pino: logger } = testApp.service.app.get(PinoLogger);
  Object.assign(logger, { [pino.symbols.streamSym]: { write: (line: string) => void lines.push(line) } });
});
afterAll(() => testApp?.close());

let caller = 0;

/** Each from an address of its own, as limits go by address. */
async function visit(url: string, from = `203.0.113.${(caller += 1)}`) {
  const response = await fetch(url, { redirect: 'manual', headers: { 'x-forwarded-for': from } });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function send(url: string, type: string, body: string | URLSearchParams, from = `203.0.113.${(caller += 1)}`) {
  const headers = { 'content-type': type, 'x-forwarded-for': from };
  const response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body: String(body) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const tokenOf = ({ checkoutUrl }: { checkoutUrl: string }) => checkoutUrl.split('/').at(-1)!;
const stateOf = (payin: { checkoutUrl: string }) => `${testApp.url}/checkout/${tokenOf(payin)}`;

describe('the page of a payin', () => {
  it('says the amount, what it is for and what to do, in Spanish or English', async () => {
    const { checkoutUrl } = await testApp.api.open({ rail: 'BRE_B', description: 'Curso de cerámica' });
    const spanish = await visit(checkoutUrl);
    expect(spanish.status).toBe(200);
    expect(spanish.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const text of ['lang="es"', '$\u00a050.000', 'Curso de cerámica', '@tumipaybreb', '¿Qué pasa ahora?'])
      expect(spanish.body).toContain(text);
    const english = await visit(`${checkoutUrl}?lang=en`);
    for (const text of ['lang="en"', '$50,000', 'Pay with Bre-B', 'What happens now?'])
      expect(english.body).toContain(text);
    expect((await visit(`${checkoutUrl}?lang=xx&lang=<script>`)).body).toContain('lang="es"');
  });

  it('shows nothing of the payer, while it waits and after it is paid', async () => {
    const inlineCustomer = {
      name: 'Canaria Pagadora',
      idType: 'CC',
      idNumber: '1098765432',
      phone: '+573209876543',
      email: 'canaria@example.com',
    };
    const payin = await testApp.api.open({ rail: 'PSE', inlineCustomer, metadata: { of: 'canary-metadata' } });
    const { control, order } = await providerSide(testApp, payin, 'tumipay');
    const open = [await visit(payin.checkoutUrl), await visit(stateOf(payin))];
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    const paid = [await visit(payin.checkoutUrl), await visit(stateOf(payin))];
    expect(paid[0]!.body).toContain('¡Pago recibido!');
    for (const { body } of [...open, ...paid])
      expect(body).not.toMatch(/canari|canary|pagadora|1098765432|3209876543/i);
  });

  it('shows hostile texts as texts', async () => {
    const description = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;
    await testApp.api.call('PATCH', '/checkout-settings', { displayName: '<b onclick="x">&amp;' });
    const { checkoutUrl } = await testApp.api.open({ rail: 'BRE_B', description });
    const { body } = await visit(checkoutUrl);
    await testApp.api.call('PATCH', '/checkout-settings', { displayName: null });
    expect(body).not.toMatch(/<img src=x|<script>|<b onclick/);
    expect(body).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
    expect(body).toContain('&#60;b onclick=&#34;x&#34;&#62;&#38;amp;');
  });

  it('lets in no inline script or style but the colour of its organization, and nobody frames it but who is named', async () => {
    const { checkoutUrl } = await testApp.api.open({ rail: 'BRE_B' });
    const plain = await visit(checkoutUrl);
    const policy = plain.headers.get('content-security-policy')!;
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(plain.headers.get('x-frame-options')).toBe('DENY');
    expect(plain.headers.get('referrer-policy')).toBe('no-referrer');
    expect(plain.headers.get('cache-control')).toBe('no-store');
    const framed = { frameOrigins: ['https://shop.example.com'], color: '#ffcc00' };
    expect((await testApp.api.call('PATCH', '/checkout-settings', framed)).status).toBe(200);
    const named = await visit(checkoutUrl);
    expect(named.headers.get('content-security-policy')).toContain('frame-ancestors https://shop.example.com');
    expect(named.headers.get('x-frame-options')).toBeNull();
    expect(named.body).toContain('--brand:#ffcc00;--on-brand:#000000;--brand-edge:#');
    await testApp.api.call('PATCH', '/checkout-settings', { frameOrigins: [], color: null });
  });

  it('leads nowhere without a whole token, of whatever kind, and says no more than that', async () => {
    const tokens = testApp.service.app.get(PublicTokens);
    const { organizationId, id, checkoutUrl } = await testApp.api.open();
    const token = tokenOf({ checkoutUrl });
    const another = await secondOrganization(testApp);
    const wrong = [
      'x',
      token.slice(1),
      `${token}A`,
      token.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      tokens.seal('link', { organizationId, id }),
      tokens.seal('payin', { organizationId, id: newId() }),
      // A payin is in one organization alone.
      tokens.seal('payin', { organizationId: another.organizationId, id }),
    ];
    for (const one of wrong) {
      const page = await visit(`${testApp.url}/pay/${one}`);
      expect([one, page.status]).toEqual([one, 404]);
      expect(page.body).toContain('No encontramos este pago');
      for (const path of ['', '/events'])
        expectProblem(await visit(`${testApp.url}/checkout/${one}${path}`), 'NOT_FOUND');
      expect((await visit(`${testApp.url}/pay/${one}/return`)).status).toBe(404);
    }
  });

  it('writes no token and nothing of a payer into the log', async () => {
    const payin = await testApp.api.open({ rail: 'BRE_B', redirectUrl: 'https://shop.example.com/canary-return' });
    const token = tokenOf(payin);
    for (const url of [payin.checkoutUrl, `${payin.checkoutUrl}/return`, stateOf(payin), `${stateOf(payin)}/nothing`])
      await visit(url);
    await visit(`${testApp.url}/pay/${token}wrong?canary=canary-query`);
    const chooses = await payerChooses(testApp);
    const typed = {
      'inlineCustomer.name': 'canary-name',
      'inlineCustomer.email': 'canary-mail@example.com',
      'inlineCustomer.idNumber': '1098765431',
      'inlineCustomer.phone': '3209876541',
      'pse.bank': 'canary-bank',
    };
    await send(
      chooses.checkoutUrl,
      'application/x-www-form-urlencoded',
      new URLSearchParams({ rail: 'PSE', ...typed }),
    );
    await send(`${stateOf(chooses)}/check`, 'application/json', JSON.stringify({ rail: 'PSE', values: typed }));
    const written = lines.join('');
    expect(written).toContain('/pay/*');
    for (const secret of [
      tokenOf(chooses),
      '1098765431',
      '3209876541',
      token,
      'canary-',
      'John Doe',
      '1234567890',
      '3121234567',
      'johndoe',
    ])
      expect([secret, written.includes(secret)]).toEqual([secret, false]);
  });
});

/** A program of just this. */
async function imported(code: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'recaudo-return-'));
  await writeFile(join(folder, 'check.mjs'), code);
  return import(pathToFileURL(join(folder, 'check.mjs')).href).finally(() => void rm(folder, { recursive: true }));
}

describe('the way back to the merchant', () => {
  const returned = async (url: string) => {
    const { status, headers } = await visit(url);
    expect(status).toBe(303);
    return new URL(headers.get('location')!);
  };

  it('has the id, the status and a signature, keeps the merchant’s own query, and is checked by the ten lines of the document', async () => {
    const redirectUrl = 'https://shop.example.com/thanks?cart=a%20b&status=mine#top';
    const payin = await testApp.api.open({ rail: 'BRE_B', redirectUrl });
    const url = await returned(`${payin.checkoutUrl}/return`);
    expect(`${url.origin}${url.pathname}${url.hash}`).toBe('https://shop.example.com/thanks#top');
    const { payinId, status, timestamp, signature, cart } = Object.fromEntries(url.searchParams);
    expect({ payinId, status, cart }).toEqual({ payinId: payin.id, status: 'PENDING', cart: 'a b' });
    expect(url.searchParams.getAll('status')).toEqual(['PENDING']);
    expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(60);
    const key = Buffer.from(NOTIFICATION_SECRET.slice('whsec_'.length), 'base64');
    expect(signature).toBe(createHmac('sha256', key).update(`${payinId}.PENDING.${timestamp}`).digest('hex'));

    const [, code = ''] = /```js\n(import[^`]+)```/.exec(readFileSync('docs/checkout.md', 'utf8')) ?? [];
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
    const { isGenuineReturn } = (await imported(code)) as {
      isGenuineReturn: (query: URLSearchParams, secret: string) => boolean;
    };
    const { searchParams } = url;
    expect(isGenuineReturn(searchParams, NOTIFICATION_SECRET)).toBe(true);
    for (const [name, value] of [
      ['status', 'APPROVED'],
      ['payinId', newId()],
      ['timestamp', String(Number(timestamp) + 1)],
      ['signature', signature!.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
      ['signature', ''],
    ] as const) {
      const forged = new URLSearchParams(searchParams);
      forged.set(name, value);
      expect([name, isGenuineReturn(forged, NOTIFICATION_SECRET)]).toEqual([name, false]);
    }
    const old = new URLSearchParams(searchParams);
    const anHourAgo = String(Number(timestamp) - 3600);
    old.set('timestamp', anHourAgo);
    old.set('signature', createHmac('sha256', key).update(`${payinId}.PENDING.${anHourAgo}`).digest('hex'));
    expect(isGenuineReturn(old, NOTIFICATION_SECRET)).toBe(false);
  });

  it('leads to the payin’s own address alone, whatever the link says', async () => {
    const payin = await testApp.api.open({ redirectUrl: 'https://shop.example.com/' });
    const query = 'redirectUrl=https://evil.example.com&url=//evil.example.com&to=javascript:alert(1)';
    expect((await returned(`${payin.checkoutUrl}/return?${query}`)).origin).toBe('https://shop.example.com');
    const without = await testApp.api.open();
    const { headers } = await visit(`${without.checkoutUrl}/return?${query}`);
    expect(headers.get('location')).toBe(`/pay/${tokenOf(without)}`);
  });
});

describe('limits', () => {
  it('are by link, by address and by links that lead nowhere, and say when to come again', async () => {
    const payin = await testApp.api.open();
    const other = await testApp.api.open();
    const flood = (url: string, count: number, from: (at: number) => string) =>
      Promise.all(Array.from({ length: count }, (_, at) => visit(url, from(at))));
    const byToken = await flood(stateOf(payin), LIMITS.token + 5, (at) => `198.51.100.${at % 200}`);
    const refused = byToken.filter(({ status }) => status !== 200);
    expect(refused.length).toBe(5);
    expectProblem(refused[0]!, 'RATE_LIMITED');
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    const page = await visit(payin.checkoutUrl);
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect(page.body).toContain('Demasiadas visitas');
    expect((await visit(other.checkoutUrl)).status).toBe(200);

    const guesses = await flood(`${testApp.url}/checkout/guess`, LIMITS.unknownOfAddress + 3, () => '198.51.100.201');
    expect(guesses.filter(({ status }) => status === 429).length).toBe(3);
    // Who has a link is let in from there all the same.
    expect((await visit(other.checkoutUrl, '198.51.100.201')).status).toBe(200);
    // Of an address of IPv6 its network counts.
    const six = await flood(
      `${testApp.url}/checkout/guess`,
      LIMITS.unknownOfAddress + 3,
      (at) => `2001:db8:1:2::${at + 1}`,
    );
    expect(six.filter(({ status }) => status === 429).length).toBe(3);
  });

  it('let one link open a few orders a minute, whoever has it', async () => {
    const payin = await payerChooses(testApp, { checkout: { rails: ['BRE_B'] } });
    const form = new URLSearchParams({ rail: 'BRE_B', 'inlineCustomer.email': 'nobody' });
    const press = (at: number) =>
      send(payin.checkoutUrl, 'application/x-www-form-urlencoded', form, `198.51.100.${at}`);
    const answers = [];
    for (let at = 0; at <= LIMITS.choicesOfToken; at += 1) answers.push(await press(at));
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: LIMITS.choicesOfToken }, () => 422),
      429,
    ]);
    expect(answers.at(-1)!.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await testApp.api.payin(payin.id)).attempts).toEqual([]);
  });
});

describe('what a payer types', () => {
  it('is checked by the rules of the provider, in the language of the page, by field and code', async () => {
    const payin = await payerChooses(testApp);
    const check = async (language: string, values: Record<string, string>, rail = 'BRE_B') => {
      const url = `${stateOf(payin)}/check?lang=${language}`;
      const { status, body } = await send(url, 'application/json', JSON.stringify({ rail, values }));
      expect(status).toBe(200);
      return (JSON.parse(body) as { problems: { field: string; code: string; message: string }[] }).problems;
    };
    const problem = { field: 'inlineCustomer.email', code: 'EMAIL_FORM' };
    const values = { 'inlineCustomer.email': 'ana@' };
    expect(await check('es', values)).toContainEqual({
      ...problem,
      message: 'Escribe un correo como nombre@correo.com.',
    });
    expect(await check('en', values)).toContainEqual({
      ...problem,
      message: 'Write an e-mail address such as name@mail.com.',
    });
    expect(await check('es', values, 'NOTHING')).toEqual([]);
    for (const body of ['{}', '{"rail":"PSE","values":[]}', '{"rail":{},"values":null}', '{"values":{"pse.bank":7}}'])
      expect((await send(`${stateOf(payin)}/check`, 'application/json', body)).status).toBe(200);
    expect((await send(`${stateOf(payin)}/check`, 'application/json', '[')).status).toBe(400);
    expect((await send(payin.checkoutUrl, 'application/json', '{}')).status).toBe(415);
  });

  it('stands in the page that says what is wrong with it, and in no other', async () => {
    const payin = await payerChooses(testApp);
    const form = new URLSearchParams({ rail: 'PSE', 'inlineCustomer.email': '"><script>canary' });
    const wrong = await send(payin.checkoutUrl, 'application/x-www-form-urlencoded', form);
    expect([wrong.status, wrong.body]).toEqual([422, expect.stringContaining('&#62;&#60;script&#62;canary')]);
    for (const url of [payin.checkoutUrl, `${payin.checkoutUrl}?rail=PSE`, stateOf(payin)])
      expect((await visit(url)).body).not.toContain('canary');
  });
});
