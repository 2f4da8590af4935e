import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startAcme, type AcmeServer } from './acme.fixture.js';
import { Listener, until } from './fixture.js';

let server: AcmeServer;

beforeEach(async () => {
  server = await startAcme();
});
afterEach(async () => {
  await server.close();
  await Listener.closeAll();
});

interface Answer {
  status: number;
  html: string;
  headers: Headers;
}

async function open(path: string): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, html: await response.text(), headers: response.headers };
}

/** As a browser sends a form of these pages. */
async function post(
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer & { to: string | null }> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: server.url, 'sec-fetch-site': 'same-origin', ...headers },
    redirect: 'manual',
  });
  const { status } = response;
  return { status, html: await response.text(), headers: response.headers, to: response.headers.get('location') };
}

const created = async (reference: string, payer = 'poor') => (await server.create({ reference, payer })).id;
const pathOf = (id: string, provider = 'acme') => `/orders/${provider}/${id}`;
const press = (id: string, action: string, more: Record<string, string> = {}) =>
  post(pathOf(id), { action, back: '/', ...more });
const buttonsOf = (html: string) => [...html.matchAll(/name="action" value="(\w+)"/g)].map(([, name]) => name);
const formOf = (html: string, id: string) => html.split(`action="${pathOf(id)}"`)[1]!.split('</form>')[0]!;

describe('the home', () => {
  it('shows the orders of all providers, newest first, with amount, status, rail and what can be done to each', async () => {
    expect((await open('/')).html).toContain('There are no orders yet.');
    const first = await created('older-1');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await fetch(`${server.url}/bolt/orders`, { method: 'POST', body: JSON.stringify({ reference: 'newer-1' }) });
    const { status, html, headers } = await open('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html.indexOf('newer-1')).toBeLessThan(html.indexOf('older-1'));
    for (const text of ['$ 50', 'waiting', 'Página, Acme', first, '/providers/acme', '/providers/bolt'])
      expect(html).toContain(text);
    expect(buttonsOf(formOf(html, first))).toEqual([
      ...['pay', 'pay_short', 'pay_over', 'pay_twice', 'submit'],
      ...['work', 'reject', 'cancel', 'expire'],
    ]);
  });

  it('finds an order by a part of its reference or of the provider’s id', async () => {
    const [one, other] = [await created('Abc-1'), await created('abd-2')];
    const found = async (text: string) => {
      const { html } = await open(`/?q=${encodeURIComponent(text)}`);
      return [one, other].map((id) => html.includes(id));
    };
    expect(await found('ABC')).toEqual([true, false]);
    expect(await found('ab')).toEqual([true, true]);
    expect(await found(` ${other} `)).toEqual([false, true]);
    expect(await found(other.slice(3, 20))).toEqual([false, true]);
    expect(await found('nothing')).toEqual([false, false]);
    expect((await open('/?q=nothing')).html).toContain('No order has this');
    expect((await open('/?q=abc&q=abd')).status).toBe(200);
  });

  it('shows twenty at a time', async () => {
    for (let number = 0; number < 45; number += 1) await created(`order-${number}`);
    const referencesOn = async (path: string) =>
      new Set([...(await open(path)).html.matchAll(/order-\d+/g)].map(([reference]) => reference)).size;
    expect(await referencesOn('/')).toBe(20);
    expect(await referencesOn('/?page=3')).toBe(5);
    expect(await referencesOn('/?page=99')).toBe(5);
    expect(await referencesOn('/?page=-1')).toBe(20);
    expect((await open('/?q=order&page=2')).html).toContain('/?q=order&#38;page=3');
  });
});

describe('a button', () => {
  it.each([
    ['pay', { status: 'paid', settledInCents: 5_000 }],
    ['pay_short', { status: 'paid', settledInCents: 2_500 }],
    ['pay_over', { status: 'paid', settledInCents: 5_500 }],
    ['pay_twice', { status: 'paid', settledInCents: 10_000 }],
    ['submit', { status: 'refused' }],
    ['work', { status: 'working' }],
    ['reject', { status: 'refused' }],
    ['cancel', { status: 'cancelled' }],
    ['expire', { status: 'overdue' }],
  ])('does what it says, and leads back: %s', async (action, expected) => {
    const id = await created('R');
    const { status, to } = await press(id, action, { back: `/?q=R#acme-${id}` });
    expect([status, to]).toEqual([303, `/?q=R&did=${action}&of=acme%2F${id}#acme-${id}`]);
    expect(await server.acme.order(id)).toMatchObject(expected);
    expect((await open(to!)).html).toContain(`Done: ${action.replace('_', ' ')}.`);
  });

  it('is there for what can be done now, and does nothing else', async () => {
    const id = await created('R');
    await press(id, 'pay');
    const { html } = await open(pathOf(id));
    expect(buttonsOf(html)).toEqual(['pay', 'pay_short', 'pay_over', 'reverse', 'pay_amount']);
    for (const action of ['reject', 'expire', 'submit', 'webhook', 'nothing', '']) {
      const answer = await press(id, action);
      expect([action, answer.status]).toEqual([action, 400]);
      expect(answer.html).toContain('It was not done');
    }
    await press(id, 'reverse');
    expect(await server.acme.order(id)).toMatchObject({ status: 'returned', settledInCents: 5_000 });
    await server.acme.setSwitches({ acceptsMorePayments: false });
    expect(buttonsOf((await open(pathOf(id))).html)).toEqual([]);
  });

  it('sends, loses, doubles and forges webhooks, where there is an address for them', async () => {
    const listener = await Listener.open();
    await server.acme.setSwitches({ webhookUrl: listener.url });
    const id = await created('R');
    await press(id, 'pay_lost');
    await press(id, 'pay_two_webhooks');
    await until(
      () => listener.received.length,
      (count) => count === 2,
    );
    await press(id, 'webhook_forged');
    await press(id, 'webhook_copies');
    expect(listener.received.map(({ headers }) => headers.authorization)).toEqual([
      ...['acme-secret', 'acme-secret', 'wrong'],
      ...Array.from({ length: 5 }, () => 'acme-secret'),
    ]);
    await press(id, 'reverse_lost');
    expect(await server.acme.order(id)).toMatchObject({ status: 'returned' });
    expect((await open(pathOf(id))).html).toContain('200, taken');
  });

  it('pays an amount that is typed', async () => {
    const id = await created('R');
    expect((await press(id, 'pay_amount', { amount: '12,5', webhook: 'none' })).status).toBe(303);
    expect(await server.acme.order(id)).toMatchObject({ settledInCents: 1_250 });
    for (const amount of ['', '0', '-1', '1e3', 'x'])
      expect([amount, (await press(id, 'pay_amount', { amount })).status]).toEqual([amount, 400]);
    expect((await press(id, 'pay_amount', { amount: '1', webhook: 'loud' })).html).toContain('mode must be one of');
  });

  it('leads to nowhere else, whatever its form says', async () => {
    const id = await created('R');
    const elsewhere = [
      'https://evil.example/',
      '//evil.example/',
      String.raw`/\evil.example`,
      'https://evil.example//evil.example/',
      '///evil.example/x',
      'http://sandbox//evil.example/',
      'javascript:alert(1)',
      '/control/acme/orders',
      '/acme/pay',
      '',
    ];
    for (const back of elsewhere) {
      const { to } = await press(id, 'pay', { back });
      expect([back, to]).toEqual([back, `/?did=pay&of=acme%2F${id}`]);
    }
  });
});

describe('faults', () => {
  const set = (fields: Record<string, string>) =>
    post('/providers/acme', { action: 'add_fault', operation: 'read', times: '1', ...fields });

  it.each([
    [
      { kind: 'status', status: '503', header: 'Retry-After: 5', body: '{"a":1}' },
      { kind: 'status', status: 503, headers: { 'Retry-After': '5' }, body: { a: 1 } },
    ],
    [
      { kind: 'status', status: '500', header: '', body: 'oops', executed: 'yes' },
      { kind: 'status', status: 500, body: 'oops', executed: true },
    ],
    [
      { kind: 'delay', delayMs: '20' },
      { kind: 'delay', delayMs: 20 },
    ],
    [{ kind: 'reset' }, { kind: 'reset' }],
    [
      { kind: 'garbage', body: '<p>' },
      { kind: 'garbage', body: '<p>' },
    ],
    [{ kind: 'garbage', body: '' }, { kind: 'garbage' }],
    [
      { kind: 'hang', executed: 'yes' },
      { kind: 'hang', executed: true },
    ],
    [{ kind: 'lose_reply' }, { kind: 'lose_reply' }],
  ])('are set by forms, shown while they wait, and cleared: %j', async (fields, fault) => {
    expect(await set({ ...fields, times: '2' })).toMatchObject({ status: 303, to: '/providers/acme?did=add_fault' });
    const { faults } = (await (await fetch(`${server.url}/control/acme/faults`)).json()) as { faults: object[] };
    expect(faults).toEqual([{ operation: 'read', fault, times: 2 }]);
    expect((await open('/providers/acme')).html).toContain(fault.kind);
    await post('/providers/acme', { action: 'clear_faults' });
    expect((await open('/providers/acme')).html).toContain('No fault waits.');
  });

  it('hit the call', async () => {
    const id = await created('R');
    await set({ kind: 'status', status: '418' });
    expect((await fetch(`${server.url}/acme/orders/${id}`)).status).toBe(418);
    expect((await fetch(`${server.url}/acme/orders/${id}`)).status).toBe(200);
    expect((await open('/providers/acme')).html).toMatch(/GET \/acme\/orders\/[\s\S]*418/);
  });

  it('are refused in a sentence', async () => {
    for (const [wrong, said] of [
      [{ kind: 'status', status: '99' }, 'status must be an integer'],
      [{ kind: 'status', status: 'x' }, 'status must be an integer'],
      [{ kind: 'explode' }, 'kind must be one of'],
      [{ kind: 'reset', operation: 'sell' }, 'operation must be one of'],
      [{ kind: 'reset', times: '0' }, 'times must be an integer'],
      [{ kind: 'status', status: '500', header: 'no header' }, 'must be a plain header name'],
    ] as const) {
      const { status, html } = await set(wrong);
      expect([wrong, status]).toEqual([wrong, 400]);
      expect(html).toContain(said);
    }
    expect((await open('/providers/acme')).html).toContain('No fault waits.');
  });
});

describe('switches', () => {
  it('say what they do, are set by one form, and go back to what they were at the start', async () => {
    const { html } = await open('/providers/acme');
    for (const name of ['works', 'submitsAfterMs', 'acceptsMorePayments', 'notifiesReversal', 'webhookUrl', 'retryMs'])
      expect(html).toContain(`name="${name}"`);
    expect(html).toContain('Whether a paid order accepts more.');
    const fields = {
      works: 'true',
      submitsAfterMs: '',
      acceptsMorePayments: 'false',
      webhookUrl: 'http://localhost:1/',
      retryMs: '20',
    };
    expect((await post('/providers/acme', { action: 'set_switches', ...fields })).status).toBe(303);
    const changed = {
      works: true,
      submitsAfterMs: null,
      acceptsMorePayments: false,
      webhookUrl: 'http://localhost:1/',
      retryMs: 20,
    };
    expect(await server.acme.switches()).toMatchObject(changed);
    expect((await open('/providers/acme')).html).toContain('Changed: at the start it was no.');
    await post('/providers/acme', { action: 'start_switches' });
    expect(await server.acme.switches()).toMatchObject({
      works: false,
      acceptsMorePayments: true,
      webhookUrl: null,
      retryMs: 10,
    });
  });

  it('are all as they were where one is wrong', async () => {
    const wrong = await post('/providers/acme', { action: 'set_switches', works: 'true', retryMs: 'soon' });
    expect([wrong.status, wrong.html.includes('retryMs must')]).toEqual([400, true]);
    expect(await server.acme.switches()).toMatchObject({ works: false, retryMs: 10 });
  });

  it('are forgotten with the orders only where somebody says so', async () => {
    const id = await created('R');
    expect((await post('/providers/acme', { action: 'reset' })).status).toBe(400);
    expect(await server.acme.order(id)).toMatchObject({ id });
    expect((await post('/providers/acme', { action: 'reset', sure: 'yes' })).status).toBe(303);
    expect(await server.acme.orders()).toEqual([]);
  });
});

describe('a page of the home', () => {
  const NASTY = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

  it('shows any text as text', async () => {
    const id = await created(NASTY, NASTY);
    await server.acme.fault({ operation: 'read', fault: { kind: 'garbage', body: NASTY } });
    await server.acme.setSwitches({ webhookUrl: NASTY });
    const pages = [
      '/',
      `/?q=${encodeURIComponent(NASTY)}`,
      `/?did=${encodeURIComponent(NASTY)}&of=${encodeURIComponent(NASTY)}`,
    ];
    for (const path of [
      ...pages,
      pathOf(id),
      pathOf(encodeURIComponent(NASTY)),
      '/providers/acme',
      `/providers/${encodeURIComponent(NASTY)}`,
    ]) {
      const { html } = await open(path);
      expect(html).toContain('Recaudo sandbox');
      expect([path, html.includes('<script'), html.includes('<img')]).toEqual([path, false, false]);
    }
  });

  it('lets no script run, no style but its own, no other page frame it, and nothing of it be kept', async () => {
    for (const path of ['/', '/providers/acme', '/providers/nobody', '/orders/acme/nobody']) {
      const { headers } = await open(path);
      const policy = headers.get('content-security-policy')!;
      for (const part of ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect(policy).toContain(part);
      expect(policy).toMatch(/style-src 'sha256-[^']+'/);
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('says that there is no such order or provider', async () => {
    for (const path of ['/orders/acme/nobody', '/orders/nobody/1', '/providers/nobody'])
      expect((await open(path)).status).toBe(404);
    expect((await post('/orders/acme/nobody', { action: 'pay' })).status).toBe(404);
  });
});

/** With a Host of its own, which fetch does not let anybody choose. */
function sent(path: string, method: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const sending = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sending.on('error', reject).end(method === 'POST' && path.startsWith('/orders') ? 'action=pay' : '');
  });
}

describe('another site', () => {
  it('does nothing here behind somebody’s back: neither by the home’s forms nor by the control API', async () => {
    const id = await created('R');
    const { host } = new URL(server.url);
    const evil = 'https://evil.example';
    const foreign: Record<string, string>[] = [
      { host, origin: evil, 'sec-fetch-site': 'cross-site' },
      { host, origin: evil },
      { host, 'sec-fetch-site': 'cross-site' },
      { host, 'sec-fetch-site': 'same-site', origin: 'http://localhost:9' },
      { host, origin: 'null' },
      { host, origin: 'null', 'sec-fetch-site': 'cross-site' },
      { host, origin: 'http://localhost:9' },
      // A name of theirs that leads to this machine.
      { host: 'evil.example:4000', origin: 'http://evil.example:4000', 'sec-fetch-site': 'same-origin' },
      { host: 'localhost.evil.example', origin: 'http://localhost.evil.example' },
    ];
    const changes = [
      ['POST', pathOf(id)],
      ['POST', '/providers/acme'],
      ['POST', `/control/acme/orders/${id}/pay`],
      ['POST', '/control/pay'],
      ['POST', '/control/acme/reset'],
      ['POST', '/control/acme/faults'],
      ['PATCH', '/control/acme/switches'],
      ['DELETE', '/control/acme/faults'],
    ] as const;
    for (const headers of foreign)
      for (const [method, path] of changes)
        expect([method, path, headers, await sent(path, method, headers)]).toEqual([method, path, headers, 403]);
    expect(await server.acme.order(id)).toMatchObject({ status: 'waiting', payments: [] });
  });

  it('is none where it is this one, by whatever address of this machine, or no browser', async () => {
    for (const host of ['localhost:4000', '127.0.0.1:4000', '192.168.1.20:4000', '[::1]:4000']) {
      const id = await created('R');
      const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
      expect([host, await sent(pathOf(id), 'POST', headers)]).toEqual([host, 303]);
    }
    const id = await created('R');
    expect(await sent(pathOf(id), 'POST', { host: 'sandbox:4000' })).toBe(303);
    await server.close();
    server = await startAcme({}, { publicUrl: 'https://sandbox.example.com' });
    const other = await created('R');
    const headers = {
      host: 'sandbox.example.com',
      origin: 'https://sandbox.example.com',
      'sec-fetch-site': 'same-origin',
    };
    expect(await sent(pathOf(other), 'POST', headers)).toBe(303);
  });

  it('is still where payers and the service come from', async () => {
    const { page } = await server.create({ reference: 'R' });
    const [, path = '', , id = ''] = /^http:\/\/[^/]+(\/[^?]+)\?(\w+)=(.+)$/.exec(page)!;
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ order: id, action: 'pay', amount: '50' }),
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    });
    expect(response.status).toBe(200);
  });
});

describe('time and scenarios', () => {
  const played: string[] = [];
  const plays = {
    all: [{ name: 'paid-exactly', title: 'Paid exactly' }],
    play: (name: string) => {
      played.push(name);
      return Promise.resolve({ lines: ['the payer pays <$ 50>'], wrong: played.length > 1 ? ['status'] : [] });
    },
    advance: (by: string) =>
      by === 'P90D'
        ? Promise.reject(new Error('The clock does not go so far.'))
        : Promise.resolve(`${by} have passed.`),
  };

  it('are a press each, and what came of it is shown', async () => {
    await server.close();
    server = await startAcme({}, { plays });
    expect((await open('/')).html).toContain('href="/scenarios"');
    expect((await open('/scenarios')).html).toMatch(/name="play" value="paid-exactly"/);
    expect(await post('/scenarios', { play: 'paid-exactly' })).toMatchObject({
      status: 303,
      to: '/scenarios#paid-exactly',
    });
    const { html } = await open('/scenarios');
    expect(html).toContain('It ended as it should.');
    expect(html).toContain('the payer pays &#60;$ 50&#62;');
    await post('/scenarios', { play: 'paid-exactly' });
    expect((await open('/scenarios')).html).toContain('It ended wrong: status');
    expect(await post('/scenarios', { advance: 'P3D' })).toMatchObject({ status: 303, to: '/scenarios#time' });
    expect((await open('/scenarios')).html).toContain('P3D have passed.');
    await post('/scenarios', { advance: 'P90D' });
    expect((await open('/scenarios')).html).toContain('The clock does not go so far.');
    const wrongs: Record<string, string>[] = [{}, { advance: 'P1000D' }, { play: 'nothing' }];
    for (const wrong of wrongs) expect((await post('/scenarios', wrong)).status).toBeGreaterThanOrEqual(400);
    expect(played).toHaveLength(2);
  });

  it('are not begun by a page of another site, nor where the sandbox knows no organization', async () => {
    expect((await post('/scenarios', { advance: 'P3D' })).status).toBe(404);
    expect((await open('/scenarios')).status).toBe(200);
    const other = { origin: 'https://example.com', 'sec-fetch-site': 'cross-site' };
    expect((await post('/scenarios', { play: 'paid-exactly' }, other)).status).toBe(403);
  });
});
