import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { LIMITS } from '../../../src/checkout/visitor-limits.js';
import { newId } from '../../../src/database/id-at.js';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import type { ShownPaymentLink } from '../../../src/payment-links/payment-links.service.js';
import { PublicTokens } from '../../../src/secrets/public-tokens.js';
import { PinoLogger } from '../../../src/logging/pino-logger.js';
import { newReference } from '../../support/api-client.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';

let testApp: TestApp;

const lines: string[] = [];

beforeAll(async () => {
  testApp = await startTestApp({ LOG_LEVEL: 'debug', TRUSTED_PROXIES: '127.0.0.1/32,::1/128' });
  const { pino: logger } = testApp.service.app.get(PinoLogger);
  Object.assign(logger, { [pino.symbols.streamSym]: { write: (line: string) => void lines.push(line) } });
});
afterAll(() => testApp?.close());

let caller = 0;
const anAddress = () => `198.51.${Math.floor((caller += 1) / 250)}.${caller % 250}`;

/** Each from an address of its own, as limits go by address. */
async function visit(url: string, form?: Record<string, string>, from = anAddress()) {
  const response = await fetch(url, {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { 'x-forwarded-for': from },
    ...(form && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function makeLink(changes: object = {}): Promise<ShownPaymentLink> {
  const request = { reference: newReference(), title: 'Curso de cerámica', amountInCents: 5_000_000, ...changes };
  const { status, body } = await testApp.api.call<ShownPaymentLink>('POST', '/payment-links', request);
  expect(status).toBe(201);
  return body;
}
const payinsOf = async ({ id }: { id: string }) =>
  (await testApp.api.call<{ data: PresentedPayin[] }>('GET', `/payment-links/${id}/payins?limit=100`)).body.data;
const useIn = (body: string) => /name="use" value="([0-9a-f-]{36})"/.exec(body)![1]!;

describe('the page of a payment link', () => {
  it('says what is paid, and makes nothing until the payer goes on', async () => {
    const link = await makeLink({ description: 'Ocho clases', expiresAt: '2099-12-31' });
    const spanish = await visit(link.url);
    expect(spanish.status).toBe(200);
    for (const text of [
      'lang="es"',
      'Curso de cerámica',
      'Ocho clases',
      '$\u00a050.000',
      'Continuar al pago',
      'Disponible hasta el 31 de diciembre de 2099<',
    ])
      expect(spanish.body).toContain(text);
    expect(spanish.body).not.toContain('name="amount"');
    const english = await visit(`${link.url}?lang=en`);
    for (const text of ['lang="en"', '$50,000', 'Continue to the payment']) expect(english.body).toContain(text);
    expect(await payinsOf(link)).toEqual([]);
    expect(spanish.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(spanish.headers.get('cache-control')).toBe('no-store');
    expect(useIn(spanish.body)).not.toBe(useIn(english.body));
  });

  it('leads straight to the page of a payin, the same however often it is pressed', async () => {
    const link = await makeLink();
    const use = useIn((await visit(link.url)).body);
    const answers = await Promise.all([1, 2, 3].map(() => visit(`${link.url}?lang=en`, { use })));
    const [payin, ...more] = await payinsOf(link);
    expect(more).toEqual([]);
    const path = `${new URL(payin!.checkoutUrl).pathname}?lang=en`;
    for (const { status, headers } of answers) expect([status, headers.get('location')]).toEqual([303, path]);
    const page = await visit(`${testApp.url}${path}`);
    expect(page.body).toContain('How do you want to pay?');
    expect((await visit(link.url, { use: randomUUID() })).status).toBe(303);
    expect(await payinsOf(link)).toHaveLength(2);
  });

  it('asks for an amount again, with what was typed, until it is one within the bounds', async () => {
    const link = await makeLink({ amountInCents: null, minInCents: 500_000, maxInCents: 5_000_000 });
    const { body } = await visit(link.url);
    expect(body).toContain('Entre $\u00a05.000 y $\u00a050.000');
    const use = useIn(body);
    for (const [amount, says] of [
      ['', 'Escribe un valor en pesos'],
      ['mucho', 'Escribe un valor en pesos'],
      ['"><script>', 'Escribe un valor en pesos'],
      ['5000,50', 'sin centavos'],
      ['4.999', 'El mínimo es $\u00a05.000'],
      ['50.001', 'El máximo es $\u00a050.000'],
    ] as const) {
      const again = await visit(link.url, { use, amount });
      expect([amount, again.status]).toEqual([amount, 422]);
      expect(again.body).toContain(says);
      expect(again.body).not.toContain('<script>');
      expect(useIn(again.body)).toBe(use);
    }
    expect(await payinsOf(link)).toEqual([]);
    expect((await visit(link.url, { use, amount: '$ 20.000' })).status).toBe(303);
    expect(await payinsOf(link)).toMatchObject([{ amountInCents: 2_000_000 }]);
  });

  it('says clearly that a link is disabled, over or used up, and leads to the payin of a link of one use', async () => {
    const disabled = await makeLink();
    await testApp.api.call('PATCH', `/payment-links/${disabled.id}`, { status: 'DISABLED' });
    const over = await makeLink({ expiresAt: '2099-01-01' });
    await testApp.database.query(`update payment_links set expires_at = now() where id = $1`, [over.id]);
    const twice = await makeLink({ uses: 2 });
    for (let press = 0; press < 2; press += 1) await visit(twice.url, { use: randomUUID() });
    for (const [link, says, english] of [
      [disabled, 'Este enlace está desactivado', 'This link is disabled'],
      [over, 'Este enlace venció', 'This link has expired'],
      [twice, 'Este enlace ya se usó', 'This link has been used'],
    ] as const) {
      for (const page of [await visit(link.url), await visit(link.url, { use: randomUUID() })]) {
        expect([says, page.status]).toEqual([says, 410]);
        expect(page.body).toContain(says);
        expect(page.body).not.toContain('<form');
      }
      const other = await visit(`${link.url}?lang=en`);
      expect(other.body).toContain(english);
      expect(other.body).toContain('Curso de cerámica');
    }
    expect(await payinsOf(disabled)).toEqual([]);

    const once = await makeLink({ uses: 1 });
    const first = await visit(once.url, { use: randomUUID() });
    const path = new URL((await payinsOf(once))[0]!.checkoutUrl).pathname;
    for (const page of [first, await visit(once.url), await visit(once.url, { use: randomUUID() })])
      expect([page.status, page.headers.get('location')]).toEqual([303, path]);
  });

  it('keeps money that comes after the link was disabled', async () => {
    const link = await makeLink({ rails: ['BRE_B'] });
    await visit(link.url, { use: randomUUID() });
    const [payin] = await payinsOf(link);
    await testApp.api.call('PATCH', `/payment-links/${link.id}`, { status: 'DISABLED' });
    const fields = {
      rail: 'BRE_B',
      'inlineCustomer.name': 'Ana Gómez',
      'inlineCustomer.idType': 'CC',
      'inlineCustomer.idNumber': '1234567890',
      'inlineCustomer.phone': '3121234567',
      'inlineCustomer.email': 'ana@example.com',
    };
    expect((await visit(payin!.checkoutUrl, fields)).status).toBe(303);
    const open = await testApp.api.reaches(payin!.id, 'PENDING');
    const [order] = await testApp.sandbox.tumipay.orders();
    await testApp.sandbox.tumipay.pay(order!.id);
    expect(await testApp.api.reaches(open.id, 'APPROVED')).toMatchObject({
      paymentLinkId: link.id,
      amountReceivedInCents: 5_000_000,
    });
  });

  it('shows hostile texts as texts, and asks for a form of its own', async () => {
    const link = await makeLink({ title: '"><img src=x onerror=alert(1)>', description: '<script>alert(1)</script>' });
    const { body } = await visit(link.url);
    expect(body).not.toMatch(/<img src=x|<script>/);
    for (const form of [{ other: 'x' }, { use: 'x' }, { use: `${randomUUID()}'` }] as Record<string, string>[]) {
      const again = await visit(link.url, form);
      expect(again.status).toBe(200);
      expect(useIn(again.body)).toEqual(expect.any(String));
    }
    const other = await fetch(link.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(other.status).toBe(415);
    expect(await payinsOf(link)).toEqual([]);
  });

  it('leads nowhere without a whole token of a link', async () => {
    const tokens = testApp.service.app.get(PublicTokens);
    const link = await makeLink();
    const payin = await testApp.api.open();
    const token = link.url.split('/').at(-1)!;
    const wrong = [
      'x',
      token.slice(1),
      payin.checkoutUrl.split('/').at(-1)!,
      tokens.seal('link', { organizationId: payin.organizationId, id: newId() }),
      tokens.seal('payin', { organizationId: payin.organizationId, id: link.id }),
    ];
    for (const one of wrong)
      for (const form of [undefined, { use: randomUUID() }]) {
        const page = await visit(`${testApp.url}/pay/link/${one}`, form);
        expect([one, page.status]).toEqual([one, 404]);
      }
    expect((await visit(`${testApp.url}/pay/${token}`)).status).toBe(404);
  });

  it('writes no token, no use and no title into the log', async () => {
    const link = await makeLink({ title: 'canary-title', description: 'canary-description' });
    const use = randomUUID();
    await visit(link.url);
    await visit(`${link.url}?lang=en&canary=canary-query`, { use, amount: 'canary-amount' });
    await visit(`${link.url}x`);
    const written = lines.join('');
    expect(written).toContain('/pay/link');
    for (const secret of [link.url.split('/').at(-1)!, use, 'canary-'])
      expect([secret, written.includes(secret)]).toEqual([secret, false]);
  });

  it('makes few payins a minute for one address, and keeps others from nothing', async () => {
    const link = await makeLink();
    const address = anAddress();
    const { usesOfLinkAndAddress: few } = LIMITS;
    const statuses = [];
    for (let press = 0; press < few + 3; press += 1)
      statuses.push((await visit(link.url, { use: randomUUID() }, address)).status);
    expect(statuses).toEqual([...Array.from({ length: few }, () => 303), 429, 429, 429]);
    const refused = await visit(link.url, { use: randomUUID() }, address);
    expect(refused.body).toContain('Demasiadas visitas');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await payinsOf(link)).toHaveLength(few);
    expect((await visit(link.url, { use: randomUUID() })).status).toBe(303);
    // Another link from the same address.
    expect((await visit((await makeLink()).url, { use: randomUUID() }, address)).status).toBe(303);
  });

  it('makes so many payins a minute and no more, from however many addresses', async () => {
    const link = await makeLink();
    const { usesOfLink: most } = LIMITS;
    const statuses: number[] = [];
    for (let begun = 0; begun < most + 20; begun += 20)
      statuses.push(
        ...(await Promise.all(Array.from({ length: 20 }, () => visit(link.url, { use: randomUUID() })))).map(
          ({ status }) => status,
        ),
      );
    expect(statuses.filter((status) => status === 303)).toHaveLength(most);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const { body } = await testApp.api.call<ShownPaymentLink>('GET', `/payment-links/${link.id}`);
    expect(body.used).toBe(most);
  });
});
