import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Rail } from '@recaudo/payment-provider';
import { type Chosen, Checkout, type CheckoutView } from '../../src/payins/use-cases/checkout.service.js';
import type { PayerValues } from '../../src/payins/use-cases/payer-data.js';
import type { PresentedPayin } from '../../src/payins/presenters/payin.presenter.js';
import { payinRequest } from '../support/api-client.js';
import { INTEGRITY_CHECK } from '../support/integrity.js';
import { providerSide } from '../support/provider-side.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { timePasses } from '../support/time.js';
import { until } from '../support/until.js';

const ANA: PayerValues = {
  'inlineCustomer.name': 'Ana  María Peña',
  'inlineCustomer.idType': 'CC',
  'inlineCustomer.idNumber': '1.234.567.890',
  'inlineCustomer.phone': '300 123 4567',
  'inlineCustomer.email': ' ana@example.com ',
  'pse.bank': '1007',
  'pse.personType': 'NATURAL',
};
const PROVIDERS = ['tumipay', 'hellopay', 'teemopay'] as const;

let testApp: TestApp;
let checkout: Checkout;

beforeAll(async () => {
  testApp = await startTestApp({ PROVIDERS: PROVIDERS.join(), ROUTING_NEQUI: 'teemopay', ROUTING_PSE: 'teemopay' });
  checkout = testApp.service.app.get(Checkout, { strict: false });
});
afterEach(async () => {
  for (const name of PROVIDERS) await testApp.sandbox.provider(name).clearFaults();
});
afterAll(() => testApp?.close());

async function create(changes: Record<string, unknown> = {}): Promise<PresentedPayin> {
  const { inlineCustomer: _, ...request } = payinRequest({ rail: 'ANY', checkout: {}, ...changes });
  const { status, body } = await testApp.api.call<PresentedPayin>('POST', '/payins', request);
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
const view = async ({ organizationId, id }: PresentedPayin): Promise<CheckoutView> =>
  (await checkout.read({ organizationId, id }))!;
const choose = async (payin: PresentedPayin, rail: Rail, values = ANA): Promise<Chosen> =>
  checkout.choose(await view(payin), rail, values);
const chosen = async (payin: PresentedPayin, rail: Rail, values = ANA): Promise<CheckoutView> => {
  const result = await choose(payin, rail, values);
  if (result.kind !== 'chosen')
    throw new Error(JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
  return result.view;
};
const offered = async (payin: PresentedPayin) => checkout.offers(await view(payin));

describe('a payin of which the payer chooses the rail', () => {
  it('is created without a provider, and nobody is called', async () => {
    const before = await Promise.all(PROVIDERS.map((name) => testApp.sandbox.provider(name).orders()));
    const payin = await create();
    expect(payin).toMatchObject({ status: 'CREATED', rail: 'ANY', provider: null, instructions: null, attempts: [] });
    expect(payin.checkoutUrl).toMatch(/^http:\/\/localhost:\d+\/pay\/[A-Za-z0-9_-]{43}$/);
    const after = await Promise.all(PROVIDERS.map((name) => testApp.sandbox.provider(name).orders()));
    expect(after.map(({ length }) => length)).toEqual(before.map(({ length }) => length));
  });

  it('is the same for the same request, also when its payer has entered their data, and a conflict names what the merchant changed', async () => {
    const { inlineCustomer: _, ...request } = payinRequest({ rail: 'ANY', checkout: { rails: ['NEQUI'] } });
    const again = (changes = {}) => testApp.api.call<PresentedPayin>('POST', '/payins', { ...request, ...changes });
    const payin = (await again()).body;
    expect((await again()).headers.get('idempotency-replayed')).toBe('true');
    await chosen(payin, 'NEQUI');
    const replayed = await again();
    expect(replayed).toMatchObject({ status: 200, body: { id: payin.id, rail: 'NEQUI' } });
    const conflict = await again({ amountInCents: 6_000_000 });
    expect(conflict.status).toBe(409);
    expect(JSON.stringify(conflict.body)).toContain('amountInCents');
    expect(JSON.stringify(conflict.body)).not.toContain('inlineCustomer');
  });

  it('refuses what no rail could take, before anything is written', async () => {
    const call = (changes: Record<string, unknown>) =>
      testApp.api.call('POST', '/payins', payinRequest({ rail: 'ANY', checkout: {}, ...changes }));
    expect(await call({ rail: 'PSE' })).toMatchObject({ status: 400, body: { errors: [{ field: 'checkout' }] } });
    expect(await call({ checkout: { rails: ['ANY'] } })).toMatchObject({ status: 400 });
    expect(await call({ checkout: { rails: [] } })).toMatchObject({ status: 400 });
    expect(await call({ checkout: { rails: ['EFECTY'] }, provider: 'hellopay' })).toMatchObject({
      status: 422,
      body: { code: 'RAIL_NOT_AVAILABLE' },
    });
  });

  it('offers the rails that are open, in the merchant’s order, with just the fields that their provider needs', async () => {
    const payin = await create({ checkout: { rails: ['NEQUI', 'BRE_B', 'PSE'] } });
    const [nequi, breb, pse] = await offered(payin);
    expect([nequi?.rail, breb?.rail, pse?.rail]).toEqual(['NEQUI', 'BRE_B', 'PSE']);
    expect(nequi).toMatchObject({ phoneIsWallet: true, payerMayEditAmount: false });
    expect(nequi!.fields).toContain('inlineCustomer.phone');
    expect(breb!.payerMayEditAmount).toBe(true);
    expect(pse!.fields).toContain('pse.bank');
  });

  it('asks for nothing that the merchant has sent', async () => {
    const { body: payin } = await testApp.api.call<PresentedPayin>(
      'POST',
      '/payins',
      payinRequest({ rail: 'ANY', checkout: { rails: ['NEQUI', 'PSE'] } }),
    );
    const [nequi, pse] = await offered(payin);
    expect(nequi!.fields).toEqual([]);
    expect(pse!.fields).toEqual(['pse.bank']);
    expect((await chosen(payin, 'NEQUI', {})).instructions).toMatchObject({ type: 'redirect' });
  });

  it('says what is wrong with what was typed, field by field, and calls nobody', async () => {
    const payin = await create({ checkout: { rails: ['PSE'] } });
    const wrong = await choose(payin, 'PSE', { ...ANA, 'inlineCustomer.phone': '12', 'pse.bank': '9999' });
    expect(wrong).toMatchObject({ kind: 'wrong' });
    expect(wrong.kind === 'wrong' && wrong.problems).toEqual(
      expect.arrayContaining([
        { field: 'inlineCustomer.phone', code: 'PHONE_FORM' },
        { field: 'pse.bank', code: 'BANK_NOT_TAKEN' },
      ]),
    );
    const nothing = await checkout.check(await view(payin), 'PSE', {});
    expect(new Set(nothing.map(({ code }) => code))).toEqual(new Set(['REQUIRED']));
    expect(await testApp.api.payin(payin.id)).toMatchObject({ status: 'CREATED', attempts: [] });
  });

  it('opens the order of the rail that was chosen, with what was entered, and is paid', async () => {
    const payin = await create();
    const after = await chosen(payin, 'NEQUI');
    expect(after).toMatchObject({
      status: 'PENDING',
      rail: 'NEQUI',
      instructions: { type: 'redirect' },
      mayChoose: false,
    });
    const shown = await testApp.api.payin(payin.id);
    expect(shown).toMatchObject({
      rail: 'NEQUI',
      provider: 'teemopay',
      inlineCustomer: {
        name: 'Ana María Peña',
        idNumber: '1234567890',
        phone: '+573001234567',
        email: 'ana@example.com',
      },
      attempts: [{ status: 'OPEN' }],
    });
    const { control, order } = await providerSide(testApp, payin, 'teemopay');
    await control.pay(order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    // And is found by what the payer has entered.
    await until('it to be found', async () => {
      const { body } = await testApp.api.call<{ data: { id: string }[] }>('POST', '/payins/search', {
        text: 'peña ana',
      });
      return body.data.some(({ id }) => id === payin.id);
    });
  });

  it('opens one order, whoever presses at the same instant in however many tabs', async () => {
    const payin = await create();
    const before = await view(payin);
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) => checkout.choose(before, index % 2 ? 'NEQUI' : 'BRE_B', ANA)),
    );
    expect(results.filter(({ kind }) => kind === 'chosen')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'refused')).toHaveLength(7);
    const { attempts } = await testApp.api.payin(payin.id);
    expect(attempts).toHaveLength(1);
    const orders = await Promise.all(
      PROVIDERS.map((name) => testApp.sandbox.provider(name).orders(attempts[0]!.providerReference)),
    );
    expect(orders.flat()).toHaveLength(1);
  });

  it('is offered again when the order was refused, and takes another rail of the same payin', async () => {
    const payin = await create();
    await chosen(payin, 'NEQUI');
    const first = await providerSide(testApp, payin, 'teemopay');
    await first.control.reject(first.order.id);
    const free = await until('the payer to choose again', async () => {
      const now = await view(payin);
      return now.mayChoose && now;
    });
    expect(free).toMatchObject({
      status: 'PENDING',
      instructions: null,
      lastOrder: { rail: 'NEQUI', status: 'REJECTED' },
    });
    const again = await chosen(payin, 'BRE_B');
    expect(again).toMatchObject({ rail: 'BRE_B', instructions: { type: 'breb_key' } });
    const events = (await testApp.api.events(payin.id)).map(({ type }) => type);
    expect(events.filter((type) => type === 'rail.chosen')).toHaveLength(2);
    expect(events).toContain('attempt.ended');
    const { attempts, provider } = await testApp.api.payin(payin.id);
    expect(attempts.map(({ status, rail }) => [status, rail])).toEqual([
      ['ENDED', 'NEQUI'],
      ['OPEN', 'BRE_B'],
    ]);
    const side = await providerSide(testApp, payin, provider as 'tumipay');
    await side.control.pay(side.order.id);
    await testApp.api.reaches(payin.id, 'APPROVED');
    // The first order is paid after all: nothing is lost, and a person sees it.
    await first.control.pay(first.order.id).catch(() => undefined);
    expect(await testApp.database.query(INTEGRITY_CHECK)).toMatchObject([{ found: [] }]);
  });

  it('is offered again when no provider took the order', async () => {
    const payin = await create();
    await testApp.sandbox.teemopay.fault({ operation: 'create', fault: { kind: 'status', status: 429 }, times: 5 });
    const after = await chosen(payin, 'NEQUI');
    expect(after).toMatchObject({
      status: 'CREATED',
      mayChoose: true,
      lastOrder: { rail: 'NEQUI', status: 'NOT_TAKEN' },
    });
    await testApp.sandbox.teemopay.clearFaults();
    expect(await chosen(payin, 'NEQUI')).toMatchObject({ status: 'PENDING', instructions: { type: 'redirect' } });
  });

  it('expires at its time without asking anybody, and cannot be chosen then', async () => {
    const payin = await create({ expiresInMinutes: 1 });
    await timePasses(testApp.database, 61);
    await testApp.api.reaches(payin.id, 'EXPIRED');
    expect(await offered(payin)).toEqual([]);
    expect(await choose(payin, 'NEQUI')).toEqual({ kind: 'refused' });
    expect((await testApp.api.payin(payin.id)).attempts).toEqual([]);
  });

  it('can be canceled, refreshed and explained before anything was chosen', async () => {
    const payin = await create();
    expect((await testApp.api.call('POST', `/payins/${payin.id}/refresh`)).status).toBe(200);
    const { body } = await testApp.api.call('GET', `/payins/${payin.id}/explain`);
    expect(JSON.stringify(body)).toContain('PAYER');
    expect((await testApp.api.call('POST', `/payins/${payin.id}/cancel`)).body).toMatchObject({ status: 'CANCELED' });
    expect(await choose(payin, 'NEQUI')).toEqual({ kind: 'refused' });
  });
});
