import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAcme, type AcmeServer } from './acme.fixture.js';

let server: AcmeServer;

beforeEach(async () => {
  server = await startAcme();
});
afterEach(() => server.close());

async function open(page: string): Promise<{ status: number; html: string }> {
  const response = await fetch(page);
  return { status: response.status, html: await response.text() };
}

async function press(page: string, fields: Record<string, string>): Promise<{ status: number; html: string }> {
  const { html } = await open(page);
  const target = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? '';
  const [, name = '', value = ''] = /<input type="hidden" name="(\w+)" value="([^"]+)"/.exec(html) ?? [];
  const body = new URLSearchParams({ [name]: value, ...fields });
  const response = await fetch(new URL(target, page), { method: 'POST', body });
  return { status: response.status, html: await response.text() };
}

describe('the payer page', () => {
  it.each([
    ['/acme/pay?order=', 'poor'],
    ['/acme/bank/index.html?code=', 'bank'],
  ])('works at each of its addresses: %s', async (address, payer) => {
    const { id, page } = await server.create({ reference: 'R', payer });
    expect(page).toBe(`${server.url}${address}${id}`);
    const { html } = await open(page);
    for (const text of ['Pago de prueba Acme', '$ 50', 'Pendiente', payer]) expect(html).toContain(text);
    expect((await press(page, { action: 'pay', amount: '60' })).status).toBe(200);
    expect(await server.acme.order(id)).toMatchObject({ status: 'paid', settledInCents: 6_000 });
  });

  it('lets pay again where the provider accepts more, and then no longer reject', async () => {
    const { id, page } = await server.create({ reference: 'R' });
    await press(page, { action: 'pay', amount: '20' });
    const { html } = await open(page);
    expect(html).toContain('value="pay"');
    expect(html).not.toContain('value="reject"');
    expect((await press(page, { action: 'reject' })).status).toBe(400);
    await press(page, { action: 'pay', amount: '30' });
    expect(await server.acme.order(id)).toMatchObject({ status: 'paid', settledInCents: 5_000 });
    expect((await open(page)).html).toContain('$ 50</strong>');
  });

  it('has no form for a rejected order, though money can still arrive late', async () => {
    const { id, page } = await server.create({ reference: 'R' });
    await press(page, { action: 'reject' });
    expect((await open(page)).html).not.toContain('<form');
    expect(await server.acme.pay(id)).toMatchObject({ status: 'paid' });
  });

  it('offers neither a form nor a way back where the provider has none', async () => {
    const { page } = await server.create({ reference: 'R' });
    expect((await open(page)).html).not.toContain('value="submit"');
    expect((await press(page, { action: 'reject' })).html).not.toContain('Volver al comercio');
  });

  it('says in its own words that a form is too large', async () => {
    const response = await fetch(`${server.url}/acme/pay`, { method: 'POST', body: 'x'.repeat(300_000) });
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('No pudimos leer la solicitud');
  });
});

describe('payment by address', () => {
  it.each(['poor', 'bank'])('finds the provider and the order by the address of a %s payer', async (payer) => {
    const { id, page } = await server.create({ reference: 'R', payer });
    const response = await fetch(`${server.url}/control/pay`, { method: 'POST', body: JSON.stringify({ at: page }) });
    expect(await response.json()).toMatchObject({ id, status: 'paid', settledInCents: 5_000 });
    expect(await server.bolt.orders()).toEqual([]);
  });
});
