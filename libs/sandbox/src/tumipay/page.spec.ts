import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxClient, startSandbox, type Sandbox } from '../../index.js';
import { create, CUSTOMER, PAYIN } from './fixture.js';
import { formatPesos, parsePesos } from '../kit/pesos.js';

let sandbox: Sandbox;
let control: SandboxClient['tumipay'];

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  control = new SandboxClient(sandbox.url).tumipay;
});
afterEach(() => sandbox.close());

interface Page {
  status: number;
  html: string;
  headers: Headers;
}

async function open(changes: object = {}): Promise<Page & { ticket: string }> {
  const { body } = await create(sandbox, changes);
  const response = await fetch(String(body.data['payment_url']));
  const ticket = String(body.data['ticket']);
  return { status: response.status, html: await response.text(), headers: response.headers, ticket };
}

/** Presses a button of the page as a browser would: by the form's own method, action and fields. */
async function press(page: { html: string }, action: string, typed: Record<string, string> = {}): Promise<Page> {
  const target = /<form method="post" action="([^"]+)"/.exec(page.html)?.[1] ?? '';
  const inputs = [...page.html.matchAll(/<input[^>]*?name="(\w+)"[^>]*?value="([^"]*)"/g)];
  const fields = Object.fromEntries(inputs.map(([, name, value]) => [name, value]));
  expect(page.html).toContain(`name="action" value="${action}"`);
  return post(target, { ...fields, ...typed, action });
}

async function post(target: string, fields: Record<string, string>): Promise<Page> {
  const url = new URL(target, `${sandbox.url}/tumipay/payments/main`);
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, html: await response.text(), headers: response.headers };
}

describe('the page', () => {
  it('shows the order in Spanish, without any script', async () => {
    const { status, html, headers } = await open({ amount: 5_000_000 });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const text of [
      PAYIN.reference,
      'Test PayIn',
      '$ 50.000',
      'Bre-B',
      '@tumipaybreb',
      'Pendiente de pago',
      '12 h 0 min',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).toContain('lang="es"');
    expect(html).toContain('value="50000"');
    expect(html).not.toContain('<script');
  });

  it('escapes whatever the merchant sent', async () => {
    const { html } = await open({ description: `<script>alert("1")</script>'&`, reference: '"><b>x' });
    expect(html).toContain('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#39;&#38;');
    expect(html).not.toMatch(/<script|<b>/);
  });

  it('offers an amount only where the payer can change it', async () => {
    expect((await open({ payment_method: 'PSE' })).html).not.toContain('name="amount"');
    expect((await open({ payment_method: 'ALL_METHODS', reference: 'B' })).html).toContain('name="amount"');
  });

  it('does not know a ticket that was never given', async () => {
    const response = await fetch(`${sandbox.url}/tumipay/payments/main?s=nothing&s=twice`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('No encontramos este pago');
    expect((await post('main', { s: 'nothing', action: 'pay' })).status).toBe(404);
  });
});

describe('the buttons', () => {
  it('pays what was asked and links back to the merchant', async () => {
    const page = await open();
    const result = await press(page, 'pay');
    expect(result.status).toBe(200);
    expect(result.html).toContain('Pagado');
    expect(result.html).toContain(`href="${PAYIN.redirect_url}"`);
    expect(result.html).not.toContain('<form');
    expect(await control.order(page.ticket)).toMatchObject({ status: 'APPROVED', settledInCents: 5000 });
  });

  it('pays another amount by Bre-B', async () => {
    const page = await open();
    expect((await press(page, 'pay', { amount: '75.5' })).html).toContain('$ 75,50');
    expect(await control.order(page.ticket)).toMatchObject({ requestedInCents: 5000, settledInCents: 7550 });
  });

  it('does not let a PSE payer change the amount', async () => {
    const page = await open({ payment_method: 'PSE' });
    await press(page, 'pay', { amount: '1' });
    expect(await control.order(page.ticket)).toMatchObject({ settledInCents: 5000 });
  });

  it('rejects', async () => {
    const page = await open();
    expect((await press(page, 'reject', { amount: '' })).html).toContain('Rechazado');
    expect(await control.order(page.ticket)).toMatchObject({ status: 'REJECTED', settledInCents: null });
  });

  it.each([
    ['approved@tumipay.co', 'APPROVED'],
    ['TumiPay@tumipay.co', 'APPROVED'],
    ['any@topup.com.co', 'APPROVED'],
    ['any@pruebas.topup.com.co', 'APPROVED'],
    ['any@nottopup.com.co', 'REJECTED'],
    ['topup.com.co@example.com', 'REJECTED'],
    ['johndoe@example.com', 'REJECTED'],
  ])('lets the e-mail %s decide: %s', async (email, status) => {
    const page = await open({ customer_data: { ...CUSTOMER, email } });
    await press(page, 'submit');
    expect(await control.order(page.ticket)).toMatchObject({ status });
  });

  it.each([['0'], ['-5'], ['mucho'], ['']])('asks again for the amount %p and changes nothing', async (amount) => {
    const page = await open();
    const result = await press(page, 'pay', { amount });
    expect(result.status).toBe(400);
    expect(result.html).toContain('Escribe un valor en pesos');
    expect(await control.order(page.ticket)).toMatchObject({ status: 'PENDING' });
  });

  it.each(['pay', 'reject', 'decline', 'expire'] as const)('change nothing after %s', async (action) => {
    const page = await open();
    await control.move(page.ticket, action, { webhook: 'none' });
    const before = await control.order(page.ticket);
    for (const button of ['pay', 'reject', 'submit']) {
      const result = await press(page, button);
      expect(result.status).toBe(409);
      expect(result.html).toContain('No se hizo ningún cambio');
    }
    expect(await control.order(page.ticket)).toEqual(before);
  });

  it('pays once when it is pressed twice at the same time', async () => {
    const page = await open();
    const results = await Promise.all([press(page, 'pay'), press(page, 'pay', { amount: '99' })]);
    expect(results.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });
});

describe('pesos', () => {
  it.each([
    ['50000', 5_000_000n],
    ['50.000', 5_000_000n],
    ['1.234.567,8', 123_456_780n],
    ['50,5', 5050n],
    ['50.05', 5005n],
    [' 7 ', 700n],
    ['0', null],
    ['1e3', null],
    ['1.2.3', null],
  ])('reads %p as %p cents', (typed, cents) => expect(parsePesos(typed)).toBe(cents));

  it.each([
    [5000n, '$ 50'],
    [123_456_705n, '$ 1.234.567,05'],
  ])('writes %p cents as %p', (cents, text) => expect(formatPesos(cents)).toBe(text));
});
