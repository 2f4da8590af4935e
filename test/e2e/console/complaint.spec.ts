import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { inBrowser, startTestConsole, type TestConsole } from '../../support/console.js';
import { providerSide } from '../../support/provider-side.js';
import { until } from '../../support/until.js';

/** What a person who has never seen the console does: reads, types and presses. */
const STEPS_MAX = 8;

let test: TestConsole;

const customer = (name: string, number: number) => ({
  name,
  idType: 'CC',
  idNumber: String(52_000_000 + number),
  phone: `+5731${10_000_000 + number}`,
  email: `customer${number}@example.com`,
});

const asked = (name: string, number: number, amountInCents = 5_000_000) =>
  test.testApp.api.open({
    provider: 'hellopay',
    rail: 'NEQUI',
    reference: `pedido-${number}`,
    amountInCents,
    inlineCustomer: customer(name, number),
  });

/** Where the pictures of each step go, to be looked at. */
const PICTURES = process.env['COMPLAINT_SCREENSHOTS'];

inBrowser('a customer’s complaint', () => {
  beforeAll(async () => {
    test = await startTestConsole({ PROVIDERS: 'tumipay,hellopay' });
    const { api, database } = test.testApp;
    for (const [index, name] of ['Luis Gómez', 'Sofía Peña', 'Jorge Díaz'].entries())
      await asked(name, index + 1, index === 1 ? 7_500_000 : 5_000_000);
    // The shop stopped waiting, and the money came all the same.
    const payin = await asked('Carmen Lucía Vargas', 9917);
    await api.call('POST', `/payins/${payin.id}/cancel`);
    const { control, order } = await providerSide(test.testApp, payin, 'hellopay');
    await control.pay(order.id);
    await until('a discrepancy', async () => (await api.discrepancies(payin.id))[0]);
    await database.query(`update payins set created_at = created_at - interval '20 hours' where id = $1`, [payin.id]);
  });

  afterAll(() => test?.close());

  it('“I paid 50,000 by Nequi yesterday and the shop says I did not” is found, explained and settled in a few steps', async () => {
    const { page, complaints } = await test.as('operator');
    const startedAt = Date.now();
    let steps = 0;
    const step = async (action: Promise<void>) => {
      await action;
      steps += 1;
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/${steps}.png`, fullPage: true });
    };
    const press = (role: 'button' | 'link', name: string | RegExp, within: Pick<Page, 'getByRole'> = page) =>
      within.getByRole(role, { name }).click();

    // Find: the first page has a box that says what may be typed.
    await step(page.getByRole('searchbox', { name: 'Buscar un pago' }).fill('50.000'));
    await step(page.keyboard.press('Enter'));
    const found = page.getByRole('table', { name: 'Pagos' });
    const mine = found.getByRole('row', { name: /Carmen Lucía Vargas/ });
    await mine.waitFor();
    for (const text of ['$ 50.000', 'Nequi', 'Pagado']) await mine.getByText(text).first().waitFor();
    expect(await found.getByRole('row').count()).toBe(4);
    await step(mine.getByRole('link').click());

    // Explain: whose it is, that it was paid, and why the shop does not know it.
    await page.getByRole('heading', { level: 1, name: 'Pago pedido-9917' }).waitFor();
    await page.getByText(/^Carmen Lucía Vargas · Nequi · hellopay/).waitFor();
    const story = page.getByRole('region', { name: 'Qué pasa con este pago' });
    await story.getByText('El cobro está pagado: llegaron $ 50.000.').waitFor();
    await story.getByText(/se pidió cancelarlo/).waitFor();
    await story.getByText('Ese dinero llegó tarde: el cobro ya había terminado sin pago.').waitFor();
    await story.getByText('Espera a una persona').waitFor();

    // Settle: one thing to press leads to it, and each choice says what it does.
    await step(press('link', 'Revisar y resolver: Llegó tarde', story));
    await page.getByText('Entregue de todas formas, o devuelva el dinero.').waitFor();
    await step(press('button', /^Resolver/));
    const dialog = page.getByRole('dialog', { name: 'Resolver: Llegó tarde' });
    await dialog.getByText('Entregue de todas formas, o devuelva el dinero.').waitFor();
    await step(dialog.getByLabel('Está bien así').check());
    await step(dialog.getByLabel('Nota').fill('La tienda entrega el pedido'));
    await step(press('button', /^Resolver/, dialog));
    await page.getByText('Resuelta: Llegó tarde, pedido-9917').waitFor();

    expect(steps).toBeLessThanOrEqual(STEPS_MAX);
    expect(Date.now() - startedAt).toBeLessThan(120_000);
    expect(complaints).toEqual([]);
  });

  it('reaches the same page by the document, the phone, a part of the name and the shop’s number', async () => {
    const { page, complaints } = await test.as('support');
    for (const text of ['52.009.917', '311 000 9917', 'vargas carmen', 'pedido-9917']) {
      await page.goto(test.url);
      await page.getByRole('searchbox', { name: 'Buscar un pago' }).fill(text);
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'pedido-9917' }).waitFor();
      await page.getByRole('link', { name: 'pedido-1', exact: true }).waitFor({ state: 'detached' });
      // Personal data is in no address.
      expect(page.url()).toBe(`${test.url}/payins`);
      expect(await page.getByRole('searchbox').inputValue()).toBe(text);
    }
    // Who may not settle it is led to it, and not offered what they may not do.
    await page.getByRole('link', { name: 'pedido-9917' }).click();
    await page.getByText('El cobro está pagado: llegaron $ 50.000.').waitFor();
    expect(await page.getByRole('link', { name: /^Revisar y resolver/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
