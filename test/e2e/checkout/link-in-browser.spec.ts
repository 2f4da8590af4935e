import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import type { ShownPaymentLink } from '../../../src/payment-links/payment-links.service.js';
import { newReference } from '../../support/api-client.js';
import {
  inBrowser,
  seriousFindings,
  sidewaysOf,
  startTestCheckout,
  type TestCheckout,
} from '../../support/checkout.js';
import { providerSide } from '../../support/provider-side.js';

let checkout: TestCheckout;

async function makeLink(changes: object = {}): Promise<ShownPaymentLink> {
  const request = { reference: newReference(), title: 'Curso de cerámica', amountInCents: 5_000_000, ...changes };
  const { status, body } = await checkout.testApp.api.call<ShownPaymentLink>('POST', '/payment-links', request);
  expect(status).toBe(201);
  return body;
}
const payinsOf = async ({ id }: { id: string }) =>
  (await checkout.testApp.api.call<{ data: PresentedPayin[] }>('GET', `/payment-links/${id}/payins`)).body.data;

inBrowser('a payer with a payment link', () => {
  beforeAll(async () => {
    checkout = await startTestCheckout();
  });
  afterAll(() => checkout?.close());

  it.each([
    ['with script', false],
    ['without script', true],
  ])('pays an amount of their own, from the link to the receipt, %s', async (_, plain) => {
    const link = await makeLink({
      amountInCents: null,
      minInCents: 500_000,
      maxInCents: 9_000_000,
      rails: ['BRE_B'],
      description: 'Ocho clases los sábados',
    });
    const { page, complaints } = await checkout.open(link.url, { plain });
    await page.getByRole('heading', { level: 1, name: 'Curso de cerámica' }).waitFor();
    await page.getByText('Entre $ 5.000 y $ 90.000').waitFor();
    expect(await sidewaysOf(page)).toEqual([]);
    const amount = page.getByLabel('¿Cuánto quieres pagar?');
    await amount.fill('100.000');
    await page.getByRole('button', { name: 'Continuar al pago' }).click();
    await page.getByText('El máximo es $ 90.000').waitFor();
    expect(await amount.inputValue()).toBe('100.000');
    expect(await amount.getAttribute('aria-invalid')).toBe('true');
    if (!plain) expect(await seriousFindings(page)).toEqual([]);
    await amount.fill('20.000');
    await page.getByRole('button', { name: 'Continuar al pago' }).click();
    await page.getByText('$ 20.000').first().waitFor();
    const [payin, ...more] = await payinsOf(link);
    expect(more).toEqual([]);
    expect(payin).toMatchObject({ amountInCents: 2_000_000, reference: `${link.reference}-1`, status: 'CREATED' });
    expect(page.url()).toContain(new URL(payin!.checkoutUrl).pathname);
    await pay(page, payin!.id, plain);
    // What the browser says about answers above 399 is what was asked for.
    expect(complaints.filter((one) => !one.includes('422'))).toEqual([]);
  });

  async function pay(page: Awaited<ReturnType<TestCheckout['open']>>['page'], id: string, plain: boolean) {
    const { testApp } = checkout;
    // With one rail alone there may be nothing to choose.
    const bre = page.getByRole('link', { name: /Bre-B/ });
    await page.getByRole('heading', { level: 1 }).waitFor();
    if ((await bre.count()) > 0) await bre.click();
    const fields: Record<string, string> = {
      'Nombre completo': 'Ana Gómez',
      'Número de documento': '1234567890',
      Celular: '3121234567',
      'Correo electrónico': 'ana@example.com',
    };
    for (const [label, value] of Object.entries(fields)) {
      const field = page.getByLabel(label, { exact: true });
      if ((await field.count()) > 0) await field.fill(value);
    }
    await page.getByRole('button', { name: /Continuar/ }).click();
    const payin = await testApp.api.reaches(id, 'PENDING');
    const name = payin.provider as Parameters<typeof providerSide>[2];
    const { control, order } = await providerSide(testApp, payin, name);
    await control.pay(order.id);
    await testApp.api.reaches(id, 'APPROVED');
    if (plain) await page.reload();
    await page.getByRole('heading', { level: 1, name: '¡Pago recibido!' }).waitFor();
  }

  it('makes one payin by a double press', async () => {
    const link = await makeLink();
    const { page, complaints } = await checkout.open(link.url);
    await page.getByText('$ 50.000').first().waitFor();
    await page.getByRole('button', { name: 'Continuar al pago' }).dblclick();
    await page.getByRole('heading', { level: 1, name: '¿Cómo quieres pagar?' }).waitFor();
    expect(await payinsOf(link)).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('reads it in English, %s, with nothing serious for axe', async (theme) => {
    const link = await makeLink({
      amountInCents: null,
      minInCents: 500_000,
      maxInCents: 900_000,
      expiresAt: '2099-12-31',
    });
    const { page, complaints } = await checkout.open(link.url, { theme });
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByLabel('How much do you want to pay?').waitFor();
    await page.getByText('Available until').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await sidewaysOf(page)).toEqual([]);
    await page.getByLabel('How much do you want to pay?').fill('7,000');
    await page.getByRole('button', { name: 'Continue to the payment' }).click();
    await page.getByRole('heading', { level: 1, name: 'How do you want to pay?' }).waitFor();
    expect(complaints).toEqual([]);
    await checkout.testApp.api.call('PATCH', `/payment-links/${link.id}`, { status: 'DISABLED' });
    await page.goto(`${link.url}?lang=en`);
    await page.getByRole('heading', { level: 1, name: 'This link is disabled' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
