import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { providerSide } from '../../support/provider-side.js';
import { inBrowser, payerChooses, startTestCheckout, type TestCheckout } from '../../support/checkout.js';

const folder = process.env['CHECKOUT_SCREENSHOTS'];
const PSE = { bank: '1007', personType: 'NATURAL' };

(folder ? inBrowser : describe.skip)('pictures', () => {
  let checkout: TestCheckout;
  beforeAll(async () => {
    mkdirSync(folder!, { recursive: true });
    checkout = await startTestCheckout();
  });
  afterAll(() => checkout?.close());

  async function shoot(name: string, url: string) {
    for (const [variant, options] of [
      ['phone', {}],
      ['dark', { theme: 'dark' }],
      ['wide', { width: 1200, height: 900 }],
    ] as const) {
      const { page, context } = await checkout.open(url, options);
      await page.waitForTimeout(100);
      await page.screenshot({ path: `${folder}/${name}-${variant}.png`, fullPage: true });
      await context.close();
    }
  }

  it('of every state', async () => {
    const { api } = checkout.testApp;
    const more = {
      description: 'Matrícula del curso de cerámica, octubre',
      redirectUrl: `${checkout.testApp.url}/return`,
    };
    const breb = await api.open({ provider: 'tumipay', rail: 'BRE_B', ...more });
    await shoot('breb', breb.checkoutUrl);
    const pse = await api.open({ provider: 'teemopay', rail: 'PSE', pse: PSE, ...more });
    await shoot('pse', pse.checkoutUrl);
    const nequi = await api.open({ provider: 'hellopay', rail: 'NEQUI', ...more });
    await shoot('nequi', nequi.checkoutUrl);
    const paid = await providerSide(checkout.testApp, pse, 'teemopay');
    await paid.control.pay(paid.order.id);
    await api.reaches(pse.id, 'APPROVED');
    await shoot('paid', pse.checkoutUrl);
    const short = await providerSide(checkout.testApp, breb, 'tumipay');
    await short.control.pay(short.order.id, { amountInCents: 3_000_000 });
    await api.reaches(breb.id, 'UNDERPAID');
    await shoot('underpaid', breb.checkoutUrl);
    await api.call('POST', `/payins/${nequi.id}/cancel`);
    await shoot('canceled', nequi.checkoutUrl);
    const chooses = await payerChooses(checkout.testApp, more);
    await shoot('choose', chooses.checkoutUrl);
    await shoot('choose-pse', `${chooses.checkoutUrl}?rail=PSE`);
    const banks = await payerChooses(checkout.testApp, { provider: 'hellopay' });
    await shoot('choose-banks', `${banks.checkoutUrl}?rail=PSE`);
    await shoot('choose-breb', `${chooses.checkoutUrl}?rail=BRE_B&lang=en`);
    await shoot('choose-nequi', `${chooses.checkoutUrl}?rail=NEQUI`);
    await shoot('missing', `${checkout.testApp.url}/pay/nothing`);
  });
});
