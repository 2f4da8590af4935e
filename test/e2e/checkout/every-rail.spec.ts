import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Rail } from '@recaudo/payment-provider';
import type { ProviderName } from '@recaudo/sandbox';
import type { Page } from 'playwright-core';
import type { PresentedPayin } from '../../../src/payins/presenters/payin.presenter.js';
import { declaredProviders } from '../../../src/provider-registry/declared-providers.js';
import { PROVIDERS } from '../../../src/providers.js';
import { fillIn, inBrowser, payerChooses, startTestCheckout, type TestCheckout } from '../../support/checkout.js';
import { providerSide } from '../../support/provider-side.js';
import { timePasses } from '../../support/time.js';

/** Every rail of every provider that a payer can choose, and what the page says to do. */
const RAILS: [ProviderName, Rail, string][] = [
  ['tumipay', 'PSE', 'Continúa en tu banco'],
  ['tumipay', 'BRE_B', 'Paga con Bre-B'],
  ['tumipay', 'EFECTY', 'Continúa en la página segura'],
  ['tumipay', 'CARD', 'Continúa en la página segura'],
  ['hellopay', 'PSE', 'Continúa en tu banco'],
  ['hellopay', 'BRE_B', 'Paga con Bre-B'],
  ['hellopay', 'NEQUI', 'Aprueba en tu celular'],
  ['teemopay', 'PSE', 'Continúa en tu banco'],
  ['teemopay', 'BRE_B', 'Paga con Bre-B'],
  ['teemopay', 'NEQUI', 'Continúa en la página segura'],
  ['teemopay', 'EFECTY', 'Continúa en la página segura'],
];

/** Where the payer cannot type the amount, what the provider answers is what was asked for, whatever its webhook hints at. */
const mayDiffer = (provider: ProviderName, rail: Rail) => provider !== 'tumipay' || rail === 'BRE_B';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

inBrowser('a payer', () => {
  let checkout: TestCheckout;
  const complaints: string[][] = [];

  beforeAll(async () => {
    checkout = await startTestCheckout();
  });
  afterAll(() => checkout?.close());

  /** From the link to the order: the payer chooses, fills in and goes on. */
  async function opened(provider: ProviderName, rail: Rail, next: string, changes: Record<string, unknown> = {}) {
    const payin = await payerChooses(checkout.testApp, { provider, checkout: { rails: [rail] }, ...changes });
    const window = await checkout.open(payin.checkoutUrl);
    complaints.push(window.complaints);
    await heading(window.page, `Paga con `);
    await fillIn(window.page);
    await window.page.getByRole('button', { name: 'Continuar con' }).click();
    await heading(window.page, next);
    return { ...window, payin };
  }
  const atProvider = (payin: PresentedPayin, provider: ProviderName) => providerSide(checkout.testApp, payin, provider);

  it('can choose every rail that a provider has in its usual mode', async () => {
    const usual = (await declaredProviders(PROVIDERS)).filter(({ mode }) => Object.keys(mode).length === 0);
    const declared = usual.flatMap(({ provider: { name, rails } }) => rails.map((rail) => `${name} ${rail}`));
    const chosen = declared.filter((one) => !one.endsWith(' ANY'));
    expect(RAILS.map(([provider, rail]) => `${provider} ${rail}`).toSorted()).toEqual(chosen.toSorted());
  });

  describe.each(RAILS)('%s over %s', (provider, rail, next) => {
    it('is led from the page to the end, whichever it is', async () => {
      await Promise.all([paid(), rejected(), ...(mayDiffer(provider, rail) ? [short(), over()] : [])]);

      async function paid() {
        const { payin, page, context } = await opened(provider, rail, next, {
          redirectUrl: `${checkout.testApp.url}/return`,
        });
        if (provider === 'hellopay' && rail === 'BRE_B') await page.getByRole('img', { name: 'Código QR' }).waitFor();
        const { control, order } = await atProvider(payin, provider);
        await control.pay(order.id);
        // The page follows by itself.
        await heading(page, '¡Pago recibido!');
        expect(await page.locator('.receipt').textContent()).toContain('50.000');
        await page.getByRole('link', { name: 'Volver a' }).click();
        await page.waitForURL(/\/return\?payinId=.*&status=APPROVED&/);
        await context.close();
      }

      async function short() {
        const { payin, page, context } = await opened(provider, rail, next);
        const { control, order } = await atProvider(payin, provider);
        await control.pay(order.id, { amountInCents: 3_000_000 });
        await heading(page, 'El pago está incompleto');
        expect(await page.locator('main').textContent()).toMatch(/Falta\s+\$\s20\.000/);
        await context.close();
      }

      async function over() {
        const { payin, page, context } = await opened(provider, rail, next);
        const { control, order } = await atProvider(payin, provider);
        await control.pay(order.id, { amountInCents: 6_000_000 });
        await heading(page, '¡Pago recibido!');
        expect(await page.locator('main').textContent()).toMatch(/\$\s10\.000 de más/);
        await context.close();
      }

      /** Another attempt on the same payin. */
      async function rejected() {
        const { payin, page, context } = await opened(provider, rail, next);
        const { control, order } = await atProvider(payin, provider);
        await control.reject(order.id);
        await checkout.testApp.api.call('POST', `/payins/${payin.id}/refresh`);
        await page.getByText('no fue aprobado').waitFor();
        await fillIn(page);
        await page.getByRole('button', { name: 'Continuar con' }).click();
        await heading(page, next);
        const again = await atProvider(payin, provider);
        expect(again.order.id).not.toBe(order.id);
        await again.control.pay(again.order.id);
        await heading(page, '¡Pago recibido!');
        expect((await checkout.testApp.api.payin(payin.id)).attempts).toHaveLength(2);
        await context.close();
      }
    });
  });

  it('goes on with another rail, at another provider, when the first one was refused', async () => {
    const payin = await payerChooses(checkout.testApp, { checkout: { rails: ['NEQUI', 'BRE_B'] } });
    const { page, context, complaints: seen } = await checkout.open(payin.checkoutUrl);
    complaints.push(seen);
    const choose = async (rail: string) => {
      await page.getByRole('link', { name: rail }).click();
      await fillIn(page);
      await page.getByRole('button', { name: 'Continuar con' }).click();
    };
    await choose('Nequi');
    await heading(page, 'Aprueba en tu celular');
    const first = await atProvider(payin, 'hellopay');
    await first.control.reject(first.order.id);
    await checkout.testApp.api.call('POST', `/payins/${payin.id}/refresh`);
    await page.getByText('no fue aprobado').waitFor();
    await choose('Bre-B');
    await heading(page, 'Paga con Bre-B');
    const second = await atProvider(payin, 'tumipay');
    await second.control.pay(second.order.id);
    await heading(page, '¡Pago recibido!');
    expect(await checkout.testApp.api.payin(payin.id)).toMatchObject({
      status: 'APPROVED',
      rail: 'BRE_B',
      attempts: [
        { provider: 'hellopay', rail: 'NEQUI', status: 'ENDED' },
        { provider: 'tumipay', rail: 'BRE_B', status: 'OPEN' },
      ],
    });
    await context.close();
  });

  it('sees that the time is over, on every rail', async () => {
    const windows = [];
    for (const [provider, rail, next] of RAILS) windows.push(await opened(provider, rail, next));
    await timePasses(checkout.testApp.database, 8 * 24 * 3600);
    await Promise.all(
      windows.map(async ({ page, context }) => {
        await heading(page, 'El tiempo para pagar terminó');
        await context.close();
      }),
    );
  });

  it('has seen no complaint of the browser', () => {
    expect(complaints.flat()).toEqual([]);
  });
});
